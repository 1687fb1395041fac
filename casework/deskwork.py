"""One task as the desk and the API show it: the row, its outcomes and e-form, the dossier, what the actor may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import definitions
from engine.actor import Actor
from engine.definition import Definition, Step
from engine.rejection import Rejected
from store import visible
from store.queries import dossiers, inbox

UNKNOWN = Rejected(
    "unknown_task",
    "Không có việc này, hoặc việc không thuộc cơ quan của bạn.",
    "There is no such task, or it is not your agency's.",
)


@dataclass(frozen=True)
class May:
    """Buttons to offer. The gate decides again: this only spares people orders that would be rejected."""

    claim: bool = False
    assign: bool = False
    reroute: bool = False
    recall: bool = False


def task(
    session: Session, actor: Actor, task_id: int, *, now: datetime, brief: bool = False
) -> dict[str, Any] | Rejected:
    """The task in the shape of docs/dialect.md §5; `brief` leaves out form and dossier."""
    row = inbox.task(session, task_id)
    if row is None or not _sees(session, actor, row):
        return UNKNOWN
    definition = definitions.get(session, row["procedure"]["code"], row["procedure_version"])
    step = definition.steps.get(row["step"]["id"])
    row["outcomes"] = (
        [{"code": o.code, "vi": o.vi, "en": o.en or o.code} for o in step.outcomes]
        if step is not None
        else []
    )
    if brief:
        return row
    detail = dossiers.one(session, actor, row["dossier"], now=now)
    row["dossier_detail"] = None if isinstance(detail, Rejected) else detail
    row["form_key"] = step.form if step else None
    row["form"] = definition.forms[step.form].schema if step and step.form else None
    row["answers"] = (
        detail["answers"].get(step.form, {})
        if step and step.form and not isinstance(detail, Rejected)
        else {}
    )
    return row


def step_of(session: Session, row: dict[str, Any]) -> tuple[Definition, Step | None]:
    """The definition a task runs on, and its step there."""
    definition = definitions.get(session, row["procedure"]["code"], row["procedure_version"])
    return definition, definition.steps.get(row["step"]["id"])


def may(actor: Actor, row: dict[str, Any], dispatchers: frozenset[str]) -> May:
    """What to offer on this task. `dispatchers`: roles that may give work to others."""
    agency, role, status = str(row["agency"]), str(row["role"]), row["status"]
    live = row["done"] is None
    here = actor.holds(agency, role)
    heads = any(post.agency == agency and post.role in dispatchers for post in actor.posts)
    return May(
        claim=live and here and status in ("open", "offered"),
        assign=live and status in ("open", "claimed") and heads,
        reroute=live and status == "refused" and (here or heads),
        recall=live and status == "offered" and row["offered_by"] in actor.agencies(),
    )


def _sees(session: Session, actor: Actor, row: dict[str, Any]) -> bool:
    if row["role"] == "applicant":
        return (
            row["applicant_account"] == actor.id
            or visible.sight(session, actor, row["dossier_id"]) is not None
        )
    return visible.sight(session, actor, row["dossier_id"]) in ("full", "course")
