"""The register of certified copies (sổ chứng thực bản sao từ bản chính): numbers without gap, a year and an agency apart.

One number for each original, however many copies of it are made at one time (Nghị định 23/2015/NĐ-CP art. 13; Thông tư
01/2020/TT-BTP). The step “lấy số” of a procedure asks for them as a job of topic `certified-copy.register`; the answer is
what its result document prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from casework import bills
from casework.documents.content import PLACE
from casework.papers import PaperFailed, render
from engine.local import LOCAL, local_day
from engine.rejection import Rejected
from store.queries import people
from store.tables import certified_copy

TOPIC = "certified-copy.register"
LIST = "giay_to"
"""The list of originals in the e-form: rows {ten, co_quan_cap, so_hieu, so_trang, so_ban, dien_tu}."""


MOST = 500  # lines of the register on a page or on paper: a busy year is read by months
SCANNED = "ban_chinh"
"""The component whose scans are matched with the originals of the list."""


def titles(declared: Mapping[str, Any]) -> list[str]:
    """Names of the originals in the order declared: what a scan can belong to (`ComponentGiven.matched`)."""
    return [one["title"] for one in _originals(declared)]


def enter(
    session: Session,
    dossier_id: int,
    code: str,
    agency: str,
    declared: Mapping[str, Any],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Enter every original of a dossier and answer its numbers; the caller commits. Asked again, it answers the same.

    The fee of a line is what the procedure's own rule comes to for this original alone.
    {year, first, last, lines[{number, title, issuer, reference, pages, copies, electronic}]}
    """
    originals = _originals(declared)
    session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": f"certified:{agency}"})
    kept = session.execute(
        text("select year, number, line from certified_copy where dossier_id = :id order by line"),
        {"id": dossier_id},
    ).all()
    year = kept[0].year if kept else now.astimezone(LOCAL).year
    numbers = {row.line: row.number for row in kept}
    for line, one in enumerate(originals, 1):
        if line not in numbers:
            fee_vnd = bills.of_answers(session, code, _alone(declared, line), now=now)
            numbers[line] = _enter(session, dossier_id, agency, year, line, one, fee_vnd, now)
    lines = [{"number": numbers[line], **one} for line, one in enumerate(originals, 1)]
    given = [line["number"] for line in lines]
    return {"year": year, "first": min(given, default=0), "last": max(given, default=0), "lines": lines}


def register(
    session: Session, agency: str, year: int, *, month: int | None = None, limit: int = MOST
) -> list[dict[str, Any]]:
    """The register of a year, or of its numbers given in a month, newest first, at most `limit`. `void`: the dossier ended
    without the certification.
    """
    rows = session.execute(
        text("""
        select c.number, c.at, c.title, c.pages, c.copies, c.electronic, c.fee_vnd, d.code, d.applicant_name as applicant,
               s.name as signer, r.signer as signed_by, r.code as result, coalesce(r.file, '') as file, d.closed and d.end_kind is distinct from 'returned' as void
        from certified_copy c join dossier d on d.id = c.dossier_id
        left join result r on r.dossier_id = d.id and r.signer <> ''
             and split_part(r.code, '.', 2) in ('', c.line::text)  -- its own copy, or the one file of an earlier version
        left join account s on s.username = r.signer
        where c.agency = :agency and c.year = :year
          and (cast(:month as integer) is null or extract(month from c.at at time zone :zone) = :month)
        order by c.number desc limit :limit
        """),
        {"agency": agency, "year": year, "month": month, "zone": LOCAL.key, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


def on_paper(session: Session, dossier_id: int, results: Sequence[str]) -> list[str]:
    """Those of a dossier's results (codes) that certify copies on paper."""
    lines = set(
        session.scalars(
            select(certified_copy.c.line).where(
                certified_copy.c.dossier_id == dossier_id, certified_copy.c.copies > 0
            )
        )
    )
    return [code for code in results if (of := code.partition(".")[2]) == "" or int(of) in lines]


def pdf(
    session: Session, agency: str, year: int, rows: Sequence[Mapping[str, Any]], *, on: date
) -> bytes | Rejected:
    """Lines of the register on paper, in the order of the numbers, saying from which to which."""
    name = people.agency_names(session).get(agency, agency)
    place = PLACE.fullmatch(name)
    data = {
        "agency": {"name": name},
        "place": place[1] if place else "",
        "date": on.isoformat(),
        "year": str(year),
        "first": min((row["number"] for row in rows), default=""),
        "last": max((row["number"] for row in rows), default=""),
        "rows": [
            {
                **{key: row[key] for key in ("number", "title", "pages", "copies", "electronic", "fee_vnd", "code")},
                "at": row["at"].astimezone(LOCAL).date().isoformat(),
                "applicant": row["applicant"] or "",
                "signer": "không chứng thực" if row["void"] else _with_title(session, agency, row),
            }
            for row in sorted(rows, key=lambda row: row["number"])
        ],
    }  # fmt: skip
    try:
        return render("so_chung_thuc", data)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được sổ: {failed.sentence}", failed.sentence)


def _with_title(session: Session, agency: str, row: Mapping[str, Any]) -> str:
    """Who signed, with the title held on that day; "" for what is not signed yet."""
    title = people.title(session, row["signed_by"], agency, local_day(row["at"])) if row["signed_by"] else ""
    return ", ".join(filter(None, [row["signer"], title]))


def _enter(
    session: Session,
    dossier_id: int,
    agency: str,
    year: int,
    line: int,
    one: Mapping[str, Any],
    fee_vnd: int,
    now: datetime,
) -> int:
    number = session.scalar(
        text(
            "select coalesce(max(number), 0) + 1 from certified_copy where agency = :agency and year = :year"
        ),
        {"agency": agency, "year": year},
    )
    assert number is not None
    session.execute(
        insert(certified_copy).values(
            agency=agency,
            year=year,
            number=number,
            dossier_id=dossier_id,
            line=line,
            at=now,
            title=one["title"],
            pages=one["pages"],
            copies=one["copies"],
            electronic=one["electronic"],
            fee_vnd=fee_vnd,
        )
    )
    return int(number)


def _alone(declared: Mapping[str, Any], line: int) -> dict[str, Any]:
    """The same declaration with one original of the list."""
    return {
        key: {**form, LIST: [one for one in form[LIST] if isinstance(one, Mapping)][line - 1 : line]}
        if isinstance(form.get(LIST), list)
        else form
        for key, form in declared.items()
    }


def _originals(declared: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The originals named in any form of the dossier."""
    rows: list[Any] = next((form[LIST] for form in declared.values() if isinstance(form.get(LIST), list)), [])
    return [
        {
            "title": str(row.get("ten") or ""),
            "issuer": str(row.get("co_quan_cap") or ""),
            "reference": str(row.get("so_hieu") or ""),
            "pages": int(row.get("so_trang") or 0),
            "copies": int(row.get("so_ban") or 0),
            "electronic": bool(row.get("dien_tu")),
        }
        for row in rows
        if isinstance(row, Mapping)
    ]
