"""Searched words in lists: rare ones are looked up first, common ones are met on the way through the list.

On the way a dossier's key is compared as text, ten times faster than a word index's way of comparing one row.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.folding import patterns, tsquery

FEW = 20_000  # found dossiers of live work that are looked up; of more, a list in order soon meets as many as it shows
NEWEST, STRETCHES = (
    5_000,
    4,
)  # of an agency's dossiers, read while a page's worth may still be met in so many stretches

_FOUND = """with found as materialized (
    select dossier_id from dossier_sight
    where agency = any(:agencies) and to_tsvector('simple', search_key) @@ to_tsquery('simple', :words) {among})
"""


def common(session: Session, agency: str, q: str, most: int) -> bool:
    """Whether more than `most` of the agency's newest dossiers hold the words."""
    met, below = 0, 2**63 - 1
    for stretch in range(1, STRETCHES + 1):
        ids = session.scalars(
            text(f"""
            select dossier_id from (
                select dossier_id, search_key from dossier_sight where agency = :agency and dossier_id < :below
                order by dossier_id desc limit {NEWEST}) newest
            where ' ' || search_key || ' ' like all (:patterns) limit :more
            """),  # noqa: S608 (a constant)
            {"agency": agency, "below": below, "patterns": patterns(q), "more": most + 1 - met},
        ).all()
        met += len(ids)
        if not ids or met > most or met * STRETCHES < most * stretch:
            break
        below = ids[-1]
    return met > most


def few(session: Session, agencies: Sequence[str], q: str, most: int) -> list[int] | None:
    """The dossiers of these agencies that hold the words; None if there are more than `most`."""
    found = session.scalars(
        text(f"{_FOUND.format(among='')} select dossier_id from found limit :most"),  # noqa: S608
        {"agencies": list(agencies), "words": tsquery(q), "most": most + 1},
    )
    ids = list(found)
    return ids if len(ids) <= most else None


def of_tasks(agencies: Sequence[str], q: str) -> tuple[str, str, dict[str, object]]:
    """What goes before a statement, a condition on live tasks `t` at these agencies, and their parameters: dossiers hold
    the words of `q`.

    The condition reads the task's id and agency alone, and so from an index: select ids by it, then their tasks. Behind
    "is true" and an offset the planner leaves it where it stands, or it would look up all of the dossiers' tasks first.
    """
    if not tsquery(q):
        return "", "", {}
    condition = f"""
        and case when (select count(*) <= {FEW} from (select from found limit {FEW} + 1) counted)
            then ((t.id >> 20) in (select dossier_id from found)) is true
            else exists (select 1 from dossier_sight x where x.dossier_id = t.id >> 20 and x.agency = t.agency
                         and ' ' || x.search_key || ' ' like all (:patterns) offset 0) end"""  # noqa: S608 (a constant)
    given: dict[str, object] = {"agencies": list(agencies), "words": tsquery(q), "patterns": patterns(q)}
    return _FOUND.format(among="and open"), condition, given
