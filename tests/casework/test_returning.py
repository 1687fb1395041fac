"""How a result goes back is chosen when the dossier is filed: by a way that the procedure offers, with an address for the post."""

from __future__ import annotations

import io

import pikepdf
import pytest

from casework import postal, printing
from casework.gate import Accepted
from engine.rejection import Rejected
from store import rebuild
from store.queries import dossiers
from tests.casework.town import WARD, Town

HOME = {"name": "Lê Thị Hoa", "phone": "0912 345 678", "address": "Khu 3, phường Thạch Khôi, Hải Dương"}


def row_of(town: Town, code: str) -> dict:
    return dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)


def test_a_result_by_post_waits_for_the_postman_from_the_first_moment(town: Town) -> None:
    """Filed and wanted in one commit; filed again with the same key, it is wanted once."""
    code = town.submitted(return_by="post", post=HOME, key="k")
    assert town.submitted(return_by="post", post=HOME, key="k") == code
    [wanted] = postal.at_counter(town.session, [WARD])
    assert (wanted["code"], wanted["state"], wanted["recipient"]) == (code, "wanted", HOME)
    assert row_of(town, code)["return_by"] == "post"


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"phone": ""}, ["post.phone"]),
        ({"name": "", "address": "nhà"}, ["post.name", "post.address"]),
    ],
)
def test_the_post_needs_an_address(town: Town, changed: dict[str, str], fields: list[str]) -> None:
    """Each missing part is named; nothing is filed."""
    refused = town.submit(return_by="post", post=HOME | changed)
    assert isinstance(refused, Rejected)
    assert [problem.where for problem in refused.problems] == fields
    assert postal.at_counter(town.session, [WARD]) == []


def test_an_address_without_the_post_is_not_kept(town: Town) -> None:
    """Who comes to the counter leaves no address with the postal service."""
    code = town.submitted(return_by="counter", post=HOME)
    assert postal.at_counter(town.session, [WARD]) == []
    assert row_of(town, code)["return_by"] == "counter"


def test_a_procedure_offers_its_own_ways(town: Town) -> None:
    """Certified copies are paper: no electronic result (`procedure.return_by`)."""
    refused = town.submit(procedure="2.000815", answers={}, components=(), return_by="electronic")
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.problems[0].where) == ("return_not_offered", "return_by")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"return_by": "post", "post": HOME}, "bưu chính công ích: Lê Thị Hoa"),
        ({"return_by": "electronic"}, "bản điện tử"),
        ({"return_by": "counter"}, "Thạch Khôi"),
        ({}, "Thạch Khôi"),
    ],
)
def test_the_receipt_says_where_the_result_is_received(town: Town, given: dict, said: str) -> None:
    """Mẫu 01, “Đăng ký nhận kết quả tại”."""
    code = town.received(**given)
    assert said in printing._return_at(town.session, row_of(town, code))
    made = printing.of_dossier(town.session, row_of(town, code), "01", public_url="http://x", now=town.now)
    assert isinstance(made, bytes), made
    assert len(pikepdf.open(io.BytesIO(made)).pages) >= 1


def test_the_wish_is_in_the_log(town: Town) -> None:
    """Rebuilt from the log, the dossier still knows it."""
    code = town.submitted(return_by="electronic")
    assert isinstance(town.submit(return_by="post", post=HOME), Accepted)
    assert rebuild.compare(town.session, dossiers.ids(town.session, code)) == []
