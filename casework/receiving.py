"""Which agencies receive a procedure: a level, or a FEEL condition over `agency` (docs/dialect.md §2); and whose counters
take dossiers in for them (phi địa giới hành chính)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definition import Definition
from engine.facts import Agency
from store.tables import non_boundary


def receives(definition: Definition, agency: Agency) -> bool:
    """True if `agency` receives new dossiers of the procedure."""
    rule = definition.receiving
    if rule.expression is None:
        return rule.text in (agency.level, agency.code)
    seen = {"code": agency.code, "name": agency.name, "level": agency.level, "parent": agency.parent}
    return rule.of_scope({"agency": seen}) is True


def receivers(definition: Definition, agencies: Iterable[Agency]) -> list[str]:
    """Codes of all that receive it, in order."""
    return sorted(agency.code for agency in agencies if receives(definition, agency))


def takes_for_others(session: Session, procedure: str, agency: str, *, on: date) -> bool:
    """True if a decision in force lets `agency` take in the procedure's dossiers for other agencies."""
    return bool(takings(session, [agency], on=on, procedure=procedure))


def takings(
    session: Session, agencies: Iterable[str], *, on: date, procedure: str | None = None
) -> list[dict[str, str]]:
    """What these agencies take in for others on a day: {procedure_code, agency, decision}."""
    there = non_boundary.c
    query = select(there.procedure_code, there.agency, there.decision).where(
        there.agency.in_(sorted(agencies)),
        there.effective_from <= on,
        there.effective_to.is_(None) | (there.effective_to >= on),
    )
    if procedure is not None:
        query = query.where(there.procedure_code == procedure)
    return [dict(row) for row in session.execute(query.order_by(there.procedure_code)).mappings()]


def nearest(definition: Definition, home: str, agencies: Mapping[str, Agency]) -> str | None:
    """Who receives a child dossier of a dossier received at `home`: itself, those above it, then those below it."""
    way: list[str] = []
    code: str | None = home
    while code is not None and code in agencies and code not in way:
        way.append(code)
        code = agencies[code].parent
    below = sorted(agency.code for agency in agencies.values() if agency.parent == home)
    return next(
        (one for one in [*way, *below] if one in agencies and receives(definition, agencies[one])), None
    )
