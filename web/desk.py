"""The officer's desk: queues, a task, a dossier, and the orders that can be given there."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import get_locale, gettext
from markupsafe import Markup

from assembly.clock import now
from casework import attachments, deadlines, deskwork, gate, looks, permits, printing
from casework.papers import PAPERS
from engine import commands
from engine.definition import Definition
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import dossiers as dossier_rows
from store.queries import inbox, people
from store.tables.work import task_key
from web import eform, pictures, timeline
from web.errors import refusal
from web.gated import officers
from web.show import STATUS_NAMES

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("/")
@officers
def home():
    mine = inbox.mine(db.session, g.actor, now=now())
    looks.record(db.session, g.actor, "desk/home", [row["dossier"] for row in mine], now=now())
    return render_template("desk/home.html", queues=inbox.queues(db.session, g.actor, now=now()), mine=mine)


@blueprint.get("/queues/<queue>")
@officers
def queue(queue: str):
    agency, _, role = queue.partition(":")
    if not g.actor.holds(agency, role):
        abort(403)
    chosen = request.args.get("filter", "all")
    chosen = chosen if chosen in inbox.FILTERS else "all"
    q = request.args.get("q", "")[:200]
    found = inbox.page(
        db.session, g.actor, agency, role, now=now(), chosen=chosen, q=q, cursor=request.args.get("cursor")
    )
    looks.record(db.session, g.actor, "desk/queue", [row["dossier"] for row in found["items"]], now=now())
    return render_template(
        "desk/queue.html",
        queue=inbox.queue(db.session, g.actor, agency, role, now=now()),
        chosen=chosen,
        q=q,
        items=found["items"],
        next=found["next"],
    )


@blueprint.get("/tasks/<int:task_id>")
@officers
def task(task_id: int):
    return _task_page(task_id)


@blueprint.post("/tasks/<int:task_id>/form")
@officers
def task_form(task_id: int):
    """The step's form in its new state after a change (htmx), nothing saved."""
    row = _row(task_id)
    definition, step = deskwork.step_of(db.session, row)
    if step is None or step.form is None:
        abort(404)
    e_form = definition.forms[step.form]
    return eform.html(e_form, eform.parse(e_form, request.form), url=request.path, context=_context(row))


@blueprint.post("/tasks/<int:task_id>/complete")
@officers
def complete(task_id: int):
    row = _row(task_id)
    definition, step = deskwork.step_of(db.session, row)
    e_form = definition.forms[step.form] if step and step.form else None
    data = eform.parse(e_form, request.form) if e_form else {}
    if e_form and (change := eform.row_change(e_form, request.form, data)) is not None:
        return _task_page(task_id, data=change)  # "add a row" pressed without JavaScript
    outcome = request.form.get("_outcome") or None
    done = gate.handle(
        db.session,
        row["dossier"],
        commands.CompleteTask(
            g.actor,
            task_key(task_id)[1],
            outcome,
            data,
            note=request.form.get("_note", "").strip(),
            seen_version=request.form.get("seen_version", type=int),
        ),
        now=now(),
    )
    if isinstance(done, Rejected):
        if done.problems or done.code in ("outcome_required", "outcome_unknown"):
            problems = done.problems or (Problem("", done.code, done.vi, done.en),)
            return _task_page(task_id, data=data, problems=problems), 422
        return refusal(done, back=url_for("desk.task", task_id=task_id))
    flash(
        gettext("Đã xong bước “%(step)s” của hồ sơ %(code)s.", step=row["step"]["name"], code=row["dossier"])
    )
    following = [t for t in inbox.mine(db.session, g.actor, now=now()) if t["dossier"] == row["dossier"]]
    opened = following or [
        t
        for t in dossier_rows.tasks(db.session, row["dossier_id"])
        if t["status"] == "open" and g.actor.holds(t["agency"], t["role"])
    ]
    if opened:
        return redirect(url_for("desk.task", task_id=opened[0]["id"]))
    return redirect(url_for("desk.queue", queue=row["queue"]))


def _order(path: str, make: Callable[[int], commands.Command], said: str, stay: bool = True) -> None:
    """Register `POST /desk/tasks/<id>/<path>`: one command, then back to the task (or to its queue)."""

    @blueprint.post(f"/tasks/<int:task_id>/{path}", endpoint=path.replace("-", "_"))
    @officers
    def view(task_id: int):
        row = _row(task_id)
        answer = gate.handle(db.session, row["dossier"], make(task_key(task_id)[1]), now=now())
        if isinstance(answer, Rejected):
            return refusal(answer, back=url_for("desk.task", task_id=task_id))
        flash(gettext(said))
        return redirect(
            url_for("desk.task", task_id=task_id) if stay else url_for("desk.queue", queue=row["queue"])
        )


def _seen() -> int | None:
    return request.form.get("seen_version", type=int)


def _reason() -> str:
    return request.form.get("reason", "").strip()


_order("claim", lambda no: commands.ClaimTask(g.actor, no, _seen()), "Bạn đã nhận việc này.")
_order(
    "release", lambda no: commands.ReleaseTask(g.actor, no, _seen()), "Đã trả việc lại hàng đợi.", stay=False
)
_order(
    "refuse",
    lambda no: commands.RefuseHandOver(g.actor, no, _reason(), _seen()),
    "Đã trả hồ sơ lại bên gửi.",
    stay=False,
)
_order(
    "reroute",
    lambda no: commands.RerouteTask(g.actor, no, request.form.get("agency", ""), None, _reason(), _seen()),
    "Đã chuyển hồ sơ.",
    stay=False,
)
_order(
    "recall", lambda no: commands.RecallTask(g.actor, no, _reason()), "Đã thu hồi việc đã chuyển.", stay=False
)
_order(
    "send-back",
    lambda no: commands.ReturnTask(g.actor, no, request.form.get("to_element", ""), _reason(), _seen()),
    "Đã trả về bước trước.",
    stay=False,
)


@blueprint.post("/tasks/<int:task_id>/assign")
@officers
def assign(task_id: int):
    row = _row(task_id)
    to = request.form.get("to", "")
    names = {
        c["username"]: c["name"] for c in inbox.colleagues(db.session, row["agency"], row["role"], now=now())
    }
    if to not in names:
        abort(400)
    answer = gate.handle(
        db.session,
        row["dossier"],
        commands.AssignTask(g.actor, task_key(task_id)[1], to, names[to], _seen()),
        now=now(),
    )
    if isinstance(answer, Rejected):
        return refusal(answer, back=url_for("desk.task", task_id=task_id))
    flash(gettext("Đã giao việc cho %(name)s.", name=names[to]))
    return redirect(url_for("desk.task", task_id=task_id))


@blueprint.get("/dossiers")
@officers
def dossiers():
    q, status = request.args.get("q", "")[:200], request.args.get("status", "")
    found = dossier_rows.page(db.session, g.actor, q=q, status=status, cursor=request.args.get("cursor"))
    looks.record(db.session, g.actor, "desk/dossiers", [row["code"] for row in found["items"]], now=now())
    return render_template(
        "desk/dossiers.html",
        items=found["items"],
        next=found["next"],
        q=q,
        status=status,
        statuses=STATUS_NAMES,
    )


@blueprint.get("/dossiers/<code>")
@officers
def dossier(code: str):
    return _dossier_page(code)


ORDERS: dict[str, Callable[[], commands.Command]] = {
    "withdraw": lambda: commands.WithdrawDossier(g.actor, _reason()),
    "stop": lambda: commands.StopDossier(g.actor, _reason()),
    "allow-supplement": lambda: commands.AllowSupplement(g.actor, _reason()),
    "resume": lambda: commands.ResumeDossier(g.actor, _reason()),
    "extend": lambda: commands.ExtendDeadline(g.actor, request.form.get("days", 0, type=int), _reason()),
    "apologise": lambda: commands.Apologise(g.actor, request.form.get("new_due_on", ""), _reason()),
    "allow_supplement": lambda: commands.AllowSupplement(g.actor, _reason()),
}


@blueprint.post("/dossiers/<code>/<any(withdraw, stop, resume, extend, apologise, allow_supplement):order>")
@officers
def order(code: str, order: str):
    answer = gate.handle(db.session, code, ORDERS[order](), now=now())
    if isinstance(answer, Rejected):
        return _dossier_page(code, [Problem("", answer.code, answer.vi, answer.en), *answer.problems]), 422
    flash(gettext("Đã ghi nhận."))
    return redirect(url_for("desk.dossier", code=code))


@blueprint.get("/dossiers/<code>/deadline")
@officers
def deadline(code: str):
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    return render_template(
        "deadline.html",
        why=deadlines.explain(db.session, code, now=now()),
        code=code,
        back=url_for("desk.dossier", code=code),
    )


@blueprint.get("/dossiers/<code>/papers/<paper>")
@officers
def paper(code: str, paper: str):
    """A statutory paper of the dossier as PDF."""
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, f"paper/{paper}", [code], now=now())
    content = printing.of_dossier(
        db.session, row, paper, public_url=current_app.config["SETTINGS"].public_url, now=now()
    )
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("desk.dossier", code=code))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{code}-mau-{paper}.pdf")


@blueprint.get("/dossiers/<code>/results/<result>")
@officers
def result(code: str, result: str):
    """A signed result of the dossier as PDF."""
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, f"result/{result}", [code], now=now())
    content = printing.result_of_dossier(db.session, row, result, now=now())
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("desk.dossier", code=code))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"{code}-{result}.pdf")


@blueprint.get("/attachments/<uuid:attachment_id>")
@officers
def attachment(attachment_id):
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        return refusal(found)
    return send_file(io.BytesIO(found.content), mimetype=found.media_type, download_name=found.name)


def _row(task_id: int) -> dict:
    row = deskwork.task(db.session, g.actor, task_id, now=now(), brief=True)
    if isinstance(row, Rejected):
        abort(404)
    return row


def _context(row: dict) -> dict:
    """What the step's form may read besides its own answers."""
    detail = dossier_rows.one(db.session, g.actor, row["dossier"], now=now())
    return (
        {} if isinstance(detail, Rejected) else {"answers": detail["answers"], **detail.get("variables", {})}
    )


def _task_page(task_id: int, data: dict | None = None, problems=()):
    row = deskwork.task(db.session, g.actor, task_id, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, "desk/task", [row["dossier"]], now=now())
    definition, step = deskwork.step_of(db.session, row)
    detail = _readable(row["dossier_detail"], definition)
    english = str(get_locale()) == "en"
    row["outcomes"] = [{"code": o["code"], "label": o["en"] if english else o["vi"]} for o in row["outcomes"]]
    row["mine"] = row["done"] is None and row["assignee"] == g.actor.id
    row["claimed_at"] = row["opened_at"]
    row["item_label"] = people.label(db.session, row["item"])
    log = dossier_rows.events(db.session, row["dossier_id"])
    offers = deskwork.may(g.actor, row, permits.dispatchers(db.session))
    e_form = definition.forms[step.form] if step and step.form and row["mine"] else None
    return render_template(
        "desk/task.html",
        task=row,
        dossier=detail,
        problems=problems,
        note=request.form.get("_note", ""),
        may=offers,
        seen=lambda: Markup('<input type="hidden" name="seen_version" value="{}">').format(row["version"]),
        e_form_html=eform.html(
            e_form,
            row["answers"] if data is None else data,
            url=url_for("desk.task_form", task_id=task_id),
            context=_context(row),
            problems=problems,
        )
        if e_form
        else "",
        returnable=deskwork.returnable(detail, row, definition) if row["mine"] else [],
        colleagues=inbox.colleagues(db.session, row["agency"], row["role"], now=now())
        if offers.assign
        else [],
        reroute_agencies=people.agencies_with(db.session, row["role"], row["agency"])
        if offers.reroute
        else [],
        picture=pictures.of(db.session, definition, detail),
        picture_text=pictures.in_words(db.session, definition, detail),
        rows=timeline.rows(db.session, log, definition),
    )


def _dossier_page(code: str, problems=()):
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, "desk/dossier", [code], now=now())
    definition = deskwork.definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    return render_template(
        "desk/dossier.html",
        dossier=_readable(row, definition),
        problems=problems,
        may=permits.orders(db.session, g.actor, row),
        handovers=[timeline.ledger_row(h) for h in dossier_rows.hand_overs(db.session, row["id"])],
        picture=pictures.of(db.session, definition, row),
        picture_text=pictures.in_words(db.session, definition, row),
        rows=timeline.rows(db.session, dossier_rows.events(db.session, row["id"]), definition),
    )


def _readable(detail: dict, definition) -> dict:
    """The dossier with its answers as labelled lines and its papers by name."""
    forms = [
        {"title": _form_title(definition, key), "rows": eform.lines(definition.forms[key], given)}
        for key, given in (detail.get("answers") or {}).items()
        if key in definition.forms
    ]
    named = [{**row, "name": PAPERS.get(row["code"], row["code"])} for row in detail["papers"]]
    return {**detail, "answers": forms, "papers": named}


def _form_title(definition: Definition, key: str) -> str:
    """What people call an e-form: its own title, the component it gives, or the step it belongs to."""
    component = next((part.name for part in definition.components if part.form == key), "")
    step = next((step.name for step in definition.steps.values() if step.form == key), "")
    return definition.forms[key].title or component or step or key
