"""The one-stop counter: numbers of the waiting room, receptions and results that wait, papers counted and scanned, paper
handed to units, parcels, and a result given to who came for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api import answers, counter_schemas, schemas, shapes
from api.blueprint import IF_MATCH, Blueprint
from api.dossiers import components, receiver
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import local_today, now
from casework import checklist, counters, deskwork, hand_lists, looks, postal, tickets
from casework.permits import FORBIDDEN
from engine.commands import CompleteTask
from store.db import db
from store.queries import counter, dossiers
from store.tables.work import task_key

blueprint = Blueprint("counters", __name__, description="The one-stop counter")

NO_NUMBER = 2**31 - 1  # beyond every row, and still a number of the database


@blueprint.route("/counters/<agency>/tickets", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Tickets)
def queue(agency: str):
    """Who is served and who waits today, and the day's figures."""
    _desk(agency)
    return answers.json(_tickets(agency))


@blueprint.route("/counters/<agency>/tickets", methods=["POST"])
@signed_in
@blueprint.arguments(counter_schemas.TicketTaken)
@blueprint.response(201, shapes.TicketGiven)
def take(body: dict[str, Any], agency: str):
    """The next number, for who stands there."""
    _desk(agency)
    number = answers.granted(tickets.take(db.session, agency, field=body["field"], now=now()))
    return answers.json({"number": number}, 201)


@blueprint.route("/counters/<agency>/tickets/call", methods=["POST"])
@signed_in
@blueprint.arguments(counter_schemas.TicketTaken)
@blueprint.response(200, shapes.TicketCalled)
def call(body: dict[str, Any], agency: str):
    """End whom the caller serves, call who waits longest (for a field, if one is named); null: nobody waits."""
    _desk(agency)
    number = tickets.call_next(db.session, actor(), agency, field=body["field"] or None, now=now())
    return answers.json({"number": number})


@blueprint.route("/counters/<agency>/tickets/finish", methods=["POST"])
@signed_in
@blueprint.arguments(counter_schemas.TicketFinished)
@blueprint.response(200, shapes.Tickets)
def finish(body: dict[str, Any], agency: str):
    """Whom the caller serves is done, or did not come when called."""
    _desk(agency)
    tickets.end(db.session, actor(), agency, absent=body["absent"], now=now())
    return answers.json(_tickets(agency))


@blueprint.route("/counters/<agency>/receptions", methods=["GET"])
@signed_in
@blueprint.arguments(counter_schemas.CounterQuery, location="query")
@blueprint.response(200, shapes.CounterWork)
def receptions(query: dict[str, Any], agency: str):
    """Dossiers that wait for reception, the most urgent first; each is received by completing its task."""
    _desk(agency)
    found = counter.waiting(db.session, [agency], "receive", q=query["q"])
    return answers.json(_work("api/receptions", found))


@blueprint.route("/counters/<agency>/results", methods=["GET"])
@signed_in
@blueprint.arguments(counter_schemas.CounterQuery, location="query")
@blueprint.response(200, shapes.CounterWork)
def results(query: dict[str, Any], agency: str):
    """Results to hand over, those that have lain longest first; `days`: that nobody came for so long."""
    _desk(agency)
    before = now() - timedelta(days=query["days"]) if query["days"] else None
    found = counter.waiting(db.session, [agency], "return_result", q=query["q"], before=before)
    return answers.json(_work("api/results", found))


@blueprint.route("/tasks/<int:task_id>/hand-out", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.HandOut)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.response(200, shapes.TaskState)
def hand_out(body: dict[str, Any], task_id: int):
    """Give a result to who came for it, checked and signed for; claimed first where it is nobody's. By post or online, as the
    step's form says, nobody need be there."""
    row = answers.granted(deskwork.task(db.session, actor(), task_id, now=now(), brief=True))
    if row["step"]["kind"] != "return_result":
        raise Refusal(deskwork.UNKNOWN)
    order = CompleteTask(
        actor(),
        task_key(task_id)[1],
        body["outcome"],
        body["answers"],
        note=body["note"].strip(),
        receiver=receiver(body["receiver"]),
        returned=tuple(body["returned"]),
    )
    done = counters.complete(db.session, row, order, seen_version=answers.seen_version(body), now=now())
    task = deskwork.after(answers.accepted(done), order.task_no)
    return answers.json(task, version=task["version"])  # type: ignore[arg-type]


@blueprint.route("/dossiers/<code>/components", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Counted)
@blueprint.response(200, shapes.Dossier)
def count(body: dict[str, Any], code: str):
    """Put papers on record as they were counted and scanned, whatever step the dossier is at; each replaces what was on record
    of its component. `matched`: the original (from 1) that each scan is of."""
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    if row["sight"] != "full":
        raise Refusal(FORBIDDEN)
    done = checklist.record(db.session, actor(), row, components(body["components"]), now=now())
    if done is not None:
        answers.accepted(done)
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    return answers.json(row, version=row["version"])


@blueprint.route("/counters/<agency>/hand-over-lists", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.HandOverRoom)
def hand_over_lists(agency: str):
    """Paper that waits to be handed to units, and the lists made so far."""
    _desk(agency)
    waiting = hand_lists.waiting(db.session, [agency], now=now())
    looks.record(db.session, actor(), "api/hand_lists", hand_lists.codes(waiting), now=now())
    made = hand_lists.made(db.session, [agency])
    return answers.json({"waiting": [_group(one) for one in waiting], "items": [_list(one) for one in made]})


@blueprint.route("/counters/<agency>/hand-over-lists", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Nothing)
@blueprint.response(201, shapes.HandOverLists)
def hand_over(body: dict[str, Any], agency: str):
    """Make a list for every queue that paper waits for."""
    _desk(agency)
    made = answers.granted(hand_lists.hand_over(db.session, actor(), [agency], now=now()))
    found = [one for id in made if (one := hand_lists.one(db.session, id)) is not None]
    return answers.json({"items": [_list(one) for one in found]}, 201)


@blueprint.route("/hand-over-lists", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.HandOverLists)
def coming():
    """Lists for the caller's own queues, what is still to be taken first."""
    return answers.json({"items": [_list(one) for one in hand_lists.coming(db.session, actor())]})


@blueprint.route("/hand-over-lists/<int:list_id>/take", methods=["POST"])
@signed_in
@blueprint.arguments(counter_schemas.ListTaken)
@blueprint.response(200, shapes.HandOverLists)
def taken(body: dict[str, Any], list_id: int):
    """The unit has got what is on the list but for what is missing, which waits at its counter again.

    A repeat changes nothing.
    """
    list_id = min(list_id, NO_NUMBER)
    answers.granted(hand_lists.take(db.session, actor(), list_id, body["missing"], now=now()))
    return answers.json({"items": [_list(one) for one in hand_lists.coming(db.session, actor())]})


@blueprint.route("/counters/<agency>/shipments", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Shipments)
def shipments(agency: str):
    """Parcels of the counter: to be ordered, on their way, arrived lately, each with its waybill."""
    _desk(agency)
    return answers.json(_shipments(agency))


@blueprint.route("/counters/<agency>/shipments/<int:shipment>/order", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Nothing)
@blueprint.response(200, shapes.Shipments)
def ship(body: dict[str, Any], agency: str, shipment: int):
    """Order the postman; the waybill comes with the post's answer."""
    _desk(agency)
    answers.granted(postal.order(db.session, actor(), [agency], min(shipment, NO_NUMBER), now=now()))
    return answers.json(_shipments(agency))


@blueprint.route("/counters/<agency>/shipments/<int:shipment>/cancel", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Nothing)
@blueprint.response(200, shapes.Shipments)
def unship(body: dict[str, Any], agency: str, shipment: int):
    """Cancel a parcel while nothing is ordered: the person comes to the counter after all."""
    _desk(agency)
    answers.granted(postal.cancel(db.session, [agency], min(shipment, NO_NUMBER), now=now()))
    return answers.json(_shipments(agency))


def _desk(agency: str) -> None:
    """Only for officers of that counter, as its pages."""
    if agency not in counters.desks(db.session, actor(), now=now()):
        raise Refusal(FORBIDDEN)


def _tickets(agency: str) -> dict[str, Any]:
    figures = tickets.figures(db.session, agency, local_today())
    minutes = {name: _number(figures[name]) for name in ("waited", "service")}
    return {
        "serving": [dict(row) for row in tickets.serving(db.session, agency, now=now())],
        "waiting": [dict(row) for row in tickets.waiting(db.session, agency, now=now())],
        "figures": {**figures, **minutes},
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _work(look: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    looks.record(db.session, actor(), look, [row["dossier"] for row in found], now=now())
    told = ("id", "dossier", "procedure_code", "procedure", "applicant", "channel", "submitted_at")
    more = ("reception_due_at", "opened_at", "assignee")
    return {"items": [{name: row[name] for name in (*told, *more)} for row in found]}


def _group(row: dict[str, Any]) -> dict[str, Any]:
    told = ("agency", "to_agency", "to_name", "to_role")
    return {name: row[name] for name in told} | {"dossiers": [line["code"] for line in row["lines"]]}


def _list(row: dict[str, Any]) -> dict[str, Any]:
    told = ("id", "agency", "to_agency", "to_name", "to_role", "day", "number", "made_by", "made_at")
    return {name: row[name] for name in (*told, "taken_by", "taken_at", "dossiers", "missing")}


def _shipments(agency: str) -> dict[str, Any]:
    found = postal.at_counter(db.session, [agency])
    looks.record(db.session, actor(), "api/shipments", [row["code"] for row in found], now=now())
    told = ("id", "code", "direction", "state", "waybill", "recipient", "ready")
    return {"items": [{name: row[name] for name in told} for row in found]}
