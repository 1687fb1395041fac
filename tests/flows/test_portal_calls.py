"""What an applicant does besides filing, over the API: pays, writes, rates, looks into the e-store, complains."""

from __future__ import annotations

from tests.casework.town import BIRTH_ANSWERS, WARD
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import reached
from tests.security.people import OTHER_CITIZEN, clerk, file_one

CONTROL = "H23.01"
PETITION = {
    "kind": "conduct",
    "title": "Chờ lâu",
    "body": "Tôi chờ hai giờ ở quầy.",
    "name": "Nguyễn Văn Hưng",
    "phone": "0912345678",
    "about": WARD,
    "may_publish": True,
}


def test_the_bill_is_taken_at_the_counter_exempted_and_paid_back(counter: Counter) -> None:
    """Strangers see nothing; the applicant reads; only the receiving agency takes money, exempts and refunds."""
    late = {**BIRTH_ANSWERS, "ngay_sinh": "2020-01-05"}
    path = f"/dossiers/{file_one(counter, answers=late)['code']}/payments"
    citizen, desk = counter.sign_in(CITIZEN), counter.sign_in(clerk(counter))
    bill = citizen.get(path).json
    assert (bill["due_vnd"], bill["payments"]) == (8000, [])
    assert counter.sign_in(OTHER_CITIZEN).get(path).status_code == 404
    assert citizen.post(path, {"amount_vnd": 8000}).status_code == 403
    assert desk.post(path, {"amount_vnd": 9000}).json["code"] == "amount_wrong"
    assert desk.post(path, {"amount_vnd": 0}).status_code == 422
    paid = desk.post(path, {"amount_vnd": 8000, "method": "transfer", "payer": "Bà A"})
    assert (paid.status_code, paid.json["due_vnd"]) == (201, 0)
    [payment] = citizen.get(path).json["payments"]
    refund = f"{path}/{payment['reference']}/refund"
    assert desk.post(refund, {"reason": " "}).json["code"] == "reason_required"
    assert desk.post(refund, {"reason": "thu nhầm"}).json["due_vnd"] == 8000
    exempt = path.removesuffix("payments") + "fees/le_phi_ho_tich/exempt"
    assert citizen.post(exempt, {"reason": "hộ nghèo"}).status_code == 403
    done = desk.post(exempt, {"reason": "hộ nghèo, giấy 12/2023"})
    assert [one["exempt"] for one in done.json["charges"] if one["code"] == "le_phi_ho_tich"] == [True]
    charge = path.removesuffix("payments") + "fees/le_phi_ho_tich/charge"
    assert citizen.post(charge, {"reason": "nhầm"}).status_code == 403
    assert desk.post(charge, {"reason": "giấy của người khác"}).json["due_vnd"] == 8000
    assert desk.post(charge, {"reason": "lần nữa"}).json["code"] == "not_exempted"
    assert desk.post(exempt, {"reason": "hộ nghèo, giấy 12/2023"}).json["due_vnd"] == 0
    begun = citizen.post(path.removesuffix("payments") + "payment-sessions")
    assert begun.json["code"] in ("payment_unavailable", "nothing_due")
    assert citizen.get("/payments/TT000000ABCDEF").json["code"] == "no_payment"


def test_applicant_and_officer_write_to_each_other(counter: Counter) -> None:
    """Unread until read; the applicant reads the agency, not the officer; words are needed; strangers find nothing."""
    path = f"/dossiers/{file_one(counter)['code']}/conversation"
    citizen, desk = counter.sign_in(CITIZEN), counter.sign_in(clerk(counter))
    said = citizen.post(path, {"text": "Khi nào có ạ?", "attachments": [citizen.attach()]})
    assert said.status_code == 201
    [message] = desk.get(path).json["items"]
    assert (message["text"], message["unread"], len(message["files"])) == ("Khi nào có ạ?", True, 1)
    assert [one["unread"] for one in desk.get(path).json["items"]] == [False]
    desk.post(path, {"text": "Chiều mai ạ."})
    answer = citizen.get(path).json["items"][-1]
    assert (answer["agency"], answer["author_name"]) == (WARD, "")
    assert citizen.post(path, {"text": "  "}).json["code"] == "text_required"
    assert counter.sign_in(OTHER_CITIZEN).post(path, {"text": "?"}).status_code == 404


def test_a_returned_dossier_is_rated_once_and_its_result_lies_in_the_store(counter: Counter) -> None:
    """By its applicant; before there is a result, and twice, it is refused."""
    play = reached(counter, "1.001193/qua_60_ngay", "tra_ket_qua")
    path = f"/dossiers/{play.code}/rating"
    citizen = counter.sign_in(CITIZEN)
    assert citizen.post(path, {"level": "HL"}).json["code"] == "not_rateable"
    play.step({"at": "2023-06-15T15:30", "pay": 8000})
    play.step({"at": "2023-06-15T15:30", "complete": "tra_ket_qua", "answers": {"cach_nhan": "truc_tuyen"}})
    assert citizen.post(path, {"level": "?"}).status_code == 422
    assert play.watcher.post(path, {"level": "HL"}).status_code == 404
    assert citizen.post(path, {"level": "HL", "comment": "Nhanh"}).status_code == 201
    assert citizen.post(path, {"level": "HL"}).json["code"] == "rated"
    kinds = {one["kind"] for one in citizen.get("/store").json["items"] if one["dossier"] == play.code}
    assert "result" in kinds
    assert counter.sign_in(OTHER_CITIZEN).get("/store").json["items"] == []


def test_a_complaint_is_sent_assigned_answered_and_judged(counter: Counter) -> None:
    """Each does the own part; the secret follows it without an account; officers' names are not told."""
    citizen = counter.sign_in(CITIZEN)
    controller = counter.sign_in(counter.officer(CONTROL, "procedure_controller"))
    leader = counter.sign_in(counter.officer(WARD, "leader"))
    assert citizen.post("/petitions", PETITION | {"phone": ""}).json["code"] == "answers_invalid"
    sent = citizen.post("/petitions", PETITION)
    assert sent.status_code == 201
    path = f"/petitions/{sent.json['code']}"
    assert citizen.get("/petitions").json["items"][0]["code"] == sent.json["code"]
    assert counter.sign_in(OTHER_CITIZEN).get(path).status_code == 404
    assert leader.get(path).status_code == 404
    assert controller.post(f"{path}/ask", {"words": "Ở quầy nào?"}).json["state"] == "supplement"
    assert citizen.post(f"{path}/supplement", {"words": "Quầy số 2"}).json["state"] == "received"
    assert controller.post(f"{path}/assign", {"agency": "?"}).json["code"] == "unknown_agency"
    assert controller.post(f"{path}/assign", {"agency": WARD}).json["agency"] == WARD
    assert citizen.post(f"{path}/answer", {"words": "x"}).status_code == 404
    assert citizen.post(f"{path}/judgement", {"liked": True}).json["code"] == "petition_state"
    assert leader.post(f"{path}/answer", {"words": "Đã nhắc nhở."}).json["state"] == "answered"
    assert citizen.post(f"{path}/judgement", {"liked": False}).json["liked"] is False
    assert controller.post(f"{path}/publication", {"publish": True}).json["published"] is True
    followed = counter.anybody().post("/petitions/track", sent.json)
    assert followed.json["answer"] == "Đã nhắc nhở."
    assert all(set(step) == {"at", "what", "note", "agency_name"} for step in followed.json["steps"])
    wrong = {**sent.json, "secret": "x"}
    assert counter.anybody().post("/petitions/track", wrong).json["code"] == "unknown_petition"
