"""Searched words in lists of live work: rare ones are looked up first, common ones are met on the way through the list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.folding import tsquery

FEW = 20_000  # found dossiers that are looked up; of more, a list in order soon meets as many as it shows


def few(
    session: Session, agencies: Sequence[str], words: str, most: int, *, among: str = ""
) -> list[int] | None:
    """The dossiers of these agencies that hold the words (of `store.folding.tsquery`); None if there are more than `most`.

    `among`: a condition on dossier_sight, a constant."""
    found = session.scalars(
        text(f"""
        with found as materialized (
            select dossier_id from dossier_sight
            where agency = any(:agencies) and to_tsvector('simple', search_key) @@ to_tsquery('simple', :words) {among})
        select dossier_id from found limit :most
        """),  # noqa: S608
        {"agencies": list(agencies), "words": words, "most": most + 1},
    )
    ids = list(found)
    return ids if len(ids) <= most else None


def of_tasks(session: Session, agencies: Sequence[str], q: str) -> tuple[str, dict[str, object]]:
    """A condition on tasks `t` at these agencies, and its parameters: their dossiers hold the words of `q`."""
    words = tsquery(q)
    if not words:
        return "", {}
    ids = few(session, agencies, words, FEW, among="and open")
    if ids is not None:
        return "and t.dossier_id = any(:few)", {"few": ids}
    # Behind an offset, or the planner would look up all of them first.
    return (
        "and exists (select 1 from dossier_sight x where x.dossier_id = t.dossier_id and x.agency = t.agency"
        " and to_tsvector('simple', x.search_key) @@ to_tsquery('simple', :words) offset 0)",
        {"words": words},
    )
