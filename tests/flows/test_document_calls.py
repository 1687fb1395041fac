"""Texts of results, over the API: by whoever has the step in hand, refused to others."""

from __future__ import annotations

from tests.flows.counter import Counter
from tests.flows.play import reached


def test_a_text_is_written_compared_remarked_on_and_sent_back(counter: Counter) -> None:
    """The drafting officer writes, the version is named by completing; a leader sends it back and says why."""
    play = reached(counter, "1.004873/da_ket_hon", "tong_hop")
    task = play.task("tong_hop")
    writer = counter.sign_in(counter.officer(task["agency"], task["role"]))
    [named] = writer.get(f"/tasks/{task['id']}/documents").json["items"]
    path = f"/tasks/{task['id']}/documents/{named['code']}"
    shown = writer.get(path).json
    key = shown["texts"][0]["key"]
    assert (shown["writes"], shown["version"]) == (False, 0), "nobody has claimed the step"
    body = {"texts": {key: "một hai"}, "seen": 0}
    assert writer.post(f"{path}/versions", body).status_code == 403
    writer.post(f"/tasks/{task['id']}/claim")
    assert writer.post(f"{path}/versions", body).json["version"] == 1
    assert writer.post(f"{path}/versions", {"texts": {key: "ba"}, "seen": 0}).json["code"] == "stale_version"
    assert writer.post(f"{path}/versions", {"texts": {key: "một ba"}, "seen": 1}).json["version"] == 2
    [compared] = writer.get(f"{path}/comparison", older=1, newer=2).json["items"]
    assert [(one["kind"], one["text"]) for one in compared["pieces"]][-2:] == [
        ("removed", "hai"),
        ("added", "ba"),
    ]
    assert writer.get(f"{path}/comparison", older=1, newer=9).status_code == 404
    assert writer.post(f"{path}/remarks", {"words": "Xem lại"}).json["remarks"][0]["body"] == "Xem lại"
    play.step(
        {
            "at": "2023-06-16T09:00",
            "complete": "tong_hop",
            "outcome": "submit",
            "answers": {"ket_luan": "Đủ điều kiện."},
        }
    )
    to_sign = play.task("ky")
    leader = counter.sign_in(counter.officer(to_sign["agency"], to_sign["role"]))
    [line] = [one for one in leader.get("/tray").json["items"] if one["id"] == to_sign["id"]]
    assert (line["kind"], line["dossier"]) == ("sign", play.code)
    assert [one["id"] for one in writer.get("/tray").json["items"] if one["id"] == to_sign["id"]] == []
    back = {"tasks": [to_sign["id"]]}
    [told] = leader.post("/tray/send-back", back).json["items"]
    assert told["problem"]["code"] == "reason_required"
    assert play.task("ky")["assignee"] is None, (
        "nothing is taken from the other leaders for an order that says nothing"
    )
    [told] = leader.post("/tray/send-back", back | {"reason": "Sai họ tên"}).json["items"]
    assert told["problem"] is None
