"""One task: the step's e-form beside the dossier; completing it leads on to the next."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup

from assembly.clock import now
from assembly.statuses import http_status
from casework import bills, deskwork, gate, looks, permits
from casework.documents import reading
from engine import commands
from engine.events import TaskAssigned
from engine.local import local_day
from engine.rejection import Problem, Rejected
from engine.state import OPINION
from store.db import db
from store.queries import colleagues, dossiers, inbox, people
from store.tables.work import task_id as public_id
from store.tables.work import task_key
from web import eform, eform_files, eform_posted, handing, pictures, timeline
from web.desk import blueprint, slips
from web.desk.dossiers import noting, readable
from web.errors import refusal
from web.gated import officers
from web.i18n import in_html as _
from web.names import said


@blueprint.get("/tasks/<int:task_id>")
@officers
def task(task_id: int):
    return page(task_id)


@blueprint.post("/tasks/<int:task_id>/form")
@officers
def task_form(task_id: int):
    """The step's form in its new state after a change (htmx), nothing saved."""
    row = brief(task_id)
    definition, step = deskwork.step_of(db.session, row)
    if step is None or step.form is None:
        abort(404)
    e_form = definition.forms[step.form]
    context = _context(row)
    posted = eform_files.read(e_form, context, row["dossier_id"])
    return eform.html(
        e_form,
        posted.answers,
        url=request.path,
        context=context,
        problems=posted.problems,
        files=posted.files,
    )


@blueprint.post("/tasks/<int:task_id>/complete")
@officers
def complete(task_id: int):
    row = brief(task_id)
    definition, step = deskwork.step_of(db.session, row)
    e_form = definition.forms[step.form] if step and step.form else None
    posted = eform_files.read(e_form, _context(row), row["dossier_id"]) if e_form else eform_files.Read({})
    data = posted.answers
    if posted.problems:
        return page(task_id, data=data, problems=posted.problems), 422
    if e_form and (change := eform_posted.row_change(e_form, request.form, data)) is not None:
        return page(task_id, data=change)  # "add a row" pressed without JavaScript
    order = commands.CompleteTask(
        g.actor,
        task_key(task_id)[1],
        request.form.get("_outcome") or None,
        data,
        note=request.form.get("_note", "").strip(),
        seen_version=request.form.get("seen_version", type=int),
        without_opinions="without_opinions" in request.form,
    )
    done = gate.handle(db.session, row["dossier"], handing.handed(order), now=now())
    if isinstance(done, Rejected):
        if done.problems or done.code in ("outcome_required", "outcome_unknown"):
            problems = done.problems or (Problem("", done.code, done.vi, done.en),)
            return page(task_id, data=data, problems=problems), 422
        return met(task_id, done, data)
    given, name = _given_on(row, done, task_key(task_id)[1])
    flash(_told(row, given, task_key(task_id)[1]))
    if name:
        flash(_("Đã giao việc cho %(name)s.", name=name))
    slips.sign_issued(done)
    following = _following(row)
    if following:
        return redirect(url_for("desk.task", task_id=following))
    return redirect(url_for("desk.queue", queue=row["queue"]))


def _given_on(row: dict, done: gate.Accepted, number: int) -> tuple[gate.Accepted, str]:
    """The step after one that gives out work, given to the officer who was chosen with it; the officer's name."""
    chosen = request.form.get("_to", "")
    opened = [one for one in done.state.tasks.values() if one.from_task == number and one.status == "open"]
    if row["step"]["kind"] != "assign" or not chosen or len(opened) != 1:
        return done, ""
    order = commands.AssignTask(g.actor, opened[0].no, chosen)
    given = gate.handle(db.session, row["dossier"], order, now=now())
    if isinstance(given, Rejected):
        flash(given.en if str(get_locale()) == "en" else given.vi, "warning")
        return done, ""
    return given, next(one.to_name for one in given.events if isinstance(one, TaskAssigned))


def _told(row: dict, done: gate.Accepted, number: int) -> Markup:
    """What was done, and, while nobody has taken the next step in hand, the way to take it back."""
    done_so = _(
        "Đã xong bước “%(step)s” của hồ sơ %(code)s.",
        step=said(row["step"]["name"], row["procedure"]["code"]),
        code=row["dossier"],
    )
    for task in done.state.tasks.values():
        waits = task.status in ("open", "offered") and task.role != "applicant" and task.kind != OPINION
        if task.from_task == number and waits:
            back = url_for(
                "desk.task", task_id=public_id(row["dossier_id"], task.no), recall=1, _anchor="recall"
            )
            return Markup('{} <a class="alert-link" href="{}">{}</a>').format(
                done_so, back, gettext("Thu hồi")
            )
    return done_so


def _following(row: dict) -> int | None:
    """The task to go on with: the next one of the same dossier that the officer may do, else the next of the queue."""
    here = [
        task["id"]
        for task in dossiers.tasks(db.session, row["dossier_id"])
        if g.actor.holds(task["agency"], task["role"]) and _free(task)
    ]
    if here:
        return here[0]
    queue = inbox.page(db.session, g.actor, row["agency"], row["role"], now=now())["items"]
    mine = [task["id"] for task in queue if task["assignee"] == g.actor.id]
    return next(iter([*mine, *(task["id"] for task in queue if _free(task))]), None)


def _free(task: dict) -> bool:
    return task["assignee"] == g.actor.id or task["status"] in ("open", "offered")


def brief(task_id: int) -> dict:
    """The task without its dossier, or 404."""
    row = deskwork.task(db.session, g.actor, task_id, now=now(), brief=True)
    if isinstance(row, Rejected):
        abort(404)
    return row


def met(task_id: int, rejected: Rejected, data: dict | None = None):
    """An order on a task that was rejected: the task as it is now, with the reason on top, so that people see who acted."""
    row = deskwork.task(db.session, g.actor, task_id, now=now(), brief=True)
    if isinstance(row, Rejected):
        return refusal(rejected, back=url_for("desk.home"))
    said = _who_acted(row) if rejected.code in LATE else ""
    problem = Problem("", rejected.code, said or rejected.vi, said or rejected.en)
    title = gettext("Chưa thực hiện được")
    return page(task_id, data=data, problems=(problem,), problems_title=title), http_status(rejected.code)


ASKING = frozenset({"supplement", "refuse"})  # outcomes that give the applicant a slip
LATE = frozenset({"stale_version", "task_taken", "task_done"})


def _who_acted(row: dict) -> str:
    """Who was quicker, if somebody else was."""
    if row["done"] and row["done"]["by_name"] and row["done"]["by"] != g.actor.id:
        return gettext("%(name)s vừa xử lý xong việc này.", name=row["done"]["by_name"])
    if row["assignee"] and row["assignee"] != g.actor.id:
        return gettext("%(name)s vừa nhận việc này.", name=row["assignee_name"] or row["assignee"])
    return ""


def page(task_id: int, data: dict | None = None, problems=(), problems_title: str | None = None):
    """The task page; `data` are answers not saved yet."""
    row = deskwork.task(db.session, g.actor, task_id, now=now())
    if isinstance(row, Rejected):
        return refusal(row, back=url_for("desk.home"))
    looks.record(db.session, g.actor, "desk/task", [row["dossier"]], now=now())
    definition, step = deskwork.step_of(db.session, row)
    detail = row["dossier_detail"]
    english = str(get_locale()) == "en"
    row["outcomes"] = [{**o, "label": o["en"] if english else o["vi"]} for o in row["outcomes"]]
    row["mine"] = deskwork.mine(g.actor, row)
    row["item_label"] = people.label(db.session, row["item"])
    log = dossiers.events(db.session, row["dossier_id"], row["dossier_detail"]["sight"])
    row["claimed_at"] = timeline.taken_at(log, task_key(task_id)[1])
    at = now()
    offers = deskwork.may(db.session, g.actor, row)
    there = (
        inbox.colleagues(db.session, row["agency"], row["role"], now=at)
        if offers.assign or offers.colleagues
        else []
    )
    e_form = definition.forms[step.form] if step and step.form and row["mine"] else None
    answers = row["answers"] if data is None else data
    returning = row["step"]["kind"] == "return_result"
    if returning and data is None and detail["sight"] == "full":
        answers = handing.prefilled(e_form, detail, answers)
    documents = reading.of_task(db.session, row, now=now()) if detail["sight"] == "full" else []
    return render_template(
        "desk/task.html",
        task=row,
        dossier=readable(detail, definition),
        problems=problems,
        problems_title=problems_title,
        note=request.form.get("_note", ""),
        signs_slips=bool(ASKING & {one["code"] for one in row["outcomes"]}),
        demo=current_app.config["SETTINGS"].demo,
        may=offers,
        seen=lambda: Markup('<input type="hidden" name="seen_version" value="{}">').format(row["version"]),
        documents=documents,
        on_paper=reading.on_paper_alone(documents),
        e_form_html=eform.html(
            e_form,
            answers,
            url=url_for("desk.task_form", task_id=task_id),
            context=_known(detail),
            problems=problems,
            files=eform_files.known(e_form, answers, row["dossier_id"]),
        )
        if e_form
        else "",
        receiver=handing.shown(e_form) if returning else None,
        handlers=deskwork.handlers(db.session, row, definition, now=at) if row["mine"] else None,
        returnable=deskwork.returnable(db.session, row, definition, now=now()) if row["mine"] else [],
        assignable=there if offers.assign else [],
        reroute_agencies=people.agencies_with(db.session, step.role, row["agency"])
        if offers.reroute and step
        else [],
        opinion=colleagues.opinion(db.session, task_id) if row["step"]["kind"] == OPINION else None,
        opinions=colleagues.opinions(db.session, task_id) if row["step"]["kind"] != OPINION else [],
        queues_to_ask=colleagues.queues_to_ask(
            db.session, row["agency"], local_day(at), everywhere="everywhere" in request.args
        )
        if offers.colleagues
        else [],
        delegation=colleagues.delegation(db.session, task_id),
        delegates=[one for one in there if one["username"] != row["assignee"]] if offers.colleagues else [],
        bill=bills.of_dossier(db.session, detail, now=at),
        orders=permits.orders(db.session, g.actor, detail),
        notes=colleagues.notes(db.session, row["dossier_id"], g.actor.agencies()),
        note_agency=noting(detail, row["agency"]),
        elsewhere=[task for task in detail["tasks"] if task["id"] != task_id],
        picture=pictures.of(db.session, definition, detail),
        ahead=pictures.ahead(db.session, definition, detail),
        picture_text=pictures.in_words(db.session, definition, detail),
        rows=timeline.rows(db.session, log, definition),
    )


def _context(row: dict) -> dict:
    """What the step's form may read besides its own answers."""
    detail = dossiers.one(db.session, g.actor, row["dossier"], now=now())
    return {} if isinstance(detail, Rejected) else _known(detail)


def _known(detail: dict) -> dict:
    return {"answers": detail["answers"], **detail.get("variables", {})}
