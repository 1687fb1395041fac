"""What is typeset goes out as a PDF, or the page says why there is none."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, g, send_file

from assembly.clock import now
from casework import looks, printing
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers
from web.errors import refusal


def pdf(content: bytes | Rejected, name: str, back: str):
    """The PDF under this name; a refusal leads `back`."""
    if isinstance(content, Rejected):
        return refusal(content, back=back)
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{name}.pdf")


def paper(code: str, paper: str, back: str):
    """A statutory paper of a dossier that the reader may see."""
    return _of_dossier(code, f"paper/{paper}", f"{code}-mau-{paper}", back, printing.of_dossier, paper)


def result(code: str, result: str, back: str):
    """A signed result of a dossier that the reader may see."""
    return _of_dossier(code, f"result/{result}", f"{code}-{result}", back, printing.result_of_dossier, result)


def _of_dossier(code: str, look: str, name: str, back: str, make: Callable[..., bytes | Rejected], what: str):
    row: Mapping[str, Any] | Rejected = dossiers.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, look, [code], now=now())
    public_url = current_app.config["SETTINGS"].public_url
    return pdf(make(db.session, row, what, public_url=public_url, now=now()), name, back)
