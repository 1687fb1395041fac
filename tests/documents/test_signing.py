"""A leader signs, a clerk numbers and seals: one signature takes effect each, whoever fails in the middle."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework import printing
from casework.documents import files, signing
from casework.documents.checking import check
from casework.gate import Accepted
from engine.commands import AskOpinion, CancelOpinion, CompleteTask, WithdrawDossier
from engine.rejection import Rejected
from national.ports import Holder, Signing, Unreachable
from store import rebuild
from store.queries import colleagues, dossiers
from store.tables import document_file, signing_batch
from store.tables.work import task_key
from tests.casework.town import WARD, Town
from tests.documents.conftest import PUBLIC, SECRET, Desk
from tests.documents.work import (
    RESULT,
    asked,
    before_the_leader,
    carry_out,
    outside,
    public_id,
    result_of,
    states,
)


def test_signed_by_the_leader_sealed_by_the_clerk_handed_to_the_applicant(
    town: Town, desk: Desk, tmp_path: Path
) -> None:
    """Two signatures in one file, the second an addition; the applicant gets the very file, and openssl's kin agree."""
    code = before_the_leader(town)
    leader, clerk = town.officer(WARD, "leader"), town.officer(WARD, "clerk")
    batch = asked(town, leader, public_id(town, code, "ky"))
    assert states(town, batch) == [("waiting", "")]
    carry_out(town, desk.signing)
    assert states(town, batch) == [("done", "")]
    signed = result_of(town, code)
    assert (signed["stage"], signed["signer"]) == ("signed", leader.id)
    first = files.content(town.session, dossiers.ids(town.session, code), RESULT, signed["file"])

    asked(town, clerk, public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    numbered = result_of(town, code)
    assert (numbered["stage"], numbered["number"]) == ("numbered", "58/2023")
    assert numbered["issued_on"].isoformat() == "2023-06-15"
    assert numbered["valid_to"] is None
    desk_officer = town.officer(WARD, "one_stop_officer")
    town.complete(code, "so_hoa_ket_qua", desk_officer)
    town.complete(code, "tra_ket_qua", desk_officer)
    row = dossiers.one(town.session, town.applicant(), code, now=town.now)
    pdf = printing.result_of_dossier(town.session, row, RESULT, public_url=PUBLIC, now=town.now)
    assert isinstance(pdf, bytes)
    assert first is not None
    assert pdf.startswith(first)

    judged = check(pdf, desk.anchors)
    assert judged.verdict == "valid"
    assert [(one.name, one.stamped) for one in judged.signatures] == [
        (leader.name, True),
        ("Ủy ban nhân dân phường Thạch Khôi", True),
    ]
    assert rebuild.differences(town.session) == []
    if subprocess.run(["which", "pdfsig"], capture_output=True, check=False).returncode == 0:
        path = tmp_path / "result.pdf"
        path.write_bytes(pdf)
        said = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
        ).stdout
        assert said.count("Signature Validation: Signature is Valid.") == 2


def test_many_documents_are_authorised_at_once(town: Town, desk: Desk) -> None:
    """Three dossiers, one PIN, one call of the signing service."""
    codes = [before_the_leader(town) for _ in range(3)]
    counting = Counting(desk.signing.service)
    leader = town.officer(WARD, "leader")
    batch = asked(town, leader, *(public_id(town, code, "ky") for code in codes))
    carry_out(town, Signing(counting, desk.signing.stamps, PUBLIC, SECRET, "Bản thử"))
    assert counting.asked == [3]
    assert states(town, batch) == [("done", "")] * 3
    assert town.session.scalar(select(signing_batch.c.pin)) is None, "no PIN is kept"


def test_a_wrong_pin_signs_nothing_and_leaves_the_work_where_it_was(town: Town, desk: Desk) -> None:
    """The item says so, the task is still the leader's, and the right PIN signs it."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    task = public_id(town, code, "ky")
    batch = asked(town, leader, task, pin="000000")
    carry_out(town, desk.signing)
    assert states(town, batch) == [("failed", "pin_wrong")]
    assert result_of(town, code) == {}
    again = asked(town, leader, task)
    carry_out(town, desk.signing)
    assert states(town, again) == [("done", "")]


def test_a_time_stamp_that_does_not_come_is_waited_for(town: Town, desk: Desk) -> None:
    """Nothing is kept meanwhile: no file, no number of the book."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    batch = asked(town, leader, public_id(town, code, "ky"))
    away = Signing(desk.signing.service, Away(), PUBLIC, SECRET, "Bản thử")
    assert carry_out(town, away) == ["postponed"]
    assert states(town, batch) == [("waiting", "")]
    assert town.session.scalar(select(func.count()).select_from(document_file)) == 0
    town.now += timedelta(minutes=5)
    carry_out(town, desk.signing)
    assert states(town, batch) == [("done", "")]


def test_killed_between_signature_and_effect_one_signature_counts(town: Town, desk: Desk) -> None:
    """The signed file waits without effect; carried out twice, the step is completed once, with one file."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    batch = asked(town, leader, public_id(town, code, "ky"))
    carry_out(town, desk.signing, "sign.batch")
    assert states(town, batch) == [("signed", "")]
    assert result_of(town, code) == {}, "a signature without its step counts for nothing"
    twin = asked(town, leader, public_id(town, code, "ky"))
    carry_out(town, desk.signing)
    assert sorted([*states(town, batch), *states(town, twin)]) == [("done", ""), ("failed", "task_done")]
    kept = town.session.scalars(select(document_file.c.sha256)).all()
    assert result_of(town, code)["file"] in kept


def test_a_dossier_withdrawn_meanwhile_is_not_signed(town: Town, desk: Desk) -> None:
    """The gate decides last: the item fails by name."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    batch = asked(town, leader, public_id(town, code, "ky"))
    carry_out(town, desk.signing, "sign.batch")
    assert not isinstance(town.give(code, WithdrawDossier(town.applicant(), "Không còn nhu cầu")), Rejected)
    carry_out(town, desk.signing)
    assert states(town, batch)[0][0] == "failed"


def test_over_an_open_question_nothing_is_signed(town: Town, desk: Desk) -> None:
    """Neither where it was open when the signature was asked for, nor where it was put meanwhile."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    number, task = town.task_no(code, "ky"), public_id(town, code, "ky")
    meanwhile = asked(town, leader, task)
    question = AskOpinion(leader, number, WARD, "civil_status_officer", "Đã đối chiếu chưa?", "1 working_day")
    assert isinstance(town.give(code, question), Accepted)
    assert states(town, asked(town, leader, task)) == [("failed", "opinion_open")]
    carry_out(town, desk.signing)
    assert states(town, meanwhile) == [("failed", "opinion_open")]
    assert town.session.scalar(select(func.count()).select_from(document_file)) == 0
    (waiting,) = colleagues.opinions(town.session, task)
    town.give(code, CancelOpinion(leader, task_key(waiting["id"])[1]))
    again = asked(town, leader, task)
    carry_out(town, desk.signing)
    assert states(town, again) == [("done", "")]


@pytest.mark.parametrize(
    ("pin", "tasks", "code"), [("", 1, "pin_required"), ("123456", 0, "nothing_to_sign")]
)
def test_what_cannot_be_asked_is_refused(town: Town, desk: Desk, pin: str, tasks: int, code: str) -> None:
    """Before anything is written."""
    leader = town.officer(WARD, "leader")
    wanted = [public_id(town, before_the_leader(town), "ky")][:tasks]
    answer = signing.ask(town.session, leader, wanted, pin, secret=SECRET, now=town.now)
    assert isinstance(answer, Rejected)
    assert answer.code == code


def test_strangers_sign_nothing(town: Town, desk: Desk) -> None:
    """A task of another's queue is passed over as if it were not there."""
    task = public_id(town, before_the_leader(town), "ky")
    answer = signing.ask(
        town.session, town.officer(WARD, "one_stop_officer"), [task], "123456", secret=SECRET, now=town.now
    )
    assert isinstance(answer, Rejected)
    assert outside(desk.signing).signing is desk.signing


def test_without_a_signing_service_papers_are_signed_by_hand(town: Town, desk: Desk) -> None:
    """The item says that no service is configured; the step can still be completed as signed on paper."""
    code, leader = before_the_leader(town), town.officer(WARD, "leader")
    batch = asked(town, leader, public_id(town, code, "ky"))
    carry_out(town, None)
    assert states(town, batch) == [("failed", "no_signing_service")]
    town.session.rollback()
    number = town.task_no(code, "ky")
    assert not isinstance(town.give(code, CompleteTask(leader, number, "sign")), Rejected)
    assert result_of(town, code)["file"] == ""


class Counting:
    """A signing service that remembers how many digests each call had."""

    def __init__(self, service) -> None:  # type: ignore[no-untyped-def]
        self._service = service
        self.asked: list[int] = []

    def certificates(self, holder: Holder):  # type: ignore[no-untyped-def]
        return self._service.certificates(holder)

    def sign(self, holder: Holder, pin: str, digests, memory=None):  # type: ignore[no-untyped-def]
        self.asked.append(len(digests))
        return self._service.sign(holder, pin, digests, memory)


class Away:
    def answer(self, query: bytes) -> bytes:
        raise Unreachable("the time stamps are away")
