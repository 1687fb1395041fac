"""Bad input: a stable code, the right HTTP status, a Vietnamese sentence, and not a row more than before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from assembly import clock
from casework import publish
from engine.actor import Actor
from store.db import sessions
from tests.flows.counter import CITIZEN, PDF, Counter
from tests.flows.play import Play, reached
from tests.servers import DatabaseServer

WARD = "H23.30.05"
CLERK, EXPERT, ELSEWHERE = "mc.thachkhoi", "ht.thachkhoi", "mc.quangtrung"
CHECKED = {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]}
DEEP = '{"a":' * 5000 + "1" + "}" * 5000


class Desk:
    """One dossier waits for reception; everything else is what callers do wrong."""

    def __init__(self, play: Play) -> None:
        self.play, self.counter = play, play.counter
        row = play.row()
        self.code, self.task = play.code, f"/tasks/{row['tasks'][0]['id']}"
        self.good = {
            "procedure": "1.001193",
            "agency": WARD,
            "answers": row["answers"]["to_khai_khai_sinh"],
            "components": [{"code": "giay_chung_sinh", "originals": 1}],
        }
        self.citizen, self.clerk = self.as_(CITIZEN), self.as_(CLERK)

    def as_(self, username: str) -> Any:
        return self.counter.sign_in(username)

    def submit(self, **changed: Any) -> TestResponse:
        return self.citizen.submit(self.good | changed)

    def raw(self, path: str, body: bytes | str, **headers: str) -> TestResponse:
        named = {"Content-Type": "application/json", "Idempotency-Key": "raw"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.citizen.call("POST", path, data=body, headers=named)

    def answering(self, **changed: Any) -> TestResponse:
        return self.submit(answers=self.good["answers"] | changed)

    def complete(self, **body: Any) -> TestResponse:
        return self.clerk.post(f"{self.task}/complete", {"outcome": "accept", "answers": CHECKED} | body)


@pytest.fixture(scope="module")
def desk(
    database_server: DatabaseServer, demo_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Shared: no case may change a row, so each finds what the one before found."""
    url = database_server.clone(demo_database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "REFRESH_SECONDS", 0)
        counter = Counter(url, tmp_path_factory.mktemp("var"))
        desk = Desk(reached(counter, "1.001193/trong_ngay", "tiep_nhan"))
        first = desk.citizen.submit(desk.good, key="used")
        assert first.status_code == 201
        desk.clerk.post(f"{desk.task}/claim")
        done = reached(counter, "1.001193/tu_choi", "tham_dinh")
        desk.gone = f"/tasks/{done.seen['tiep_nhan']}"
        retire(counter, "1.004873")
        yield desk
        counter.close()
    database_server.drop(url)


def retire(counter: Counter, procedure: str) -> None:
    with sessions(counter.engine)() as session:
        assert publish.retire(session, Actor("admin", "admin"), procedure, 1) is None


Case = Callable[[Desk], TestResponse]
CASES: dict[str, tuple[int, str, Case]] = {
    # the procedure and where it is filed
    "unknown procedure": (404, "unknown_procedure", lambda d: d.submit(procedure="9.999999")),
    "unknown procedure to read": (404, "unknown_procedure", lambda d: d.citizen.get("/procedures/9.999999")),
    "retired version": (409, "retired_version", lambda d: d.submit(procedure="1.004873")),
    "agency of another level": (422, "not_receiving", lambda d: d.submit(agency="H23.30")),
    "unknown agency": (422, "unknown_agency", lambda d: d.submit(agency="H99")),
    # answers
    "number where a text belongs": (422, "answers_invalid", lambda d: d.answering(ho_ten=12)),
    "text where a number belongs": (422, "answers_invalid", lambda d: d.answering(me_nam_sinh="nhiều")),
    "list where a text belongs": (422, "answers_invalid", lambda d: d.answering(ho_ten=["A"])),
    "object where a text belongs": (422, "answers_invalid", lambda d: d.answering(ho_ten={"a": 1})),
    "no choice of the list": (422, "answers_invalid", lambda d: d.answering(gioi_tinh="khac_nua")),
    "no date": (422, "answers_invalid", lambda d: d.answering(ngay_sinh="31/02/2023")),
    "unknown key of the form": (422, "answers_invalid", lambda d: d.answering(khong_co="x")),
    "required field left out": (422, "answers_invalid", lambda d: d.submit(answers={})),
    "answers that are a list": (422, "malformed", lambda d: d.submit(answers=["x"])),
    "lone surrogate": (400, "malformed", lambda d: d.answering(ho_ten="A\ud800")),
    "NUL": (422, "answers_invalid", lambda d: d.answering(ho_ten="A\0B")),
    "NUL in a key": (422, "answers_invalid", lambda d: d.answering(**{"a\0": "x"})),
    "huge number": (400, "malformed", lambda d: d.answering(me_nam_sinh=10**400)),
    "number beyond 64 bits": (422, "answers_invalid", lambda d: d.answering(me_nam_sinh=2**70)),
    "infinite number": (400, "malformed", lambda d: d.raw("/dossiers", '{"answers": {"x": 1e999}}')),
    "not a number": (400, "malformed", lambda d: d.raw("/dossiers", '{"answers": {"x": NaN}}')),
    "deep nesting": (400, "malformed", lambda d: d.raw("/dossiers", DEEP)),
    "nesting that JSON readers take": (422, "answers_invalid", lambda d: d.answering(ho_ten=nested(200))),
    "oversize answers": (413, "too_large", lambda d: d.answering(ho_ten="A" * 1_100_000)),
    "oversize body": (413, "too_large", lambda d: d.raw("/dossiers", b" " * 26_000_000)),
    # papers
    "component left out": (422, "component_missing", lambda d: d.submit(components=[])),
    "unknown component": (422, "unknown_key", lambda d: d.submit(components=[{"code": "khong_co"}])),
    "somebody else's attachment": (
        404,
        "unknown_attachment",
        lambda d: d.submit(components=[{"code": "giay_chung_sinh", "attachments": ["0" * 32]}]),
    ),
    "attachment that is no id": (
        404,
        "unknown_attachment",
        lambda d: d.submit(components=[{"code": "giay_chung_sinh", "attachments": ["../../etc"]}]),
    ),
    "negative number of papers": (
        422,
        "malformed",
        lambda d: d.submit(components=[{"code": "giay_chung_sinh", "originals": -1}]),
    ),
    "program as a PDF": (
        422,
        "attachment_type",
        lambda d: d.citizen.upload("/attachments", "file", "don.pdf", b"MZ\x90\0" + b"\0" * 99),
    ),
    "empty file": (422, "attachment_type", lambda d: d.citizen.upload("/attachments", "file", "a.pdf", b"")),
    "too large a file": (
        413,
        "too_large",
        lambda d: d.citizen.upload("/attachments", "file", "a.pdf", PDF + b" " * 20_000_000),
    ),
    "no file": (400, "malformed", lambda d: d.citizen.call("POST", "/attachments", data={"x": "y"})),
    "unknown attachment": (
        404,
        "unknown_attachment",
        lambda d: d.citizen.get("/attachments/00000000-0000-0000-0000-000000000000"),
    ),
    # the request itself
    "malformed JSON": (400, "malformed", lambda d: d.raw("/dossiers", '{"procedure": ')),
    "JSON that is a list": (422, "malformed", lambda d: d.raw("/dossiers", "[1, 2]")),
    "no UTF-8": (400, "malformed", lambda d: d.raw("/dossiers", b'{"procedure": "\xff\xfe"}')),
    "empty body": (422, "malformed", lambda d: d.raw("/dossiers", "{}")),
    "unknown key of the body": (422, "malformed", lambda d: d.submit(bogus=1)),
    "another media type": (
        415,
        "media_type",
        lambda d: d.raw("/dossiers", "procedure=1.001193", Content_Type="application/x-www-form-urlencoded"),
    ),
    "no idempotency key": (
        400,
        "idempotency_key_required",
        lambda d: d.citizen.post("/dossiers", d.good),
    ),
    "too long an idempotency key": (
        400,
        "idempotency_key_required",
        lambda d: d.citizen.submit(d.good, key="k" * 300),
    ),
    "same key, other body": (
        422,
        "idempotency_mismatch",
        lambda d: d.citizen.submit(d.good | {"agency": "H23.30.01"}, key="used"),
    ),
    "wrong method": (405, "method", lambda d: d.citizen.call("DELETE", "/dossiers")),
    "no such address": (404, "not_found", lambda d: d.citizen.get("/nothing")),
    "malformed If-Match": (400, "malformed", lambda d: d.clerk.post(f"{d.task}/release", If_Match="W/abc")),
    "malformed cursor": (  # the first page is shown
        200,
        "",
        lambda d: d.clerk.get("/tasks", queue=f"{WARD}:one_stop_officer", cursor="%%%"),
    ),
    "NUL in a search": (400, "malformed", lambda d: d.clerk.get("/dossiers", q="a\0b")),
    "NUL in a filter": (400, "malformed", lambda d: d.clerk.get("/dossiers", status="a\0b")),
    "NUL in an address": (404, "not_found", lambda d: d.citizen.get("/dossiers/a%00b")),
    "huge page": (
        422,
        "malformed",
        lambda d: d.clerk.get("/tasks", queue=f"{WARD}:one_stop_officer", limit=10**9),
    ),
    # who asks
    "no token": (401, "unauthenticated", lambda d: d.counter.anybody().get("/queues")),
    "a lost session": (401, "unauthenticated", lambda d: lost(d).post(f"{d.task}/release")),
    "wrong password": (
        401,
        "unauthenticated",
        lambda d: d.counter.anybody().post("/tokens", {"username": "x", "password": "y"}),
    ),
    "password with NUL": (
        422,
        "answers_invalid",
        lambda d: d.counter.anybody().post("/tokens", {"username": "x\0", "password": "y\0"}),
    ),
    "another citizen's dossier": (
        404,
        "unknown_dossier",
        lambda d: d.as_("phamthilan").get(f"/dossiers/{d.code}"),
    ),
    "an officer of another agency": (404, "unknown_task", lambda d: d.as_(ELSEWHERE).get(d.task)),
    "somebody else's queue": (
        403,
        "forbidden",
        lambda d: d.as_(ELSEWHERE).get("/tasks", queue=f"{WARD}:one_stop_officer"),
    ),
    "a bundle from an officer": (
        403,
        "forbidden",
        lambda d: d.clerk.upload(
            "/procedures/1.001193/versions", "bundle", "g.zip", b"PK", decision_number="1"
        ),
    ),
    # tasks
    "unknown task": (404, "unknown_task", lambda d: d.clerk.post("/tasks/999999999999/claim")),
    "task beyond all numbers": (404, "unknown_task", lambda d: d.clerk.post(f"/tasks/{10**30}/claim")),
    "task already done": (
        409,
        "task_done",
        lambda d: d.clerk.post(f"{d.gone}/complete", {"outcome": "accept", "answers": CHECKED}),
    ),
    "task not claimed": (409, "task_not_claimed", lambda d: unclaimed(d)),
    "stale version": (409, "stale_version", lambda d: d.complete(seen_version=1)),
    "stale version by If-Match": (
        412,
        "stale_version",
        lambda d: d.clerk.post(f"{d.task}/release", If_Match='"1"'),
    ),
    "unknown outcome": (422, "outcome_unknown", lambda d: d.complete(outcome="maybe")),
    "no outcome": (422, "outcome_required", lambda d: d.complete(outcome=None)),
    "wrong answers of a step": (422, "answers_invalid", lambda d: d.complete(answers={"da_kiem_tra": "x"})),
    "assigned to a stranger": (
        403,
        "forbidden",
        lambda d: d.clerk.post(f"{d.task}/assign", {"to": "nobody"}),
    ),
    "no such dossier": (404, "unknown_dossier", lambda d: d.citizen.get(f"/dossiers/{WARD}-230615-9999")),
    "extension of same-day work": (
        422,
        "extension_not_allowed",
        lambda d: d.play.leader.post(f"/dossiers/{d.code}/extend", {"days": 3, "reason": "x"}),
    ),
    "no reason": (422, "reason_required", lambda d: d.play.leader.post(f"/dossiers/{d.code}/stop", {})),
    # bundles and partners
    "no bundle": (400, "malformed", lambda d: d.as_("admin").post("/bundles/check")),
    "unreadable bundle": (
        422,
        "bundle_unreadable",
        lambda d: d.as_("admin").upload("/bundles/check", "bundle", "g.zip", b"PK\x03\x04" + b"x" * 50),
    ),
    "unsigned callback": (
        401,
        "unauthenticated",
        lambda d: d.counter.anybody().post("/callbacks/jobs/00000000-0000-0000-0000-000000000000", {}),
    ),
}


def nested(depth: int) -> object:
    return json.loads("[" * depth + "]" * depth)


def lost(desk: Desk) -> Any:
    """The clerk with a token that has run out."""
    from tests.flows.counter import Caller

    return Caller(desk.counter, "a-token-of-yesterday", desk.counter.now)


def unclaimed(desk: Desk) -> TestResponse:
    rows = desk.clerk.get("/tasks", queue=f"{WARD}:one_stop_officer", filter="new").json["items"]
    return desk.clerk.post(f"/tasks/{rows[0]['id']}/complete", {"outcome": "accept", "answers": CHECKED})  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", CASES)
def test_is_refused_by_name_and_changes_nothing(desk: Desk, name: str) -> None:
    """Problem+json with code, sentence and problems; no table has another row than before."""
    status, code, ask = CASES[name]
    before = desk.counter.rows()
    answer = ask(desk)
    told = answer.json if answer.is_json else {}
    assert (answer.status_code, told.get("code", "")) == (status, code), told
    assert desk.counter.rows() == before
    if status < 400:
        return
    assert answer.content_type == "application/problem+json"
    assert told["status"] == status
    assert re.search(r"[À-ỹ]", told["detail"]), told["detail"]
    assert "Traceback" not in answer.text
    assert all(re.search(r"[À-ỹ]", problem["vi"]) for problem in told["problems"])


def test_a_problem_names_its_field(desk: Desk) -> None:
    """All problems of a form at once, each with the field it is about."""
    told = desk.answering(ho_ten=12, ngay_sinh="hôm qua", khong_co="x").json
    assert {problem["where"] for problem in told["problems"]} >= {"ho_ten", "ngay_sinh", "khong_co"}
    body = desk.submit(agency=5, channel="bồ câu").json
    assert {problem["where"] for problem in body["problems"]} == {"agency", "channel"}
    assert all(re.search(r"[À-ỹ]", problem["vi"]) for problem in told["problems"] + body["problems"])


def test_a_repeat_files_nothing_twice(desk: Desk) -> None:
    """The same key and body again: 200 with the dossier of the first time."""
    before = desk.counter.rows()
    again = desk.citizen.submit(desk.good, key="used")
    assert (again.status_code, again.json["status"]) == (200, "submitted")
    assert desk.counter.rows() == before


def test_a_page_without_session_leads_to_signing_in(desk: Desk) -> None:
    """A lost session on a page is a redirect that says so, not an error."""
    with desk.counter.app.test_client() as client:
        with client.session_transaction() as kept:
            kept["token"] = "of-another-time"
        answer = client.get("/desk/")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/desk/?&session_lost=1")


def test_every_code_is_in_the_dialects_list() -> None:
    """Callers may rely on them."""
    from assembly.statuses import STATUS_OF_CODE

    general = {"", "method", "media_type", "not_found"}
    assert {code for _, code, _ in CASES.values()} - general <= STATUS_OF_CODE.keys()
