"""Workbooks: what is written is what another program reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import load_workbook

from web.spreadsheet import AT_ONCE, Cell, written


def read(content: bytes) -> list[list[tuple[str, Any]]]:
    """Each cell as (type, value): s text, n number, d moment."""
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]


def workbook(lines: list[list[Cell]]) -> bytes:
    return b"".join(written(lines))


def test_texts_stay_texts_and_nothing_is_computed() -> None:
    """A leading zero, a formula and an address are text; what XML cannot hold makes no broken file."""
    texts = ["0912345678", "=1+1", "<Trần & Lê>", "https://a.vn", "a\x0bb", " a\n b "]
    (line,) = read(workbook([texts]))
    assert [kind for kind, _ in line] == ["s"] * 6
    assert [text for _, text in line] == [*texts[:4], "ab", *texts[5:]]


def test_moments_are_local_and_nothing_is_nothing() -> None:
    """17:00 of UTC+7 is written, not 10:00 of UTC."""
    at = datetime(2026, 1, 1, 10, 0, tzinfo=UTC)
    (_, line) = read(workbook([["a", "b", "c", "d"], [at, date(2026, 1, 1), 3, None]]))
    assert line[:3] == [("d", datetime(2026, 1, 1, 17)), ("d", datetime(2026, 1, 1)), ("n", 3)]
    assert line[3][1] is None


def test_the_file_goes_out_while_rows_are_asked_for() -> None:
    """What came is there before the next rows are read; put together it is one sheet with every row in order."""
    asked: list[int] = []

    def lines() -> Iterator[list[Cell]]:
        for number in range(3 * AT_ONCE):
            asked.append(number)
            yield [f"{number}"]

    out = written(lines())
    first = next(out)
    assert first.startswith(b"PK")
    assert len(asked) <= AT_ONCE + 1
    rows = read(first + b"".join(out))
    assert [text for ((_, text),) in rows] == [str(number) for number in range(3 * AT_ONCE)]
