"""A filing in progress on the portal: by the applicant, or by who acts for the applicant."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any, ClassVar

from flask import abort, g, url_for

from assembly.clock import now
from casework import mandates, prefilling
from engine.actor import Actor
from engine.declared import ComponentGiven
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import people
from web import uploads
from web.filing import Filing, of_draft


class Online(Filing):
    """A filing by somebody signed in."""

    pages: ClassVar = {
        "form": "citizen.draft",
        "change": "citizen.draft_form",
        "papers": "citizen.papers",
        "review": "citizen.review",
        "filed": "citizen.receipt",
    }
    room = "citizen"
    channel = "online"

    @cached_property
    def mandate(self) -> str:
        return mandates.renewed(db.session, g.actor, self.kept.mandate, self.kept.procedure, now=now())

    @cached_property
    def facts(self) -> prefilling.Known:
        return prefilling.known(db.session, g.actor, self.mandate, self.kept.procedure, now=now())

    def obstacles(self) -> list[Problem]:
        """The mandate may have ended since the draft was begun: told on every page, not at the last button."""
        if not self.mandate:
            return []
        over = mandates.usable(db.session, g.actor, self.mandate, self.kept.procedure, now=now())
        return [Problem("mandate", over.code, over.vi, over.en)] if isinstance(over, Rejected) else []

    def where(self, problem: Problem) -> str:
        if problem.where == "mandate":
            return url_for("citizen.my_mandates", next=self.url("review"))
        return super().where(problem)

    @cached_property
    def represented(self) -> dict[str, Any] | None:
        """Whom the applicant acts for in this filing."""
        row = mandates.one(db.session, g.actor, self.mandate) if self.mandate else None
        return dict(row) if row else None

    @property
    def store_owner(self) -> Actor:
        actor: Actor = g.actor
        return actor

    def receiver(self) -> dict[str, str]:
        return people.contact(db.session, g.actor.id)

    def people(self) -> dict[str, Any]:
        return {"mandate": self.mandate or None}

    def components(self) -> tuple[ComponentGiven, ...]:
        return uploads.as_components(self.kept.papers)


def load(draft_id: uuid.UUID) -> Online:
    return of_draft(Online, draft_id)


def with_form(draft_id: uuid.UUID) -> Online:
    """A filing that has an e-form; 404 for one that has none."""
    filing = load(draft_id)
    if filing.form is None:
        abort(404)
    return filing
