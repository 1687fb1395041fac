"""Which procedure do I need? A few questions, and the procedures that say they are for such answers."""

from __future__ import annotations

import functools

from flask import render_template, request, url_for
from flask_babel import get_locale
from markupsafe import Markup

import feel
import forms
from assembly.clock import local_today, now
from bpmn import guide as data
from store.db import db
from store.queries import catalogue as rows
from web import eform, eform_posted
from web.citizen import blueprint
from web.gated import public


@blueprint.route("/can-lam-gi", methods=["GET", "POST"])
@public
def guide():
    """The questions; answered, with what they lead to. Nothing is kept."""
    answers = eform_posted.parse(data.questions(), request.form)
    return render_template(
        "citizen/guide.html",
        questions=_questions(answers),
        found=suggested(answers),
        asked=bool(answers),
        open=_unanswered(answers),
    )


@blueprint.post("/can-lam-gi/tra-loi")
@public
def guide_form():
    """The questions after a change (htmx), and beside them what the answers so far lead to."""
    answers = eform_posted.parse(data.questions(), request.form)
    found = render_template(
        "citizen/_suggested.html",
        found=suggested(answers),
        asked=True,
        open=_unanswered(answers),
        swap=True,
    )
    return _questions(answers) + Markup(found)  # noqa: S704 (rendered by an autoescaping template)


def suggested(answers: dict[str, object]) -> list[dict[str, object]]:
    """The procedures whose conditions hold for the answers to the questions that show, each with its reasons."""
    scope = {data.ANSWERS: forms.state(data.questions(), answers, now=now()).answers}
    english = str(get_locale()) == "en"
    found = []
    for row in rows.suggestions(db.session, today=local_today()):
        reasons = [
            one["because_en"] if english and one["because_en"] else one["because"]
            for one in row["suggested"]
            if _condition(one["when"])(scope) is True
        ]
        if reasons:
            found.append({**row, "reasons": reasons})
    return found


def _unanswered(answers: dict[str, object]) -> bool:
    """Does a question that shows still wait for its answer?"""
    shown = forms.state(data.questions(), answers, now=now()).fields()
    return any(one.path and one.value in (None, "", []) for one in shown if one.type != "group")


def _questions(answers: dict[str, object]) -> Markup:
    return eform.html(data.questions(), answers, url=url_for("citizen.guide_form"))


@functools.lru_cache(maxsize=5000)
def _condition(when: str) -> feel.Expression:
    """Compiled once: publication has made sure that it compiles."""
    return feel.compile(when.removeprefix("="))
