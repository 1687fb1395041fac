"""The checklist of papers: what of each component is here on paper, how many pages, what stays, what is scanned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import certified, checklist, definitions, looks
from engine.declared import ComponentGiven
from engine.definition import Component
from engine.rejection import Problem, Rejected
from engine.rules import components
from store.db import db
from store.queries import counter, dossiers
from web import uploads
from web.counter import blueprint, clerks

QUANTITIES = ("originals", "certified", "copies")
MOST = 99
"""Sheets of one kind that one component can be handed in as."""
MOST_PAGES = 9999
LOOK_BACK_DAYS = 120


def counted(component: Component, scans: Sequence[Mapping[str, Any]], originals: int = 0) -> dict[str, Any]:
    """Quantities as posted. “Received as asked” fills in what the procedure asks for (as many originals as were declared)
    where nothing was typed; pages that were not typed are those of the scans."""
    found: dict[str, Any] = {name: _number(f"{name}.{component.code}", MOST) for name in QUANTITIES}
    if f"full.{component.code}" in request.form and not any(found.values()):
        found = {name: getattr(component, name) for name in QUANTITIES}
        found["originals"] = originals or found["originals"]
    found["pages"] = _number(f"pages.{component.code}", MOST_PAGES) or scanned(scans)
    found["kept"] = bool(found["originals"]) and f"kept.{component.code}" in request.form
    return found


def ordered(scans: Sequence[Mapping[str, Any]], originals: Sequence[str]) -> list[dict[str, Any]]:
    """Scans of a component as the officer put them: by the declared `original` that each is of, or in the order posted."""
    files = [dict(file) for file in scans]
    for file in files if originals else ():
        said = request.form.get(f"of.{file['id']}", file.get("original") or 0, type=int)
        file["original"] = said if 0 <= said <= len(originals) else 0
    if originals:
        return sorted(files, key=lambda file: file["original"] or MOST)
    before = {str(file["id"]): at for at, file in enumerate(files, 1)}
    to = {id: request.form.get(f"at.{id}", at, type=int) for id, at in before.items()}
    # Who moved up goes before whom stood there, who moved down goes after.
    return sorted(files, key=lambda file: (to[id := str(file["id"])], to[id] - before[id]))


def twice(
    scans: Mapping[str, Sequence[Mapping[str, Any]]], originals: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Originals that more than one scan is said to be of, told while the papers are sorted; recorded, the gate refuses them."""
    return [
        Problem(
            f"papers.{code}",
            "scan_matched_twice",
            f"Hai bản quét cùng ghép với “{names[number - 1]}”: mỗi bản chính quét thành một tệp.",
            f"Two scans are matched with “{names[number - 1]}”: an original is scanned as one file.",
        )
        for code, names in originals.items()
        for number in components.twice([int(file.get("original") or 0) for file in scans.get(code, ())])
    ]


def originals_of(parts: Sequence[Component], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names of the declared originals by the component whose scans are matched with them."""
    titles = certified.titles(answers)
    return {part.code: titles for part in parts if part.code == certified.SCANNED and len(titles) > 1}


def scanned(scans: Sequence[Mapping[str, Any]]) -> int:
    """Pages of the scans together."""
    return sum(int(file.get("pages") or 0) for file in scans)


@blueprint.get("/so-hoa")
@clerks
def to_digitise():
    """Dossiers of this counter with papers that must be digitised and are not yet; how much is done."""
    return to_digitise_page()


def to_digitise_page(problems: Sequence[Problem] = (), ticked: Sequence[str] | None = None):
    """What is not scanned yet, and my scans that are not signed (`ticked`: those chosen; None: all)."""
    found = counter.undigitised(db.session, g.desks, since=now() - timedelta(days=LOOK_BACK_DAYS))
    unsigned = counter.scans_to_sign(db.session, g.actor.id, g.desks)
    shown = sorted({row["code"] for row in found} | {row["dossier"] for row in unsigned})
    looks.record(db.session, g.actor, "counter/to_digitise", shown, now=now())
    return render_template(
        "counter/to_digitise.html",
        rows=found,
        unsigned=unsigned,
        ticked=ticked,
        problems=problems,
        figures=counter.digitised(db.session, g.desks, since=now().replace(day=1, hour=0, minute=0)),
        demo=current_app.config["SETTINGS"].demo,
    )


@blueprint.route("/so-hoa/<code>", methods=["GET", "POST"])
@clerks
def digitise(code: str):
    """Count and scan the papers of one dossier, whatever step it is at."""
    row = dossiers.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["sight"] != "full" or counter_of(row) not in g.desks:
        abort(404)
    looks.record(db.session, g.actor, "counter/digitise", [code], now=now())
    definition = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    parts = [part for part in definition.components if part.form is None]
    if request.method == "GET":
        return _page(row, parts)
    held = {part["code"]: part["attachments"] for part in row["components"]}
    kept, problems = uploads.take(db.session, g.actor, parts, held, now=now())
    originals = originals_of(parts, row["answers"])
    kept = {code: ordered(files, originals.get(code, ())) for code, files in kept.items()}
    given = [_given(part, kept.get(part.code, ()), originals.get(part.code, ())) for part in parts]
    done = checklist.record(db.session, g.actor, row, given, now=now())
    if isinstance(done, Rejected):
        problems = [*problems, *(done.problems or [Problem("", done.code, done.vi, done.en)])]
    if problems:
        fresh = dossiers.one(db.session, g.actor, code, now=now())
        return _page(row if isinstance(fresh, Rejected) else fresh, parts, problems, kept), 422
    flash(gettext("Đã ghi nhận giấy tờ của hồ sơ %(code)s.", code=code))
    return redirect(url_for("counter.digitise", code=code))


def _given(part: Component, scans: Sequence[Mapping[str, Any]], originals: Sequence[str]) -> ComponentGiven:
    """The component as posted."""
    matched = tuple(file["original"] for file in scans) if originals else ()
    ids = tuple(str(file["id"]) for file in scans)
    return ComponentGiven(part.code, ids, **counted(part, scans, len(originals)), matched=matched)


def counter_of(row: Mapping[str, Any]) -> str:
    """The agency at whose counter a dossier came in."""
    return str((row["via"] or row["agency"])["code"])


def _page(
    row: Mapping[str, Any],
    parts: Sequence[Component],
    problems: Sequence[Problem] = (),
    kept: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
):
    found = {part["code"]: part for part in row["components"]}
    return render_template(
        "counter/digitise.html",
        dossier=row,
        asked=[(part, None) for part in parts],
        counts=found,
        held=kept or {code: part["attachments"] for code, part in found.items()},
        originals=originals_of(parts, row["answers"]),
        problems=problems,
    )


def _number(name: str, most: int) -> int:
    return max(0, min(request.form.get(name, 0, type=int) or 0, most))
