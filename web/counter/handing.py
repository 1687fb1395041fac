"""The result desk's part of the return step: who came, identity, signature, originals, by post or over the counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, request

import forms
from assembly.clock import now
from casework import collecting, postal
from casework.accepted import Along
from engine.rejection import Problem
from forms.fields import EForm
from forms.prefill import element_of
from store.db import db

BY_POST, ONLINE = "buu_chinh", "truc_tuyen"


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
        known |= {"result.way": BY_POST, "shipment.waybill": sent[-1]["waybill"]}
    elif dossier.get("return_by") == "electronic":
        known["result.way"] = ONLINE
    return forms.prefill(form, known, data, now=now())


def way(form: EForm | None, data: Mapping[str, Any]) -> str:
    """How the result goes back, as the step's form says; "" where it asks for nothing of the kind."""
    return str(_said(form, data).get("result.way") or "")


def receiver(form: EForm | None, data: Mapping[str, Any]) -> collecting.Receiver:
    """Who stands at the counter, from the step's form and the page around it."""
    said = _said(form, data)
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


def problems(form: EForm | None, data: Mapping[str, Any], dossier: Mapping[str, Any]) -> list[Problem]:
    """What stands against handing the result over; over the counter somebody must be identified and sign."""
    if way(form, data) in (BY_POST, ONLINE):
        return []
    return collecting.check(receiver(form, data), dossier)


def note(form: EForm | None, data: Mapping[str, Any]) -> str:
    """What the log says of the hand-over, without a name."""
    if way(form, data) in (BY_POST, ONLINE):
        return ""
    signed = receiver(form, data).signature
    return f"Người nhận đã ký, dấu vân tay chữ ký {collecting.digest(signed)}" if signed else ""


def keep(form: EForm | None, data: Mapping[str, Any], returned: list[str]) -> Along | None:
    """Keep who received the result, in the commit that ends the step."""
    if way(form, data) in (BY_POST, ONLINE):
        return None
    who, officer, at = receiver(form, data), g.actor, now()
    return lambda session, done: collecting.keep(session, officer, done.dossier_id, who, returned, now=at)


def asks(form: EForm | None) -> frozenset[str]:
    """What the step's form asks for itself, so that the page does not ask twice."""
    return frozenset(_elements(form).values())


def _said(form: EForm | None, data: Mapping[str, Any]) -> dict[str, Any]:
    return {element: data.get(key) for key, element in _elements(form).items()}


def _elements(form: EForm | None) -> dict[str, str]:
    if form is None:
        return {}
    fields = [field for field in form.keyed() if len(field.path) == 1]
    named = {str(field.path[0]): element_of(field.raw) for field in fields}
    return {key: element for key, element in named.items() if element}
