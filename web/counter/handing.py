"""The result desk's part of the return step: who came, identity, signature, originals, by post or over the counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

import forms
from assembly.clock import now
from casework import collecting, postal
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


def receiver(form: EForm | None, data: Mapping[str, Any]) -> collecting.Receiver:
    """Who stands at the counter, from the step's form and the page around it."""
    said = collecting.said(form, data)
    typed = {name: request.form.get(f"receiver.{name}", "").strip()[:200] for name in ("name", "id_number")}
    return collecting.Receiver(
        relation=request.form.get("receiver.relation", ""),
        name=str(said.get("receiver.name") or typed["name"]),
        id_number="".join(
            char for char in str(said.get("receiver.id_number") or typed["id_number"]) if char.isdigit()
        ),
        authority=request.form.get("receiver.authority", "").strip()[:300],
        identified="receiver.identified" in request.form,
        signature=collecting.signature(
            request.form.get("receiver.signature", "")[:200_000], request.form.get("receiver.typed", "")
        ),
    )


def asks(form: EForm | None) -> frozenset[str]:
    """What the step's form asks for itself, so that the page does not ask twice."""
    return frozenset(collecting.said(form, {}))
