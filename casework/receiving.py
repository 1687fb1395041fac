"""Which agencies receive a procedure: a level, or a FEEL condition over `agency` (docs/dialect.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.definition import Definition
from engine.facts import Agency


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
