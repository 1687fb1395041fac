"""A filing in progress: a draft with the procedure version it would be filed under today. Who files it stands in its room:
`web.citizen.filing.Online` (the applicant), `web.counter.filing.WalkIn` (an officer for somebody)."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

from flask import abort, g, redirect, render_template, url_for
from sqlalchemy.orm import Session

import forms
from assembly.clock import local_today, now
from casework import bills, definitions, drafts, postal, prefilling
from casework.accepted import Accepted
from casework.drafts import Kept
from engine.actor import Actor
from engine.commands import Channel
from engine.declared import ComponentGiven
from engine.definition import Component, Definition
from engine.rejection import Problem
from store.db import db
from store.queries import catalogue
from web import eform, eform_files

Kind = TypeVar("Kind", bound="Filing")
LAST_PAGE = ("declared", "return_by", *(f"post.{name}" for name in postal.RECIPIENT))
"""Fields of the last page itself."""
NOTHING_KNOWN = prefilling.Known({}, {}, frozenset())


@dataclass(frozen=True)
class Filing(ABC):
    """`pages`: the endpoints of `form`, `change` (of the form, htmx), `papers`, `review` and `filed`; `room`: the folder
    of their templates. Words that the two wizards do not share are methods."""

    kept: Kept
    procedure: dict
    definition: Definition

    pages: ClassVar[Mapping[str, str]]
    room: ClassVar[str]
    channel: ClassVar[Channel]

    def url(self, page: str) -> str:
        return url_for(self.pages[page], draft_id=self.kept.id)

    def page(self, name: str, **shown: Any) -> str:
        return render_template(f"{self.room}/{name}.html", filing=self, **shown)

    def save(self: Kind, **changed: Mapping[str, Any]) -> Kind:
        """Keep what is given (as `drafts.save`); the filing as it stands then."""
        drafts.save(db.session, g.actor, self.kept, now=now(), **changed)  # type: ignore[arg-type]
        return replace(self, kept=replace(self.kept, **changed))

    # -- what the two kinds of filing say for themselves ---------------------------------------------------------------

    @property
    def facts(self) -> prefilling.Known:
        """What is known of who files, and what of it may not be changed."""
        return NOTHING_KNOWN

    @property
    @abstractmethod
    def store_owner(self) -> Actor | None:
        """Whose e-store papers may be taken from."""

    @property
    def ways(self) -> tuple[str, ...]:
        """How the result may go back to who files."""
        return self.definition.return_by

    @abstractmethod
    def receiver(self) -> Mapping[str, str]:
        """Whom the result goes to, as far as known: {name, phone, address}."""

    @abstractmethod
    def people(self) -> dict[str, Any]:
        """Who files, for whom and who pays: keywords of `casework.intake.submit`."""

    @abstractmethod
    def components(self) -> tuple[ComponentGiven, ...]:
        """What is handed in."""

    def along(self, session: Session, done: Accepted) -> None:
        """In the commit that files: the draft becomes the dossier."""
        drafts.filed(session, g.actor, self.kept, done.dossier_code, now=now())

    def given(self, code: str) -> bool:
        """Is anything of the component here?"""
        return bool(self.kept.papers.get(code))

    def missing_words(self, component: Component) -> tuple[str, str]:
        return (
            f"Chưa có giấy tờ bắt buộc: {component.name}.",
            f"A required paper is missing: {self.definition.in_english(component.name)}.",
        )

    def obstacles(self) -> list[Problem]:
        """What stands against filing this at all, whatever is filled in."""
        return []

    def where(self, problem: Problem) -> str:
        """The page where a problem of the last page is mended."""
        if problem.where.startswith("papers."):
            return self.url("papers")
        here = problem.where in LAST_PAGE or self.form is None
        return "" if here else self.url("form")

    # -- what they share -----------------------------------------------------------------------------------------------

    @property
    def way(self) -> str:
        """How the result goes back, as chosen."""
        return self.kept.returning.get("way") or self.ways[0]

    @property
    def recipient(self) -> dict[str, str]:
        """Where the postal service brings the result to, as typed or as known."""
        known = self.receiver()
        return {name: self.kept.returning.get(name, str(known.get(name) or "")) for name in postal.RECIPIENT}

    @property
    def post(self) -> dict[str, str]:
        """The address, where the post brings the result."""
        return {n: self.kept.returning.get(n, "") for n in postal.RECIPIENT} if self.way == "post" else {}

    @property
    def form(self) -> forms.EForm | None:
        key = self.definition.start_form
        return self.definition.forms[key] if key else None

    @property
    def vouched(self) -> bool:
        """The form has asked already whether what is declared is true."""
        return prefilling.consents(self.form)

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
            "channel": self.channel,
        }
        return {"dossier": about, "now": now(), "today": local_today()}

    def read(self) -> eform_files.Read:
        """What was just posted of the e-form, its files kept; what the identity provider vouches for stays, and who
        changed it is told."""
        posted = eform_files.read(self.form, self.context())
        problems = [*posted.problems, *self.locked(posted.answers)]
        return replace(posted, answers=self.held(posted.answers), problems=problems)

    def held(self, answers):
        return prefilling.held(self.form, self.facts, answers, self.kept.answers, now=now())

    def locked(self, answers) -> tuple[Problem, ...]:
        """Where the answers say something else than what may not be changed."""
        return prefilling.changed(self.form, self.facts, answers, self.kept.answers, now=now())

    def files(self, answers) -> eform_files.Known:
        return eform_files.known(self.form, answers)

    def check(self, answers) -> forms.Checked:
        files = self.files(answers)
        return forms.check(self.form, answers, context=self.context(), now=now(), strict=True, files=files)

    def html(self, answers, problems: Sequence[Problem] = ()):
        return eform.html(
            self.form,
            answers,
            url=self.url("change"),
            context=self.context(),
            problems=problems,
            files=self.files(answers),
            sources={**self.kept.sources, **prefilling.sources_of(self.form, self.facts, answers, now=now())},
            locked=prefilling.locked_paths(self.form, self.facts, answers, now=now()),
        )

    def lines(self) -> list[eform.Line]:
        """The answers to read once more."""
        if self.form is None:
            return []
        answers = self.kept.answers
        return eform.lines(self.form, answers, self.context(), files=self.files(answers))

    def asked(self) -> list[tuple[Component, bool]]:
        """Papers to hand in as files, each with whether it is required, given the answers."""
        scope = {**self.context(), "answers": self._checked()}
        found = []
        for component in self.definition.components:
            if component.form is None:
                needed = component.required.of_scope(scope)
                conditional = component.required.expression is not None
                if not conditional or needed is True:
                    found.append((component, needed is True or needed == "true"))
        return found

    def missing(self, asked: Sequence[tuple[Component, bool]]) -> list[Problem]:
        return [
            Problem(f"papers.{component.code}", "component_missing", *self.missing_words(component))
            for component, required in asked
            if required and not self.given(component.code)
        ]

    def charges(self):
        """What filing this would cost, each fee with its rule."""
        return bills.quote(
            db.session,
            self.definition,
            self.kept.agency,
            self._checked(),
            channel=self.channel,
            now=now(),
        )

    def _checked(self) -> dict[str, object]:
        return {self.definition.start_form: self.check(self.kept.answers).answers} if self.form else {}  # type: ignore[dict-item]


def of_draft(kind: type[Kind], draft_id: uuid.UUID) -> Kind:
    """The actor's draft as a filing. Answers 404 where there is none, and leads to the dossier of what was filed already."""
    kept = drafts.get(db.session, g.actor, draft_id)
    if kept is None:
        abort(404)
    if kept.filed:
        abort(redirect(url_for(kind.pages["filed"], code=kept.filed)))
    procedure = catalogue.procedure(db.session, kept.procedure, today=local_today())
    if procedure is None:
        abort(404)
    return kind(kept, procedure, definitions.get(db.session, kept.procedure, procedure["version"]))
