"""Mẫu 02-04: numbered in the agency's books when they are issued, signed by key by who gives them, the applicant's to have."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import printing, publish
from casework.documents import batches, slips
from casework.documents.checking import check
from casework.gate import Accepted
from casework.halted import settle
from casework.publish import Published
from engine.actor import CLOCK, Actor
from engine.commands import Apologise, FireTimer
from engine.rejection import Rejected
from national.ports import Signing
from store import rebuild
from store.queries import dossiers, halted
from store.tables import document_file, result_book, signing_batch, slip
from tests.casework import bundles
from tests.casework.test_papers import text_of
from tests.casework.town import WARD, Town
from tests.documents.archival import problems
from tests.documents.conftest import PUBLIC, SECRET, Desk
from tests.documents.test_signing import Away, Counting
from tests.documents.work import asked as documents_asked
from tests.documents.work import before_the_leader, carry_out, public_id, states

ADMIN = Actor("admin", "admin", "Quản trị")


def supplement_asked(town: Town) -> tuple[str, Actor]:
    """A birth registration for which the civil-status officer has asked for a paper."""
    code, officer = town.received(), town.officer(WARD, "civil_status_officer")
    town.complete(code, "tham_dinh", officer, "supplement", y_kien="Bổ sung bản chính giấy chứng sinh.")
    return code, officer


def asked(town: Town, actor: Actor, code: str, *papers: str, pin: str = "123456") -> Rejected | None:
    answer = slips.ask(town.session, actor, {code: papers}, pin, secret=SECRET, now=town.now)
    return answer if isinstance(answer, Rejected) else None


def listed(town: Town, code: str, paper: str) -> dict[str, Any]:
    row = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(row, dict)
    return next(one for one in row["papers"] if one["code"] == paper)


def given(town: Town, actor: Actor, code: str, paper: str) -> bytes:
    row = dossiers.one(town.session, actor, code, now=town.now)
    assert isinstance(row, dict)
    pdf = printing.of_dossier(town.session, row, paper, public_url=PUBLIC, now=town.now)
    assert isinstance(pdf, bytes), pdf
    return pdf


def test_a_slip_is_numbered_at_once_and_signed_by_who_asks(town: Town, desk: Desk, tmp_path: Path) -> None:
    """Unsigned it says so; signed, the applicant has the very file, valid and PDF/A; asked again, nothing changes."""
    code, officer = supplement_asked(town)
    assert listed(town, code, "02")["number"] == "01/HDHS"
    words = text_of(given(town, town.applicant(), code, "02"), tmp_path)
    assert "Số: 01/HDHS" in words
    assert "Phiếu chưa ký số" in words

    assert asked(town, officer, code, "02") is None
    assert asked(town, officer, code, "02") is slips.NOTHING, "it is on its way"
    carry_out(town, desk.signing)
    assert listed(town, code, "02")["state"] == "done"
    pdf = given(town, town.applicant(), code, "02")
    judged = check(pdf, desk.anchors)
    assert (judged.verdict, [one.name for one in judged.signatures]) == ("valid", [officer.name])
    assert problems(pdf) == []
    words = text_of(pdf, tmp_path)
    assert "Số: 01/HDHS" in words
    assert "Phiếu chưa ký số" not in words
    assert town.session.scalar(select(signing_batch.c.pin)) is None, "no PIN is kept"
    assert rebuild.differences(town.session) == []


def test_each_book_of_an_agency_counts_by_itself(town: Town, desk: Desk) -> None:
    """Two requests and an apology; what nobody signs has its number all the same, and none is taken by a rejection."""
    codes = [supplement_asked(town)[0] for _ in range(2)]
    late, leader = town.received(), town.officer(WARD, "leader")
    assert isinstance(town.give(late, Apologise(leader, "2023-06-10", "Chậm")), Rejected)
    town.give(late, Apologise(leader, "2023-06-19", "Chờ cấp số định danh"))
    assert [listed(town, code, "02")["number"] for code in codes] == ["01/HDHS", "02/HDHS"]
    assert listed(town, late, "04")["number"] == "01/PXL"
    books = select(result_book.c.book, result_book.c.last).order_by(result_book.c.book)
    assert [tuple(row) for row in town.session.execute(books)] == [("HDHS", 2), ("PXL", 1)]


@pytest.mark.parametrize("fault", ["wrong PIN", "no service"])
def test_what_was_not_signed_says_why_and_can_be_signed_again(town: Town, desk: Desk, fault: str) -> None:
    """The number stays; no file is kept."""
    code, officer = supplement_asked(town)
    asked(town, officer, code, "02", pin="000000" if fault == "wrong PIN" else "123456")
    carry_out(town, desk.signing if fault == "wrong PIN" else None)
    kept = listed(town, code, "02")
    assert kept["state"] == "failed"
    assert kept["problem"] == {"wrong PIN": "pin_wrong", "no service": "no_signing_service"}[fault]
    assert asked(town, officer, code, "02") is None
    carry_out(town, desk.signing)
    assert listed(town, code, "02")["state"] == "done"
    assert listed(town, code, "02")["number"] == "01/HDHS"


def test_an_apology_is_signed_by_the_leader_then_sealed_for_the_agency(town: Town, desk: Desk) -> None:
    """It waits in the tray of who seals the agency's results; a PIN mistyped leaves it there, with the leader's signature."""
    code, leader, clerk = town.received(), town.officer(WARD, "leader"), town.officer(WARD, "clerk")
    assert isinstance(town.give(code, Apologise(leader, "2023-06-19", "Chờ cấp số định danh")), Accepted)
    assert slips.tray(town.session, clerk) == []
    assert asked(town, leader, code, "04") is None
    carry_out(town, desk.signing)
    (waiting,) = slips.tray(town.session, clerk)
    assert (waiting["dossier"], waiting["paper"], waiting["waits_for"]) == (code, "04", "seal")
    assert asked(town, leader, code, "04") is slips.NOTHING, "a leader has no seal"
    assert slips.tray(town.session, town.officer("H23.30.06", "clerk")) == []

    asked(town, clerk, code, "04", pin="000000")
    carry_out(town, desk.signing)
    (waiting,) = slips.tray(town.session, clerk)
    assert (waiting["state"], waiting["problem"]) == ("failed", "pin_wrong")
    assert len(check(given(town, town.applicant(), code, "04"), desk.anchors).signatures) == 1
    assert asked(town, clerk, code, "04") is None
    carry_out(town, desk.signing)
    assert slips.tray(town.session, clerk) == []
    pdf = given(town, town.applicant(), code, "04")
    judged = check(pdf, desk.anchors)
    assert judged.verdict == "valid"
    assert [one.name for one in judged.signatures] == [leader.name, "Ủy ban nhân dân phường Thạch Khôi"]
    assert judged.signatures[1].seals
    assert problems(pdf) == []
    assert listed(town, code, "04")["state"] == "done"
    assert rebuild.differences(town.session) == []


def refused_by_the_clock(town: Town, code: str = "9.000031") -> str:
    """A dossier that its procedure refuses when a day is over: nobody gave the order."""
    wait = (
        '<bpmn:intermediateCatchEvent id="cho" name="Quá hạn"><bpmn:timerEventDefinition id="t">'
        '<bpmn:timeDuration xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="bpmn:tFormalExpression">'
        "P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )
    ended = bundles.end()[0], bundles.end()[1].replace("returned", "refused")
    receive = bundles.step("tiep_nhan", "receive", "accept:Tiếp nhận; refuse:Từ chối")
    content = bundles.one_lane(code, "Tự từ chối", bundles.start(), receive, ("cho", wait), ended)
    admin = Actor("admin", "admin", "Quản trị")
    today = town.now.date()
    done = publish.publish(
        town.session, admin, content, decision_number="1", effective_from=today, now=town.now
    )
    assert isinstance(done, Published), done
    dossier = town.submitted(procedure=code, answers={}, components=())
    received = town.complete(dossier, "tiep_nhan", town.officer(WARD, "one_stop_officer"), "accept")
    (timer,) = received.state.timers
    assert isinstance(town.give(dossier, FireTimer(CLOCK, timer), after=timedelta(days=2)), Accepted)
    return dossier


def test_what_the_clock_issues_waits_for_a_leader(town: Town, desk: Desk, tmp_path: Path) -> None:
    """No machine's name stands under it; any leader of the agency signs, then it is sealed like a decided refusal."""
    code, leader = refused_by_the_clock(town), town.officer(WARD, "leader")
    words = text_of(given(town, town.applicant(), code, "03"), tmp_path)
    assert "hệ thống" not in words.lower()
    for stranger in (town.officer(WARD, "one_stop_officer"), town.officer("H23.30.06", "leader")):
        assert slips.tray(town.session, stranger) == []
    assert [(one["dossier"], one["waits_for"]) for one in slips.tray(town.session, leader)] == [
        (code, "signature")
    ]
    assert asked(town, leader, code, "03") is None
    carry_out(town, desk.signing)
    clerk = town.officer(WARD, "clerk")
    assert asked(town, clerk, code, "03") is None
    carry_out(town, desk.signing)
    pdf = given(town, town.applicant(), code, "03")
    judged = check(pdf, desk.anchors)
    assert judged.verdict == "valid"
    assert [one.name for one in judged.signatures] == [leader.name, "Ủy ban nhân dân phường Thạch Khôi"]
    assert leader.name in text_of(pdf, tmp_path)


def test_what_was_signed_on_paper_leaves_the_tray(town: Town, desk: Desk) -> None:
    code, leader = refused_by_the_clock(town, "9.000032"), town.officer(WARD, "leader")
    stranger = slips.by_hand(town.session, town.officer(WARD, "clerk"), {code: ["03"]}, now=town.now)
    assert stranger is slips.NOTHING
    assert slips.by_hand(town.session, leader, {code: ["03"]}, now=town.now) == 1
    assert slips.tray(town.session, leader) == []


def test_a_worker_without_time_stamps_keeps_nothing_until_they_come(town: Town, desk: Desk) -> None:
    """As after a kill: the row is done again whole, once."""
    code, officer = supplement_asked(town)
    asked(town, officer, code, "02")
    assert carry_out(town, Signing(desk.signing.service, Away(), PUBLIC, SECRET, "Bản thử")) == ["postponed"]
    assert listed(town, code, "02")["state"] == "waiting"
    assert town.session.scalar(select(func.count()).select_from(document_file)) == 0
    town.now += 60 * town.pace
    assert carry_out(town, desk.signing) == ["done"]
    assert listed(town, code, "02")["state"] == "done"
    assert town.session.scalar(select(func.count()).select_from(document_file)) == 1


def with_a_document(town: Town, pin: str) -> tuple[uuid.UUID, str]:
    """A document and a slip of the clock, both asked for by the leader with one PIN: the first batch, the slip's dossier."""
    code, leader = refused_by_the_clock(town), town.officer(WARD, "leader")
    first = documents_asked(town, leader, public_id(town, before_the_leader(town), "ky"), pin=pin)
    second = slips.ask(town.session, leader, {code: ["03"]}, pin, secret=SECRET, now=town.now, after=first)
    assert isinstance(second, uuid.UUID), second
    return first, code


@pytest.mark.parametrize(
    ("pin", "calls", "problem"), [("000000", 1, "pin_wrong"), ("123456", 2, "")], ids=["wrong", "right"]
)
def test_a_pin_typed_once_is_tried_once(town: Town, desk: Desk, pin: str, calls: int, problem: str) -> None:
    """The slips wait for the documents that were ticked with them: five tries of a key are five of its holder's."""
    first, code = with_a_document(town, pin)
    service = Counting(desk.signing.service)
    outside = Signing(service, desk.signing.stamps, PUBLIC, SECRET, "Bản thử")
    assert carry_out(town, outside, slips.TOPIC) == ["waits"]
    assert service.asked == []
    town.now += batches.ASK_AGAIN
    carry_out(town, outside)
    assert len(service.asked) == calls
    over = "failed" if problem else "done"
    assert states(town, first) == [(over, problem)]
    told = listed(town, code, "03")
    assert (told["state"], told["problem"]) == (over, problem)
    assert town.session.scalars(select(signing_batch.c.pin).distinct()).all() == [None], "no PIN is kept"


def test_slips_do_not_wait_longer_than_a_pin_is_kept(town: Town, desk: Desk) -> None:
    """Documents that nobody brings to an end hold up no slip."""
    _, code = with_a_document(town, "123456")
    town.now += batches.PATIENCE
    assert carry_out(town, desk.signing, slips.TOPIC) == ["done"]
    assert listed(town, code, "03")["state"] == "done"


def test_nobody_signs_another_s_slip(town: Town, desk: Desk) -> None:
    """Neither a colleague who sees the dossier nor a stranger."""
    code, _ = supplement_asked(town)
    assert asked(town, town.officer(WARD, "one_stop_officer"), code, "02") is slips.NOTHING
    assert asked(town, town.applicant(), code, "02") is slips.NOTHING
    stranger = asked(town, town.officer("H23.30.06", "one_stop_officer"), code, "02")
    assert isinstance(stranger, Rejected)


def test_a_slip_that_kills_who_signs_it_stands_where_admins_look(town: Town, desk: Desk) -> None:
    """As documents and scans do: its officer asks again, an admin sees what happened."""
    code, officer = supplement_asked(town)
    assert asked(town, officer, code, "02") is None
    batch = town.session.scalars(select(slip.c.batch).where(slip.c.state == "waiting")).one()
    batches.fail(slips.SLIPS, town.session, batch, batches.KILLED, town.now)
    town.session.commit()
    [row] = [one for one in halted.found(town.session) if one["kind"] == "slip"]
    assert (row["dossier"], row["state"], row["ref"].rpartition(":")[2]) == (code, "killed", "02")
    assert settle(town.session, ADMIN, "slip", row["ref"], "Ký lại được rồi", now=town.now) is None
    assert not [one for one in halted.found(town.session) if one["kind"] == "slip"]
