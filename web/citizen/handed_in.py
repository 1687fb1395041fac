"""What the applicant handed in, to read again and to print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import abort, g, url_for

from assembly.clock import now
from casework import declarations, definitions, looks
from engine.definition import Definition
from engine.local import local_day
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers as rows
from web import eform, eform_files, printed
from web.citizen import blueprint
from web.errors import refusal
from web.gated import signed_in


@blueprint.get("/ho-so/<code>/to-khai")
@signed_in
def declared(code: str):
    """The official form as it was filed, as PDF."""
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row, back=url_for("citizen.my_dossiers"))
    looks.record(db.session, g.actor, "citizen/declared", [code], now=now())
    definition = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    key = definition.start_form or ""
    if row["sight"] == "course" or key not in row["answers"]:
        abort(404)
    content = declarations.declared(
        definition,
        key,
        row["answers"][key],
        agency=row["agency"]["name"],
        place="",
        signer=(row["representative"] or row["applicant"] or {}).get("name", ""),
        note=f"Hồ sơ {code}",
        footer=f"Thủ tục {definition.code}",
        context=_context(row),
        now=row["submitted_at"],
    )
    return printed.pdf(content, f"{code}-to-khai", url_for("citizen.dossier", code=code))


def shown(row: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    """Of a dossier (`store.queries.dossiers.one`) that the reader sees as its own: {forms [{title, lines}], papers with
    their files, printable}."""
    given = row["answers"]
    return {
        "forms": [
            {"title": title, "lines": _lines(row, definition, key, row["submitted_at"])}
            for key, title in declarations.forms_of(definition).items()
            if key in given
        ],
        "papers": [part for part in row["components"] if not part["given_by_form"]],
        "printable": (definition.start_form or "") in given,
    }


def _lines(row: Mapping[str, Any], definition: Definition, key: str, at: datetime) -> list[eform.Line]:
    e_form, answers = definition.forms[key], row["answers"][key]
    files = eform_files.known(e_form, answers, row["id"])
    return eform.lines(e_form, answers, _context(row), files=files, at=at)


def _context(row: Mapping[str, Any]) -> dict[str, object]:
    about = {
        "procedure": row["procedure"]["code"],
        "agency": row["agency"]["code"],
        "agency_name": row["agency"]["name"],
        "channel": row["channel"],
    }
    return {"dossier": about, "today": local_day(row["submitted_at"]), "now": row["submitted_at"]}
