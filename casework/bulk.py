"""One order for many tasks: each goes through the gate by itself, in its own commit, and says what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import deskwork, gate
from engine.actor import Actor
from engine.commands import AssignTask, ClaimTask, Command, CompleteTask, PassOnTask
from engine.rejection import Rejected
from engine.rules import words
from engine.rules.tasks import effective
from store.tables.work import task_key

MOST = 200

NO_WAY_BACK = Rejected(
    "outcome_unknown",
    "Bước này không trả lại ở đây được: mở việc để chọn cách xử lý.",
    "Expected a step with one way back: open the task and choose.",
)


@dataclass(frozen=True)
class Chosen:
    """A task as the page showed it: an order on one that has changed since is rejected."""

    task_id: int
    version: int | None

    @staticmethod
    def parse(text: str) -> Chosen | None:
        """`"<task id>:<version>"`."""
        number, _, version = text.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        return Chosen(int(number), int(version) if version.isascii() and version.isdigit() else None)


@dataclass(frozen=True)
class Outcome:
    """`rejected` None: it was done."""

    task_id: int
    dossier: str
    step: str
    rejected: Rejected | None
    procedure: str = ""


def claim(session: Session, actor: Actor, chosen: Sequence[Chosen], *, now: datetime) -> list[Outcome]:
    """Take them all."""
    return _each(
        session,
        actor,
        chosen,
        now,
        lambda one, row: [ClaimTask(actor, task_key(one.task_id)[1], one.version)],
    )


def assign(
    session: Session, actor: Actor, chosen: Sequence[Chosen], to: str, *, now: datetime
) -> list[Outcome]:
    """Give them all to one officer of their queue."""
    return _each(
        session,
        actor,
        chosen,
        now,
        lambda one, row: [AssignTask(actor, task_key(one.task_id)[1], to, "", one.version)],
    )


def pass_on(
    session: Session, actor: Actor, chosen: Sequence[Chosen], to: str, reason: str, *, now: datetime
) -> list[Outcome]:
    """Give them all to another leader, who is told why."""
    return _each(
        session,
        actor,
        chosen,
        now,
        lambda one, row: [PassOnTask(actor, task_key(one.task_id)[1], to, "", reason, one.version)],
    )


def complete(
    session: Session, actor: Actor, chosen: Sequence[Chosen], outcome: str, *, now: datetime
) -> list[Outcome]:
    """End them all with one outcome and what their e-forms hold already; a form that wants more rejects its own task.

    What nobody has claimed yet is claimed first; what another agency offers must be accepted by itself.
    """

    def orders(one: Chosen, row: dict[str, Any]) -> list[Command]:
        number, version = task_key(one.task_id)[1], one.version
        if row["status"] != "open":
            return [CompleteTask(actor, number, outcome, row["answers"], seen_version=version)]
        return [ClaimTask(actor, number, version), CompleteTask(actor, number, outcome, row["answers"])]

    return _each(session, actor, chosen, now, orders)


def send_back(
    session: Session, actor: Actor, chosen: Sequence[Chosen], reason: str, *, now: datetime
) -> list[Outcome]:
    """Documents that wait for a signature or seal go back with one reason: each step by its own other outcome."""

    def orders(one: Chosen, row: dict[str, Any]) -> list[Command] | Rejected:
        if not reason.strip():
            return words.NO_NOTE  # before anything is taken from others' trays
        step, number = deskwork.step_of(session, row)[1], task_key(one.task_id)[1]
        others = [out.code for out in step.outcomes if out.code != effective(step)] if step else []
        if len(others) != 1:
            return NO_WAY_BACK
        claim: list[Command] = [] if row["assignee"] == actor.id else [ClaimTask(actor, number, one.version)]
        return [*claim, CompleteTask(actor, number, others[0], note=reason)]

    return _each(session, actor, chosen, now, orders)


def _each(
    session: Session,
    actor: Actor,
    chosen: Sequence[Chosen],
    now: datetime,
    orders: Callable[[Chosen, dict[str, Any]], list[Command] | Rejected],
) -> list[Outcome]:
    """Each task's orders, carried out together or not at all."""
    told = []
    for one in chosen[:MOST]:
        row = deskwork.task(session, actor, one.task_id, now=now)
        if isinstance(row, Rejected):
            told.append(Outcome(one.task_id, "", "", row))
            continue
        given = orders(one, row)
        done = given if isinstance(given, Rejected) else gate.handle(session, row["dossier"], *given, now=now)
        rejected = done if isinstance(done, Rejected) else None
        told.append(
            Outcome(one.task_id, row["dossier"], row["step"]["name"], rejected, row["procedure"]["code"])
        )
    return told
