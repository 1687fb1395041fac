"""The counter's own steps: receive what came in, hand over what is ready. One page for both: the step beside the papers."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import get_locale, gettext

from assembly.clock import local_today, now
from casework import bills, collecting, counters, deskwork, looks, payments, permits, postal, reference
from engine import commands
from engine.events import FeePaid
from engine.local import LOCAL
from engine.rejection import Problem, Rejected
from engine.rules import words
from forms.fields import EForm
from store.db import db
from store.queries import counter, counter_day, dossiers
from store.tables.work import task_key
from web import eform, eform_files, handing
from web.counter import blueprint, clerks
from web.counter.checklist import counter_of
from web.desk.dossiers import readable
from web.errors import refusal

UNCOLLECTED_DAYS = 30


@blueprint.get("/")
@clerks
def home():
    """Dossiers that wait for reception, overdue first, each with the working time that is left."""
    q = _sought()
    found = counter.waiting(db.session, g.desks, "receive", q=q)
    looks.record(db.session, g.actor, "counter/home", [row["dossier"] for row in found], now=now())
    if (only := _named(found, q)) is not None:
        return only
    facts = reference.load(db.session, now()).facts
    for row in found:
        row["minutes"] = counters.minutes_left(
            facts.calendar(row["agency"]), row["reception_due_at"], now=now()
        )
    return render_template("counter/home.html", waiting=found, q=q)


@blueprint.get("/tra-ket-qua")
@clerks
def results():
    """Results ready to hand over, found by name or code; those that nobody came for."""
    q = _sought()
    days = max(0, min(request.args.get("ngay", 0, type=int), 3650))
    before = now() - timedelta(days=days) if days else None
    found = counter.waiting(db.session, g.desks, "return_result", q=q, before=before)
    if (only := _named(found, q)) is not None:
        return only
    since = datetime.combine(local_today(), time.min, LOCAL)
    handed = counter_day.handed(db.session, g.desks, permits.dispatchers(db.session), since=since)
    shown = [row["dossier"] for row in found] + [row["code"] for row in handed]
    looks.record(db.session, g.actor, "counter/results", shown, now=now())
    for row in found:
        row["days"] = (now() - row["opened_at"]).days
    return render_template(
        "counter/results.html",
        ready=found,
        q=q,
        days=days,
        uncollected=UNCOLLECTED_DAYS,
        handed=handed,
    )


@blueprint.get("/bien-nhan/<code>.pdf")
@clerks
def handed_slip(code: str):
    """Who received a result over this counter, with the signature."""
    row = _here(code)
    if row is None:
        abort(404)
    looks.record(db.session, g.actor, "counter/handed.pdf", [code], now=now())
    content = collecting.pdf(db.session, row)
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("counter.results"))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=f"bien-nhan-{code}.pdf")


def _sought() -> str:
    """What was typed or scanned into the search: of a receipt's QR code (its address), the dossier's code alone."""
    q = request.args.get("q", "").strip()[:200]
    scanned = re.search(r"[?&]code=([^&#\s]+)", q)
    return scanned[1] if scanned else q


def _named(found: Sequence[Mapping], q: str):
    """Straight to the step of the one dossier whose whole code was given; or to the dossier, if it waits elsewhere."""
    if len(found) == 1 and found[0]["dossier"] == q.upper():
        return redirect(url_for("counter.step", task_id=found[0]["id"]))
    if not found and "-" in q and _here(q.upper()) is not None:
        return redirect(url_for("counter.filed", code=q.upper()))
    return None


def _here(code: str) -> dict | None:
    """A dossier of this counter, whatever step it is at."""
    row = dossiers.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["sight"] != "full" or counter_of(row) not in g.desks:
        return None
    return row


@blueprint.post("/tra-ket-qua/nhac")
@clerks
def remind():
    """Tell applicants once more that their results wait: the one named, or all that nobody came for."""
    before = now() - timedelta(days=UNCOLLECTED_DAYS)
    found = counter.waiting(db.session, g.desks, "return_result", before=before)
    chosen = request.form.get("dossier", "")
    if chosen:
        found = [
            row for row in counter.waiting(db.session, g.desks, "return_result") if row["dossier"] == chosen
        ]
    due = collecting.remindable(found, now=now())
    collecting.remind(db.session, due, now=now())
    if due:
        flash(gettext("Đã gửi %(n)s lời nhắc đến người nộp.", n=len(due)))
    elif found:
        flash(gettext("Không gửi thêm: mỗi người chỉ nhắc một lần trong ngày."), "warning")
    else:
        flash(gettext("Không có kết quả nào để nhắc."), "warning")
    return redirect(url_for("counter.results", ngay=None if chosen else UNCOLLECTED_DAYS))


@blueprint.route("/viec/<int:task_id>", methods=["GET", "POST"])
@clerks
def step(task_id: int):
    """Receive a dossier, ask for more or refuse it; or hand its result over. Taken and completed in one press."""
    row, form = _step(task_id)
    receiving = row["step"]["kind"] == "receive"
    detail = row["dossier_detail"]
    if request.method == "GET":
        data = row["answers"] if receiving else handing.prefilled(form, detail, row["answers"])
        return _page(row, form, data)
    posted = eform_files.read(form, _context(row), row["dossier_id"]) if form else eform_files.Read({})
    data = posted.answers
    if "_row" in request.form or posted.problems:
        return _page(row, form, data, posted.problems), 422 if posted.problems else 200
    outcome = request.form.get("_outcome") or None
    if receiving and form and outcome != counters.accepting(_codes(row)):
        data = _with_remarks(form, data, detail["components"])
    elif receiving and (wanting := _remarks(detail["components"])):
        return _page(row, form, data, [_still_wanting(part, row) for part, _ in wanting]), 422
    done = _complete(row, outcome, data)
    if isinstance(done, Rejected):
        problems = done.problems or [Problem("", done.code, done.vi, done.en)]
        return _page(_step(task_id)[0], form, data, problems), 422
    if receiving:
        return redirect(url_for("counter.filed", code=row["dossier"]))
    for paid in (one for one in done.events if isinstance(one, FeePaid)):
        flash(gettext("Đã thu tiền và lập biên lai %(receipt)s.", receipt=paid.receipt))
    flash(gettext("Đã trả kết quả hồ sơ %(code)s.", code=row["dossier"]))
    return redirect(url_for("counter.results"))


@blueprint.post("/viec/<int:task_id>/phieu")
@clerks
def step_form(task_id: int):
    """The step's form in its new state after a change (htmx), nothing saved."""
    row, form = _step(task_id)
    if form is None:
        abort(404)
    posted = eform_files.read(form, _context(row), row["dossier_id"])
    return _html(row, form, posted.answers, posted.problems)


def _step(task_id: int):
    """The task with its dossier and e-form, if it is one of this counter's; else 404."""
    row = deskwork.task(db.session, g.actor, task_id, now=now())
    if isinstance(row, Rejected) or row["agency"] not in g.desks or not row["dossier_detail"]:
        abort(404)
    if row["step"]["kind"] not in ("receive", "return_result"):
        abort(404)
    definition, found = deskwork.step_of(db.session, row)
    return row | {"definition": definition}, definition.forms[found.form] if found and found.form else None


def _codes(row: Mapping) -> list[str]:
    return [one["code"] for one in row["outcomes"]]


def _complete(row: Mapping, outcome: str | None, data: Mapping[str, object]):
    """Claim, unless it is the officer's already, and complete; cash for what is due is taken with the result, or neither."""
    order = commands.CompleteTask(
        g.actor,
        task_key(row["id"])[1],
        outcome,
        data,
        note=request.form.get("_note", "").strip(),
        without_opinions="without_opinions" in request.form,
    )
    seen, first = request.form.get("seen_version", type=int), []
    if row["step"]["kind"] == "return_result":
        order = handing.handed(order)
        if owed := request.form.get("_paid", 0, type=int):
            paid = payments.cash(db.session, g.actor, row["dossier"], owed, "", method="cash", now=now())
            if isinstance(paid, Rejected):
                return paid
            first = [paid]
    return counters.complete(db.session, row, order, *first, seen_version=seen, now=now())


def _with_remarks(
    form: EForm, data: Mapping[str, object], components: Sequence[Mapping]
) -> dict[str, object]:
    """Remarks on single components become lines of the request: they stand first in the field whose words
    are printed on Mẫu 02 and 03."""
    lines = [f"{part['name']}: {remark}" for part, remark in _remarks(components)]
    room = words.room_of(form)
    if not lines or not room:
        return dict(data)
    key = room[0]
    written = str(data.get(key) or "").strip()
    return {**data, key: "\n".join(filter(None, ["\n".join(lines), written]))}


def _remarks(components: Sequence[Mapping]) -> list[tuple[Mapping, str]]:
    """What the officer wrote beside single components."""
    said = [(part, request.form.get(f"remark.{part['code']}", "").strip()) for part in components]
    return [(part, remark) for part, remark in said if remark]


def _still_wanting(part: Mapping, row: Mapping) -> Problem:
    """A dossier is not received while something is wanting: the remark would be printed on no slip, and be lost."""
    return Problem(
        f"remark.{part['code']}",
        "still_wanting",
        f"{part['name']}: còn ghi điều cần bổ sung, sửa. Xóa đi nếu giấy tờ đã đạt, hoặc chọn Yêu cầu bổ sung.",
        f"{row['definition'].in_english(part['name'])}: a remark says what is wanting. Remove it if the paper will do, or ask "
        "for more.",
    )


def _html(row: Mapping, form: EForm, data, problems: Sequence[Problem] = ()):
    url = url_for("counter.step_form", task_id=row["id"])
    files = eform_files.known(form, data, row["dossier_id"])
    return eform.html(form, data, url=url, context=_context(row), problems=problems, files=files)


def _context(row: Mapping) -> dict[str, object]:
    """What the step's form may read besides its own answers."""
    detail = row["dossier_detail"]
    return {"answers": detail["answers"], **detail.get("variables", {})}


def _page(row: dict, form: EForm | None, data, problems: Sequence[Problem] = ()):
    looks.record(db.session, g.actor, "counter/step", [row["dossier"]], now=now())
    detail = row["dossier_detail"]
    files = [file for part in detail["components"] for file in part["attachments"]]
    chosen = request.args.get("xem", "")
    receiving = row["step"]["kind"] == "receive"  # who hands a result over has read the papers long since
    first = files[0] if files and receiving else None
    shown = next((file for file in files if file["id"] == chosen), first)
    facts = reference.load(db.session, now()).facts
    english = str(get_locale()) == "en"
    live = row["done"] is None and row["assignee"] in (None, "", g.actor.id)
    minutes = counters.minutes_left(facts.calendar(row["agency"]), detail["reception_due_at"], now=now())
    return render_template(
        "counter/step.html",
        task=row,
        receiving=receiving,
        live=live and row["status"] in ("open", "offered", "claimed"),
        outcomes=[
            {"code": one["code"], "label": one["en"] if english else one["vi"]} for one in row["outcomes"]
        ],
        dossier=readable(detail, row["definition"]),
        e_form_html=_html(row, form, data, problems) if form else "",
        shown=shown,
        minutes=minutes,
        bill=bills.of_dossier(db.session, detail, now=now()),
        orders=permits.orders(db.session, g.actor, detail),
        problems=problems,
        receiver=handing.shown(form),
        shipments=postal.of_dossier(db.session, detail["id"]),
    )
