"""What a result's template is given: the dossier's data, the drafted texts, who signs, how it can be checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import segno
from sqlalchemy.orm import Session

from casework import definitions, record
from casework.documents import drafting, markup, scanned
from casework.papers import Typeset, Want, render_pages, render_result
from engine import papers
from engine.definition import Definition, Result
from engine.digest import plain
from engine.local import local_day
from store.queries import dossiers, people

PLACE = re.compile(r"Ủy ban nhân dân (?:tỉnh|thành phố|thị xã|huyện|phường|xã|thị trấn) (.+)")


def typeset(
    session: Session,
    row: Mapping[str, Any],
    result: Result,
    texts: Mapping[str, str],
    *,
    public_url: str,
    signer: tuple[str, str] = ("", ""),
    issued: tuple[str, date] | None = None,
    signed_on: date | None = None,
    electronic: bool = False,
    draft: bool = False,
    want: Want = "pdf",
) -> Typeset:
    """A document (drafting.of_step) of a dossier (`row` of store.queries.dossiers.one, seen in full) from its template.

    `signer`: name and title; `issued`: number and day, where they are known; `electronic`: room is left for what is put in
    when it is signed, which is `signed_on`. Raises LookupError if it has no template, casework.papers.PaperFailed.
    """
    procedure = row["procedure"]
    template = result.template and definitions.template(
        session, procedure["code"], procedure["version"], result.template
    )
    if not template:
        raise LookupError(result.code)
    number, on = issued or ("", None)
    place = place_of(row["agency"]["name"])
    check_code = drafting.check_code(session, row["id"], result.code)
    url = f"{public_url}/kiem-tra/{check_code}"
    data = {
        "dossier": {"code": row["code"]},
        "agency": {"name": row["agency"]["name"], "parent": ""},
        "answers": row["answers"],
        "variables": row["variables"],
        "item": plain(result.item),
        "texts": {part.key: markup.blocks(texts.get(part.key, ""), part.kind) for part in result.texts},
        "result": {
            "number": number.removesuffix(f"/{result.symbol}"),
            "symbol": result.symbol,
            "signer": signer[0],
            "signer_title": signer[1],
            "prepared_by": record.preparer(dossiers.events(session, row["id"])),
            "place": place,
            "place_and_date": place_and_date(place, on) if on else "",
            "signed_on": place_and_date(place, signed_on) if signed_on else "",
            "electronic": electronic,
        },
        "papers": scanned.listed(row),
        "check": {"code": check_code, "page": f"{public_url}/kiem-tra"},
        "qr": "" if draft else segno.make(url, error="m", micro=False).svg_inline(border=1),
        "draft": draft,
    }
    made = render_result(template, data, want=want)
    if not any(room["kind"] == "scan" for room in made.rooms):
        return made
    pdf = made.pdf if want == "pdf" else render_result(template, data).pdf
    pdf = scanned.laid(session, row["id"], pdf, made.rooms, whole=electronic)
    return replace(made, files=(pdf,)) if want == "pdf" else render_pages(pdf, len(made.files))


def of(session: Session, row: Mapping[str, Any], definition: Definition, code: str, now: datetime) -> Result:
    """The dossier's document of that code. LookupError if it has none, or none any more."""
    for result in definition.results:
        if result.code == papers.of_manifest(code):
            for one in drafting.documents(session, row["id"], result, now=now):
                if one.code == code:
                    return one
    raise LookupError(code)


def place_of(agency_name: str) -> str:
    """The place that a document is dated from: Ủy ban nhân dân phường Thạch Khôi -> Thạch Khôi."""
    found = PLACE.fullmatch(agency_name)
    return found[1] if found else ""


def place_and_date(place: str, on: date) -> str:
    """`Thạch Khôi, ngày 05 tháng 02 năm 2024` (NĐ 30/2020, phụ lục I, mục II.4: a day below 10, a month below 3 with a 0)."""
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return (f"{place}, " if place else "") + f"ngày {on.day:02d} tháng {month} năm {on.year}"


def title(session: Session, row: Mapping[str, Any], username: str, at: datetime) -> str:
    """The title that somebody signs with at the dossier's agency."""
    return people.title(session, username, row["agency"]["code"], local_day(at))
