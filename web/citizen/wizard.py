"""Filing online, one page a question: agency → e-form → papers → review → filed (web/wizard.py).

With JavaScript the form also saves itself while it is filled in.
"""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import local_today, now
from casework import bills, declarations, drafts, looks, mandates, prefilling
from casework import filing as filings
from casework.accepted import Accepted
from engine.definition import Component
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import catalogue
from store.queries import dossiers as rows
from web import eform_posted, printed, wizard
from web.citizen import blueprint
from web.citizen.filing import Online, load, with_form
from web.gated import signed_in

NO_AGENCY = Problem(
    "agency", "required", "Chọn cơ quan tiếp nhận hồ sơ.", "Choose the agency that receives it."
)
NOT_DECLARED = Problem(
    "declared",
    "required",
    "Xác nhận lời khai là đúng sự thật trước khi nộp.",
    "Confirm that what you declare is true.",
)


@blueprint.route("/thu-tuc/<code>/nop", methods=["GET", "POST"])
@signed_in
def begin(code: str):
    """Where to file: agencies that receive the procedure."""
    procedure = catalogue.procedure(db.session, code, today=local_today())
    if procedure is None:
        abort(404)
    chosen, mandate = request.form.get("agency", ""), request.form.get("mandate", "")
    offered = mandates.offered(db.session, g.actor, code, now=now())
    problems = []
    if request.method == "POST":
        earlier = request.form.get("earlier", "")[:60]
        begun = filings.begin(
            db.session, g.actor, procedure, chosen, mandate=mandate, earlier=earlier, now=now()
        )
        if not isinstance(begun, Rejected):
            return redirect(url_for("citizen.draft", draft_id=begun))
        wrong = Problem("mandate" if mandate else "", begun.code, begun.vi, begun.en)
        problems.append(NO_AGENCY if begun.code == "not_receiving" else wrong)
    likely, why = chosen or request.args.get("agency", ""), ""
    if request.method == "GET" and not likely:
        receiving = {agency["code"]: agency["name"] for agency in procedure["receiving"]}
        likely, why = prefilling.likely_agency(db.session, g.actor, code, receiving)
    page = render_template(
        "citizen/begin.html",
        procedure=procedure,
        problems=problems,
        chosen=likely,
        why=why,
        offered=offered,
        mandate=mandate or request.args.get("mandate", ""),
        earlier=prefilling.earlier(db.session, g.actor, code),
        low=g.actor.level < (procedure.get("identity_level") or 0),
    )
    return page, 422 if problems else 200


@blueprint.route("/ban-nhap/<uuid:draft_id>", methods=["GET", "POST"])
@signed_in
def draft(draft_id: uuid.UUID):
    """The e-form of the application."""
    return wizard.form(load(draft_id))


@blueprint.post("/ban-nhap/<uuid:draft_id>/bieu-mau")
@signed_in
def draft_form(draft_id: uuid.UUID):
    """The form in its new state after a change (htmx); kept on the way."""
    return wizard.changed_form(with_form(draft_id))


@blueprint.post("/ban-nhap/<uuid:draft_id>/luu")
@signed_in
def save_draft(draft_id: uuid.UUID):
    """Keep what is typed so far (htmx): answers one line that says when."""
    filing = with_form(draft_id)
    typed = eform_posted.parse(filing.form, request.form)
    problems = filing.locked(typed)
    filing.save(answers=filing.held(typed))
    return render_template("citizen/_saved.html", at=now(), problems=problems)


@blueprint.route("/ban-nhap/<uuid:draft_id>/giay-to", methods=["GET", "POST"])
@signed_in
def papers(draft_id: uuid.UUID):
    """Papers, one box for each component that is asked for."""
    return wizard.papers(load(draft_id), _kept)


def _kept(filing: Online, parts: list[Component]) -> tuple[Online, list[Problem]]:
    held, problems = wizard.posted_papers(filing, parts)
    return filing.save(papers=held), problems


@blueprint.route("/ban-nhap/<uuid:draft_id>/xem-lai", methods=["GET", "POST"])
@signed_in
def review(draft_id: uuid.UUID):
    """Everything once more, then file."""
    filing = load(draft_id)
    if request.method == "GET":
        return wizard.review_page(filing)
    filing, problems = wizard.with_way_back(filing)
    problems += [] if filing.vouched or "declared" in request.form else [NOT_DECLARED]
    if problems:
        return wizard.review_page(filing, problems), 422
    done = wizard.file(filing)
    if not isinstance(done, Accepted):
        return wizard.review_page(filing, done), 422
    return redirect(url_for("citizen.receipt", code=done.dossier_code))


@blueprint.get("/ban-nhap/<uuid:draft_id>/to-khai")
@signed_in
def draft_paper(draft_id: uuid.UUID):
    """The official form with what is declared so far, as PDF."""
    filing = load(draft_id)
    content = declarations.declared(
        filing.definition,
        filing.definition.start_form or "",
        filing.kept.answers,
        agency=filing.agency_name,
        place="",
        signer=g.actor.name,
        note="Bản nháp, chưa nộp",
        footer=f"Thủ tục {filing.kept.procedure}",
        context=filing.context(),
        now=now(),
    )
    return printed.pdf(content, "to-khai", filing.url("review"))


@blueprint.post("/ban-nhap/<uuid:draft_id>/xoa")
@signed_in
def discard(draft_id: uuid.UUID):
    """Forget a draft."""
    drafts.discard(db.session, g.actor, draft_id)
    flash(gettext("Đã xóa bản nháp."))
    return redirect(url_for("citizen.my_dossiers"))


@blueprint.get("/ho-so/<code>/da-nop")
@signed_in
def receipt(code: str):
    """Filed: the code, the secret for tracking, what comes next."""
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        abort(404)
    looks.record(db.session, g.actor, "citizen/receipt", [code], now=now())
    return render_template(
        "citizen/receipt.html",
        dossier=row,
        secret=rows.secret_of(db.session, g.actor, code),
        bill=bills.of_dossier(db.session, row, now=now()),
        printable=bool(row["answers"]),
    )
