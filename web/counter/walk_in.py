"""Filing for somebody who stands at the counter: procedure → applicant → e-form → papers → review, filed and received.

The filing is a draft of the officer's; every page works by plain form posts.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

import forms
from assembly.clock import now
from casework import counters, definitions, drafts, intake, looks
from engine.commands import ComponentGiven, Person
from engine.definition import Component
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import catalogue, counter
from store.queries import dossiers as rows
from web import eform, eform_files, uploads
from web.citizen.wizard import Filing
from web.counter import blueprint, clerks

QUANTITIES = ("originals", "certified", "copies")
MOST = 99
"""Sheets of one kind that one component can be handed in as."""


class WalkIn(Filing):
    """A filing in progress at the counter."""

    @property
    def applicant(self) -> dict[str, str]:
        return dict(self.kept.counter.get("applicant") or {})  # type: ignore[call-overload]

    @property
    def assisted(self) -> bool:
        return bool(self.kept.counter.get("assisted"))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return dict(self.kept.counter.get("counts") or {})  # type: ignore[call-overload]

    def context(self) -> dict[str, object]:
        said = super().context()
        about = {**said["dossier"], "channel": "counter", "applicant": self.applicant}  # type: ignore[dict-item]
        return {**said, "dossier": about}

    def html(self, answers, problems: Sequence[Problem] = ()):
        url = url_for("counter.walk_in_form_change", draft_id=self.kept.id)
        return self.drawn(answers, url, problems)

    def given(self, code: str) -> bool:
        """Is anything of the component here, on paper or as a file?"""
        return bool(self.kept.papers.get(code)) or any(self.counts.get(code, {}).values())

    def missing(self, asked: Sequence[tuple[Component, bool]]) -> list[Problem]:
        return [
            Problem(
                f"papers.{component.code}",
                "component_missing",
                f"Chưa nhận giấy tờ bắt buộc: {component.name}.",
                f"A required paper has not been handed in: {component.name}.",
            )
            for component, required in asked
            if required and not self.given(component.code)
        ]

    def components(self) -> tuple[ComponentGiven, ...]:
        return tuple(
            ComponentGiven(
                part.code,
                tuple(str(file["id"]) for file in self.kept.papers.get(part.code, ())),
                **self.counts.get(part.code, {}),
            )
            for part in self.definition.components
            if self.given(part.code)
        )

    def reception_form(self) -> forms.EForm | None:
        """The e-form of the reception step, so that filing and receiving are one page."""
        step = next((one for one in self.definition.steps.values() if one.kind == "receive"), None)
        return self.definition.forms[step.form] if step and step.form else None


@blueprint.route("/nop-ho", methods=["GET", "POST"])
@clerks
def walk_in():
    """Which procedure; what was begun and not yet filed."""
    if request.method == "POST":
        return _begin(request.form.get("procedure", ""), request.form.get("agency") or g.desks[0])
    q = request.args.get("q", "")[:200]
    return render_template(
        "counter/procedures.html",
        procedures=counter.procedures(db.session, g.desks, today=now().date(), q=q),
        q=q,
        begun=[one for one in drafts.mine(db.session, g.actor) if one["agency"] in g.desks],
    )


def _begin(procedure: str, agency: str, **known: object):
    offered = counter.procedures(db.session, g.desks, today=now().date())
    if not any(one["code"] == procedure and agency in one["agencies"] for one in offered):
        abort(404)
    draft_id = drafts.begin(db.session, g.actor, procedure, agency, {}, now=now())
    return redirect(url_for("counter.walk_in_applicant", draft_id=draft_id))


@blueprint.route("/nop-ho/<uuid:draft_id>/nguoi-nop", methods=["GET", "POST"])
@clerks
def walk_in_applicant(draft_id: uuid.UUID):
    """Who files: found again by identifier, or written down."""
    filing = _filing(draft_id)
    if not isinstance(filing, WalkIn):
        return filing
    if request.method == "GET":
        return _applicant_page(filing, filing.applicant)
    given = {name: request.form.get(name, "").strip()[:300] for name in counters.CONTACT}
    given["kind"] = request.form.get("kind") if request.form.get("kind") in counters.KINDS else "citizen"
    if "_find" in request.form or ("_enter" in request.form and not given["name"]):
        found = counters.find_person(db.session, g.actor, g.desks, given["id_number"], now=now())
        return _applicant_page(filing, found or given, searched=True, found=found)
    problems = counters.check_person(given)
    if problems:
        return _applicant_page(filing, given, problems), 422
    given["id_number"] = "".join(char for char in given["id_number"] if char.isdigit())
    answers = dict(filing.kept.answers)
    if filing.form is not None:
        known = {f"applicant.{name}": value for name, value in given.items() if name in counters.CONTACT}
        answers = forms.prefill(filing.form, known, answers)
    noted = {**filing.kept.counter, "applicant": given, "assisted": "assisted" in request.form}
    drafts.save(db.session, g.actor, filing.kept, now=now(), answers=answers, counter=noted)
    return redirect(url_for("counter.walk_in_form", draft_id=draft_id))


@blueprint.route("/nop-ho/<uuid:draft_id>/bieu-mau", methods=["GET", "POST"])
@clerks
def walk_in_form(draft_id: uuid.UUID):
    """The e-form of the application, as the applicant says it."""
    filing = _filing(draft_id)
    if not isinstance(filing, WalkIn):
        return filing
    if filing.form is None:
        return redirect(url_for("counter.walk_in_papers", draft_id=draft_id))
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
    return redirect(url_for("counter.walk_in_papers", draft_id=draft_id))


@blueprint.post("/nop-ho/<uuid:draft_id>/bieu-mau/doi")
@clerks
def walk_in_form_change(draft_id: uuid.UUID):
    """The form in its new state after a change (htmx); kept on the way."""
    filing = _filing(draft_id)
    if not isinstance(filing, WalkIn) or filing.form is None:
        abort(404)
    posted = filing.read()
    drafts.save(db.session, g.actor, filing.kept, now=now(), answers=posted.answers)
    return filing.html(posted.answers, posted.problems)


@blueprint.route("/nop-ho/<uuid:draft_id>/giay-to", methods=["GET", "POST"])
@clerks
def walk_in_papers(draft_id: uuid.UUID):
    """The checklist: what of each component is handed in, on paper and as a scan."""
    filing = _filing(draft_id)
    if not isinstance(filing, WalkIn):
        return filing
    asked = filing.asked()
    if request.method == "GET":
        return _papers_page(filing, asked)
    parts = [one for one, _ in asked]
    kept, problems = uploads.take(db.session, g.actor, parts, filing.kept.papers, now=now())
    noted = {**filing.kept.counter, "counts": {one.code: _counted(one) for one in parts}}
    drafts.save(db.session, g.actor, filing.kept, now=now(), papers=kept, counter=noted)
    filing = _filing(draft_id)
    if problems:
        return _papers_page(filing, asked, problems), 422
    if "_go" not in request.form:
        return redirect(url_for("counter.walk_in_papers", draft_id=draft_id))
    missing = filing.missing(asked)
    if missing:
        return _papers_page(filing, asked, missing), 422
    return redirect(url_for("counter.walk_in_review", draft_id=draft_id))


def _counted(component: Component) -> dict[str, int]:
    """Quantities as typed; “received as asked” fills in what the procedure asks for where nothing was typed."""
    counted = {}
    for name in QUANTITIES:
        typed = request.form.get(f"{name}.{component.code}", 0, type=int) or 0
        counted[name] = max(0, min(typed, MOST))
    if f"full.{component.code}" in request.form and not any(counted.values()):
        counted = {name: getattr(component, name) for name in QUANTITIES}
    return counted


@blueprint.route("/nop-ho/<uuid:draft_id>/xem-lai", methods=["GET", "POST"])
@clerks
def walk_in_review(draft_id: uuid.UUID):
    """Everything once more; file, and receive at once if the officer wants. Pressed twice, it is filed once."""
    filing = _filing(draft_id)
    if not isinstance(filing, WalkIn):
        return filing
    if request.method == "GET":
        return _review_page(filing)
    reception = filing.reception_form()
    posted = eform_files.read(reception) if reception else eform_files.Read({})
    checked = posted.answers
    if "_row" in request.form or posted.problems:
        return _review_page(filing, posted.problems, checked), 422 if posted.problems else 200
    done = intake.submit(
        db.session,
        g.actor,
        procedure=filing.kept.procedure,
        agency=filing.kept.agency,
        answers=filing.kept.answers,
        applicant=Person(**filing.applicant),  # type: ignore[arg-type]
        components=filing.components(),
        channel="counter",
        key=filing.kept.id,
        now=now(),
    )
    if isinstance(done, Rejected):
        problems = done.problems or [Problem("", done.code, done.vi, done.en)]
        return _review_page(filing, problems, checked), 422
    if not done.repeated:
        counters.note_walk_in(db.session, g.actor, done.dossier_code, filing.assisted, now=now())
    drafts.filed(db.session, g.actor, filing.kept, done.dossier_code, now=now())
    if "_receive" in request.form:
        received = counters.receive(db.session, g.actor, done.dossier_code, checked, now=now())
        if isinstance(received, Rejected):
            flash(gettext("Đã nộp nhưng chưa tiếp nhận được: %(why)s", why=received.vi), "warning")
    return redirect(url_for("counter.filed", code=done.dossier_code))


@blueprint.post("/nop-ho/<uuid:draft_id>/phieu")
@clerks
def walk_in_reception_form(draft_id: uuid.UUID):
    """The reception step's form in its new state after a change (htmx)."""
    filing = _filing(draft_id)
    form = filing.reception_form() if isinstance(filing, WalkIn) else None
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
    waiting = [task for task in row["tasks"] if task["step"]["kind"] == "receive"]
    secret = rows.secret_of(db.session, g.actor, code)
    return render_template("counter/filed.html", dossier=row, secret=secret, waiting=waiting)


# -- a filing in progress ---------------------------------------------------------------------------------------------


def _filing(draft_id: uuid.UUID):
    """The filing, or where to go instead: the page of what was filed already."""
    kept = drafts.get(db.session, g.actor, draft_id)
    if kept is None or kept.agency not in g.desks:
        if kept is not None and kept.filed:
            return redirect(url_for("counter.filed", code=kept.filed))
        abort(404)
    if kept.filed:
        return redirect(url_for("counter.filed", code=kept.filed))
    procedure = catalogue.procedure(db.session, kept.procedure, today=now().date())
    if procedure is None:
        abort(404)
    filing = WalkIn(kept, procedure, definitions.get(db.session, kept.procedure, procedure["version"]))
    if not filing.applicant and request.endpoint != "counter.walk_in_applicant":
        return redirect(url_for("counter.walk_in_applicant", draft_id=draft_id))
    return filing


def _applicant_page(
    filing: WalkIn,
    given: Mapping[str, str],
    problems: Sequence[Problem] = (),
    *,
    searched: bool = False,
    found: Mapping[str, str] | None = None,
):
    return render_template(
        "counter/applicant.html",
        filing=filing,
        given=given,
        problems=problems,
        searched=searched,
        found=found,
        assisted="assisted" in request.form if request.method == "POST" else filing.assisted,
    )


def _form_page(filing: WalkIn, answers, problems: Sequence[Problem] = ()):
    drawn = filing.html(answers, problems)
    return render_template("counter/form.html", filing=filing, problems=problems, e_form_html=drawn)


def _papers_page(filing: WalkIn, asked, problems: Sequence[Problem] = ()):
    return render_template("counter/papers.html", filing=filing, asked=asked, problems=problems)


def _reception_html(filing: WalkIn, form: forms.EForm, data, problems: Sequence[Problem] = ()):
    url = url_for("counter.walk_in_reception_form", draft_id=filing.kept.id)
    context = {"answers": {filing.definition.start_form: filing.kept.answers}}
    files = eform_files.known(form, data)
    return eform.html(form, data, url=url, context=context, problems=problems, files=files)


def _review_page(filing: WalkIn, problems: Sequence[Problem] = (), checked: Mapping[str, object] = {}):
    asked = filing.asked()
    if not problems:
        wrong = filing.check(filing.kept.answers).problems if filing.form else ()
        problems = [*wrong, *filing.missing(asked)]
    reception = filing.reception_form()
    return render_template(
        "counter/review.html",
        filing=filing,
        lines=filing.lines(),
        asked=asked,
        problems=problems,
        reception_html=_reception_html(filing, reception, checked, problems) if reception else "",
    )
