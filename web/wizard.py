"""The pages of one filing wizard, for the applicant (web/citizen/wizard.py) and for an officer who files for somebody
(web/counter/walk_in.py): e-form → papers → review → filed. Each page works by plain form posts, and everything typed is
kept as a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import g, redirect, request

from assembly.clock import local_today, now
from casework import estore, intake, looks, postal
from casework.accepted import Accepted
from engine.definition import Component
from engine.rejection import Problem, Rejected
from store.db import db
from web import eform_posted, parcels, uploads
from web.filing import LAST_PAGE, Filing

Asked = Sequence[tuple[Component, bool]]
Kind = TypeVar("Kind", bound=Filing)


def form(filing: Filing):
    """The e-form of the application."""
    if filing.form is None:
        return redirect(filing.url("papers"))
    if request.method == "GET":
        return _form_page(filing, filing.kept.answers)
    posted = filing.read()
    answers = posted.answers
    filing.save(answers=answers)
    if eform_posted.row_change(filing.form, request.form, answers) is not None:
        return _form_page(filing, answers, posted.problems)
    problems = posted.problems or filing.check(answers).problems
    if problems:
        return _form_page(filing, answers, problems), 422
    return redirect(filing.url("papers"))


def changed_form(filing: Filing):
    """The form in its new state after a change (htmx); kept on the way."""
    posted = filing.read()
    filing.save(answers=posted.answers)
    return filing.html(posted.answers, posted.problems)


def papers(filing: Kind, take: Callable[[Kind, list[Component]], tuple[Kind, list[Problem]]]):
    """Papers, one box for each component that is asked for; `take` keeps what was posted."""
    asked = filing.asked()
    if request.method == "GET":
        return _papers_page(filing, asked)
    filing, problems = take(filing, [one for one, _ in asked])
    if problems:
        return _papers_page(filing, asked, problems), 422
    if "_go" not in request.form:
        return redirect(filing.url("papers"))
    missing = filing.missing(asked)
    if missing:
        return _papers_page(filing, asked, missing), 422
    return redirect(filing.url("review"))


def posted_papers(filing: Filing, parts: list[Component]):
    """The papers after this request, not yet kept, and what is wrong with files."""
    return uploads.take(db.session, g.actor, parts, filing.kept.papers, now=now())


def review_page(filing: Filing, problems: Sequence[Problem] = (), **shown: Any) -> str:
    """Everything once more, and what it costs. Without problems of the last button it says what is still wrong."""
    asked = filing.asked()
    if not problems:
        wrong = filing.check(filing.kept.answers).problems if filing.form else ()
        problems = [*filing.obstacles(), *wrong, *filing.missing(asked)]
    return filing.page(
        "review",
        lines=filing.lines(),
        asked=asked,
        charges=filing.charges(),
        problems=problems,
        ready=all(problem.where in LAST_PAGE for problem in problems),
        **shown,
    )


def with_way_back(filing: Kind) -> tuple[Kind, list[Problem]]:
    """The filing with the way its result goes back, as chosen on the last page and kept; what is wrong with it."""
    way = request.form.get("way", "")
    said = {
        "way": way if way in filing.ways else filing.ways[0],
        **(parcels.recipient() if way == "post" else {}),
    }
    filing = filing.save(returning=said)
    return filing, postal.check(filing.post) if filing.post else []


def file(filing: Filing) -> Accepted | Sequence[Problem]:
    """The dossier, or what stands against it. Pressed twice, it is filed once: the draft's id is the idempotency key."""
    done = intake.submit(
        db.session,
        g.actor,
        procedure=filing.kept.procedure,
        agency=filing.kept.agency,
        answers=filing.kept.answers,
        components=filing.components(),
        channel=filing.channel,
        key=filing.kept.id,
        return_by=filing.way,  # type: ignore[arg-type]
        post=filing.post,
        along=filing.along,
        now=now(),
        **filing.people(),
    )
    if isinstance(done, Rejected):
        return done.problems or (Problem("", done.code, done.vi, done.en),)
    return done


def _form_page(filing: Filing, answers, problems: Sequence[Problem] = ()):
    return filing.page("form", problems=problems, e_form_html=filing.html(answers, problems))


def _papers_page(filing: Filing, asked: Asked, problems: Sequence[Problem] = ()):
    owner = filing.store_owner
    store = estore.of(db.session, owner, own=owner is g.actor) if owner and asked else []
    today = local_today()
    stored = {component.code: estore.fitting(store, component, today) for component, _ in asked}
    seen = sorted({one.dossier for offered in stored.values() for one in offered if one.dossier})
    if seen:
        looks.record(db.session, g.actor, f"{filing.room}/papers", seen, now=now())
    return filing.page("papers", asked=asked, problems=problems, stored=stored)
