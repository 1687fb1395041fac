"""Dossiers: file one, read it, and the orders that are valid on any diagram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from api import answers, schemas, shapes
from api.blueprint import IDEMPOTENCY_KEY, IF_MATCH, Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import collecting, deadlines, gate, intake, looks
from casework.permits import FORBIDDEN
from engine import commands
from engine.declared import ComponentGiven, Person, Receiver
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import dossiers, looked

blueprint = Blueprint("dossiers", __name__, description="Dossiers")

KEY_REQUIRED = Rejected(
    "idempotency_key_required",
    "Cần tiêu đề Idempotency-Key để nộp một lần duy nhất dù gửi lại.",
    "Expected an Idempotency-Key header, so that a repeat files nothing twice.",
    (Problem("Idempotency-Key", "required", "Thiếu tiêu đề Idempotency-Key.", "The header is missing."),),
)


@blueprint.route("/dossiers", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Submission)
@blueprint.doc(parameters=[IDEMPOTENCY_KEY])
@blueprint.response(201, shapes.Dossier, description="Filed")
@blueprint.alt_response(200, schema=shapes.Dossier, description="Filed before with this key", success=True)
def submit(body: dict[str, Any]):
    """File a dossier once: the same Idempotency-Key and body answer the same dossier."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 1 <= len(key) <= 200:
        raise Refusal(KEY_REQUIRED)
    filed = answers.granted(intake.submit(db.session, actor(), **filed_as(body), key=key, now=now()))
    row = answers.granted(dossiers.one(db.session, actor(), filed.dossier_code, now=now()))
    return answers.json(row, 200 if filed.repeated else 201, row["version"])


@blueprint.route("/dossiers", methods=["GET"])
@signed_in
@blueprint.arguments(schemas.DossierQuery, location="query")
@blueprint.response(200, shapes.DossierPage)
def index(query: dict[str, Any]):
    """Dossiers the caller may see, newest first."""
    found = dossiers.page(db.session, actor(), **query)
    looks.record(db.session, actor(), "api/dossiers", [row["code"] for row in found["items"]], now=now())  # type: ignore[attr-defined]
    return answers.json(found)


@blueprint.route("/incidents", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Incidents)
def incidents():
    """Dossiers that stand still until an admin repairs them, the newest 100, without names."""
    if actor().kind != "admin":
        raise Refusal(FORBIDDEN)
    return answers.json({"items": dossiers.incidents(db.session)})


@blueprint.route("/dossiers/<code>", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Dossier)
def one(code: str):
    """One dossier, as much of it as the caller may see."""
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    looks.record(db.session, actor(), "api/dossier", [code], now=now())
    return answers.json(row, version=row["version"])


@blueprint.route("/dossiers/<code>/events", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Log)
def events(code: str):
    """The event log of the dossier, hash-chained."""
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    looks.record(db.session, actor(), "api/events", [code], now=now())
    return answers.json({"items": dossiers.events(db.session, row["id"], row["sight"])})


@blueprint.route("/dossiers/<code>/deadline", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Deadline)
def deadline(code: str):
    """Why the due date is what it is, interval by interval: enough to recompute it outside."""
    answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    looks.record(db.session, actor(), "api/deadline", [code], now=now())
    return answers.json(deadlines.explain(db.session, code, now=now()))


@blueprint.route("/dossiers/<code>/looks", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Looks)
def looks_at(code: str):
    """Who looked at the own dossier: by day and agency, without officers' names."""
    row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
    if row["sight"] != "own":
        raise Refusal(FORBIDDEN)
    looks.record(db.session, actor(), "api/looks", [code], now=now())
    return answers.json({"items": looked.by_day(db.session, row["id"], code, actor().id)})


def order(path: str, schema: type, make: Callable[[Any, dict[str, Any]], commands.Command], doc: str) -> None:
    """Register `POST /dossiers/{code}/{path}`: a command valid on any diagram."""

    @blueprint.route(f"/dossiers/<code>/{path}", methods=["POST"], endpoint=path)
    @signed_in
    @blueprint.arguments(schema)
    @blueprint.doc(summary=doc, parameters=[IF_MATCH])
    @blueprint.response(200, shapes.Dossier)
    def view(body: dict[str, Any], code: str):
        seen = answers.seen_version(body)
        answers.accepted(gate.handle(db.session, code, make(actor(), body), now=now(), seen_version=seen))
        row = answers.granted(dossiers.one(db.session, actor(), code, now=now()))
        return answers.json(row, version=row["version"])


order(
    "withdraw",
    schemas.Reason,
    lambda by, b: commands.WithdrawDossier(by, b["reason"]),
    "Withdraw the dossier.",
)
order(
    "stop",
    schemas.Reason,
    lambda by, b: commands.StopDossier(by, b["reason"]),
    "Stop handling, with a reason.",
)
order(
    "allow-supplement",
    schemas.Reason,
    lambda by, b: commands.AllowSupplement(by, b["reason"]),
    "Let papers be asked for once more than law foresees, with a leader's reason.",
)
order("resume", schemas.Reason, lambda by, b: commands.ResumeDossier(by, b["reason"]), "Go on after a stop.")
order(
    "extend",
    schemas.Extension,
    lambda by, b: commands.ExtendDeadline(by, b["days"], b["reason"]),
    "Extend the due date as far as the law allows.",
)
order(
    "apologise",
    schemas.Apology,
    lambda by, b: commands.Apologise(by, b["new_due_on"].isoformat(), b["reason"]),
    "Apologise once, with a new promised date.",
)
order(
    "repair",
    schemas.Repair,
    lambda by, b: (
        commands.MigrateDossier(by, b["version"], b["reason"], repairs=True)
        if b["version"]
        else commands.RepairIncident(by, b["reason"])
    ),
    "Try again after an incident; on another version, if the diagram was wrong.",
)


def filed_as(body: dict[str, Any]) -> dict[str, Any]:
    """A submission's body as keywords of `casework.intake.submit`."""
    people = ("applicant", "beneficiary", "payer")
    told = ("procedure", "agency", "answers", "via", "channel", "return_by", "post")
    return {
        **{name: body[name] for name in told},
        **{name: Person(**body[name]) if body[name] else None for name in people},
        "components": components(body["components"]),
    }


def components(rows: list[dict[str, Any]]) -> tuple[ComponentGiven, ...]:
    """Papers of a body as the commands take them."""
    return tuple(
        ComponentGiven(
            **{name: tuple(said) if isinstance(said, list) else said for name, said in row.items()}
        )
        for row in rows
    )


def receiver(told: dict[str, Any] | None) -> Receiver | None:
    """Who came for a result, as the commands take it."""
    if told is None:
        return None
    named = {name: said for name, said in told.items() if name not in ("drawn", "typed")}
    return Receiver(**named, signature=collecting.signed(told["drawn"], told["typed"]))
