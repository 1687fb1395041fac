"""Writes what a command came to: log row, tables, snapshot, new bodies and outbox rows, in one statement.

The caller holds the dossier's row lock (or has just allotted a new dossier's id) and commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from engine import event_codec, snapshot
from engine.actor import Actor
from engine.commands import Command
from engine.decision import Decision
from engine.events import AnswersRecorded
from store import appliers, tables
from store.announce import announcements
from store.appliers import Applied, Opening
from store.chain import link
from store.changes import Changes, Encoded, to_json


def write(
    session: Session,
    dossier_id: int,
    command: Command,
    decision: Decision,
    *,
    at: datetime,
    head: bytes = b"",
    known: Mapping[str, object] | None = None,
    opening: Opening | None = None,
) -> bytes:
    """Returns the new head of the dossier's chain.

    `head`: the chain's present head (empty for a new dossier, whose `opening` is given). `known`: bodies by digest
    that the command was decided on; appliers need the applicant's name.
    """
    state = decision.state
    bodies = {**(known or {}), **decision.bodies}
    applied = Applied(dossier_id, state.seq, at, command.by.id, state, bodies, opening)
    changes = Changes()
    appliers.apply(decision.events, applied, changes)
    changes.alter(tables.dossier, applied.dossier, seq=state.seq)
    for row in announcements(decision.events, applied):
        changes.add(tables.outbox, row)
    _bodies(decision, applied, changes)
    new_head = _log(command, decision, applied, head, changes)
    _snapshot(decision, applied, new_head, opening is not None, changes)
    changes.write(session)
    return new_head


def _bodies(decision: Decision, applied: Applied, changes: Changes) -> None:
    forms = {event.digest: event.form for event in decision.events if isinstance(event, AnswersRecorded)}
    for digest, body in decision.bodies.items():
        row = {"digest": digest, "form": forms.get(digest, ""), "body": body, "recorded_at": applied.at}
        changes.add(tables.answers, applied.of_dossier | row, "keep")


def _log(command: Command, decision: Decision, applied: Applied, head: bytes, changes: Changes) -> bytes:
    by: Actor = command.by
    text = to_json([event_codec.to_json(event) for event in decision.events])
    said = {"actor": by.id, "command": type(command).__name__}
    new_head = link(
        head,
        dossier_id=applied.dossier_id,
        seq=applied.seq,
        at=applied.at,
        kind=by.kind,
        events=text,
        **said,
    )
    row = applied.of_dossier | said | {"seq": applied.seq, "at": applied.at, "actor_kind": by.kind}
    changes.add(tables.event_log, row | {"events": Encoded(text), "prev_hash": head, "hash": new_head})
    return new_head


def _snapshot(decision: Decision, applied: Applied, head: bytes, new: bool, changes: Changes) -> None:
    state = decision.state
    kept: dict[str, object] = {
        "seq": state.seq,
        "body": snapshot.dump(state),
        "digests": sorted(set(state.answers.values())),
        "head": head,
        "sealed": False,
    }
    if new:
        changes.add(tables.dossier_snapshot, applied.of_dossier | kept)
    else:
        changes.alter(tables.dossier_snapshot, applied.of_dossier, **kept)
