"""One task as the desk and the API show it: the row, its outcomes and e-form, the dossier, what the actor may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import definitions, permits
from casework.accepted import Accepted
from casework.permits import APPLICANT
from engine import flow, snapshot
from engine.actor import Actor
from engine.definition import Definition, Step
from engine.events import OpinionGiven, TaskCompleted, TaskOpened
from engine.rejection import Rejected
from engine.rules.tasks import takes_effect
from engine.state import OPINION, State, Task
from forms.fields import EForm
from store import visible
from store.queries import dossiers, inbox
from store.tables import dossier_snapshot
from store.tables.work import task_id as task_id_of
from store.tables.work import task_key

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
    colleagues: bool = False  # ask others, delegate


def task(
    session: Session, actor: Actor, task_id: int, *, now: datetime, brief: bool = False
) -> dict[str, Any] | Rejected:
    """The task in the shape of docs/dialect.md §5; `brief` leaves out form and dossier."""
    row = inbox.task(session, task_id)
    if row is None:
        return UNKNOWN
    detail = None if brief else dossiers.one(session, actor, row["dossier"], now=now)
    seen = visible.sight(session, actor, row["dossier_id"]) if detail is None else _sight(detail)
    if seen is None or (seen == "own" and row["role"] != APPLICANT):
        return UNKNOWN
    definition = definitions.get(session, row["procedure"]["code"], row["procedure_version"])
    step = None if row["step"]["kind"] == OPINION else definition.steps.get(row["step"]["id"])
    row["outcomes"] = (
        [{"code": o.code, "vi": o.vi, "en": o.en or o.code} for o in step.outcomes]
        if step is not None
        else []
    )
    if detail is None:
        return row
    row["dossier_detail"] = None if isinstance(detail, Rejected) else detail
    if isinstance(detail, dict) and detail["sight"] == "course":
        row |= {"item": None, "note": "", "refusal_reason": "", "applicant": detail["applicant_name"]}
        row["applicant_account"] = None
    row["form_key"] = step.form if step else None
    row["form"] = definition.forms[step.form].schema if step and step.form else None
    row["answers"] = (
        detail["answers"].get(step.form, {})
        if step and step.form and not isinstance(detail, Rejected)
        else {}
    )
    return row


def after(done: Accepted, task_no: int) -> dict[str, object]:
    """A task as a command left it, told from the command's own outcome: no query (shape: docs/dialect.md §5)."""
    live = done.state.tasks.get(task_no)
    if live is not None:
        return _live(done, live)
    ways = TaskCompleted | OpinionGiven
    ended = next((e for e in done.events if isinstance(e, ways) and e.task_no == task_no), None)
    return {
        "id": task_id_of(done.dossier_id, task_no),
        "dossier": done.dossier_code,
        "status": "done" if ended else "cancelled",
        "version": None,
        "done": {
            "at": ended.at,
            "by": ended.by,
            "outcome": getattr(ended, "outcome", None),
            "silent": getattr(ended, "silent", False),
        }
        if ended
        else None,
    }


def opened(done: Accepted) -> list[dict[str, object]]:
    """The tasks that a command opened and that still wait."""
    numbers = [event.task_no for event in done.events if isinstance(event, TaskOpened)]
    return [_live(done, done.state.tasks[number]) for number in numbers if number in done.state.tasks]


def _live(done: Accepted, task: Task) -> dict[str, object]:
    step = done.definition.steps.get(task.element_id) if done.definition else None
    return {
        "id": task_id_of(done.dossier_id, task.no),
        "dossier": done.dossier_code,
        "procedure": {
            "code": done.state.procedure_code,
            "name": done.definition.name if done.definition else "",
        },
        "step": {"id": task.element_id, "name": step.name if step else task.element_id, "kind": task.kind},
        "status": task.status,
        "agency": task.agency,
        "role": task.role,
        "assignee": task.assignee,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "dossier_due_at": done.state.clock.due_at,
        "offered_by": task.offered_by,
        "version": task.version,
        "item": done.state.item(task.item_digest),
        "outcomes": [{"code": o.code, "vi": o.vi, "en": o.en or o.code} for o in step.outcomes]
        if step
        else [],
    }


def step_of(session: Session, row: dict[str, Any]) -> tuple[Definition, Step | None]:
    """The definition a task runs on, and its step there; an opinion belongs to no step."""
    definition = definitions.get(session, row["procedure"]["code"], row["procedure_version"])
    opinion = row["step"]["kind"] == OPINION
    return definition, None if opinion else definition.steps.get(row["step"]["id"])


def common_outcomes(session: Session, items: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Accepting outcomes that tasks of a list may be ended with at once: of steps whose e-form demands nothing.

    Reception and hand-over of results are left out: there somebody stands with papers to look at. Signatures and seals
    are given in the tray, with a PIN.
    """
    found: dict[str, dict[str, str]] = {}
    for procedure, version, digest, element in inbox.steps_of(session, [row["id"] for row in items]):
        definition = definitions.get(session, procedure, version, digest)
        step = definition.steps.get(element)
        if (
            step is None
            or step.kind in ("receive", "return_result", "sign", "stamp")
            or (step.form and _demands(definition.forms[step.form]))
        ):
            continue
        for one in step.outcomes:
            if not takes_effect(step, one.code):
                continue
            found.setdefault(one.code, {"code": one.code, "vi": one.vi, "en": one.en or one.code})
    return list(found.values())


def _demands(e_form: EForm) -> bool:
    """Does the form have a field that must be filled in, whatever its conditions?"""
    return any(one.rules is not None and one.rules.required for one in e_form.keyed())


def may(session: Session, actor: Actor, row: dict[str, Any]) -> May:
    """What to offer on this task."""
    dispatchers = permits.dispatchers(session)
    agency, role, status = str(row["agency"]), str(row["role"]), row["status"]
    live = row["done"] is None
    here = actor.holds(agency, role)
    roles = {post.role for post in actor.posts if post.agency == agency}
    return May(
        claim=live and here and status in ("open", "offered"),
        assign=live and status in ("open", "claimed") and bool(roles & permits.assigners(session)),
        reroute=live and status == "refused" and (here or bool(roles & dispatchers)),
        colleagues=live and mine(actor, row) and row["step"]["kind"] != OPINION,
        recall=live and status in ("open", "offered") and _sent(session, actor, row, dispatchers),
    )


def _sent(session: Session, actor: Actor, row: dict[str, Any], dispatchers: frozenset[str]) -> bool:
    """Did the actor, or an agency whose work the actor gives out, send this task on?"""
    sent = inbox.sender(session, row)
    if sent is None or sent["role"] == APPLICANT:
        return False
    return sent["by"] == actor.id or any(
        post.agency == sent["agency"] and post.role in dispatchers for post in actor.posts
    )


def mine(actor: Actor, row: dict[str, Any]) -> bool:
    """Is the live task in the actor's hands: own, or of somebody away whose substitute the actor is?"""
    return row["done"] is None and actor.stands_in(row["assignee"], str(row["agency"]), str(row["role"]))


def returnable(session: Session, row: dict[str, Any], definition: Definition, *, now: datetime) -> list[Step]:
    """The earlier steps that this live task may be sent back to, in the diagram's order."""
    body = session.scalar(
        select(dossier_snapshot.c.body).where(dossier_snapshot.c.dossier_id == row["dossier_id"])
    )
    state = snapshot.load(bytes(body)) if body is not None else State()
    waiting = state.tasks.get(task_key(row["id"])[1])
    if waiting is None or waiting.kind == OPINION:
        return []
    passed = set(flow.returnable(definition.flow, state.flow, waiting.token_id, now))
    return [step for id, step in definition.steps.items() if id in passed and id != waiting.element_id]


def handlers(
    session: Session, row: dict[str, Any], definition: Definition, *, now: datetime
) -> tuple[Step, list[dict[str, Any]]] | None:
    """Of a step that gives out work: the step after it and who may get that, if it is one step of the same agency."""
    here = definition.steps.get(row["step"]["id"])
    if here is None or here.kind != "assign":
        return None
    after = [definition.steps.get(id) for id in definition.flow.after(here.element_id)]
    if len(after) != 1 or after[0] is None or after[0].agency != here.agency or after[0].assignee:
        return None
    officers = inbox.colleagues(session, str(row["agency"]), after[0].role, now=now)
    return (after[0], officers) if officers else None


def _sight(detail: dict[str, Any] | Rejected) -> visible.Sight | None:
    return None if isinstance(detail, Rejected) else detail["sight"]
