"""Counts of whole branches: a page that would wait for them says so, turns itself, and shows them with their moment."""

from __future__ import annotations

from casework import branches
from tests.casework.town import WARD
from tests.flows.conftest import counter
from tests.flows.counter import Counter
from tests.security.conftest import unbuilt_assets
from tests.security.people import browser, file_one
from tests.underway import busy

__all__ = ["counter", "unbuilt_assets"]

CITY = "H23.30"


def test_branches_are_counted_behind_the_page(counter: Counter) -> None:
    """One dossier filed in a ward of the city."""
    file_one(counter)
    leader = browser(counter, counter.officer(CITY, "leader"))
    address = f"/desk/agency/below?agency={CITY}"
    with busy(branches._counted):
        early = leader.get(address).text
    assert "Đang đếm việc của các cơ quan cấp dưới…" in early
    assert f'content="0; url=/desk/agency/below?agency={CITY}&amp;again=1"' in early, "without a script too"
    page = leader.get(f"{address}&again=1").text
    assert "Số liệu lúc" in page
    assert f'href="/desk/agency/below?agency={WARD}"' in page
    assert "http-equiv" not in page
