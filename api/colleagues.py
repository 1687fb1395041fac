"""What officers have from each other: opinions while a step goes on, internal notes, substitutes; and their own figures.

Asking, answering and delegating are orders on a task (api/tasks.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import deskwork, gate, looks, performance, substitutes
from casework.permits import FORBIDDEN
from engine.commands import WriteNote
from store.db import db
from store.queries import agency as agencies
from store.queries import colleagues, dossiers

blueprint = Blueprint("colleagues", __name__, description="Opinions, notes, substitutes")


@blueprint.route("/tasks/<int:task_id>/opinions", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Opinions)
def opinions(task_id: int):
    """What was asked while the step went on, oldest first: for agencies that see the dossier in full."""
    row = answers.granted(deskwork.task(db.session, actor(), task_id, now=now()))
    detail = row["dossier_detail"]
    if detail is None or detail["sight"] != "full":
        raise Refusal(deskwork.UNKNOWN)
    looks.record(db.session, actor(), "api/opinions", [row["dossier"]], now=now())
    told = ("id", "agency", "agency_name", "role", "asked_at", "due_at", "ended_at", "answered_by_name")
    return answers.json(
        {
            "items": [
                {name: one[name] for name in (*told, "question", "answer")} | {"state": _state(one)}
                for one in colleagues.opinions(db.session, task_id)
            ]
        }
    )


@blueprint.route("/dossiers/<code>/notes", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Notes)
def notes(code: str):
    """The internal notes of the caller's own agencies, newest first."""
    found = _notes(code)
    looks.record(db.session, actor(), "api/notes", [code], now=now())
    return answers.json(found)


@blueprint.route("/dossiers/<code>/notes", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.NoteGiven)
@blueprint.response(201, shapes.Notes)
def write(body: dict[str, Any], code: str):
    """Note something for the officers of one's own agency."""
    note = WriteNote(actor(), body["agency"], body["text"])
    answers.accepted(gate.handle(db.session, code, note, now=now()))
    return answers.json(_notes(code), 201)


@blueprint.route("/substitutions", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Substitutions)
def substitutions():
    """Those that concern the caller, and those at agencies the caller leads."""
    return answers.json(_substitutions())


@blueprint.route("/substitutions", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.SubstitutionGiven)
@blueprint.response(201, shapes.Substitutions)
def appoint(body: dict[str, Any]):
    """A colleague works in the queue of who is away, from one day to another."""
    answers.granted(substitutes.appoint(db.session, actor(), **body, now=now()))
    return answers.json(_substitutions(), 201)


@blueprint.route("/substitutions/<int:number>/end", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Nothing)
@blueprint.response(200, shapes.Substitutions)
def call_off(body: dict[str, Any], number: int):
    """End a substitution at once."""
    answers.granted(substitutes.call_off(db.session, actor(), min(number, 2**31 - 1), now=now()))
    return answers.json(_substitutions())


@blueprint.route("/performance", methods=["GET"])
@signed_in
@blueprint.arguments(schemas.PerformanceQuery, location="query")
@blueprint.response(200, shapes.Performance)
def own_figures(query: dict[str, Any]):
    """What the caller finished in the last `days`, on time and late, by kind of step."""
    at = now()
    since = at - timedelta(days=query["days"])
    found = performance.of(db.session, actor().id, since=since, until=at, now=at)
    return answers.json(
        {"total": vars(found.total), "kinds": [vars(one) for one in found.kinds], "cut": found.cut}
    )


def _notes(code: str) -> dict[str, Any]:
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    if not actor().agencies():
        raise Refusal(FORBIDDEN)
    found = colleagues.notes(db.session, row["id"], actor().agencies())
    told = ("agency", "agency_name", "written_at", "written_by", "by_name")
    return {"items": [{name: one[name] for name in told} | {"text": one["words"]} for one in found]}


def _substitutions() -> dict[str, Any]:
    led = {row["code"] for row in agencies.led(db.session, actor())}
    told = (
        "id",
        "absent",
        "absent_name",
        "substitute",
        "substitute_name",
        "agency",
        "role",
        "from_on",
        "to_on",
    )
    rows = colleagues.substitutions(db.session, actor().id, led)
    return {"items": [{name: one[name] for name in (*told, "ended_at", "made_by")} for one in rows]}


def _state(one: dict[str, Any]) -> str:
    if one["state"] < 2:
        return "waiting"
    return "taken_back" if one["state"] == 3 else "silent" if one["silent"] else "answered"
