"""Who may see what of a dossier. The one place; every query of dossiers goes through it.

| who | sees |
|---|---|
| the applicant | everything of the own dossier but internal notes and the officers' accounts in its log |
| who acts for the applicant by a mandate in force | the same |
| an agency that received it (also for another), holds a live task in it, or asked the applicant for what it waits for | everything |
| an agency that had a task in it before | its course: no contact data, no answers, no papers |
| an admin | its course, without the applicant's name; finds dossiers by code only |
| anybody with code and secret | its course in public words |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, and_, any_, exists, false, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from engine.actor import Actor
from store.tables import dossier, dossier_sight, mandate, task
from store.today import TODAY

sent = task.alias("sent")  # the task that another came from
Sight = Literal["full", "own", "course"]

# Whose reason the applicant is told; every other note and reason is the officers' own.
TOLD = frozenset(
    {
        "StatusChanged",
        "SupplementRequested",
        "SupplementAllowed",
        "DeadlineExtended",
        "Apologised",
        "DossierStopped",
        "DossierResumed",
        "AnswersRecorded",
    }
)
# Between officers: neither the applicant nor former agencies are told of them at all.
AMONG_OFFICERS = frozenset(
    {
        "ActedInstead",
        "NoteWritten",
        "OpinionAsked",
        "OpinionGiven",
        "OpinionLapsed",
        "TaskDelegated",
        "TaskHandedBack",
    }
)
INTERNAL = frozenset({"note", "reason", "sentence"})
OF_ACTOR = frozenset({"by", "by_name"})
DECLARED = frozenset({"item", "correlation"})  # taken from what the person declared


def event(logged: Mapping[str, Any], sight: Sight, actor_kind: str) -> dict[str, Any]:
    """One event of the log, without what this reader may not see of it (table above).

    `actor_kind` is that of who gave the command: an applicant's account name is personal, too.
    """
    if sight == "full":
        return dict(logged)
    hidden = frozenset() if logged["type"] in TOLD else INTERNAL
    if sight == "course":
        hidden |= DECLARED
    if hides_actor(sight, actor_kind):
        hidden |= OF_ACTOR
    return {name: value for name, value in logged.items() if name not in hidden}


def hides_actor(sight: Sight, actor_kind: str, *, erased: bool = False) -> bool:
    """The applicant deals with agencies, not with their officers; other agencies learn no applicant's account, and
    nobody that of a person whose data was erased."""
    if erased and actor_kind == "applicant":
        return True
    return {"full": False, "own": actor_kind == "officer", "course": actor_kind == "applicant"}[sight]


def names(actor: Actor, sight: Sight, agency: str = "") -> bool:
    """Whether a reader with this sight (of a dossier received by `agency`) is told who the applicant is."""
    return actor.kind != "admin" or sight != "course" or agency in actor.agencies()


def dossiers(actor: Actor) -> ColumnElement[bool]:
    """A condition on `dossier`: those of which the actor may see at least the course."""
    if actor.kind == "admin":
        return true()
    if actor.posts:
        seen = exists().where(
            dossier_sight.c.dossier_id == dossier.c.id, dossier_sight.c.agency.in_(sorted(actor.agencies()))
        )
        return or_(seen, own(actor))
    if actor.kind == "applicant":
        return own(actor)
    return false()


def own(actor: Actor) -> ColumnElement[bool]:
    """A condition on `dossier`: the actor is its applicant, or acts for the applicant by a mandate in force."""
    mandates = select(mandate.c.id).where(mandate.c.representative == actor.id, in_force())
    return or_(
        dossier.c.applicant_account == actor.id,
        dossier.c.mandate
        == any_(func.array(mandates.scalar_subquery())),  # an array: both sides use their index
    )


def in_force() -> ColumnElement[bool]:
    """A condition on `mandate`: not revoked, and today within its dates."""
    today = literal_column(TODAY, Date)
    return and_(
        mandate.c.revoked_at.is_(None),
        mandate.c.valid_from <= today,
        or_(mandate.c.valid_to.is_(None), mandate.c.valid_to >= today),
    )


def course(session: Session, dossier_id: int) -> frozenset[str]:
    """The agencies that have or had to do with a dossier."""
    found = select(dossier_sight.c.agency).where(dossier_sight.c.dossier_id == dossier_id)
    return frozenset(session.scalars(found))


def sight(session: Session, actor: Actor, dossier_id: int) -> Sight | None:
    """How much the actor may see of one dossier; None: not even that it exists."""
    row = session.execute(
        select(dossier.c.agency, dossier.c.via, own(actor).label("own")).where(
            dossier.c.id == dossier_id, dossiers(actor)
        )
    ).first()
    if row is None:
        return None
    agencies = actor.agencies()
    if row.agency in agencies or row.via in agencies:
        return "full"
    if agencies:
        asked = select(sent.c.id).where(sent.c.id == task.c.from_task, sent.c.agency.in_(sorted(agencies)))
        held = select(task.c.id).where(
            and_(
                task.c.dossier_id == dossier_id,
                task.c.state < 2,
                or_(task.c.agency.in_(sorted(agencies)), and_(task.c.role == "applicant", asked.exists())),
            )
        )
        if session.execute(held.limit(1)).first():
            return "full"
    return "own" if row.own else "course"
