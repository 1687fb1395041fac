"""Dossiers of the officer's agencies: find one, read it, orders on the whole of it, why its due date."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from assembly.clock import now
from assembly.statuses import http_status
from casework import bills, conversation, deadlines, definitions, gate, looks, permits, requests
from casework.documents.slips import to_sign
from engine import commands
from engine.definition import Definition
from engine.rejection import Problem, Rejected
from forms.fields import EForm
from store.db import db
from store.queries import colleagues
from store.queries import dossiers as dossier_rows
from web import eform, eform_files, pictures, timeline
from web.auth import local
from web.conversation import post as post_conversation
from web.desk import blueprint, slips
from web.desk.tray import PROBLEMS
from web.errors import refusal
from web.gated import officers
from web.names import english
from web.show import PAPER_NAMES, STATUS_NAMES


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
        first_page="cursor" not in request.args,
    )


@blueprint.get("/dossiers/<code>")
@officers
def dossier(code: str):
    return _page(code)


@blueprint.post("/dossiers/<code>/conversation")
@officers
def say(code: str):
    """A word to the applicant."""
    refused = post_conversation(code)
    if refused is not None:
        return _page(code, [Problem("text", refused.code, refused.vi, refused.en)], 422)
    return redirect(url_for("desk.dossier", code=code) + "#conversation")


@blueprint.post("/dossiers/<code>/notes")
@officers
def note(code: str):
    """An internal note; back to the page it was written on."""
    text = request.form.get("text", "")
    done = gate.handle(
        db.session, code, commands.WriteNote(g.actor, request.form.get("agency", ""), text), now=now()
    )
    if isinstance(done, Rejected):
        flash(done.en if english() else done.vi, "danger")
    else:
        flash(gettext("Đã ghi chú."))
    back = local(request.form.get("back")) or url_for("desk.dossier", code=code)
    return redirect(f"{back}#notes")


def _reason() -> str:
    return request.form.get("reason", "").strip()


ORDERS: dict[str, Callable[[], commands.Command]] = {
    "withdraw": lambda: commands.WithdrawDossier(g.actor, _reason()),
    "stop": lambda: commands.StopDossier(g.actor, _reason()),
    "resume": lambda: commands.ResumeDossier(g.actor, _reason()),
    "extend": lambda: commands.ExtendDeadline(g.actor, request.form.get("days", 0, type=int), _reason()),
    "apologise": lambda: commands.Apologise(g.actor, request.form.get("new_due_on", ""), _reason()),
    "allow_supplement": lambda: commands.AllowSupplement(g.actor, _reason()),
}
DONE: dict[str, LazyString] = {
    "withdraw": lazy_gettext("Đã rút hồ sơ theo đề nghị của người nộp."),
    "stop": lazy_gettext("Đã dừng xử lý hồ sơ. Thời hạn tạm ngừng tính."),
    "resume": lazy_gettext("Hồ sơ được xử lý tiếp. Thời hạn lại được tính."),
    "extend": lazy_gettext("Đã gia hạn."),
    "apologise": lazy_gettext("Đã lập phiếu xin lỗi và hẹn lại ngày trả."),
    "allow_supplement": lazy_gettext("Đã cho phép yêu cầu bổ sung thêm một lần."),
}


@blueprint.post("/dossiers/<code>/<any(withdraw, stop, resume, extend, apologise, allow_supplement):order>")
@officers
def order(code: str, order: str):
    answer = gate.handle(db.session, code, ORDERS[order](), now=now())
    if isinstance(answer, Rejected):
        problems = answer.problems or (Problem("", answer.code, answer.vi, answer.en),)
        return _page(code, problems, http_status(answer.code), tried=order)
    flash(str(DONE[order]))
    slips.sign_issued(answer)
    return redirect(url_for("desk.dossier", code=code))


@blueprint.get("/dossiers/<code>/deadline")
@officers
def deadline(code: str):
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, "desk/deadline", [code], now=now())
    return render_template(
        "deadline.html",
        why=deadlines.explain(db.session, code, now=now()),
        ended=row["closed"],
        code=code,
        back=url_for("desk.dossier", code=code),
    )


def _page(code: str, problems=(), status: int = 200, tried: str = ""):
    """The dossier page; `tried` is an order that was rejected: its form stays open as it was filled in."""
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, "desk/dossier", [code], now=now())
    definition = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    log = dossier_rows.events(db.session, row["id"], row["sight"])
    page = render_template(
        "desk/dossier.html",
        slips_to_sign=to_sign(db.session, row, log, g.actor) if row["sight"] == "full" else {},
        slip_problems=PROBLEMS,
        demo=current_app.config["SETTINGS"].demo,
        dossier=readable(row, definition),
        problems=problems,
        said=conversation.read(db.session, g.actor, row),
        bill=bills.of_dossier(db.session, row, now=now()),
        tried=tried or request.args.get("order", ""),
        may=_offered(row, definition),
        notes=colleagues.notes(db.session, row["id"], g.actor.agencies()),
        note_agency=noting(row),
        extension_max_days=definition.extension_max_days,
        promise_from=deadlines.earliest_promise(db.session, row, now=now()) if row["due_at"] else None,
        handovers=[timeline.ledger_row(h) for h in dossier_rows.hand_overs(db.session, row["id"])],
        picture=pictures.of(db.session, definition, row),
        ahead=pictures.ahead(db.session, definition, row),
        picture_text=pictures.in_words(db.session, definition, row),
        rows=timeline.rows(db.session, log, definition),
    )
    return page, status


def _offered(row: dict, definition: Definition) -> dict[str, bool]:
    """Which orders to offer; an extension only where law knows one and it has not been used (it moves the due date)."""
    may = permits.orders(db.session, g.actor, row)
    unused = row["due_at"] == row["original_due_at"]
    return {**may, "extend": may["extend"] and definition.extension_max_days > 0 and unused}


def noting(detail: dict, preferred: str = "") -> str:
    """The agency in whose name the actor may write a note on this dossier; "" for none."""
    there = {detail["agency"]["code"], *(task["agency"] for task in detail["tasks"])}
    mine = sorted(there & g.actor.agencies(), key=lambda code: code != preferred)
    return mine[0] if mine and not detail["closed"] else ""


def readable(detail: dict, definition) -> dict:
    """The dossier with its answers as labelled lines and its papers by name."""
    passed = [step["element_id"] for step in detail["steps"]]
    order = [definition.start_form, *(step.form for step in definition.steps.values())]
    given = {key: data for key, data in (detail.get("answers") or {}).items() if key in definition.forms}
    forms = [
        {
            "title": _form_title(definition, key, passed),
            "rows": _rows(definition.forms[key], given[key], detail["id"]),
            "declared": key == definition.start_form or _kind(definition, key) == "supplement",
        }
        for key in sorted(given, key=lambda key: order.index(key) if key in order else len(order))
    ]
    named = [{**row, "name": PAPER_NAMES.get(row["code"], row["code"])} for row in detail["papers"]]
    return {
        **detail,
        "answers": forms,
        "papers": named,
        "hidden": detail["sight"] == "course",
        "ticks": (ticks := _ticks(detail.get("supplement"), definition)),
        "replied": [
            row
            for key in given
            if ticks and _kind(definition, key) == "supplement"
            for row in _rows(definition.forms[key], given[key], detail["id"])
        ],
        "asked": _asked(detail.get("supplement"), definition, detail["id"]),
    }


def _rows(e_form: EForm, answers: dict, dossier_id: int) -> list[eform.Line]:
    return eform.lines(e_form, answers, files=eform_files.known(e_form, answers, dossier_id))


def _asked(supplement: dict | None, definition: Definition, dossier_id: int) -> dict | None:
    """The last supplement request in words, while the applicant has not answered it."""
    if supplement is None or supplement["answered_at"] is not None:
        return None
    form = definition.forms.get(supplement["form"] or "")
    return {**supplement, "rows": _rows(form, supplement["request"] or {}, dossier_id) if form else []}


def _ticks(supplement: dict | None, definition: Definition) -> list[tuple[requests.Item, bool]]:
    """Once answered: each item of the request, and whether the applicant marked it."""
    if supplement is None or supplement["answered_at"] is None:
        return []
    ticked = supplement["ticked"] or ()
    return [(item, item.number in ticked) for item in requests.items(definition, supplement["request"] or {})]


def _kind(definition: Definition, key: str) -> str:
    """The kind of the steps that fill in an e-form."""
    return next((step.kind for step in definition.steps.values() if step.form == key), "")


def _form_title(definition: Definition, key: str, passed: list[str]) -> str:
    """What people call an e-form: its own title, the component it gives, or the step it belongs to.

    Several steps may share it: the one that the dossier came to last.
    """
    component = next((part.name for part in definition.components if part.form == key), "")
    steps = sorted(
        (step for step in definition.steps.values() if step.form == key),
        key=lambda step: max((at for at, id in enumerate(passed) if id == step.element_id), default=-1),
    )
    return definition.forms[key].title or component or (steps[-1].name if steps else "") or key
