"""Papers of a dossier as the counter records them beside the steps: counted, scanned, put to the originals they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import gate
from casework.accepted import Accepted
from engine.actor import Actor
from engine.commands import RecordPapers
from engine.declared import ComponentGiven
from engine.rejection import Rejected

QUANTITIES = ("originals", "certified", "copies", "pages", "kept")


def record(
    session: Session,
    actor: Actor,
    dossier: Mapping[str, Any],
    given: Sequence[ComponentGiven],
    *,
    now: datetime,
) -> Accepted | Rejected | None:
    """Put what has changed on record (`dossier`: row of store.queries.dossiers.one); None if nothing has."""
    on_record = {part["code"]: part for part in dossier["components"]}
    changed = [found for one in given if (found := _changed(on_record.get(one.code), one)) is not None]
    if not changed:
        return None
    return gate.handle(session, dossier["code"], RecordPapers(actor, tuple(changed)), now=now)


def _changed(before: Mapping[str, Any] | None, given: ComponentGiven) -> ComponentGiven | None:
    """The component as it is now, with its status of digitisation; None if nothing about it changed.

    A new file is a scan (1); without a file nothing is digitised (0); else what was reused stays so.
    """
    old = tuple(str(file["id"]) for file in before["attachments"]) if before else ()
    digitised, source = (before["digitised"], before["source"]) if before else (0, "")
    if set(given.attachments) - set(old):
        digitised, source = 1, ""
    elif not given.attachments:
        digitised, source = 0, ""
    counts = {name: getattr(given, name) for name in QUANTITIES}
    were = tuple(file["original"] or 0 for file in before["attachments"]) if before else ()
    same_match = not given.matched or given.matched == were  # nothing said: as it was
    same = before is not None and all(before[name] == counts[name] for name in counts)
    if same and given.attachments == old and same_match:
        return None
    if before is None and not given.attachments and not any(counts.values()):
        return None
    return replace(given, digitised=digitised, source=source)
