"""A list as an Office Open XML workbook: one sheet, texts, numbers and moments; nothing in it is ever computed.

Texts stay texts, so a telephone keeps its leading zero, and one that begins with "=" is no formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask import Response, send_file

from engine.local import LOCAL
from web.i18n import gettext

MOST_ROWS = 10_000
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 24  # of a column, in letters
FONT = {"font_name": "Times New Roman", "font_size": 11}

Cell = str | int | date | datetime | None


def answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, cut: bool = False) -> Response:
    """The workbook as a file to save. `cut`: there were more rows, which its last line says."""
    lines: list[Sequence[Cell]] = [heads, *rows]
    if cut:
        lines.append([gettext("Chỉ có %(n)s dòng đầu.", n=len(lines) - 1)])
    return send_file(
        io.BytesIO(workbook(lines)), mimetype=TYPE, as_attachment=True, download_name=f"{name}.xlsx"
    )


def workbook(lines: Iterable[Sequence[Cell]]) -> bytes:
    """The first line is the heading: bold, and it stays in sight."""
    from xlsxwriter import Workbook  # only who saves a list needs it

    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        heading = book.add_format({**FONT, "bold": True})
        plain = book.add_format(FONT)
        moment = book.add_format({**FONT, "num_format": "dd/mm/yyyy hh:mm"})
        day = book.add_format({**FONT, "num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("1")
        sheet.freeze_panes(1, 0)
        for row, line in enumerate(lines):
            sheet.set_column(0, max(len(line) - 1, 0), WIDTH)
            for column, value in enumerate(line):
                if isinstance(value, datetime):
                    sheet.write_datetime(row, column, value.astimezone(LOCAL).replace(tzinfo=None), moment)
                elif isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif isinstance(value, int):
                    sheet.write_number(row, column, value, plain)
                elif value:
                    sheet.write_string(row, column, value, plain if row else heading)
    return written.getvalue()
