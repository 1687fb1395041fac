"""A list as an Office Open XML workbook: one sheet, texts, numbers and moments; nothing in it is ever computed.

Texts stay texts, so a telephone keeps its leading zero, and one that begins with "=" is no formula. The file goes out as it is
written: the browser shows how much has come, and no list is ever whole in memory. Were it to break off, no program would
open it: the directory of the archive stands at its end.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from xml.sax.saxutils import escape

from flask import Response, stream_with_context

from engine.local import LOCAL
from web.i18n import gettext

MOST_ROWS = 10_000
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 200  # lines between two pieces of the file
LONGEST = 32_767  # letters of a cell (ISO/IEC 29500, and what programs take)
WIDTH = 24  # of a column, in letters
PLAIN, HEADING, MOMENT, DAY = range(4)  # cellXfs of _STYLES
FIRST_DAY = date(1899, 12, 30).toordinal()

Cell = str | int | date | datetime | None


def answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, cut: bool = False) -> Response:
    """The workbook as a file to save; `rows` are asked for as it goes. If there are more than fit (or `cut`: than were
    asked for), its last line says so."""

    def lines() -> Iterator[Sequence[Cell]]:
        yield heads
        left, count = iter(rows), 0
        for row in islice(left, MOST_ROWS):
            count += 1
            yield row
        if cut or next(left, None) is not None:
            yield [gettext("Chỉ có %(n)s dòng đầu.", n=count)]

    file = Response(stream_with_context(written(lines())), mimetype=TYPE)
    file.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return file


def written(lines: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The workbook, piece by piece. The first line is the heading: bold, and it stays in sight."""
    out = _Out()
    left = iter(lines)
    first = next(left, ())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        for part, content in _PARTS.items():
            book.writestr(part, content)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((_BEFORE % (max(len(first), 1), WIDTH)).encode())
            sheet.write(_line(1, first, HEADING).encode())
            number = 1
            while piece := list(islice(left, AT_ONCE)):
                sheet.write("".join(_line(number + nth, line) for nth, line in enumerate(piece, 1)).encode())
                number += len(piece)
                yield out.taken()
            sheet.write(_AFTER.encode())
    yield out.taken()


class _Out(io.RawIOBase):
    """What the archive has written since it was last taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def, override]
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _line(number: int, cells: Sequence[Cell], text_style: int = PLAIN) -> str:
    return f'<row r="{number}">{"".join(_cell(cell, text_style) for cell in cells)}</row>'


def _cell(value: Cell, text_style: int) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(LOCAL)
        of_the_day = (local.hour * 60 + local.minute) * 60 + local.second
        return _number(local.toordinal() - FIRST_DAY + of_the_day / 86_400, MOMENT)
    if isinstance(value, date):
        return _number(value.toordinal() - FIRST_DAY, DAY)
    if isinstance(value, int):
        return _number(value, PLAIN)
    if not value:
        return "<c/>"
    text = escape(_UNFIT.sub("", value)[:LONGEST])
    return f'<c s="{text_style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _number(value: float, style: int) -> str:
    return f'<c s="{style}"><v>{value!r}</v></c>'


_UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
_OPEN = "http://schemas.openxmlformats.org"
_SHEETS, _LINKS = f"{_OPEN}/spreadsheetml/2006/main", f"{_OPEN}/officeDocument/2006/relationships"
_PACKAGE = f"{_OPEN}/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FONT = '<font>{}<sz val="11"/><name val="Times New Roman"/></font>'
_STYLE = (
    '<xf numFmtId="{}" fontId="{}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_SHEETS}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/></numFmts>'
    f'<fonts count="2">{_FONT.format("")}{_FONT.format("<b/>")}</fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="4">{_STYLE.format(0, 0)}{_STYLE.format(0, 1)}{_STYLE.format(164, 0)}{_STYLE.format(165, 0)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_SHEETS}" xmlns:r="{_LINKS}">'
    '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": _STYLES,
}
_BEFORE = (
    f'{_XML}<worksheet xmlns="{_SHEETS}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="%d" width="%d" customWidth="1"/></cols><sheetData>'
)
_AFTER = "</sheetData></worksheet>"
