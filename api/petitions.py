"""Complaints and proposals (phản ánh, kiến nghị): sent and followed by who is signed in, handled by officers.

Without an account they are sent on the page; the secret follows them here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, public, signed_in
from assembly.clock import now
from casework import petition_handling, petitions
from casework.petition_course import UNKNOWN
from engine.rejection import Rejected
from store.db import db
from store.queries import petitions as rows

blueprint = Blueprint("petitions", __name__, description="Complaints and proposals")

TOLD = (
    "code", "kind", "title", "body", "about", "dossier", "state", "received_at", "refuse_due_at", "supplement_due_at",
    "answer_due_at", "agency", "agency_name", "answer", "answered_at", "published", "may_publish", "liked",
)  # fmt: skip


@blueprint.route("/petitions", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.PetitionGiven)
@blueprint.response(201, shapes.PetitionSent)
def send(body: dict[str, Any]):
    """Send one; the answer's limit runs from now in working days."""
    given = body | {"may_publish": "1" if body["may_publish"] else "", "about": body["about"] or ""}
    sender = actor() if actor().kind == "applicant" else None
    sent = answers.granted(petitions.send(db.session, sender, given, now=now(), address=_address()))
    return answers.json({"code": sent.code, "secret": sent.secret}, 201)


@blueprint.route("/petitions", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Petitions)
def mine():
    """What the caller has sent, newest first."""
    return answers.json({"items": rows.of_account(db.session, actor().id)})


@blueprint.route("/petitions/track", methods=["POST"])
@public
@blueprint.arguments(schemas.PetitionSecret)
@blueprint.response(200, shapes.Petition)
def track(body: dict[str, Any]):
    """One's own without an account, by code and secret; guessing is counted."""
    code, secret = body["code"].strip().upper(), body["secret"].strip()
    return _told(answers.granted(petitions.track(db.session, code, secret, now=now(), address=_address())))


@blueprint.route("/petitions/<code>", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Petition)
def one(code: str):
    """For its sender, for who classifies, and for the agency that is to answer."""
    return _told(_seen(code))


@blueprint.route("/petitions/<code>/supplement", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Words)
@blueprint.response(200, shapes.Petition)
def supplement(body: dict[str, Any], code: str):
    """The sender says more, as was asked."""
    _done(petitions.supplement(db.session, actor(), _own(code), body["words"], now=now()))
    return _told(_seen(code))


@blueprint.route("/petitions/<code>/judgement", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Judgement)
@blueprint.response(200, shapes.Petition)
def judge(body: dict[str, Any], code: str):
    """The sender's word on the answer."""
    _done(petitions.judge(db.session, actor(), _own(code), body["liked"], now=now()))
    return _told(_seen(code))


def order(path: str, schema: type, do: Callable[[str, dict[str, Any]], Rejected | None], doc: str) -> None:
    """Register `POST /petitions/{code}/{path}`: what an officer does with one."""

    @blueprint.route(f"/petitions/<code>/{path}", methods=["POST"], endpoint=path)
    @signed_in
    @blueprint.arguments(schema())
    @blueprint.doc(summary=doc)
    @blueprint.response(200, shapes.Petition)
    def view(body: dict[str, Any], code: str):
        _done(do(code, body))
        return _told(_seen(code))


order(
    "refuse",
    schemas.Words,
    lambda code, b: petition_handling.refuse(db.session, actor(), code, b["words"], now=now()),
    "It is not taken up, with the reason.",
)
order(
    "ask",
    schemas.Words,
    lambda code, b: petition_handling.ask_more(db.session, actor(), code, b["words"], now=now()),
    "Ask the sender to say more.",
)
order(
    "assign",
    schemas.PetitionAgency,
    lambda code, b: petition_handling.assign(db.session, actor(), code, b["agency"], now=now()),
    "Have an agency answer.",
)
order(
    "answer",
    schemas.Words,
    lambda code, b: petition_handling.answer(db.session, actor(), code, b["words"], now=now()),
    "The assigned agency answers.",
)
order(
    "publication",
    schemas.Publication,
    lambda code, b: petition_handling.publish(db.session, actor(), code, b["publish"], now=now()),
    "Publish question and answer without the sender's name, or keep them back.",
)


def _seen(code: str) -> Mapping[str, Any]:
    if actor().kind == "applicant":
        return _own(code)
    return answers.granted(petition_handling.seen(db.session, actor(), code, now=now()))


def _own(code: str) -> Mapping[str, Any]:
    if actor().kind != "applicant":
        raise Refusal(UNKNOWN)
    return answers.granted(petitions.own(db.session, actor(), code, now=now()))


def _done(refused: Rejected | None) -> None:
    if refused is not None:
        raise Refusal(refused)


def _told(row: Mapping[str, Any]):
    steps = [{name: step[name] for name in ("at", "what", "note", "agency_name")} for step in row["steps"]]
    return answers.json({name: row[name] for name in TOLD} | {"steps": steps})


def _address() -> str:
    return request.remote_addr or ""
