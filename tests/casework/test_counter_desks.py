"""The counter's desks: paper taken in and digitised, handed to units, results collected, taken in for other agencies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import (
    attachments,
    bills,
    collecting,
    counters,
    definitions,
    erasure,
    estore,
    hand_lists,
    papers,
    payments,
    permits,
    printing,
    receiving,
    registers,
)
from casework.gate import Accepted
from engine.actor import Actor
from engine.commands import CompleteTask, RecordPapers
from engine.declared import ComponentGiven, Person, Receiver
from engine.rejection import Rejected
from store.queries import counter, dossiers, notices
from store.tables import procedure_version
from tests.builders import PDF
from tests.casework.test_printing import words_of
from tests.casework.town import BIRTH, BIRTH_ANSWERS, WARD, Town

OTHER = "H23.33.02"
APPLICANT = Person("Lê Thị Hoa", id_number="030192005678", address="Thôn An Đông, xã An Lâm")
ON_PAPER = (ComponentGiven("giay_chung_sinh", originals=1, pages=2, kept=True),)

needs_fonts = pytest.mark.skipif(
    not any(papers.FONTS.glob("*.ttf")), reason="the page assets are not built: no Tinos fonts"
)


def at_counter(town: Town, **changed: object) -> str:
    """A birth registration filed at the ward's counter on paper, and received."""
    desk = town.officer(WARD, "one_stop_officer")
    given = {"actor": desk, "channel": "counter", "applicant": APPLICANT, "components": ON_PAPER} | changed
    code = town.submitted(**given)
    town.complete(
        code, "tiep_nhan", desk, "accept", da_kiem_tra=["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
    )
    return code


def row_of(town: Town, code: str, actor: Actor) -> dict:
    row = dossiers.one(town.session, actor, code, now=town.now)
    assert not isinstance(row, Rejected)
    return row


def test_a_payer_and_a_beneficiary_stand_beside_the_applicant(town: Town) -> None:
    """Each is kept once, in the erasable place, and shown to who sees the dossier in full."""
    payer = Person("Nguyễn Văn Hưng", id_number="030088001234")
    child = Person("Nguyễn Minh Anh", id_number="030323004567")
    code = at_counter(town, payer=payer, beneficiary=child)
    row = row_of(town, code, town.officer(WARD, "one_stop_officer"))
    assert [row[name]["name"] for name in ("applicant", "beneficiary", "payer")] == [
        "Lê Thị Hoa",
        "Nguyễn Minh Anh",
        "Nguyễn Văn Hưng",
    ]


@needs_fonts
def test_papers_of_the_counter_name_who_pays_and_who_received(town: Town, tmp_path: Path) -> None:
    """The payer stands on the receipt and on the bill of money that came online; the slip of a result says who took it,
    by what right, and which originals went back."""
    desk, late = town.officer(WARD, "one_stop_officer"), BIRTH_ANSWERS | {"ngay_sinh": "2023-01-05"}
    code = at_counter(town, answers=late, payer=Person("Nguyễn Văn Hưng", id_number="030088001234"))
    row = row_of(town, code, desk)
    receipt = printing.of_dossier(town.session, row, "01", public_url="http://motcua.test", now=town.now)
    assert "Người nộp phí, lệ phí: Nguyễn Văn Hưng" in words_of(receipt, tmp_path)
    assert collecting.pdf(town.session, row) == collecting.NOT_HANDED
    payments.take_cash(town.session, desk, code, 8000, "", method="cash", now=town.now)
    (paid,) = bills.of_dossier(town.session, row, now=town.now).payments
    bill = bills.receipt(town.session, row, paid["reference"], now=town.now)
    assert "Người nộp tiền: Nguyễn Văn Hưng" in words_of(bill, tmp_path)
    who = receiver(relation="authorised", name="Trần Văn Bình", authority="số 12 ngày 01/6/2023")
    collecting.keep(town.session, row["id"], handed_to(desk, who), now=town.now)
    words = words_of(collecting.pdf(town.session, row), tmp_path)
    for said in (
        "Trần Văn Bình, giấy tờ tùy thân số 030192005678",
        "số 12 ngày 01/6/2023",
        "Giấy chứng sinh",
    ):
        assert said in words


def test_papers_are_counted_and_digitised_at_any_step(town: Town) -> None:
    """What must be digitised is on the list until a scan is recorded; quantities stay as they were."""
    code, desk = at_counter(town), town.officer(WARD, "one_stop_officer")
    since = town.now - timedelta(days=1)
    (waits,) = [row for row in counter.undigitised(town.session, [WARD], since=since) if row["code"] == code]
    assert waits["names"] == ["Giấy chứng sinh do cơ sở y tế cấp"]
    scanned = ComponentGiven("giay_chung_sinh", originals=1, pages=2, kept=True, digitised=2, source="H23-1")
    assert isinstance(town.give(code, RecordPapers(desk, (scanned,))), Accepted)
    part = next(one for one in row_of(town, code, desk)["components"] if one["code"] == "giay_chung_sinh")
    assert (part["originals"], part["pages"], part["kept"], part["digitised"]) == (1, 2, True, 2)
    assert code not in [row["code"] for row in counter.undigitised(town.session, [WARD], since=since)]
    stranger = town.officer("H23.31.01", "one_stop_officer")
    refused = town.give(code, RecordPapers(stranger, (scanned,)))
    assert isinstance(refused, Rejected)
    assert refused.code == "unknown_dossier"


def test_paper_goes_to_each_unit_on_one_list_and_is_taken_there(town: Town) -> None:
    """One press makes all lists; the unit's officer takes it; a second press finds nothing."""
    first, second = at_counter(town), at_counter(town)
    desk, officer = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    made = hand_lists.hand_over(town.session, desk, [WARD], now=town.now)
    assert isinstance(made, list)
    lists = [hand_lists.one(town.session, one) for one in made]
    (mine,) = [one for one in lists if one and one["to_role"] == "civil_status_officer"]
    assert {first, second} <= {line["code"] for line in mine["lines"]}
    assert [line["pages"] for line in mine["lines"] if line["code"] == first] == [2]
    again = hand_lists.hand_over(town.session, desk, [WARD], now=town.now)
    assert isinstance(again, Rejected)
    assert again.code == "nothing_to_hand_over"
    stranger = town.officer(WARD, "leader")
    refused = hand_lists.take(town.session, stranger, mine["id"], now=town.now)
    assert isinstance(refused, Rejected)
    assert hand_lists.take(town.session, officer, mine["id"], now=town.now) is None
    taken = hand_lists.one(town.session, mine["id"])
    assert taken
    assert taken["taken_by"] == officer.id


@needs_fonts
def test_what_did_not_come_with_a_list_waits_at_its_counter_again(town: Town, tmp_path: Path) -> None:
    """The unit names it; the counter is told and hands it over on a new list, which says that it was missed."""
    first, second = at_counter(town), at_counter(town)
    desk, officer = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "civil_status_officer")
    (made,) = hand_lists.hand_over(town.session, desk, [WARD], now=town.now)
    strange = hand_lists.take(town.session, officer, made, ["H23.30.05-230615-9999"], now=town.now)
    assert isinstance(strange, Rejected)
    assert [one.where for one in strange.problems] == ["missing"]
    assert hand_lists.take(town.session, officer, made, [second], now=town.now) is None
    assert hand_lists.take(town.session, officer, made, now=town.now) is None  # pressed twice
    taken = hand_lists.one(town.session, made)
    assert {line["code"]: line["missed"] for line in taken["lines"]} == {first: False, second: True}
    assert (taken["dossiers"], taken["missing"]) == (2, [second])
    said = words_of(hand_lists.pdf(town.session, taken), tmp_path).replace("- ", "-")
    assert f"đã nhận 1 hồ sơ, chưa nhận được: {second}" in said
    told = notices.newest(town.session, desk.id)[0]
    assert (told["topic"], told["place"], told["dossier"]) == ("paper_missing", "/quay/ban-giao", second)
    (group,) = hand_lists.waiting(town.session, [WARD], now=town.now)
    assert [(line["code"], line["missed"]["number"]) for line in group["lines"]] == [(second, 1)]
    (again,) = hand_lists.hand_over(town.session, desk, [WARD], now=town.now)
    assert hand_lists.take(town.session, officer, again, now=town.now) is None
    assert hand_lists.waiting(town.session, [WARD], now=town.now) == []


def test_a_missing_paper_waits_though_its_step_is_over(town: Town) -> None:
    """The unit worked from the files before it looked for the paper; the counter still finds what it is told of, for as
    long as paper is looked for."""
    code, desk = at_counter(town), town.officer(WARD, "one_stop_officer")
    officer = town.officer(WARD, "civil_status_officer")
    (made,) = hand_lists.hand_over(town.session, desk, [WARD], now=town.now)
    town.complete(code, "tham_dinh", officer, "approve", da_doi_chieu=["csdl_dan_cu", "giay_to_sinh"])
    assert hand_lists.waiting(town.session, [WARD], now=town.now) == []
    assert hand_lists.take(town.session, officer, made, [code], now=town.now) is None
    (group,) = hand_lists.waiting(town.session, [WARD], now=town.now)
    assert (group["agency"], group["to_agency"], group["to_role"]) == (WARD, WARD, "civil_status_officer")
    assert [(line["code"], line["missed"]["number"]) for line in group["lines"]] == [(code, 1)]
    assert hand_lists.waiting(town.session, [OTHER], now=town.now) == []
    later = town.now + hand_lists.LOOK_BACK + timedelta(days=1)
    assert hand_lists.waiting(town.session, [WARD], now=later) == []
    (again,) = hand_lists.hand_over(town.session, desk, [WARD], now=town.now)
    assert hand_lists.take(town.session, officer, again, now=town.now) is None
    assert hand_lists.waiting(town.session, [WARD], now=town.now) == []


def test_one_counter_takes_in_for_another_agency(town: Town) -> None:
    """Non-boundary: reception and return at the counter, the work at the deciding agency, each crossing on the ledger."""
    here, desk = WARD, town.officer(WARD, "one_stop_officer")
    assert receiving.takes_for_others(town.session, BIRTH, here, on=town.now.date())
    code = at_counter(town, agency=OTHER, via=here)
    row = row_of(town, code, desk)
    assert row["sight"] == "full"
    assert row["via"]["code"] == here
    assert code.startswith(OTHER)
    (task,) = row["tasks"]
    assert (task["agency"], task["step"]["kind"]) == (OTHER, "appraise")
    (crossing,) = dossiers.hand_overs(town.session, row["id"])
    assert (crossing["from_agency"], crossing["to_agency"]) == (here, OTHER)
    today = town.now.date()
    for agency in (here, OTHER):
        (line,) = [one for one in registers.rows(town.session, agency, today, today) if one["code"] == code]
        assert line["deciding"] == row["agency"]["name"]


def test_the_counter_that_returns_a_result_takes_its_fee(town: Town) -> None:
    """Non-boundary: money is taken where the dossier came in, or where it is decided; at no third counter."""
    late = BIRTH_ANSWERS | {"ngay_sinh": "2023-01-05"}
    for agency in (WARD, OTHER):
        code, clerk = (
            at_counter(town, agency=OTHER, via=WARD, answers=late),
            town.officer(agency, "one_stop_officer"),
        )
        assert permits.orders(town.session, clerk, row_of(town, code, clerk))["take_fees"]
        stranger = town.officer("H23.30.01", "one_stop_officer")
        refused = payments.take_cash(town.session, stranger, code, 8000, "", method="cash", now=town.now)
        assert isinstance(refused, Rejected)
        taken = payments.take_cash(town.session, clerk, code, 8000, "", method="cash", now=town.now)
        assert isinstance(taken, Accepted), taken


@needs_fonts
def test_the_receipt_is_the_counter_s_that_took_it_in(town: Town, tmp_path: Path) -> None:
    """Mẫu 01 of a non-boundary dossier: issued, dated and returned here, decided there."""
    desk = town.officer(WARD, "one_stop_officer")
    row = row_of(town, at_counter(town, agency=OTHER, via=WARD), desk)
    words = words_of(
        printing.of_dossier(town.session, row, "01", public_url="http://motcua.test", now=town.now), tmp_path
    )
    for said in (
        "Bộ phận Tiếp nhận và Trả kết quả: Ủy ban nhân dân phường Thạch Khôi",
        "Thạch Khôi, ngày",
        f"Cơ quan giải quyết: {row['agency']['name']}",
        "Đăng ký nhận kết quả tại: Ủy ban nhân dân phường Thạch Khôi",
    ):
        assert said in words


def test_no_counter_takes_in_without_a_decision(town: Town) -> None:
    """The district's counter is on no list; a stranger's desk is refused before that."""
    city = town.officer("H23.30", "one_stop_officer")
    answer = town.submit(actor=city, channel="counter", applicant=APPLICANT, agency=OTHER, via="H23.30")
    assert isinstance(answer, Rejected)
    assert answer.code == "not_receiving"
    answer = town.submit(actor=city, channel="counter", applicant=APPLICANT, agency=OTHER, via=WARD)
    assert isinstance(answer, Rejected)
    assert answer.code == "forbidden"


DOSSIER = {"applicant": {"name": "Lê Thị Hoa", "id_number": "030192005678"}, "beneficiary": None}
DRAWN = collecting.signature("[[[1, 2], [30, 40], [99999, -5]], [[1, 1]], 7]", "")


def receiver(**changed: object) -> Receiver:
    fields: dict = {
        "relation": "applicant",
        "name": "Lê Thị Hoa",
        "id_number": "030192005678",
        "identified": True,
        "signature": DRAWN,
    }
    return Receiver(**(fields | changed))


def handed_to(desk: Actor, who: Receiver) -> CompleteTask:
    return CompleteTask(desk, 1, receiver=who, returned=("giay_chung_sinh",))


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"id_number": "030192005679"}, ["receiver.id_number"]),
        ({"relation": "authorised", "id_number": "030088001234"}, ["receiver.authority"]),
        ({"relation": "authorised", "id_number": "030088001234", "authority": "Số 5/2026"}, []),
        ({"identified": False, "signature": None}, ["receiver.identified", "receiver.signature"]),
        ({"relation": "?", "name": "", "id_number": "1"}, ["receiver.relation", "receiver.name", "receiver.id_number"]),
    ],
)  # fmt: skip
def test_who_may_collect(changed: dict, wrong: list[str]) -> None:
    """The number must be that of the dossier, or an authorising paper is named; always identified, always signed."""
    assert [problem.where for problem in collecting.check(receiver(**changed), DOSSIER)] == wrong


def test_a_signature_is_points_within_its_field_or_a_typed_name() -> None:
    """What is no point is dropped, what lies outside is drawn in; nonsense is no signature."""
    assert DRAWN == {"drawn": [[[1, 2], [30, 40], [600, 0]]]}
    assert collecting.path(DRAWN) == "M1 2 L30 40 L600 0"
    assert collecting.signature("{]", " Lê Thị Hoa ") == {"typed": "Lê Thị Hoa"}
    assert collecting.signature('[[["a", 1], [true, 2]]]', "") is None
    assert collecting.signature("[" * 200, "") is None


def test_erasing_a_dossier_forgets_who_collected(town: Town) -> None:
    """The signature and the receiver's number go with the rest."""
    code = at_counter(town)
    desk = town.officer(WARD, "one_stop_officer")
    dossier_id = row_of(town, code, desk)["id"]
    collecting.keep(town.session, dossier_id, handed_to(desk, receiver()), now=town.now)
    kept = collecting.of_dossier(town.session, dossier_id)
    assert kept
    assert kept["receiver"] == "Lê Thị Hoa"
    town.complete(
        code, "tham_dinh", town.officer(WARD, "civil_status_officer"), "refuse", y_kien="Đã đăng ký nơi khác."
    )
    done = erasure.erase(town.session, town.person("admin"), code, "Theo đơn", now=town.now)
    assert not isinstance(done, Rejected)
    assert collecting.of_dossier(town.session, dossier_id) is None


def test_a_paper_of_the_applicant_s_store_is_reused_by_the_officer(town: Town) -> None:
    """Found by the identifier of who stands there; the copy is the officer's to file, noted as reused with its source."""
    citizen, desk = town.person("nguyenvanhung"), town.officer(WARD, "one_stop_officer")
    scan = attachments.keep(town.session, citizen, "giấy chứng sinh.pdf", PDF, now=town.now)
    paper = ComponentGiven("giay_chung_sinh", (str(scan["id"]),), originals=1)
    town.received(actor=citizen, components=(paper,))
    owner = counters.store_owner(town.session, {"id_number": "030088001234", "account": citizen.id})
    assert owner is not None
    assert counters.store_owner(town.session, {"id_number": "030088001234"}) is None
    assert counters.store_owner(town.session, {"id_number": "030000000000"}) is None
    version = town.session.scalar(
        select(procedure_version.c.version).where(procedure_version.c.procedure_code == BIRTH)
    )
    part = next(
        one
        for one in definitions.get(town.session, BIRTH, version).components
        if one.code == "giay_chung_sinh"
    )
    (stored, *_) = estore.fitting(estore.of(town.session, owner), part, town.now.date())
    taken = estore.take(
        town.session, owner, part, stored.ref, public_url="http://motcua.test", now=town.now, keeper=desk
    )
    assert not isinstance(taken, Rejected)
    assert taken["digitised"] == 2
    reused = ComponentGiven("giay_chung_sinh", (str(taken["id"]),), digitised=2, source=str(taken["source"]))
    code = at_counter(town, components=(reused,))
    (part_given,) = [
        one for one in row_of(town, code, desk)["components"] if one["code"] == "giay_chung_sinh"
    ]
    assert (part_given["digitised"], part_given["source"]) == (2, taken["source"])
