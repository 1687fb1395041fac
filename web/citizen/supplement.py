"""Answering a supplement request with the receipt in hand: its code and secret, no account. Whether a procedure allows it
is its own to say (engine.rules.supplement.by_receipt): by default for what came over the counter or by post.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for

from assembly.clock import now
from casework import deskwork, requests, tracking
from engine.definition import Definition
from engine.rejection import Rejected
from engine.rules import supplement as rule
from store.db import db
from store.queries import dossiers as rows
from store.queries import inbox
from web.citizen import answer, blueprint
from web.errors import refusal
from web.gated import held_receipt, hold_receipt, holder, public, receipt_holders


@blueprint.post("/tra-cuu/bo-sung/mo")
@public
def open_supplement():
    """The two codes once more, counted as any guess; then the page is open for an hour."""
    code, secret = request.form.get("code", "").strip().upper(), request.form.get("secret", "").strip()
    found = tracking.track(db.session, code, secret, now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        return refusal(found, back=url_for("citizen.track"))
    hold_receipt(code)
    return redirect(url_for("citizen.supplement"), 303)


@blueprint.get("/tra-cuu/bo-sung")
@receipt_holders
def supplement():
    """What the agency asks for, with boxes for the papers it names."""
    place = _place()
    return (
        refusal(place, back=url_for("citizen.track")) if isinstance(place, Rejected) else answer.show(place)
    )


@blueprint.post("/tra-cuu/bo-sung/bieu-mau")
@receipt_holders
def supplement_form():
    """The step's form in its new state after a change (htmx), nothing saved."""
    place = _place()
    return abort(404) if isinstance(place, Rejected) else answer.redrawn(place)


@blueprint.post("/tra-cuu/bo-sung")
@receipt_holders
def supplement_post():
    """Keep uploads, redraw, or send the answer."""
    place = _place()
    return (
        refusal(place, back=url_for("citizen.track")) if isinstance(place, Rejected) else answer.take(place)
    )


def waiting(dossier: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The open request of a dossier (of store.queries.dossiers): its task."""
    tasks = rows.tasks(db.session, dossier["id"])
    kinds = ((one, one["step"]["kind"]) for one in tasks if one["role"] == "applicant")
    return next((one for one, kind in kinds if kind == "supplement"), None)


def asked(dossier: Mapping[str, Any], definition: Definition) -> dict[str, Any] | None:
    """For the tracking page: {due_at, may, marks}; the items only where the receipt is enough to answer them."""
    task = waiting(dossier)
    if task is None:
        return None
    may = rule.by_receipt(definition, dossier["channel"])
    request = (rows.supplement(db.session, dossier["id"]) or {}).get("request") or {}
    return {"due_at": task["due_at"], "may": may, "marks": requests.items(definition, request) if may else []}


def _place() -> answer.Place | Rejected:
    code = held_receipt() or ""
    dossier = rows.of_receipt(db.session, code, now=now())
    task = None if isinstance(dossier, Rejected) else waiting(dossier)
    row = inbox.task(db.session, task["id"]) if task else None
    if row is None:
        return NOTHING_ASKED
    definition, step = deskwork.step_of(db.session, row)
    if step is None or not rule.by_receipt(definition, dossier["channel"]):
        return rule.SIGN_IN
    return answer.Place(
        holder(),
        row,
        definition,
        step,
        redraw=url_for("citizen.supplement_form"),
        back=url_for("citizen.track", code=code),
        tus=url_for("resumable.create_by_receipt"),
        receipt=True,
    )


NOTHING_ASKED = Rejected(
    "unknown_task",
    "Hồ sơ này không có yêu cầu bổ sung nào đang chờ trả lời.",
    "Expected a supplement request that waits for an answer, but there is none.",
)
