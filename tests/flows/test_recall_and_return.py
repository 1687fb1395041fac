"""Work goes back: recalled by who sent it, returned by who has it; never across branches."""

from __future__ import annotations

from tests.flows.counter import Counter
from tests.flows.play import reached

PERMIT = "1.009994/dung_han"


def test_the_sender_recalls_what_nobody_has_claimed(counter: Counter) -> None:
    """The step before opens again, in the hands of who recalls; the other queue is empty again."""
    play = reached(counter, PERMIT, "phan_cong")
    task = play.task("phan_cong")
    reasonless = play.watcher.post(f"/tasks/{task['id']}/recall", {"reason": ""})
    assert (reasonless.status_code, reasonless.json["code"]) == (422, "reason_required")
    recalled = play.watcher.post(f"/tasks/{task['id']}/recall", {"reason": "Ghi nhầm địa bàn"})
    assert recalled.status_code == 200, recalled.json
    [again] = play.row()["tasks"]
    assert (again["step"]["id"], again["status"], again["assignee"]) == (
        "tiep_nhan",
        "claimed",
        counter.officer("H23.30", "one_stop_officer"),
    )
    head = play.at_post("H23.30.61", "division_head")
    assert head.get("/tasks", queue="H23.30.61:division_head").json["items"] == []
    gone = head.post(f"/tasks/{task['id']}/claim")
    assert (gone.status_code, gone.json["code"]) == (409, "task_done")


def test_what_is_claimed_cannot_be_recalled(counter: Counter) -> None:
    """Work in somebody's hands is asked back, not taken."""
    play = reached(counter, PERMIT, "phan_cong")
    task = play.task("phan_cong")["id"]
    play.at_post("H23.30.61", "division_head").post(f"/tasks/{task}/claim")
    refused = play.watcher.post(f"/tasks/{task}/recall", {"reason": "Nhầm"})
    assert (refused.status_code, refused.json["code"]) == (409, "not_recallable")
    assert play.open() == ["phan_cong"]


def test_a_step_is_returned_to_an_earlier_one(counter: Counter) -> None:
    """With a reason; the clock of the dossier runs on as it was."""
    play = reached(counter, PERMIT, "tham_dinh")
    due_at = play.row()["due_at"]
    task = play.task("tham_dinh")
    officer = play.at_post("H23.30.61", "construction_officer")
    officer.post(f"/tasks/{task['id']}/claim")
    unknown = officer.post(f"/tasks/{task['id']}/return", {"to_element": "ky", "reason": "Thử"})
    assert (unknown.status_code, unknown.json["code"]) == (409, "move_illegal")
    done = officer.post(
        f"/tasks/{task['id']}/return", {"to_element": "phan_cong", "reason": "Không phải địa bàn của tôi"}
    )
    assert done.status_code == 200, done.json
    assert (play.open(), play.row()["due_at"]) == (["phan_cong"], due_at)
    play.does("phan_cong", chi_dao="Giao lại")
    assert play.open() == ["tham_dinh"]


def test_one_of_several_consulted_agencies_cannot_take_the_others_back(counter: Counter) -> None:
    """Under parallel branches a move out of the branch is refused, and everything stays."""
    play = reached(counter, PERMIT, "lay_y_kien")
    before = counter.rows()
    tasks = play.row()["tasks"]
    assert len(tasks) == 3
    first = tasks[0]
    asked = play.at_post(first["agency"], first["role"])
    asked.post(f"/tasks/{first['id']}/claim")
    refused = asked.post(
        f"/tasks/{first['id']}/return", {"to_element": "tham_dinh", "reason": "Thiếu bản vẽ"}
    )
    assert (refused.status_code, refused.json["code"]) == (409, "move_illegal")
    assert play.open() == ["lay_y_kien"] * 3
    assert counter.rows()["event_log"] == before["event_log"] + 1  # the claim
