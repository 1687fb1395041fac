"""Workbooks: what is written is what another program reads."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import load_workbook

from web.spreadsheet import workbook


def read(content: bytes) -> list[list[tuple[str, Any]]]:
    """Each cell as (type, value): s text, n number, d moment."""
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]


def test_texts_stay_texts_and_nothing_is_computed() -> None:
    """A leading zero, a formula and an address are text; what XML cannot hold makes no broken file."""
    texts = ["0912345678", "=1+1", "<Trần & Lê>", "https://a.vn", "a\x0bb"]
    (line,) = read(workbook([texts]))
    assert [kind for kind, _ in line] == ["s"] * 5
    assert [text for _, text in line[:4]] == texts[:4]


def test_moments_are_local_and_nothing_is_nothing() -> None:
    """17:00 of UTC+7 is written, not 10:00 of UTC."""
    at = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)
    (_, line) = read(workbook([["a", "b", "c", "d"], [at, date(2026, 1, 1), 3, None]]))
    assert line[:3] == [("d", datetime(2026, 1, 1, 17)), ("d", datetime(2026, 1, 1)), ("n", 3)]
    assert line[3][1] is None
