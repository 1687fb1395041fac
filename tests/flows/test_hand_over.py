"""A dossier crosses from one agency to another: offered, accepted, refused, routed anew."""

from __future__ import annotations

from tests.flows.counter import Counter
from tests.flows.play import Play, reached

SHOP, DIVISION, NEIGHBOUR = "H23.30", "H23.30.61", "H23.31.61"
PERMIT = "1.009994/dung_han"


def handed_over(counter: Counter) -> Play:
    """The one-stop shop has received the dossier: it is on offer to the head of the division."""
    return reached(counter, PERMIT, "phan_cong")


def events(play: Play) -> list[str]:
    log = play.watcher.get(f"/dossiers/{play.code}/events").json["items"]
    return [event["type"] for row in log for event in row["events"]]


def test_completing_a_task_opens_the_next_in_the_other_agencys_queue(counter: Counter) -> None:
    """The answer to `complete` names the new task, and the other agency finds it at once, on offer."""
    play = reached(counter, PERMIT, "tiep_nhan")
    task = play.task("tiep_nhan")
    head = play.at_post(DIVISION, "division_head")
    queue = f"{DIVISION}:division_head"
    assert head.get("/tasks", queue=queue).json["items"] == []
    assert head.get(f"/dossiers/{play.code}").status_code == 404
    play.watcher.post(f"/tasks/{task['id']}/claim")
    done = play.watcher.post(
        f"/tasks/{task['id']}/complete",
        {"outcome": "accept", "answers": {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen"]}},
    )
    assert done.status_code == 200
    assert done.json["dossier"]["status"] == "processing"
    [opened] = done.json["opened"]
    assert (opened["step"]["id"], opened["status"], opened["offered_by"]) == ("phan_cong", "offered", SHOP)
    [offered] = head.get("/tasks", queue=queue, filter="offered").json["items"]
    assert offered["id"] == opened["id"]
    [counts] = [row["counts"] for row in head.get("/queues").json["items"] if row["queue"] == queue]
    assert (counts["open"], counts["new"], counts["offered"]) == (1, 1, 1)
    assert head.dossier(play.code)["sight"] == "full"


def test_claiming_accepts(counter: Counter) -> None:
    """The ledger has who took the dossier over."""
    play = handed_over(counter)
    head = play.at_post(DIVISION, "division_head")
    claimed = head.post(f"/tasks/{play.task('phan_cong')['id']}/claim")
    assert (claimed.status_code, claimed.json["status"], claimed.json["assignee"]) == (
        200,
        "claimed",
        counter.officer(DIVISION, "division_head"),
    )
    assert events(play)[-2:] == ["HandOverAccepted", "TaskClaimed"]
    too_late = head.post(f"/tasks/{play.task('phan_cong')['id']}/refuse", {"reason": "Muộn rồi"})
    assert (too_late.status_code, too_late.json["code"]) == (409, "not_handed_over")


def test_a_refused_hand_over_returns_to_the_senders_dispatcher_and_is_routed_anew(counter: Counter) -> None:
    """The same task goes back; the token does not move; the dispatcher offers it to another agency."""
    play = handed_over(counter)
    task = play.task("phan_cong")
    head = play.at_post(DIVISION, "division_head")
    unreasoned = head.post(f"/tasks/{task['id']}/refuse", {"reason": "  "})
    assert (unreasoned.status_code, unreasoned.json["code"]) == (422, "reason_required")
    refused = head.post(f"/tasks/{task['id']}/refuse", {"reason": "Không thuộc địa bàn quản lý"})
    assert (refused.status_code, refused.json["status"]) == (200, "refused")

    back = play.task("phan_cong")
    assert (back["id"], back["agency"], back["role"]) == (task["id"], SHOP, "one_stop_officer")
    shop = play.watcher
    assert back["id"] in [
        row["id"] for row in shop.get("/tasks", queue=f"{SHOP}:one_stop_officer").json["items"]
    ]
    unclaimable = shop.post(f"/tasks/{task['id']}/claim")
    assert (unclaimable.status_code, unclaimable.json["code"]) == (409, "hand_over_refused")

    nobody = shop.post(f"/tasks/{task['id']}/reroute", {"agency": "H23.30.05", "reason": "Nhầm"})
    assert (nobody.status_code, nobody.json["code"]) == (422, "unknown_agency")
    rerouted = shop.post(f"/tasks/{task['id']}/reroute", {"agency": NEIGHBOUR, "reason": "Đúng địa bàn"})
    assert rerouted.status_code == 200
    there = play.task("phan_cong")
    assert (there["id"], there["agency"], there["role"], there["status"]) == (
        task["id"],
        NEIGHBOUR,
        "division_head",
        "offered",
    )
    play.does("phan_cong", chi_dao="Kiểm tra thực địa")
    assert play.open() == ["tham_dinh"]
    assert play.task("tham_dinh")["agency"] == DIVISION  # the next lane says where work goes on
    told = events(play)
    assert told.count("DossierHandedOver") == 3  # to the division, to its neighbour, and back
    assert ("HandOverRefused" in told, "TaskRerouted" in told) == (True, True)


def test_nobody_else_may_accept_or_refuse(counter: Counter) -> None:
    """The head of another division learns nothing; the sender may not accept in the receiver's name."""
    play = handed_over(counter)
    task = play.task("phan_cong")["id"]
    stranger = play.at_post(NEIGHBOUR, "division_head")
    assert stranger.post(f"/tasks/{task}/claim").status_code == 404
    assert stranger.post(f"/tasks/{task}/refuse", {"reason": "Của tôi"}).status_code == 404
    sender = play.watcher.post(f"/tasks/{task}/claim")
    assert (sender.status_code, sender.json["code"]) == (403, "forbidden")
