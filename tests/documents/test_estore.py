"""A result lands in its owner's e-store when it is handed over, with its last day; revoked, it says so and is reused no more."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from casework import demo_data, estore
from casework.estore import Stored
from engine.commands import PayFees, RevokeResult
from engine.definition import Component
from engine.rejection import Rejected
from tests.casework.town import WARD, Town
from tests.documents.conftest import Desk
from tests.documents.test_publicly import issued, shown, stranger
from tests.documents.work import asked, carry_out, confirmation_before, public_id

__all__ = ["stranger"]
PAPER = "giay_xac_nhan"


def stored(town: Town) -> list[Stored]:
    """The results in the owner's store."""
    return [one for one in estore.of(town.session, town.applicant()) if one.kind == "result"]


def handed(town: Town, desk: Desk) -> str:
    """A certificate of marital status in its owner's hands."""
    code = issued(town, desk)
    assert stored(town) == [], "nothing before it is handed over"
    officer = town.officer(WARD, "one_stop_officer")
    town.complete(code, "so_hoa_ket_qua", officer, so_trang=1, da_doi_chieu=True)
    town.give(code, PayFees(officer, "TT1", 10_000, "cash", "R/1"))
    town.complete(code, "tra_ket_qua", officer, cach_nhan="truc_tuyen")
    return code


def test_a_result_lands_in_the_store_with_its_last_day(town: Town, desk: Desk) -> None:
    """The register's day, counted from the day of the number: six months; for its owner only."""
    code = handed(town, desk)
    (one,) = stored(town)
    assert (one.dossier, one.code, one.number) == (code, PAPER, "01/UBND-XNTTHN")
    assert one.valid_to == shown(town, code)["valid_to"] == date(2023, 12, 15)
    assert one.valid(date(2023, 12, 15))
    assert not one.valid(date(2023, 12, 16))
    assert estore.of(town.session, town.person("tranthuha")) == []


@pytest.mark.parametrize("instead", ["", "a new one"])
def test_a_revoked_result_is_marked_and_offered_no_more(
    town: Town, desk: Desk, stranger: FlaskClient, instead: str
) -> None:
    """It stays in the store, so that its owner learns of it; a filing that asks for it gets it no more."""
    code = handed(town, desk)
    wanted, today = Component(PAPER, "Giấy xác nhận"), date(2023, 7, 1)
    assert [one.dossier for one in estore.fitting(stored(town), wanted, today)] == [code]
    new = str(shown(town, issued_again(town, desk))["check_code"]) if instead else ""
    order = RevokeResult(town.officer(WARD, "leader"), PAPER, "Cấp sai nội dung", new)
    assert not isinstance(town.give(code, order), Rejected)
    (one,) = stored(town)
    assert (one.revoked_at, one.replaced_by) == (town.now, new)
    assert estore.fitting(stored(town), wanted, today) == []

    stranger.post("/sign-in", data={"username": town.applicant().id, "password": demo_data.read().password})
    page = stranger.get("/giay-to").text
    assert "đã thu hồi" in page
    assert (f'href="/kiem-tra/{new}"' in page) == bool(instead)


def issued_again(town: Town, desk: Desk) -> str:
    """A second one, not handed over yet."""
    code = confirmation_before(town, "vao_so", desk.signing)
    asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    return code
