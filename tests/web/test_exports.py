"""Lists as workbooks: who sees the page gets the file, every look is on the record."""

from __future__ import annotations

import pytest

from tests.casework.town import WARD
from tests.flows.conftest import counter
from tests.flows.counter import Counter
from tests.house.test_looks import looks
from tests.security.conftest import unbuilt_assets
from tests.security.people import browser, clerk, file_one
from tests.web.test_spreadsheet import read

__all__ = ["counter", "unbuilt_assets"]

FILES = (
    f"/desk/queues/{WARD}:one_stop_officer/export.xlsx",
    f"/desk/agency.xlsx?agency={WARD}",
    f"/quay/so-theo-doi.xlsx?agency={WARD}",
    "/desk/results.xlsx",
)


def test_a_list_is_saved_as_its_page_shows_it(counter: Counter) -> None:
    """One dossier received: its code stands in queue, agency and register; nothing was issued yet."""
    code = str(file_one(counter)["code"])
    desk = counter.sign_in(clerk(counter))
    task = desk.get(f"/dossiers/{code}").json["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")
    page = browser(counter, clerk(counter))
    queue, agency, register, results = (read(page.get(address).data) for address in FILES)
    assert [line[0][1] for line in queue] == ["Hồ sơ", code]
    assert [line[0][1] for line in agency] == ["Hồ sơ", code]
    assert [line[0][1] for line in register] == ["Hồ sơ"], "only what was received"
    assert len(results) == 1
    before = looks(counter)
    page.get(FILES[0])
    assert looks(counter) == before + 1
    assert len(read(page.get(FILES[0] + "?filter=overdue").data)) == 1
    assert len(read(page.get(FILES[1] + "&officer=").data)) == 1, "nobody's: it was claimed"


@pytest.mark.parametrize("address", FILES[:3])
def test_strangers_get_nothing(counter: Counter, address: str) -> None:
    stranger = counter.officer("H23.31.01", "civil_status_officer")
    assert browser(counter, stranger).get(address).status_code == 403
