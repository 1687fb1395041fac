"""Workbooks: what is written is what a spreadsheet reads."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from web.spreadsheet import workbook

NAME = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read(content: bytes) -> list[list[tuple[str, str]]]:
    """Each cell as (type, content)."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for path in packed.namelist():
            ET.fromstring(packed.read(path))  # every part is well-formed
        sheet = ET.fromstring(packed.read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row] for row in sheet.iter(f"{NAME}row")
    ]


def test_texts_stay_texts_and_nothing_is_computed() -> None:
    """A leading zero and a formula are text; what XML cannot hold is left out."""
    (line,) = read(workbook([["0912345678", "=1+1", "<Trần & Lê>", "a\x00b\x0b"]]))
    assert [kind for kind, _ in line] == ["inlineStr"] * 4
    assert [text for _, text in line] == ["0912345678", "=1+1", "<Trần & Lê>", "ab"]


def test_moments_are_local_numbers_and_nothing_is_nothing() -> None:
    """1/1/2026 is day 46023 of the 1900 calendar; 17:00 of UTC+7 is written, not 10:00 of UTC."""
    at = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)
    (line,) = read(workbook([[at, date(2026, 1, 1), 3, None]]))
    assert line[0] == ("n", str(46023 + 17 / 24))
    assert line[1:] == [("n", "46023"), ("n", "3"), ("n", "")]
