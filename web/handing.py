"""The result desk's part of the return step: who came, identity, signature, originals, by post or over the counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request

import forms
from assembly.clock import now
from casework import collecting, postal
from engine.commands import CompleteTask
from engine.declared import Receiver
from forms.fields import EForm
from store.db import db


def prefilled(form: EForm | None, dossier: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The step's answers with the receiver and the waybill that are known, where the form asks for them."""
    if form is None:
        return dict(data)
    who = dossier.get("applicant") or {}
    digits = "".join(char for char in str(who.get("id_number") or "") if char.isdigit())
    known: dict[str, Any] = {"receiver.name": who.get("name") or ""}
    if len(digits) in (9, 12):
        known["receiver.id_number"] = digits
    sent = [one for one in postal.of_dossier(db.session, dossier["id"]) if one["direction"] == "deliver"]
    if sent and sent[-1]["state"] in ("accepted", "in_transit", "delivered", "ordered"):
        known |= {"result.way": collecting.BY_POST, "shipment.waybill": sent[-1]["waybill"]}
    elif dossier.get("return_by") == "electronic":
        known["result.way"] = collecting.ONLINE
    return forms.prefill(form, known, data, now=now())


def handed(order: CompleteTask) -> CompleteTask:
    """The order with who stands at the counter, from the page around the step's form, and the originals that went back."""

    def typed(name: str, most: int) -> str:
        return request.form.get(f"receiver.{name}", "").strip()[:most]

    who = Receiver(
        relation=typed("relation", 20),
        name=typed("name", 200),
        id_number=typed("id_number", 200),
        authority=typed("authority", 300),
        identified="receiver.identified" in request.form,
        signature=collecting.signature(typed("signature", 200_000), typed("typed", 200)),
    )
    return replace(order, receiver=who, returned=tuple(request.form.getlist("returned")))


def shown(form: EForm | None) -> dict[str, Any]:
    """For counter/_receiver.html: what was typed, and what the step's form asks for itself, so that nothing is asked twice."""
    drawn = collecting.signature(request.form.get("receiver.signature", "")[:200_000], "")
    return {
        "asks": frozenset(collecting.said(form, {})),
        "relation": request.form.get("receiver.relation", "applicant"),
        "drawn": collecting.path(drawn),
        "canvas": collecting.CANVAS,
    }
