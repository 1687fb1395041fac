"""Filing online, one page a question: agency → e-form → papers → review → filed. Everything typed is kept as a draft.

Each page works by plain form posts; with JavaScript the form also saves itself while it is filled in.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

import forms
from assembly.clock import now
from casework import bills, declarations, definitions, drafts, estore, intake, looks, mandates, prefilling
from casework.drafts import Kept
from engine.definition import Component, Definition
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import catalogue
from store.queries import dossiers as rows
from web import eform, eform_files, uploads
from web.citizen import blueprint
from web.errors import refusal
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
    procedure = catalogue.procedure(db.session, code, today=now().date())
    if procedure is None:
        abort(404)
    chosen, mandate = request.form.get("agency", ""), request.form.get("mandate", "")
    offered = mandates.offered(db.session, g.actor, code, now=now())
    problems = []
    if request.method == "POST":
        if not any(agency["code"] == chosen for agency in procedure["receiving"]):
            problems.append(NO_AGENCY)
        if mandate and mandate not in {str(row["id"]) for row in offered}:
            problems.append(
                Problem("mandate", mandates.INVALID.code, mandates.INVALID.vi, mandates.INVALID.en)
            )
        if not problems:
            return redirect(url_for("citizen.draft", draft_id=_begun(procedure, chosen, mandate)))
    page = render_template(
        "citizen/begin.html",
        procedure=procedure,
        problems=problems,
        chosen=chosen or request.args.get("agency"),
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
    filing = _filing(draft_id)
    if not isinstance(filing, Filing):
        return filing
    if filing.form is None:
        return redirect(url_for("citizen.papers", draft_id=draft_id))
    if request.method == "GET":
        return _form_page(filing, filing.kept.answers)
    posted = filing.read()
    answers = posted.answers
    drafts.save(db.session, g.actor, filing.kept, now=now(), answers=answers)
    if eform.row_change(filing.form, request.form, answers) is not None:
        return _form_page(filing, answers, posted.problems)
    problems = posted.problems or filing.check(answers).problems
    if problems:
        return _form_page(filing, answers, problems), 422
    return redirect(url_for("citizen.papers", draft_id=draft_id))


@blueprint.post("/ban-nhap/<uuid:draft_id>/bieu-mau")
@signed_in
def draft_form(draft_id: uuid.UUID):
    """The form in its new state after a change (htmx); kept on the way."""
    filing = _filing(draft_id)
    if not isinstance(filing, Filing) or filing.form is None:
        abort(404)
    posted = filing.read()
    drafts.save(db.session, g.actor, filing.kept, now=now(), answers=posted.answers)
    return filing.html(posted.answers, posted.problems)


@blueprint.post("/ban-nhap/<uuid:draft_id>/luu")
@signed_in
def save_draft(draft_id: uuid.UUID):
    """Keep what is typed so far (htmx): answers one line that says when."""
    filing = _filing(draft_id)
    if not isinstance(filing, Filing) or filing.form is None:
        abort(404)
    drafts.save(
        db.session,
        g.actor,
        filing.kept,
        now=now(),
        answers=filing.held(eform.parse(filing.form, request.form)),
    )
    return render_template("citizen/_saved.html", at=now())


@blueprint.route("/ban-nhap/<uuid:draft_id>/giay-to", methods=["GET", "POST"])
@signed_in
def papers(draft_id: uuid.UUID):
    """Papers, one box for each component that is asked for."""
    filing = _filing(draft_id)
    if not isinstance(filing, Filing):
        return filing
    asked = filing.asked()
    if request.method == "GET":
        return _papers_page(filing, asked)
    kept, problems = uploads.take(
        db.session, g.actor, [one for one, _ in asked], filing.kept.papers, now=now()
    )
    drafts.save(db.session, g.actor, filing.kept, now=now(), papers=kept)
    filing = _filing(draft_id)
    if problems:
        return _papers_page(filing, asked, problems), 422
    if "_go" not in request.form:
        return redirect(url_for("citizen.papers", draft_id=draft_id))
    missing = filing.missing(asked)
    if missing:
        return _papers_page(filing, asked, missing), 422
    return redirect(url_for("citizen.review", draft_id=draft_id))


@blueprint.route("/ban-nhap/<uuid:draft_id>/xem-lai", methods=["GET", "POST"])
@signed_in
def review(draft_id: uuid.UUID):
    """Everything once more, then file: pressed twice, it is filed once (the draft's id is the idempotency key)."""
    filing = _filing(draft_id)
    if not isinstance(filing, Filing):
        return filing
    if request.method == "GET":
        return _review_page(filing)
    if "declared" not in request.form:
        return _review_page(filing, [NOT_DECLARED]), 422
    done = intake.submit(
        db.session,
        g.actor,
        procedure=filing.kept.procedure,
        agency=filing.kept.agency,
        answers=filing.kept.answers,
        components=uploads.as_components(filing.kept.papers),
        key=filing.kept.id,
        mandate=filing.kept.mandate or None,
        now=now(),
    )
    if isinstance(done, Rejected):
        return _review_page(filing, done.problems or [Problem("", done.code, done.vi, done.en)]), 422
    drafts.filed(db.session, g.actor, filing.kept, done.dossier_code, now=now())
    return redirect(url_for("citizen.receipt", code=done.dossier_code))


@blueprint.get("/ban-nhap/<uuid:draft_id>/to-khai")
@signed_in
def draft_paper(draft_id: uuid.UUID):
    """The official form with what is declared so far, as PDF."""
    filing = _filing(draft_id)
    if not isinstance(filing, Filing):
        return filing
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
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("citizen.review", draft_id=draft_id))
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name="to-khai.pdf")


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
    )


# -- a filing in progress ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filing:
    """A draft with the procedure version it would be filed under today."""

    kept: Kept
    procedure: dict
    definition: Definition

    @property
    def form(self) -> forms.EForm | None:
        key = self.definition.start_form
        return self.definition.forms[key] if key else None

    @property
    def agency_name(self) -> str:
        named = {agency["code"]: agency["name"] for agency in self.procedure["receiving"]}
        return named.get(self.kept.agency, self.kept.agency)

    def context(self) -> dict[str, object]:
        """Names the form's expressions may use before there is a dossier."""
        about = {
            "procedure": self.kept.procedure,
            "agency": self.kept.agency,
            "agency_name": self.agency_name,
        }
        return {"dossier": {**about, "channel": "online"}, "now": now(), "today": now().date()}

    def read(self) -> eform_files.Read:
        """What was just posted of the e-form, its files kept; what the identity provider vouches for stays."""
        posted = eform_files.read(self.form, self.context())
        return replace(posted, answers=self.held(posted.answers))

    def held(self, answers):
        return prefilling.held(self.form, self.facts, answers)

    @cached_property
    def facts(self) -> prefilling.Known:
        return prefilling.known(db.session, g.actor, self.kept.mandate, self.kept.procedure, now=now())

    @cached_property
    def represented(self) -> dict | None:
        """Whom the applicant acts for in this filing."""
        row = mandates.one(db.session, g.actor, self.kept.mandate) if self.kept.mandate else None
        return dict(row) if row else None

    def files(self, answers) -> eform_files.Known:
        return eform_files.known(self.form, answers)

    def check(self, answers) -> forms.Checked:
        files = self.files(answers)
        return forms.check(self.form, answers, context=self.context(), now=now(), strict=True, files=files)

    def html(self, answers, problems: Sequence[Problem] = ()):
        url = url_for("citizen.draft_form", draft_id=self.kept.id)
        return self.drawn(answers, url, problems)

    def drawn(self, answers, url: str, problems: Sequence[Problem]):
        files = self.files(answers)
        return eform.html(
            self.form,
            answers,
            url=url,
            context=self.context(),
            problems=problems,
            files=files,
            sources=self.kept.sources,
            locked=prefilling.locked_paths(self.form, self.facts),
        )

    def lines(self) -> list[eform.Line]:
        """The answers to read once more."""
        if self.form is None:
            return []
        answers = self.kept.answers
        return eform.lines(self.form, answers, self.context(), files=self.files(answers))

    def asked(self) -> list[tuple[Component, bool]]:
        """Papers to hand in as files, each with whether it is required, given the answers."""
        answers = {self.definition.start_form: self.check(self.kept.answers).answers} if self.form else {}
        scope = {**self.context(), "answers": answers}
        found = []
        for component in self.definition.components:
            if component.form is None:
                needed = component.required.of_scope(scope)
                conditional = component.required.expression is not None
                if not conditional or needed is True:
                    found.append((component, needed is True or needed == "true"))
        return found

    def charges(self):
        """What filing this would cost, each fee with its rule."""
        given = {self.definition.start_form: self.check(self.kept.answers).answers} if self.form else {}
        return bills.quote(db.session, self.definition, self.kept.agency, given, channel="online", now=now())

    def missing(self, asked: Sequence[tuple[Component, bool]]) -> list[Problem]:
        return [
            Problem(
                f"papers.{component.code}",
                "component_missing",
                f"Chưa có giấy tờ bắt buộc: {component.name}.",
                f"A required paper is missing: {component.name}.",
            )
            for component, required in asked
            if required and not self.kept.papers.get(component.code)
        ]


def _filing(draft_id: uuid.UUID):
    """The filing, or where to go instead: the receipt of what was filed already."""
    kept = drafts.get(db.session, g.actor, draft_id)
    if kept is None:
        abort(404)
    if kept.filed:
        return redirect(url_for("citizen.receipt", code=kept.filed))
    procedure = catalogue.procedure(db.session, kept.procedure, today=now().date())
    if procedure is None:
        abort(404)
    return Filing(kept, procedure, definitions.get(db.session, kept.procedure, procedure["version"]))


def _begun(procedure: dict, agency: str, mandate: str) -> str:
    """A new draft with what is known beforehand; its id."""
    code = procedure["code"]
    definition = definitions.get(db.session, code, procedure["version"])
    e_form = definition.forms[definition.start_form] if definition.start_form else None
    facts = prefilling.known(db.session, g.actor, mandate, code, now=now())
    earlier = request.form.get("earlier", "")[:60]
    filled = prefilling.fill(db.session, g.actor, e_form, facts, earlier, now=now())
    if earlier and filled.answers:
        looks.record(db.session, g.actor, "citizen/begin", [earlier], now=now())
    return drafts.begin(
        db.session,
        g.actor,
        code,
        agency,
        filled.answers,
        mandate=mandate,
        sources=filled.sources,
        now=now(),
    )


def _form_page(filing: Filing, answers, problems: Sequence[Problem] = ()):
    return render_template(
        "citizen/draft.html",
        filing=filing,
        problems=problems,
        e_form_html=filing.html(answers, problems),
    )


def _papers_page(filing: Filing, asked, problems: Sequence[Problem] = ()):
    store = estore.of(db.session, g.actor) if asked else []
    today = now().date()
    stored = {component.code: estore.fitting(store, component, today) for component, _ in asked}
    seen = sorted({one.dossier for offered in stored.values() for one in offered})
    if seen:
        looks.record(db.session, g.actor, "citizen/papers", seen, now=now())
    return render_template(
        "citizen/papers.html", filing=filing, asked=asked, problems=problems, stored=stored
    )


def _review_page(filing: Filing, problems: Sequence[Problem] = ()):
    asked = filing.asked()
    if not problems:
        wrong = filing.check(filing.kept.answers).problems if filing.form else ()
        problems = [*wrong, *filing.missing(asked)]
    return render_template(
        "citizen/review.html",
        filing=filing,
        lines=filing.lines(),
        asked=asked,
        charges=filing.charges(),
        problems=problems,
        ready=not problems or all(problem.where == "declared" for problem in problems),
    )
