"""Searched words in lists: rare ones are looked up first, common ones are met on the way through the list.

On the way a dossier's key is compared as text, ten times faster than a word index's way of comparing one row.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.folding import patterns, tsquery

FEW = 20_000  # found dossiers of live work that are looked up; of more, a list in order soon meets as many as it shows
NEWEST = 20_000  # of an agency's dossiers, where words are common that as many hold as a page shows

_FOUND = """with found as materialized (
    select dossier_id from dossier_sight
    where agency = any(:agencies) and to_tsvector('simple', search_key) @@ to_tsquery('simple', :words) {among})
"""


def common(session: Session, agency: str, q: str, most: int) -> bool:
    """Whether more than `most` of the agency's newest dossiers hold the words."""
    met = session.scalar(
        text(f"""
        select count(*) from (
            select 1 from (
                select search_key from dossier_sight where agency = :agency order by dossier_id desc limit {NEWEST}) newest
            where ' ' || search_key || ' ' like all (:patterns) limit :most) met
        """),  # noqa: S608 (a constant)
        {"agency": agency, "patterns": patterns(q), "most": most + 1},
    )
    return int(met or 0) > most


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
