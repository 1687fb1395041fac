"""Two officers at one counter: the second is told who was first, and what was meant for an old state is refused."""

from __future__ import annotations

import pytest

from tests.flows.counter import Counter
from tests.flows.play import Play, reached

FIRST, SECOND = "mc.thachkhoi", "mc2.thachkhoi"
CHECKED = {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]}


@pytest.fixture
def play(counter: Counter) -> Play:
    return reached(counter, "1.001193/trong_ngay", "tiep_nhan")


def test_the_second_to_claim_learns_who_has_the_task(play: Play) -> None:
    """409 `task_taken` names the colleague as colleagues know each other: by name."""
    first, second = play.counter.sign_in(FIRST), play.counter.sign_in(SECOND)
    task = f"/tasks/{play.task('tiep_nhan')['id']}"
    assert first.post(f"{task}/claim").status_code == 200
    late = second.post(f"{task}/claim")
    assert (late.status_code, late.json["code"]) == (409, "task_taken")
    assert play.counter.people[FIRST].name in late.json["detail"]
    complete = second.post(f"{task}/complete", {"outcome": "accept", "answers": CHECKED})
    assert (complete.status_code, complete.json["code"]) == (409, "task_taken")
    again = first.post(f"{task}/claim")
    assert (again.status_code, again.json["code"]) == (409, "task_taken")


def test_the_second_to_complete_learns_who_did_it_and_when(play: Play) -> None:
    """409 `task_done` with the colleague's name; the dossier is as the first one left it."""
    first, second = play.counter.sign_in(FIRST), play.counter.sign_in(SECOND)
    task = f"/tasks/{play.task('tiep_nhan')['id']}"
    first.post(f"{task}/claim")
    assert first.post(f"{task}/complete", {"outcome": "accept", "answers": CHECKED}).status_code == 200
    before = play.counter.rows()
    late = second.post(f"{task}/complete", {"outcome": "refuse", "answers": CHECKED})
    assert (late.status_code, late.json["code"]) == (409, "task_done")
    assert play.counter.people[FIRST].name in late.json["detail"]
    assert play.counter.rows() == before
    assert play.row()["status"] == "processing"


def test_an_old_version_is_refused(play: Play) -> None:
    """412 for If-Match (RFC 9110 §13.1.1), 409 for `seen_version`."""
    first, second = play.counter.sign_in(FIRST), play.counter.sign_in(SECOND)
    task = f"/tasks/{play.task('tiep_nhan')['id']}"
    seen = second.get(task)
    etag = seen.headers["ETag"]
    first.post(f"{task}/claim")
    first.post(f"{task}/release")
    stale = second.post(f"{task}/claim", If_Match=etag)
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    stale = second.post(f"{task}/claim", {"seen_version": seen.json["version"]})
    assert (stale.status_code, stale.json["code"]) == (409, "stale_version")
    fresh = second.post(f"{task}/claim", If_Match=second.get(task).headers["ETag"])
    assert (fresh.status_code, fresh.json["assignee"]) == (200, SECOND)


def test_an_order_on_a_dossier_that_changed_meanwhile_is_refused(play: Play) -> None:
    """The dossier's ETag guards orders on the whole dossier as the task's guards the task's."""
    etag = play.leader.get(f"/dossiers/{play.code}").headers["ETag"]
    play.does("tiep_nhan", "accept", **CHECKED)
    stop = f"/dossiers/{play.code}/stop"
    stale = play.leader.post(stop, {"reason": "Chờ kết luận"}, If_Match=etag)
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    assert play.row()["status"] == "processing"
    etag = play.leader.get(f"/dossiers/{play.code}").headers["ETag"]
    assert play.leader.post(stop, {"reason": "Chờ kết luận"}, If_Match=etag).status_code == 200
