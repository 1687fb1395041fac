"""Parcels of a dossier on pages: which may be asked for, and the form's words. One form for applicant and counter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import request

from assembly.clock import now
from casework import postal
from engine.rejection import Rejected
from store.db import db


def recipient() -> dict[str, str]:
    """Name, phone and address as posted."""
    return {name: request.form.get(f"post.{name}", "").strip()[:300] for name in postal.RECIPIENT}


def offered(
    dossier: Mapping[str, Any], shipments: Sequence[Mapping[str, Any]], ways: Collection[str]
) -> list[postal.Direction]:
    """Directions that a parcel may still be asked for; `ways`: how the procedure's result may go back."""
    last = {one["direction"]: one["state"] for one in shipments}
    able: tuple[postal.Direction, ...] = ("deliver", "pick_up") if "post" in ways else ("pick_up",)
    return [] if dossier["closed"] else [one for one in able if last.get(one) not in postal.ON_THE_WAY]


def ask(code: str, ways: Collection[str]) -> Rejected | None:
    """The parcel that the form asks for."""
    direction: postal.Direction = "pick_up" if request.form.get("direction") == "pick_up" else "deliver"
    return postal.ask(db.session, code, direction, recipient(), ways, now=now())
