"""Filing for somebody who stands at the counter: procedure → applicant → e-form → papers → review, filed and received.

The filing is a draft of the officer's; every page works by plain form posts.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

import forms
from assembly.clock import local_today, now
from casework import bills, collecting, counters, definitions, drafts, estore, looks, permits, postal
from casework.accepted import Accepted
from engine.definition import Component
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import counter
from store.queries import dossiers as rows
from web import eform, eform_files, parcels, wizard
from web.counter import blueprint, checklist, clerks
from web.counter.filing import WalkIn, known_of, load

OTHERS = {"beneficiary": ("chủ hồ sơ", "beneficiary"), "payer": ("người nộp phí", "payer")}
"""People beside the applicant, where they are somebody else."""


@blueprint.route("/nop-ho", methods=["GET", "POST"])
@clerks
def walk_in():
    """Which procedure; what was begun and not yet filed."""
    if request.method == "POST":
        return _begin(request.form.get("procedure", ""), request.form.get("agency") or g.desks[0])
    q = request.args.get("q", "")[:200]
    return render_template(
        "counter/procedures.html",
        procedures=counter.procedures(db.session, g.desks, today=local_today(), q=q),
        q=q,
        begun=[one for one in drafts.mine(db.session, g.actor) if one["agency"] in g.desks or one["via"]],
    )


def _begin(procedure: str, agency: str):
    offered = counter.procedures(db.session, g.desks, today=local_today())
    if not any(one["code"] == procedure and agency in one["agencies"] for one in offered):
        abort(404)
    draft_id = drafts.begin(db.session, g.actor, procedure, agency, {}, now=now())
    return redirect(url_for("counter.walk_in_applicant", draft_id=draft_id))


@blueprint.route("/nop-ho/<uuid:draft_id>/nguoi-nop", methods=["GET", "POST"])
@clerks
def walk_in_applicant(draft_id: uuid.UUID):
    """Who files: found again by identifier, or written down."""
    filing = load(draft_id)
    if request.method == "GET":
        return _applicant_page(filing, filing.applicant)
    given = _person("") | {"account": request.form.get("account", "").strip()[:64]}
    others = {name: _person(f"{name}.") for name in OTHERS}
    if "_find" in request.form or ("_enter" in request.form and not given["name"]):
        found = counters.find_person(
            db.session, g.actor, g.desks, given["id_number"], named=given["account"], now=now()
        )
        found = found and {**found, "account": given["account"]}
        return _applicant_page(filing, found or given, others=others, searched=True, found=found)
    met = {name: _met(who) for name, who in others.items() if who["id_number"] and not who["name"]}
    if any(met.values()):
        return _applicant_page(filing, given, others=others | {k: who for k, who in met.items() if who})
    named = {name: who for name, who in others.items() if any(who[key] for key in counters.CONTACT)}
    problems = counters.check_person(given) + counters.check_account(db.session, given)
    for name, who in named.items():
        problems += counters.check_person(who, f"{name}.", OTHERS[name])
    if problems:
        return _applicant_page(filing, given, problems, others=others), 422
    for who in (given, *named.values()):
        who["id_number"] = "".join(char for char in who["id_number"] if char.isdigit())
    answers = dict(filing.kept.answers)
    if filing.form is not None:
        answers = forms.prefill(filing.form, known_of(given).values, answers, now=now())
    noted = {**filing.kept.counter, "applicant": given, "assisted": "assisted" in request.form}
    noted |= {name: named.get(name) for name in OTHERS}
    return redirect(filing.save(answers=answers, counter=noted).url("form"))


def _met(who: Mapping[str, str]) -> dict[str, str] | None:
    """Somebody of whom only the number was typed, with what is known under it."""
    return counters.find_person(db.session, g.actor, g.desks, who["id_number"], now=now())


def _person(prefix: str) -> dict[str, str]:
    """A person as posted under this prefix."""
    given = {name: request.form.get(prefix + name, "").strip()[:300] for name in counters.CONTACT}
    given["id_number"] = re.sub(r"[ .]", "", given["id_number"])
    kind = request.form.get(f"{prefix}kind", "")
    return {**given, "kind": kind if kind in counters.KINDS else "citizen"}


@blueprint.route("/nop-ho/<uuid:draft_id>/bieu-mau", methods=["GET", "POST"])
@clerks
def walk_in_form(draft_id: uuid.UUID):
    """The e-form of the application, as the applicant says it."""
    return wizard.form(load(draft_id))


@blueprint.post("/nop-ho/<uuid:draft_id>/bieu-mau/doi")
@clerks
def walk_in_form_change(draft_id: uuid.UUID):
    """The form in its new state after a change (htmx); kept on the way."""
    filing = load(draft_id)
    if filing.form is None:
        abort(404)
    return wizard.changed_form(filing)


@blueprint.route("/nop-ho/<uuid:draft_id>/giay-to", methods=["GET", "POST"])
@clerks
def walk_in_papers(draft_id: uuid.UUID):
    """The checklist: what of each component is handed in, on paper and as a scan."""
    return wizard.papers(load(draft_id), _kept)


def _kept(filing: WalkIn, parts: list[Component]) -> tuple[WalkIn, list[Problem]]:
    held, problems = wizard.posted_papers(filing, parts)
    problems += _reused(filing, parts, held)
    held = {code: checklist.ordered(files, filing.originals.get(code, ())) for code, files in held.items()}
    problems += checklist.twice(held, filing.originals)
    declared = {code: len(names) for code, names in filing.originals.items()}
    counts = {
        one.code: checklist.counted(one, held.get(one.code, ()), declared.get(one.code, 0)) for one in parts
    }
    return filing.save(papers=held, counter={**filing.kept.counter, "counts": counts}), problems


@blueprint.route("/nop-ho/<uuid:draft_id>/xem-lai", methods=["GET", "POST"])
@clerks
def walk_in_review(draft_id: uuid.UUID):
    """Everything once more; file, and receive at once if the officer wants."""
    filing = load(draft_id)
    if request.method == "GET":
        return _review_page(filing)
    filing, unaddressed = wizard.with_way_back(filing)
    reception = filing.reception_form()
    posted = eform_files.read(reception) if reception else eform_files.Read({})
    checked = posted.answers
    problems = [*posted.problems, *unaddressed]
    if "_row" in request.form or problems:
        return _review_page(filing, problems, checked), 422 if problems else 200
    done = wizard.file(filing)
    if not isinstance(done, Accepted):
        return _review_page(filing, done, checked), 422
    if "_receive" in request.form:
        received = counters.receive(db.session, g.actor, done.dossier_code, checked, now=now())
        if isinstance(received, Rejected):
            flash(gettext("Đã nộp nhưng chưa tiếp nhận được: %(why)s", why=received.vi), "warning")
    return redirect(url_for("counter.filed", code=done.dossier_code))


@blueprint.post("/nop-ho/<uuid:draft_id>/phieu")
@clerks
def walk_in_reception_form(draft_id: uuid.UUID):
    """The reception step's form in its new state after a change (htmx)."""
    filing = load(draft_id)
    form = filing.reception_form()
    if form is None:
        abort(404)
    posted = eform_files.read(form)
    return _reception_html(filing, form, posted.answers, posted.problems)


@blueprint.post("/nop-ho/<uuid:draft_id>/xoa")
@clerks
def walk_in_discard(draft_id: uuid.UUID):
    """Forget a filing that was begun."""
    drafts.discard(db.session, g.actor, draft_id)
    flash(gettext("Đã xóa hồ sơ đang nhập dở."))
    return redirect(url_for("counter.walk_in"))


@blueprint.get("/ho-so/<code>")
@clerks
def filed(code: str):
    """Filed at the counter: code, secret, due date, the receipt to print, the next in line."""
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        abort(404)
    looks.record(db.session, g.actor, "counter/filed", [code], now=now())
    here = [task for task in row["tasks"] if task["agency"] in g.desks]
    walk_in = counters.walk_in_of(db.session, row["id"])
    others = [] if walk_in else counter.waiting(db.session, g.desks, "receive", limit=2)
    late = bool(row["due_at"]) and not row["ended_at"] and row["due_at"] < now()
    orders = permits.orders(db.session, g.actor, row)
    secret = rows.secret_of(db.session, g.actor, code)
    shipments = postal.of_dossier(db.session, row["id"])
    ways = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"]).return_by
    return render_template(
        "counter/filed.html",
        dossier=row,
        secret=secret,
        waiting=[task for task in here if task["step"]["kind"] in ("receive", "return_result")],
        up_next=next((task["id"] for task in others if task["dossier"] != code), None),
        collected=collecting.of_dossier(db.session, row["id"]) is not None,
        late=late and orders["apologise"],
        walk_in=walk_in,
        shipments=shipments,
        by_post=parcels.offered(row, shipments, ways),
        bill=bills.of_dossier(db.session, row, now=now()),
        orders=orders,
    )


def _applicant_page(
    filing: WalkIn,
    given: Mapping[str, str],
    problems: Sequence[Problem] = (),
    *,
    others: Mapping[str, Mapping[str, str]] | None = None,
    searched: bool = False,
    found: Mapping[str, str] | None = None,
):
    return render_template(
        "counter/applicant.html",
        filing=filing,
        given=given,
        others=others or {name: filing.noted(name) for name in OTHERS},
        problems=problems,
        searched=searched,
        found=found,
        registered=counters.told_by_name(db.session, given),
        assisted="assisted" in request.form if request.method == "POST" else filing.assisted,
    )


def _reused(filing: WalkIn, parts: Sequence[Component], kept: dict) -> list[Problem]:
    """Instead of scanning: the paper that the applicant's e-store holds, where a button says so (`<component>|<ref>`)."""
    code, _, ref = request.form.get("reuse", "").partition("|")
    part = next((one for one in parts if one.code == code), None)
    owner = filing.store_owner if part else None
    if part is None or owner is None:
        return []
    base = current_app.config["SETTINGS"].public_url
    taken = estore.take(db.session, owner, part, ref, public_url=base, now=now(), keeper=g.actor)
    if isinstance(taken, Rejected):
        return [Problem(f"papers.{code}", taken.code, taken.vi, taken.en)]
    kept.setdefault(code, []).append(taken)
    return []


def _reception_html(filing: WalkIn, form: forms.EForm, data, problems: Sequence[Problem] = ()):
    url = url_for("counter.walk_in_reception_form", draft_id=filing.kept.id)
    context = {"answers": {filing.definition.start_form: filing.kept.answers}}
    files = eform_files.known(form, data)
    return eform.html(form, data, url=url, context=context, problems=problems, files=files)


def _review_page(filing: WalkIn, problems: Sequence[Problem] = (), checked: Mapping[str, object] = {}):
    form = filing.reception_form()
    drawn = _reception_html(filing, form, checked, problems) if form else ""
    return wizard.review_page(filing, problems, reception_html=drawn)
