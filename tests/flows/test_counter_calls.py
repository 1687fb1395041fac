"""The one-stop counter over the API, as its pages: only for officers of that counter."""

from __future__ import annotations

from sqlalchemy import select

from store.tables import collection
from tests.casework.town import WARD
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import CAME, reached
from tests.security.people import clerk, file_one

HERE = f"/counters/{WARD}"


def test_numbers_are_given_called_and_finished(counter: Counter) -> None:
    desk, elsewhere = counter.sign_in(clerk(counter)), counter.sign_in("mc.haiduong")
    assert elsewhere.post(f"{HERE}/tickets", {}).status_code == 403
    assert counter.sign_in(CITIZEN).get(f"{HERE}/tickets").status_code == 403
    assert desk.post(f"{HERE}/tickets", {"field": "Hàng không"}).json["code"] == "unknown_key"
    assert [desk.post(f"{HERE}/tickets", {}).json["number"] for _ in range(2)] == [1, 2]
    assert desk.post(f"{HERE}/tickets/call", {}).json["number"] == 1
    told = desk.post(f"{HERE}/tickets/finish", {"absent": True}).json
    assert (told["figures"]["absent"], [one["number"] for one in told["waiting"]]) == (1, [2])
    assert [desk.post(f"{HERE}/tickets/call", {}).json["number"] for _ in range(2)] == [2, None]


def test_what_came_online_waits_is_counted_and_its_paper_handed_on(counter: Counter) -> None:
    desk, code = counter.sign_in(clerk(counter)), str(file_one(counter)["code"])
    [line] = [one for one in desk.get(f"{HERE}/receptions").json["items"] if one["dossier"] == code]
    scans = [desk.attach(), desk.attach()]
    part = {"code": "giay_chung_sinh", "attachments": scans, "originals": 2, "pages": 3, "matched": [1, 1]}
    path = f"/dossiers/{code}/components"
    assert desk.post(path, {"components": [part]}).json["code"] == "scan_matched_twice"
    assert counter.sign_in(CITIZEN).post(path, {"components": [part]}).status_code in (403, 404)
    counted = desk.post(path, {"components": [part | {"matched": [2, 1]}]})
    [kept] = [one for one in counted.json["components"] if one["code"] == "giay_chung_sinh"]
    assert (kept["originals"], kept["pages"], kept["digitised"], len(kept["attachments"])) == (2, 3, 1, 2)
    again = desk.post(path, {"components": [part | {"matched": [2, 1]}]})
    assert again.json["version"] == counted.json["version"], "nothing new is nothing done"
    desk.post(f"/tasks/{line['id']}/claim")
    checked = {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]}
    assert (
        desk.post(f"/tasks/{line['id']}/complete", {"outcome": "accept", "answers": checked}).status_code
        == 200
    )
    assert code in desk.get(f"{HERE}/hand-over-lists").json["waiting"][0]["dossiers"]
    [made] = desk.post(f"{HERE}/hand-over-lists", {}).json["items"]
    assert desk.post(f"{HERE}/hand-over-lists", {}).json["code"] == "nothing_to_hand_over"
    officer = counter.officer(WARD, made["to_role"])
    unit = counter.sign_in(officer)
    assert desk.post(f"/hand-over-lists/{made['id']}/take", {}).json["code"] == "unknown_list"
    strange = unit.post(f"/hand-over-lists/{made['id']}/take", {"missing": ["H23-1"]})
    assert (strange.status_code, strange.json["problems"][0]["where"]) == (422, "missing")
    [taken] = unit.post(f"/hand-over-lists/{made['id']}/take", {"missing": [code]}).json["items"]
    assert (taken["taken_by"], taken["missing"]) == (officer, [code])
    assert code in desk.get(f"{HERE}/hand-over-lists").json["waiting"][0]["dossiers"]
    assert desk.get(f"{HERE}/shipments").json["items"] == []
    assert desk.post(f"{HERE}/shipments/7/order", {}).json["code"] == "unknown_shipment"
    assert desk.post(f"{HERE}/shipments/7/cancel", {}).json["code"] == "unknown_shipment"


def test_a_result_is_given_to_who_is_identified_and_signs(counter: Counter) -> None:
    """Nobody named: refused at each field; so is who saw it before somebody, be it they themselves, took it."""
    play = reached(counter, "1.001193/trong_ngay", "tra_ket_qua")
    task = play.task("tra_ket_qua")
    desk = counter.sign_in(counter.officer(task["agency"], task["role"]))
    assert task["id"] in [one["id"] for one in desk.get(f"{HERE}/results").json["items"]]
    path = f"/tasks/{task['id']}/hand-out"
    answers = {"cach_nhan": "tai_quay"}
    refused = desk.post(path, {"answers": answers})
    assert refused.json["code"] == "answers_invalid"
    assert {"receiver.name", "receiver.signature"} <= {one["where"] for one in refused.json["problems"]}
    who = {
        "relation": "authorised",
        "name": "Lê Văn Ba",
        "id_number": "030090001122",
        "authority": "Giấy ủy quyền ngày 10/6/2023",
        "identified": True,
        "drawn": [[[1, 1], [20, 30]]],
    }
    assert counter.sign_in(CITIZEN).post(path, {"answers": answers, "receiver": who}).status_code == 404
    body = {"answers": answers, "receiver": who, "returned": ["giay_chung_sinh"]}
    seen = play.task("tra_ket_qua")["version"]
    claimed = desk.post(f"/tasks/{task['id']}/claim").json["version"]
    assert desk.post(path, body, If_Match=f'"{seen}"').json["code"] == "stale_version"
    done = desk.post(path, body, If_Match=f'"{claimed}"')
    assert (done.status_code, done.json["status"]) == (200, "done"), done.json
    assert desk.dossier(play.code)["status"] == "returned"


def test_no_door_hands_a_result_over_to_nobody(counter: Counter) -> None:
    """Completed as any other step, it names who came all the same, and keeps them; by post or online nobody need come."""
    play = reached(counter, "1.001193/trong_ngay", "tra_ket_qua")
    task = play.task("tra_ket_qua")
    desk = counter.sign_in(counter.officer(task["agency"], task["role"]))
    desk.post(f"/tasks/{task['id']}/claim")
    path, at_counter = f"/tasks/{task['id']}/complete", {"cach_nhan": "tai_quay"}
    refused = desk.post(path, {"answers": at_counter})
    assert (refused.status_code, refused.json["code"]) == (422, "answers_invalid")
    assert {"receiver.name", "receiver.identified"} <= {one["where"] for one in refused.json["problems"]}
    done = desk.post(path, {"answers": at_counter, "receiver": CAME, "returned": ["giay_chung_sinh"]})
    assert done.json["dossier"]["status"] == "returned", done.json
    with counter.engine.connect() as connection:
        [kept] = connection.execute(select(collection)).all()
    assert (kept.receiver, kept.returned) == ("Lê Văn Ba", ["giay_chung_sinh"])
