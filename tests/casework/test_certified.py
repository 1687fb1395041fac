"""Certified copies (2.000815): numbers of the register without gap, the fee by page, the certificate that prints them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework import certified, erasure, papers, printing
from casework.deliver import deliver
from engine.actor import Actor
from engine.commands import WithdrawDossier
from engine.declared import ComponentGiven, Person
from engine.rejection import Rejected
from national.ports import Partners
from store.queries import dossiers
from store.tables import outbox
from tests.casework.test_printing import words_of
from tests.casework.town import WARD, Town
from tests.fakes.partners import FakeMailer, FakeWebhook

ADMIN = Actor("admin", "admin")
ORIGINALS = [
    {"ten": "Bằng tốt nghiệp", "co_quan_cap": "Trường Đại học Hải Dương", "so_hieu": "123", "so_trang": 1, "so_ban": 3, "dien_tu": True},
    {"ten": "Sổ hộ khẩu", "co_quan_cap": "Công an thành phố", "so_hieu": "", "so_trang": 12, "so_ban": 1, "dien_tu": False},
]  # fmt: skip


def compared(
    town: Town,
    originals: list[dict[str, Any]] = ORIGINALS,
    scans: tuple[str, ...] = (),
    matched: tuple[int, ...] = (),
) -> str:
    """A request found true to the originals: the numbers are asked for."""
    desk = town.officer(WARD, "one_stop_officer")
    answers = {
        "nguoi_yeu_cau": "Lê Thị Hoa",
        "giay_to_tuy_than": "030192005678",
        "giay_to": originals,
        "cam_doan": True,
    }
    given = ComponentGiven(
        "ban_chinh", scans, originals=len(originals), pages=13, digitised=int(bool(scans)), matched=matched
    )
    code = town.submitted(
        actor=desk, procedure="2.000815", channel="counter", answers=answers,
        applicant=Person("Lê Thị Hoa", id_number="030192005678"), components=(given,),
    )  # fmt: skip
    town.complete(code, "tiep_nhan", desk, "accept", da_kiem_tra=["du_giay_to"])
    town.complete(
        code, "doi_chieu", town.officer(WARD, "civil_status_officer"), "approve", da_doi_chieu=["du_trang"]
    )
    return code


def entered(town: Town) -> None:
    """The job of the register, twice: a repeat gives no second number."""
    town.session.commit()
    job = town.session.scalar(
        select(outbox.c.job_id).where(outbox.c.topic == certified.TOPIC).order_by(outbox.c.id.desc()).limit(1)
    )
    partners = Partners(FakeMailer(), FakeWebhook())
    assert deliver(town.session, partners, job, town.now + timedelta(minutes=1)) == "done"
    assert deliver(town.session, partners, job, town.now + timedelta(minutes=2)) == "already done"
    town.now += timedelta(minutes=5)


def test_the_fee_of_a_copy_goes_by_its_pages(town: Town) -> None:
    """2.000 đồng a page for the first two, 1.000 from the third, at most 200.000 a copy; the register's lines come to what the
    dossier owes, by one rule."""
    pages = {1: 2000, 2: 4000, 3: 5000, 12: 14000, 198: 200000, 500: 200000}
    originals = [ORIGINALS[1] | {"so_trang": number, "so_ban": 2} for number in pages]
    code = compared(town, originals)
    entered(town)
    rows = certified.register(town.session, WARD, town.now.year)
    assert {row["pages"]: row["fee_vnd"] for row in rows} == {n: 2 * fee for n, fee in pages.items()}
    detail = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(detail, dict)
    assert sum(fee["amount_vnd"] for fee in detail["fees"]) == 2 * sum(pages.values())


def signed(town: Town) -> str:
    """A request for two originals, numbered, signed on paper by the leader."""
    code = compared(town)
    entered(town)
    town.complete(code, "ky", town.officer(WARD, "leader"), "sign")
    return code


def test_a_copy_that_the_list_has_no_more_is_not_ready(town: Town) -> None:
    """Its code outlives the list: in another version of the procedure, and in a dossier that was erased."""
    code, desk = signed(town), town.officer(WARD, "one_stop_officer")
    assert refused(town, code, "ban_sao_chung_thuc.1", listed="ban_sao_chung_thuc.9") == "result_not_ready"
    town.give(code, WithdrawDossier(desk, "Không còn nhu cầu"))
    assert isinstance(erasure.erase(town.session, ADMIN, code, "Đề nghị số 1", now=town.now), erasure.Erased)
    assert refused(town, code, "ban_sao_chung_thuc.1") == "forbidden"


def refused(town: Town, code: str, result: str, *, listed: str = "") -> str:
    """Why a result is not printed; `listed`: the code that the record has it by."""
    row = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(row, dict), row
    found = next(one for one in row["results"] if one["code"] == result)
    found["code"] = listed or result
    answer = printing.result_of_dossier(
        town.session, row, found["code"], public_url="http://motcua.test", now=town.now
    )
    assert isinstance(answer, Rejected), answer
    return answer.code


def test_each_original_gets_the_next_number_of_the_year(town: Town, tmp_path: Path) -> None:
    """Two dossiers of two originals: four numbers in a row, in the register and on the certificate."""
    first, second = signed(town), signed(town)
    rows = [row for row in certified.register(town.session, WARD, 2023) if row["code"] in (first, second)]
    numbers = sorted(row["number"] for row in rows)
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert {row["number"] for row in certified.register(town.session, WARD, 2023, month=6)} >= set(numbers)
    assert certified.register(town.session, WARD, 2023, month=7) == []
    assert sum(row["fee_vnd"] for row in rows if row["code"] == first) == 4 * 2000 + 14000
    desk = town.officer(WARD, "one_stop_officer")
    row = dossiers.one(town.session, desk, first, now=town.now)
    assert {fee["code"]: fee["amount_vnd"] for fee in row["fees"]} == {"phi_chung_thuc": 22000}
    if not any(papers.FONTS.glob("*.ttf")):
        pytest.skip("the page assets are not built: no Tinos fonts")
    words = words_of(
        printing.result_of_dossier(
            town.session, row, "ban_sao_chung_thuc.1", public_url="http://motcua.test", now=town.now
        ),
        tmp_path,
    )
    for said in (
        "Chứng thực bản sao đúng với bản chính",
        f"Số chứng thực: {numbers[0]}",
        "01/2023-SCT/BS",
        "bản sao điện tử",
    ):
        assert said in words
    sheet = certified.pdf(town.session, WARD, 2023, rows, on=town.now.date())
    assert "Sổ hộ khẩu" in words_of(sheet, tmp_path)


def test_a_dossier_that_is_gone_from_the_step_takes_no_number(town: Town) -> None:
    """Withdrawn before its numbers were given: the register stays without a gap."""
    code = compared(town)
    before = len(certified.register(town.session, WARD, 2023))
    town.give(code, WithdrawDossier(town.officer(WARD, "one_stop_officer"), "Không cần nữa"))
    town.session.commit()
    job = town.session.scalar(
        select(outbox.c.job_id).where(outbox.c.topic == certified.TOPIC).order_by(outbox.c.id.desc()).limit(1)
    )
    deliver(town.session, Partners(FakeMailer(), FakeWebhook()), job, town.now)
    assert len(certified.register(town.session, WARD, 2023)) == before


def test_a_number_that_came_to_nothing_stays_with_a_remark(town: Town) -> None:
    """Sent back and refused after its numbers were given: they are neither given again nor shown as certified."""
    code = compared(town)
    entered(town)
    officer = town.officer(WARD, "civil_status_officer")
    town.complete(code, "ky", town.officer(WARD, "leader"), "return", y_kien="Thiếu trang 7")
    town.complete(code, "doi_chieu", officer, "refuse", ly_do="Bản chính bị tẩy xóa")
    rows = certified.register(town.session, WARD, 2023)
    assert {row["void"] for row in rows if row["code"] == code} == {True}
    other = signed(town)
    numbers = {row["number"] for row in certified.register(town.session, WARD, 2023) if row["code"] == other}
    assert min(numbers) > max(row["number"] for row in rows)


def test_asked_again_after_a_return_the_numbers_stay(town: Town) -> None:
    """The leader sends it back, it is compared again: the same numbers."""
    code = compared(town)
    entered(town)
    before = [row["number"] for row in certified.register(town.session, WARD, 2023) if row["code"] == code]
    town.complete(code, "ky", town.officer(WARD, "leader"), "return", y_kien="Thiếu trang 7")
    officer = town.officer(WARD, "civil_status_officer")
    town.complete(code, "doi_chieu", officer, "approve", da_doi_chieu=["du_trang"])
    entered(town)
    after = [row["number"] for row in certified.register(town.session, WARD, 2023) if row["code"] == code]
    assert after == before
