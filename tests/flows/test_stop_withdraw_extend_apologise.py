"""Orders on the whole dossier are valid on any diagram, here while three agencies are being consulted in parallel."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import Play, local, reached

ASKED = ["lay_y_kien"] * 3


@pytest.fixture
def consulting(counter: Counter) -> Play:
    return reached(counter, "1.009994/dung_han", "lay_y_kien")


def order(play: Play, name: str, **body: object) -> tuple[int, str | None]:
    """Given by the leader of the receiving agency: status and code."""
    answer = play.leader.post(f"/dossiers/{play.code}/{name}", body)
    return answer.status_code, answer.json.get("code") if answer.status_code >= 400 else None


def test_a_stopped_dossier_stands_still_in_every_branch(consulting: Play) -> None:
    """No task can be done, no timer fires, the clock pauses; after `resume` all goes on, later by the time lost."""
    play, counter = consulting, consulting.counter
    due_before = datetime.fromisoformat(play.row()["due_at"])
    assert order(play, "stop", reason=" ") == (422, "reason_required")
    assert order(play, "resume", reason="Chưa dừng") == (409, "not_stopped")
    assert order(play, "stop", reason="Chờ kết luận thanh tra") == (200, None)
    assert (play.row()["status"], play.row()["status_code"]) == ("stopped", 8)
    task = play.row()["tasks"][0]
    officer = play.at_post(task["agency"], task["role"])
    refused = officer.post(f"/tasks/{task['id']}/claim")
    assert (refused.status_code, refused.json["code"]) == (409, "dossier_stopped")
    assert order(play, "stop", reason="Lần nữa") == (409, "dossier_stopped")

    counter.after(days=14)  # the consulted agencies' limit would have passed
    assert play.open() == ASKED
    assert order(play, "resume", reason="Đã có kết luận") == (200, None)
    row = play.row()
    assert row["status"] == "processing"
    assert datetime.fromisoformat(row["due_at"]) > due_before + timedelta(days=9)
    play.does("lay_y_kien", "agree", agency=task["agency"], so_van_ban="215/CV", y_kien="Thống nhất.")
    assert play.open() == ASKED[1:]
    counter.after(days=14)  # and now silence counts
    assert play.open() == ["du_thao"]
    assert play.row()["tasks"][0]["status"] == "open", "no silent agency hands it over"


def test_withdrawing_ends_every_branch(consulting: Play) -> None:
    """By the applicant; afterwards nothing of the dossier can be done any more."""
    play, counter = consulting, consulting.counter
    task = play.row()["tasks"][0]
    citizen = counter.sign_in(CITIZEN)
    assert citizen.post(f"/dossiers/{play.code}/withdraw", {}).json["code"] == "reason_required"
    done = citizen.post(f"/dossiers/{play.code}/withdraw", {"reason": "Không xây nữa"})
    assert (done.status_code, done.json["status"], done.json["end_kind"]) == (200, "withdrawn", "withdrawn")
    assert play.open() == []
    officer = play.at_post(task["agency"], task["role"])
    late = officer.post(f"/tasks/{task['id']}/claim")
    assert (late.status_code, late.json["code"]) == (409, "dossier_closed")
    again = citizen.post(f"/dossiers/{play.code}/withdraw", {"reason": "Lần nữa"})
    assert (again.status_code, again.json["code"]) == (409, "dossier_closed")
    before = counter.rows()
    counter.after(days=60)
    assert counter.rows()["event_log"] == before["event_log"]


def test_the_due_date_is_extended_once_as_far_as_the_law_allows(consulting: Play) -> None:
    """Ten calendar days for a permit; the original date is kept."""
    play = consulting
    original = play.row()["due_at"]
    assert order(play, "extend", days=11, reason="Phức tạp") == (422, "extension_not_allowed")
    assert order(play, "extend", days=0, reason="Phức tạp") == (422, "malformed")
    assert order(play, "extend", days=10, reason="") == (422, "reason_required")
    assert order(play, "extend", days=10, reason="Hồ sơ phức tạp") == (200, None)
    row = play.row()
    assert row["original_due_at"] == original
    assert datetime.fromisoformat(row["due_at"]) - datetime.fromisoformat(original) >= timedelta(days=10)
    assert order(play, "extend", days=1, reason="Lần nữa") == (422, "extension_not_allowed")
    assert play.open() == ASKED


def test_an_apology_promises_a_new_date_once(consulting: Play) -> None:
    """Mẫu 04 goes out; the due date itself stays, so lateness is still counted from it."""
    play = consulting
    due_at = play.row()["due_at"]
    assert order(play, "apologise", new_due_on="2023-06-17", reason="Chờ ý kiến")[1] == "answers_invalid"
    assert order(play, "apologise", new_due_on="ngày mai", reason="Chờ ý kiến") == (422, "malformed")
    assert order(play, "apologise", new_due_on="2023-06-30", reason="Chờ ý kiến") == (200, None)
    row = play.row()
    assert (row["due_at"], row["promised_on"]) == (due_at, "2023-06-30")
    assert "04" in [paper["code"] for paper in row["papers"]]
    assert order(play, "apologise", new_due_on="2023-07-07", reason="Vẫn chờ") == (409, "apology_once")


def test_a_dossier_that_runs_late_is_marked(consulting: Play) -> None:
    """`overdue` by the clock, without anybody looking."""
    play = consulting
    assert play.row()["overdue"] is False
    play.counter.let_time_pass("2023-08-01T08:00")
    row = play.row()
    assert (row["overdue"], local(row["due_at"]) < "2023-08-01") == (True, True)
