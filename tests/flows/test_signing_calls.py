"""The API signs what the tray signs: documents of tasks, slips; and a leader revokes what was issued."""

from __future__ import annotations

from national.ports import Partners
from tests.casework.town import WARD
from tests.fakes.partners import FakeMailer, FakeWebhook
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import reached
from tests.security.people import clerk

PIN = {"pin": "123456"}


def test_documents_and_slips_are_signed_by_json(counter: Counter) -> None:
    """A batch is the caller's to follow; what failed says why, and is asked for again; who may not sign has nothing to."""
    play = reached(counter, "1.001193/trong_ngay", "ky")
    leader, desk = counter.sign_in(counter.officer(WARD, "leader")), counter.sign_in(clerk(counter))
    task = play.task("ky")["id"]
    assert leader.post("/signing", {"tasks": [], **PIN}).json["code"] == "nothing_to_sign"
    assert leader.post("/signing", {"tasks": [task], "pin": " "}).json["code"] == "pin_required"
    assert counter.sign_in(CITIZEN).post("/signing", {"tasks": [task], **PIN}).status_code == 422
    for _ in range(2):
        asked = leader.post("/signing", {"tasks": [task], **PIN})
        assert asked.status_code == 202
        batch = f"/signing/{asked.json['batch']}"
        item = {"dossier": play.code, "task": task, "paper": None}
        assert leader.get(batch).json == {
            "running": True,
            "items": [item | {"state": "waiting", "problem": ""}],
        }
        assert desk.get(batch).status_code == 404
        counter.deliver(Partners(FakeMailer(), FakeWebhook()))
        failed = {"state": "failed", "problem": "no_signing_service"}
        assert leader.get(batch).json == {"running": False, "items": [item | failed]}
    address = f"/dossiers/{play.code}/papers/01/sign"
    assert leader.post(address, PIN).json["code"] == "nothing_to_sign"
    asked = desk.post(address, PIN)
    assert asked.status_code == 202
    (told,) = desk.get(f"/signing/{asked.json['batch']}").json["items"]
    assert (told["dossier"], told["task"], told["paper"], told["state"]) == (play.code, None, "01", "waiting")


def test_a_leader_revokes_a_result_once(counter: Counter) -> None:
    """The dossier says since when; it cannot be revoked twice, nor by the counter."""
    play = reached(counter, "1.001193/trong_ngay", "tra_ket_qua")
    address = f"/dossiers/{play.code}/results/giay_khai_sinh/revoke"
    leader = counter.sign_in(counter.officer(WARD, "leader"))
    assert counter.sign_in(clerk(counter)).post(address, {"reason": "cấp sai"}).status_code == 403
    assert leader.post(address, {"reason": "cấp sai", "replaced_by": "2222-2222-2222"}).status_code == 404
    revoked = leader.post(address, {"reason": "cấp sai"})
    assert revoked.status_code == 200
    (result,) = [one for one in revoked.json["results"] if one["code"] == "giay_khai_sinh"]
    assert result["revoked_at"]
    again = leader.post(address, {"reason": "cấp sai"})
    assert (again.status_code, again.json["code"]) == (409, "result_not_issued")
