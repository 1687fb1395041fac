"""How satisfied applicants are (mức độ hài lòng): five levels, once a dossier, when its result is returned.

Officers never learn who rated how: a rating keeps agency, procedure and month only, and figures are shown from five ratings on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from engine.local import local_day
from engine.rejection import Rejected
from store.tables import rated, rating

LEVELS = ("RHL", "HL", "BT", "KHL", "RKHL")  # national codes: rất hài lòng … rất không hài lòng
FEWEST = 5
LONGEST = 1000
ENDED = ("returned", "refused", "not_received")

NOT_YET = Rejected(
    "not_rateable",
    "Chỉ đánh giá được sau khi hồ sơ có kết quả.",
    "A dossier can be rated once it has a result.",
)
ALREADY = Rejected("rated", "Hồ sơ này đã được đánh giá.", "This dossier has been rated.")
NO_LEVEL = Rejected("level_required", "Chọn một mức độ hài lòng.", "Expected one of the five levels.")


def may_rate(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether to ask (`row` of store.queries.dossiers.one or track): there is a result, and no rating yet."""
    return _has_result(row) and not session.scalar(
        select(rated.c.dossier_id).where(rated.c.dossier_id == row["id"])
    )


def rate(
    session: Session, row: Mapping[str, Any], level: str, comment: str, *, now: datetime
) -> Rejected | None:
    """Keep one rating of a dossier whose applicant, or holder of code and secret, the page has checked. Commits."""
    if not _has_result(row):
        return NOT_YET
    if level not in LEVELS:
        return NO_LEVEL
    first = session.execute(
        text("insert into rated (dossier_id) values (:id) on conflict do nothing"), {"id": row["id"]}
    )
    if not first.rowcount:  # type: ignore[attr-defined]
        session.rollback()
        return ALREADY
    session.execute(
        insert(rating).values(
            agency=row["agency"]["code"],
            procedure_code=row["procedure"]["code"],
            month=local_day(now).replace(day=1),
            level=level,
            comment=comment.strip()[:LONGEST],
        )
    )
    session.commit()
    return None


def _has_result(row: Mapping[str, Any]) -> bool:
    return row["status"] == "returned" or (row["closed"] and row["end_kind"] in ENDED)
