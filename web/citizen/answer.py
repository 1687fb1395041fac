"""What the applicant is asked to do while a dossier runs: answer a supplement request, pay, complete a step of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext

from assembly.clock import now
from casework import deskwork, gate, looks
from casework.requests import Item, items
from engine.commands import CompleteTask
from engine.definition import Definition, Step
from engine.rejection import Problem, Rejected
from store import visible
from store.db import db
from store.queries import dossiers as rows
from store.queries import inbox
from store.tables.work import task_key
from web import eform, eform_files, uploads
from web.citizen import blueprint
from web.errors import refusal
from web.gated import signed_in


@blueprint.get("/viec/<int:task_id>")
@signed_in
def answer(task_id: int):
    """The task with what the agency asks for, its e-form and boxes for papers."""
    return _page(task_id, *_task(task_id))


@blueprint.post("/viec/<int:task_id>/bieu-mau")
@signed_in
def answer_form(task_id: int):
    """The step's form in its new state after a change (htmx), nothing saved."""
    row, definition, step = _task(task_id)
    if step.form is None:
        abort(404)
    posted = eform_files.read(definition.forms[step.form], dossier_id=row["dossier_id"])
    return _form(row, definition, step, posted.answers, posted.problems)


@blueprint.post("/viec/<int:task_id>")
@signed_in
def answer_post(task_id: int):
    """Keep uploads, redraw, or complete the task."""
    row, definition, step = _task(task_id)
    e_form = definition.forms[step.form] if step.form else None
    posted = eform_files.read(e_form, dossier_id=row["dossier_id"]) if e_form else eform_files.Read({})
    data = posted.answers
    papers, problems = uploads.take(db.session, g.actor, _asked(definition), uploads.posted(), now=now())
    pressed_row = e_form is not None and eform.row_change(e_form, request.form, data) is not None
    ticked = _ticked(row, definition, step, papers)
    sending = "_outcome" in request.form and not pressed_row
    problems = [*posted.problems, *problems, *(_unticked(row, definition, step, ticked) if sending else ())]
    if problems or pressed_row or "_outcome" not in request.form:
        return _page(task_id, row, definition, step, data, papers, problems)
    done = gate.handle(
        db.session,
        row["dossier"],
        CompleteTask(
            g.actor,
            task_key(task_id)[1],
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
            return refusal(done, back=url_for("citizen.dossier", code=row["dossier"]))
        return _page(task_id, row, definition, step, data, papers, done.problems)
    flash(gettext("Đã gửi. Cơ quan xử lý sẽ xem và tiếp tục giải quyết hồ sơ."))
    return redirect(url_for("citizen.dossier", code=row["dossier"]))


def _task(task_id: int) -> tuple[dict, Definition, Step]:
    """The applicant's own live task; 404 for others', the dossier's page says what became of a done one."""
    row = inbox.task(db.session, task_id)
    if row is None or row["role"] != "applicant" or not _mine(row):
        abort(404)
    definition, step = deskwork.step_of(db.session, row)
    if step is None:
        abort(404)
    return row, definition, step


def _mine(row: dict) -> bool:
    """The reader is the applicant, or acts for the applicant."""
    return visible.sight(db.session, g.actor, row["dossier_id"]) == "own"


def _items(row: dict, definition: Definition, step: Step) -> list[Item]:
    """What the open request asks for, item by item."""
    if step.kind != "supplement":
        return []
    supplement = rows.supplement(db.session, row["dossier_id"])
    return items(definition, (supplement or {}).get("request") or {})


def _ticked(row: dict, definition: Definition, step: Step, papers) -> tuple[int, ...]:
    """Items marked as answered; a new file of the item's paper marks it too, and a lone question needs no mark."""
    asked = _items(row, definition, step)
    marked = set(request.form.getlist("item", type=int))
    return tuple(
        item.number
        for item in asked
        if item.number in marked or (papers.get(item.component.code) if item.component else len(asked) == 1)
    )


def _unticked(row: dict, definition: Definition, step: Step, ticked: Sequence[int]) -> list[Problem]:
    """Everything is answered in one go: the law lets an agency ask once."""
    return [
        Problem(
            f"item.{item.number}",
            "required",
            f"Mục {item.number} chưa được đánh dấu đã bổ sung: {item.text}",
            f"Item {item.number} is not marked as answered: {item.text}",
        )
        for item in _items(row, definition, step)
        if item.number not in ticked
    ]


def _asked(definition: Definition):
    return [component for component in definition.components if component.form is None]


def _form(row: dict, definition: Definition, step: Step, data, problems: Sequence[Problem] = ()):
    if not step.form:
        return ""
    e_form = definition.forms[step.form]
    url = url_for("citizen.answer_form", task_id=row["id"])
    files = eform_files.known(e_form, data, row["dossier_id"])
    return eform.html(e_form, data, url=url, problems=problems, files=files)


def _page(task_id: int, row, definition, step, data=None, papers=None, problems: Sequence[Problem] = ()):
    dossier = rows.one(db.session, g.actor, row["dossier"], now=now())
    if isinstance(dossier, Rejected):
        return refusal(dossier)
    if row["done"] is not None:
        flash(gettext("Việc này đã làm xong."))
        return redirect(url_for("citizen.dossier", code=row["dossier"]))
    looks.record(db.session, g.actor, "citizen/task", [row["dossier"]], now=now())
    english = str(get_locale()) == "en"
    marks = _items(row, definition, step)
    of_items = {item.component.code for item in marks if item.component}
    page = render_template(
        "citizen/answer.html",
        items=marks,
        ticked=_ticked(row, definition, step, papers or {}) if request.method == "POST" else (),
        task=row,
        dossier=dossier,
        outcomes=[(one.code, one.en or one.vi if english else one.vi) for one in step.outcomes],
        e_form_html=_form(row, definition, step, data or {}, problems),
        asked=[(one, False) for one in _asked(definition) if one.code not in of_items]
        if step.kind == "supplement"
        else [],
        held=papers or {},
        request_lines=_request_lines(definition, dossier),
        problems=problems,
    )
    return page, 422 if problems else 200


def _request_lines(definition: Definition, dossier) -> list[eform.Line]:
    """What the agency asks for, as it stands in the form the officer filled in."""
    asked = (dossier.get("supplement") or {}).get("request") or {}
    for e_form in definition.forms.values():
        if asked and set(asked) <= {one.path[0] for one in e_form.keyed()}:
            return [line for line in eform.lines(e_form, asked) if line.value != "–"]
    return [eform.Line(name, value, 0, name) for name, value in asked.items() if isinstance(value, str)]
