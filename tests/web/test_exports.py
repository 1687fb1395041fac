"""Lists as workbooks: who sees the page gets the file, every look is on the record."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.casework.town import WARD
from tests.flows.conftest import counter
from tests.flows.counter import Counter
from tests.house.test_looks import looks
from tests.security.conftest import unbuilt_assets
from tests.security.people import browser, clerk, file_one
from tests.web.test_spreadsheet import read
from web.counter import register

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


def test_the_register_goes_page_by_page(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows is on the record, no more; the workbook has it all."""
    monkeypatch.setattr(register, "ON_A_PAGE", 1)
    codes = [str(file_one(counter)["code"]) for _ in range(2)]
    with Session(counter.engine) as session:
        session.execute(text("update dossier set received_at = submitted_at"))
        session.commit()
    page = browser(counter, clerk(counter))
    address = f"/quay/so-theo-doi?agency={WARD}"
    seen = [page.get(f"{address}&trang={nth}").text for nth in (1, 2)]
    assert [[code in text for code in codes] for text in seen] == [[True, False], [False, True]]
    assert "trang=2" in seen[0]
    assert "2 hồ sơ" in seen[1]
    assert len(read(page.get(FILES[2]).data)) == 3


@pytest.mark.parametrize("address", FILES[:3])
def test_strangers_get_nothing(counter: Counter, address: str) -> None:
    stranger = counter.officer("H23.31.01", "civil_status_officer")
    assert browser(counter, stranger).get(address).status_code == 403
