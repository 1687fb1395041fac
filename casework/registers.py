"""The counter's register: Mẫu 06 of TT 01/2018/TT-VPCP over a period, as rows and as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework.documents.content import PLACE
from casework.papers import PaperFailed, render
from engine.local import LOCAL, local_day
from engine.rejection import Rejected
from store.queries import counter, people

MOST_DAYS = 31
MOST_ROWS = 2000


def period(first: date, last: date) -> tuple[date, date]:
    """The period to show: in order, and a month at most (counted from its last day)."""
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=MOST_DAYS - 1)), last


def rows(session: Session, agency: str, first: date, last: date) -> list[dict[str, Any]]:
    """Dossiers received from the first to the last day, both included; the first `MOST_ROWS` of them."""
    since = datetime.combine(first, time(), LOCAL)
    before = datetime.combine(last + timedelta(days=1), time(), LOCAL)
    return counter.register(session, agency, since=since, before=before, limit=MOST_ROWS)


def pdf(
    session: Session,
    agency: str,
    first: date,
    last: date,
    found: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
) -> bytes | Rejected:
    """Mẫu 06 of these rows."""
    name = people.agency_names(session).get(agency, agency)
    place = PLACE.fullmatch(name)
    data = {
        "agency": {"name": name},
        "place": place[1] if place else "",
        "date": local_day(now).isoformat(),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "dossiers": [_line(row) for row in found],
    }
    try:
        return render("06", data)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được sổ: {failed.sentence}", failed.sentence)


def returned_at(row: Mapping[str, Any]) -> datetime | None:
    """When the result was handed over; None while it was not."""
    return row["ended_at"] if row["status"] == "returned" else None


def _line(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "code": row["code"],
        "procedure": row["procedure"],
        "sets": "01",
        "applicant": row["applicant"],
        "address": row["address"],
        "phone": row["phone"],
        "agency": row["deciding"],
        "received_at": _local(row["received_at"]),
        "due_at": _local(row["due_at"]),
        "returned_at": _local(returned_at(row)),
        "return_at": "Bưu chính" if row["by_post"] else "Trực tiếp",
        "signed": row["receiver"],
        "note": "Quá hạn" if row["on_time"] is False else "",
    }


def _local(at: datetime | None) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M") if at else ""
