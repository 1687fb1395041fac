"""A partner is asked by the outbox and answers by a signed callback: the command of its answer goes through the gate."""

from __future__ import annotations

import json
import time
import uuid

import pytest
from werkzeug.test import TestResponse

from national import signature
from national.ports import Accepted, Answered
from tests.fakes.partners import FakeTopic, partners
from tests.flows.counter import PARTNER_SECRET, Counter
from tests.flows.play import Play, reached
from tests.flows.test_publish import DECISION, VERSIONS, zipped

REGISTERED = {"registration_number": "58/2023", "registered_on": "2023-06-15", "personal_id": "030323004567"}
CHECKED = ["csdl_dan_cu", "giay_to_sinh"]


@pytest.fixture
def asked(counter: Counter) -> tuple[Play, str]:
    """A birth that the national system has been asked to register, and the task's key there."""
    play = reached(counter, "1.001193/trong_ngay", "tham_dinh")
    play.does("tham_dinh", "approve", da_doi_chieu=CHECKED)
    register = FakeTopic(Accepted())
    counter.deliver(partners(**{"civil-status.register": register}))
    [task] = register.asked
    assert (task.dossier_code, play.open()) == (play.code, [])
    return play, task.key


def answer(counter: Counter, job: str, body: object, secret: str = PARTNER_SECRET) -> TestResponse:
    content = json.dumps(body).encode()
    signed = {"X-Motcua-Signature": signature.sign(secret, content, int(time.time()))}
    path = f"/callbacks/jobs/{job}"
    return counter.anybody().call("POST", path, data=content, headers=signed, content_type="application/json")


def test_the_answer_moves_the_dossier_once(asked: tuple[Play, str]) -> None:
    """204, also for the repeat that a careful partner sends; the result is the diagram's variable."""
    play, job = asked
    assert answer(play.counter, job, {"result": REGISTERED}).status_code == 204
    assert play.open() == ["ky"]
    assert play.row()["variables"]["ho_tich"] == REGISTERED
    before = play.counter.rows()
    assert answer(play.counter, job, {"result": REGISTERED}).status_code == 204
    assert play.counter.rows() == before


def test_a_no_for_good_waits_for_an_admin(asked: tuple[Play, str]) -> None:
    """Declined, and the diagram does not catch it: an incident that an admin repairs."""
    play, job = asked
    said = {"error": {"code": "duplicate", "sentence": "Trẻ đã được đăng ký"}}
    assert answer(play.counter, job, said).status_code == 204
    assert play.row()["incident"]["code"] == "job_failed"
    officer = play.watcher.post(f"/dossiers/{play.code}/repair", {"reason": "Thử lại"})
    assert (officer.status_code, officer.json["code"]) == (403, "forbidden")
    admin = play.counter.sign_in("admin")
    repaired = admin.post(f"/dossiers/{play.code}/repair", {"reason": "Đã đối chiếu với Bộ Tư pháp"})
    assert (repaired.status_code, repaired.json["incident"]) == (200, None)
    register = FakeTopic(Answered(REGISTERED))
    play.counter.deliver(partners(**{"civil-status.register": register}))
    assert (len(register.asked), play.open()) == (1, ["ky"])  # asked again, under a new key
    assert register.asked[0].key != job


def test_what_its_own_diagram_holds_up_is_repaired_on_another_version(asked: tuple[Play, str]) -> None:
    """Carried over from where it stands, in one order; a version that was never published is refused."""
    play, job = asked
    said = {"error": {"code": "duplicate", "sentence": "Trẻ đã được đăng ký"}}
    assert answer(play.counter, job, said).status_code == 204
    admin, path = play.counter.sign_in("admin"), f"/dossiers/{play.code}/repair"
    assert admin.upload(VERSIONS, "bundle", "goi.zip", zipped(), **DECISION).status_code == 201
    order = {"reason": "Sơ đồ phiên bản 1 sai", "version": 9}
    assert admin.post(path, order).json["code"] == "cannot_migrate"
    repaired = admin.post(path, order | {"version": 2}).json
    assert (repaired["incident"], repaired["procedure"]["version"]) == (None, 2)
    assert admin.post(path, order | {"version": 1}).json["code"] == "no_incident"
    register = FakeTopic(Answered(REGISTERED))
    play.counter.deliver(partners(**{"civil-status.register": register}))
    assert (len(register.asked), play.open()) == (1, ["ky"])


@pytest.mark.parametrize(
    ("body", "secret", "status", "code"),
    [
        ({"result": REGISTERED}, "another-secret", 401, "unauthenticated"),
        ({"result": "x"}, PARTNER_SECRET, 422, "body_invalid"),
        ({}, PARTNER_SECRET, 422, "body_invalid"),
        ([1], PARTNER_SECRET, 400, "malformed"),
        ({"result": {"a": "\0"}}, PARTNER_SECRET, 422, "answers_invalid"),
    ],
)
def test_what_is_no_answer_changes_nothing(
    asked: tuple[Play, str], body: object, secret: str, status: int, code: str
) -> None:
    """Wrongly signed, or not as the wire contract says: refused, and the task still waits."""
    play, job = asked
    before = play.counter.rows()
    refused = answer(play.counter, job, body, secret)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert play.counter.rows() == before
    assert answer(play.counter, job, {"result": REGISTERED}).status_code == 204
    assert play.open() == ["ky"]


def test_a_direct_answer_that_cannot_be_kept_is_asked_for_again(counter: Counter) -> None:
    """The partner is at fault, not the dossier: tried again later, as if nobody had answered."""
    play = reached(counter, "1.001193/trong_ngay", "tham_dinh")
    play.does("tham_dinh", "approve", da_doi_chieu=CHECKED)
    register = FakeTopic(Answered({"registration_number": "\0"}))
    outside = partners(**{"civil-status.register": register})
    assert "postponed" in counter.deliver(outside)
    register.answer = Answered(REGISTERED)
    counter.after(hours=1)
    counter.deliver(outside)
    assert play.open() == ["ky"]


def test_an_unknown_job_is_unknown(counter: Counter) -> None:
    """A key that was never given out."""
    refused = answer(counter, str(uuid.uuid4()), {"result": {}})
    assert (refused.status_code, refused.json["code"]) == (404, "no_job")
