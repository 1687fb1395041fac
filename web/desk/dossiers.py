"""Dossiers of the officer's agencies: find one, read it, orders on the whole of it, why its due date."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from assembly.statuses import http_status
from casework import deadlines, definitions, gate, looks, permits
from casework.papers import PAPERS
from engine import commands
from engine.definition import Definition
from engine.rejection import Problem, Rejected
from forms.fields import EForm
from store.db import db
from store.queries import dossiers as dossier_rows
from web import eform, eform_files, pictures, timeline
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers
from web.show import STATUS_NAMES


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


@blueprint.post("/dossiers/<code>/<any(withdraw, stop, resume, extend, apologise, allow_supplement):order>")
@officers
def order(code: str, order: str):
    answer = gate.handle(db.session, code, ORDERS[order](), now=now())
    if isinstance(answer, Rejected):
        problems = [Problem("", answer.code, answer.vi, answer.en), *answer.problems]
        return _page(code, problems, http_status(answer.code))
    flash(gettext("Đã ghi nhận."))
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
        code=code,
        back=url_for("desk.dossier", code=code),
    )


def _page(code: str, problems=(), status: int = 200):
    row = dossier_rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, "desk/dossier", [code], now=now())
    definition = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    page = render_template(
        "desk/dossier.html",
        dossier=readable(row, definition),
        problems=problems,
        may=permits.orders(db.session, g.actor, row),
        handovers=[timeline.ledger_row(h) for h in dossier_rows.hand_overs(db.session, row["id"])],
        picture=pictures.of(db.session, definition, row),
        picture_text=pictures.in_words(db.session, definition, row),
        rows=timeline.rows(db.session, dossier_rows.events(db.session, row["id"], row["sight"]), definition),
    )
    return page, status


def readable(detail: dict, definition) -> dict:
    """The dossier with its answers as labelled lines and its papers by name."""
    order = [definition.start_form, *(step.form for step in definition.steps.values())]
    given = {key: data for key, data in (detail.get("answers") or {}).items() if key in definition.forms}
    forms = [
        {
            "title": _form_title(definition, key),
            "rows": _rows(definition.forms[key], given[key], detail["id"]),
        }
        for key in sorted(given, key=lambda key: order.index(key) if key in order else len(order))
    ]
    named = [{**row, "name": PAPERS.get(row["code"], row["code"])} for row in detail["papers"]]
    return {**detail, "answers": forms, "papers": named, "hidden": detail["sight"] == "course"}


def _rows(e_form: EForm, answers: dict, dossier_id: int) -> list[eform.Line]:
    return eform.lines(e_form, answers, files=eform_files.known(e_form, answers, dossier_id))


def _form_title(definition: Definition, key: str) -> str:
    """What people call an e-form: its own title, the component it gives, or the step it belongs to."""
    component = next((part.name for part in definition.components if part.form == key), "")
    step = next((step.name for step in definition.steps.values() if step.form == key), "")
    return definition.forms[key].title or component or step or key
