"""A filing online before there is a dossier: begun with what is known, kept as a draft, tried out without being filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import (
    attachments,
    bills,
    definitions,
    drafts,
    errors,
    intake,
    looks,
    mandates,
    prefilling,
    reference,
)
from casework.drafts import Kept
from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.definition import Definition
from engine.local import local_day
from engine.rejection import Rejected
from engine.rules import clock
from engine.rules.fees import Charge
from store.queries import catalogue


@dataclass(frozen=True)
class Tried:
    """What filing would come to. `due_at`: if it were received as it is, at this moment."""

    definition: Definition
    charges: Sequence[Charge]
    reception_due_at: str | None
    due_at: str | None


def begin(
    session: Session,
    actor: Actor,
    procedure: Mapping[str, Any],
    agency: str,
    *,
    mandate: str = "",
    earlier: str = "",
    answers: Mapping[str, object] = {},
    now: datetime,
) -> str | Rejected:
    """A new draft of the applicant's (`procedure` of store.queries.catalogue) with what is known beforehand, by `mandate` for
    somebody else, from an `earlier` dossier; what is said in `answers` stands before it. Its id; commits."""
    if actor.kind != "applicant":
        return FORBIDDEN
    if drafts.full(session, actor):
        return drafts.TOO_MANY
    code = str(procedure["code"])
    if not any(one["code"] == agency for one in procedure["receiving"]):
        return errors.not_receiving(agency, str(procedure["name"]))
    if mandate and mandate not in {str(row["id"]) for row in mandates.offered(session, actor, code, now=now)}:
        return mandates.INVALID
    definition = definitions.get(session, code, procedure["version"])
    form = definition.forms[definition.start_form] if definition.start_form else None
    facts = prefilling.known(session, actor, mandate, code, now=now)
    filled = prefilling.fill(session, actor, form, facts, earlier, now=now)
    if earlier and filled.answers:
        looks.record(session, actor, "citizen/begin", [earlier], now=now)
    known = {**filled.answers, **answers}
    if problems := prefilling.changed(form, facts, known, filled.answers, now=now):
        return errors.identity_locked(problems)
    return drafts.begin(session, actor, code, agency, known, mandate=mandate, sources=filled.sources, now=now)


def keep(
    session: Session,
    actor: Actor,
    kept: Kept,
    *,
    answers: Mapping[str, object] | None = None,
    papers: Mapping[str, Sequence[str]] | None = None,
    agency: str | None = None,
    returning: Mapping[str, str] | None = None,
    now: datetime,
) -> Rejected | None:
    """Keep what is given of a draft in place of what was; `papers`: files by component. Commits."""
    procedure = catalogue.procedure(session, kept.procedure, today=local_day(now))
    if procedure is None:
        return errors.UNKNOWN_PROCEDURE
    if agency and not any(one["code"] == agency for one in procedure["receiving"]):
        return errors.not_receiving(agency, str(procedure["name"]))
    definition = definitions.get(session, kept.procedure, procedure["version"])
    form = definition.forms[definition.start_form] if definition.start_form else None
    if answers is not None:
        facts = prefilling.known(session, actor, kept.mandate, kept.procedure, now=now)
        if problems := prefilling.changed(form, facts, answers, kept.answers, now=now):
            return errors.identity_locked(problems)
    held = None
    if papers is not None:
        found = attachments.known(session, actor, [id for ids in papers.values() for id in ids])
        strange = [id for ids in papers.values() for id in ids if id not in found]
        if strange or set(papers) - {part.code for part in definition.components}:
            return attachments.UNKNOWN if strange else errors.unknown_component(set(papers))
        held = {
            code: [{str(name): said for name, said in found[id].items()} for id in ids]
            for code, ids in papers.items()
        }
    drafts.save(
        session, actor, kept, answers=answers, papers=held, agency=agency, returning=returning, now=now
    )
    return None


def tried(session: Session, actor: Actor, given: Mapping[str, Any], *, now: datetime) -> Tried | Rejected:
    """What filing this (`given`: keywords of `casework.intake.submit`) would come to; refused as it would be, nothing kept."""
    done = intake.submit(session, actor, **given, dry=True, now=now)
    if isinstance(done, Rejected):
        return done
    definition, state = done.definition, done.state
    assert definition is not None
    answers = {definition.start_form: given["answers"]} if definition.start_form else {}
    facts = reference.load(session, now).facts
    return Tried(
        definition,
        bills.quote(session, definition, state.agency, answers, channel=state.channel, now=now),
        state.reception_due_at,
        clock.if_received(definition, facts, state.agency, now),
    )
