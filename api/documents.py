"""Texts of results: written in versions, compared, remarked on; what waits for a signature or seal (signed: api/signing.py).

A reviewer initials by completing the review step (api/tasks.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api import answers, schemas, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import bulk, deskwork, looks
from casework.bulk import Chosen
from casework.documents import drafting, reading
from casework.documents.drafting import Version
from engine.rejection import Rejected
from store.db import db

blueprint = Blueprint("documents", __name__, description="Drafting and signing")

NO_VERSION = Rejected(
    "unknown_document", "Không có bản dự thảo này.", "There is no such version of the draft."
)
PATH = "/tasks/<int:task_id>/documents/<result>"


@blueprint.route("/tasks/<int:task_id>/documents", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.DocumentNames)
def index(task_id: int):
    """The documents that the task writes, judges or signs."""
    row = answers.granted(deskwork.task(db.session, actor(), task_id, now=now()))
    looks.record(db.session, actor(), "api/documents", [row["dossier"]], now=now())
    found = reading.of_task(db.session, row, now=now())
    return answers.json({"items": [{"code": one.code, "name": one.name} for one in found]})


@blueprint.route(PATH, methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Document)
def one(task_id: int, result: str):
    """A document with its texts, versions and remarks."""
    return answers.json(_document(task_id, result))


@blueprint.route(f"{PATH}/versions", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.DocumentSaved)
@blueprint.response(201, shapes.Document)
def save(body: dict[str, Any], task_id: int, result: str):
    """Keep a new version, by whoever has the drafting step in hand; `seen`: the number it began from."""
    shown = _shown(task_id, result)
    answers.granted(reading.save(db.session, actor(), shown, body["texts"], seen=body["seen"], now=now()))
    return answers.json(_document(task_id, result), 201)


@blueprint.route(f"{PATH}/comparison", methods=["GET"])
@signed_in
@blueprint.arguments(schemas.ComparisonQuery, location="query")
@blueprint.response(200, shapes.Comparison)
def compare(query: dict[str, Any], task_id: int, result: str):
    """Two versions word by word: by text, what stayed, was added and removed."""
    shown = _shown(task_id, result)
    looks.record(db.session, actor(), "api/document/comparison", [shown["dossier"]["code"]], now=now())
    older, newer = (_version(shown, query[name]) for name in ("older", "newer"))
    found = drafting.compare(shown["result"], older, newer)
    return answers.json(
        {"items": [{"label": label, "pieces": [vars(piece) for piece in pieces]} for label, pieces in found]}
    )


@blueprint.route(f"{PATH}/remarks", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.Words)
@blueprint.response(201, shapes.Document)
def remark(body: dict[str, Any], task_id: int, result: str):
    """Say something of the version that stands, by whoever has the step in hand."""
    shown = _shown(task_id, result)
    answers.granted(reading.remark(db.session, actor(), shown, body["words"], now=now()))
    return answers.json(_document(task_id, result), 201)


@blueprint.route("/tray", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Tray)
def tray():
    """What waits for the caller's signature or seal, the most urgent first."""
    found = reading.tray(db.session, actor(), now=now())
    looks.record(db.session, actor(), "api/tray", [row["dossier"] for row in found], now=now())
    told = ("id", "dossier", "agency", "role", "due_at", "drafted_by", "initialled_by", "late")
    return answers.json({"items": [_waiting(row, told) for row in found]})


@blueprint.route("/tray/send-back", methods=["POST"])
@signed_in
@blueprint.arguments(schemas.TraySentBack)
@blueprint.response(200, shapes.TrayTold)
def send_back(body: dict[str, Any]):
    """Documents go back to who drafted them with one reason; each says what became of it."""
    chosen = [Chosen(task_id, None) for task_id in body["tasks"]]
    told = bulk.send_back(db.session, actor(), chosen, body["reason"], now=now())
    return answers.json(
        {
            "items": [
                {
                    "task": one.task_id,
                    "dossier": one.dossier,
                    "problem": None
                    if one.rejected is None
                    else {"code": one.rejected.code, "vi": one.rejected.vi, "en": one.rejected.en},
                }
                for one in told
            ]
        }
    )


def _waiting(row: dict[str, Any], told: Sequence[str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in told},
        "step": row["step"]["name"],
        "kind": row["step"]["kind"],
        "documents": [{"name": name, "count": count} for name, count in row["documents"]],
    }


def _shown(task_id: int, result: str) -> dict[str, Any]:
    return answers.granted(reading.document(db.session, actor(), task_id, now=now(), code=result))


def _document(task_id: int, result: str) -> dict[str, Any]:
    shown = _shown(task_id, result)
    looks.record(db.session, actor(), "api/document", [shown["dossier"]["code"]], now=now())
    told = ("version", "body", "by_name", "at")
    return {
        "code": shown["result"].code,
        "name": shown["result"].name,
        "writes": shown["writes"],
        "version": shown["version"].number,
        "texts": [
            {
                "key": part.key,
                "label": part.label,
                "kind": part.kind,
                "text": shown["version"].texts.get(part.key, ""),
            }
            for part in shown["result"].texts
        ],
        "versions": [
            {"number": one.number, "by": one.by, "by_name": one.by_name, "at": one.at}
            for one in shown["versions"]
        ],
        "remarks": [{name: one[name] for name in told} for one in shown["remarks"]],
    }


def _version(shown: Mapping[str, Any], number: int) -> Version:
    found = next((one for one in shown["versions"] if one.number == number), None)
    if found is None:
        raise Refusal(NO_VERSION)
    return found
