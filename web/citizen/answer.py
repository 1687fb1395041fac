"""What the applicant is asked to do while a dossier runs: answer a supplement request, complete a step of theirs.

The same pages serve whoever holds the receipt and has no account (web/citizen/supplement.py): a `Place` says who answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext

from assembly.clock import now
from casework import deskwork, gate, looks, prefilling
from casework.requests import Item, covered, items
from engine.actor import Actor
from engine.commands import CompleteTask
from engine.definition import Definition, Step
from engine.rejection import Problem, Rejected
from store import visible
from store.db import db
from store.queries import dossiers as rows
from store.queries import inbox
from store.tables.work import task_key
from web import eform, eform_files, eform_posted, uploads
from web.citizen import blueprint
from web.errors import refusal
from web.gated import signed_in


@dataclass(frozen=True)
class Place:
    """One task that waits for the applicant: who answers it, and the addresses of its pages."""

    actor: Actor
    row: dict[str, Any]
    definition: Definition
    step: Step
    redraw: str
    back: str
    tus: str
    receipt: bool = False

    @property
    def items(self) -> list[Item]:
        """What the open request asks for, item by item."""
        if self.step.kind != "supplement":
            return []
        supplement = rows.supplement(db.session, self.row["dossier_id"])
        return items(self.definition, (supplement or {}).get("request") or {})


@blueprint.get("/viec/<int:task_id>")
@signed_in
def answer(task_id: int):
    """The task with what the agency asks for, its e-form and boxes for papers."""
    return show(_own(task_id))


@blueprint.post("/viec/<int:task_id>/bieu-mau")
@signed_in
def answer_form(task_id: int):
    """The step's form in its new state after a change (htmx), nothing saved."""
    return redrawn(_own(task_id))


@blueprint.post("/viec/<int:task_id>")
@signed_in
def answer_post(task_id: int):
    """Keep uploads, redraw, or complete the task."""
    return take(_own(task_id))


def show(place: Place, data=None, papers=None, problems: Sequence[Problem] = ()):
    """The page."""
    row, code = place.row, place.row["dossier"]
    dossier = (
        rows.of_receipt(db.session, code, now=now())
        if place.receipt
        else rows.one(db.session, place.actor, code, now=now())
    )
    if isinstance(dossier, Rejected):
        return refusal(dossier)
    if row["done"] is not None:
        flash(gettext("Việc này đã làm xong."))
        return redirect(place.back)
    looks.record(db.session, None if place.receipt else place.actor, "citizen/task", [code], now=now())
    english = str(get_locale()) == "en"
    marks = place.items
    of_items = {item.component.code for item in marks if item.component}
    page = render_template(
        "citizen/answer.html",
        place=place,
        items=marks,
        ticked=_ticked(place, papers or {}) if request.method == "POST" else (),
        task=row,
        dossier=dossier,
        outcomes=[(one.code, one.en or one.vi if english else one.vi) for one in place.step.outcomes],
        e_form_html=_form(place, data, problems),
        asked=[(one, False) for one in _asked(place.definition) if one.code not in of_items]
        if place.step.kind == "supplement"
        else [],
        held=papers or {},
        request_lines=_request_lines(place),
        problems=problems,
    )
    return page, 422 if problems else 200


def redrawn(place: Place):
    """The step's form alone, after a change."""
    if place.step.form is None:
        abort(404)
    posted = _read(place)
    return _form(place, posted.answers, posted.problems)


def take(place: Place):
    """What was posted: uploads kept, the form redrawn, or the task completed."""
    row, step, definition = place.row, place.step, place.definition
    e_form = definition.forms[step.form] if step.form else None
    posted = _read(place) if e_form else eform_files.Read({})
    data = posted.answers
    papers, problems = uploads.take(db.session, place.actor, _asked(definition), uploads.posted(), now=now())
    pressed_row = e_form is not None and eform_posted.row_change(e_form, request.form, data) is not None
    ticked = _ticked(place, papers)
    sending = "_outcome" in request.form and not pressed_row
    problems = [*posted.problems, *problems]
    if problems or not sending:
        return show(place, data, papers, problems)
    done = gate.handle(
        db.session,
        row["dossier"],
        CompleteTask(
            place.actor,
            task_key(row["id"])[1],
            request.form["_outcome"] or None,
            data,
            components=uploads.as_components(papers),
            seen_version=request.form.get("seen_version", type=int),
            ticked=ticked,
        ),
        now=now(),
    )
    if isinstance(done, Rejected):
        if not done.problems:
            return refusal(done, back=place.back)
        return show(place, data, papers, done.problems)
    flash(gettext("Đã gửi. Cơ quan xử lý sẽ xem và tiếp tục giải quyết hồ sơ."))
    return redirect(place.back)


def _own(task_id: int) -> Place:
    """The applicant's own task; 404 for others', the dossier's page says what became of a done one."""
    row = inbox.task(db.session, task_id)
    if row is None or row["role"] != "applicant" or not _mine(row):
        abort(404)
    definition, step = deskwork.step_of(db.session, row)
    if step is None:
        abort(404)
    return Place(
        g.actor,
        row,
        definition,
        step,
        redraw=url_for("citizen.answer_form", task_id=task_id),
        back=url_for("citizen.dossier", code=row["dossier"]),
        tus=url_for("resumable.create"),
    )


def _mine(row: dict) -> bool:
    """The reader is the applicant, or acts for the applicant."""
    return visible.sight(db.session, g.actor, row["dossier_id"]) == "own"


def _read(place: Place) -> eform_files.Read:
    e_form = place.definition.forms[place.step.form or ""]
    return eform_files.read(e_form, dossier_id=place.row["dossier_id"], actor=place.actor)


def _ticked(place: Place, papers) -> tuple[int, ...]:
    """Items that what was posted answers."""
    return covered(
        place.items, request.form.getlist("item", type=int), [code for code in papers if papers[code]]
    )


def _asked(definition: Definition):
    return [component for component in definition.components if component.form is None]


def _form(place: Place, data, problems: Sequence[Problem] = ()):
    """The step's form; opened for the first time (`data` None), with what the dossier says already."""
    if not place.step.form:
        return ""
    e_form = place.definition.forms[place.step.form]
    filled = prefilling.Filled()
    if data is None and not place.receipt:
        filled = prefilling.declared_before(
            db.session, place.actor, place.definition, e_form, place.row["dossier"]
        )
    data = filled.answers if data is None else data
    files = eform_files.known(e_form, data, place.row["dossier_id"], actor=place.actor)
    return eform.html(e_form, data, url=place.redraw, problems=problems, files=files, sources=filled.sources)


def _request_lines(place: Place) -> list[eform.Line]:
    """What the agency asks for, as it stands in the form the officer filled in."""
    asked = (rows.supplement(db.session, place.row["dossier_id"]) or {}).get("request") or {}
    for e_form in place.definition.forms.values():
        if asked and set(asked) <= {one.path[0] for one in e_form.keyed()}:
            return [line for line in eform.lines(e_form, asked) if line.value != "–"]
    return [eform.Line(name, value, 0, name) for name, value in asked.items() if isinstance(value, str)]
