"""A filing in progress at the counter: the officer's draft with who files, who pays, what was handed in, by which way back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from flask import abort, g, redirect, request
from sqlalchemy.orm import Session

import forms
from assembly.clock import now
from casework import counters, prefilling
from casework.accepted import Accepted
from engine.actor import Actor
from engine.declared import ComponentGiven, Person
from engine.definition import Component
from store.db import db
from store.queries import people
from web.counter import checklist
from web.filing import Filing, of_draft


def known_of(applicant: Mapping[str, str]) -> prefilling.Known:
    """What the officer noted of who stands at the counter, by data element: nothing of it is locked."""
    said = {name: value for name, value in applicant.items() if name in counters.CONTACT and value}
    values = {f"{who}.{name}": value for who in ("applicant", "requester") for name, value in said.items()}
    return prefilling.Known(values, {}, frozenset())


class WalkIn(Filing):
    """A filing at the counter; what the officer noted stands under the draft's `counter`."""

    pages: ClassVar = {
        "applicant": "counter.walk_in_applicant",
        "form": "counter.walk_in_form",
        "change": "counter.walk_in_form_change",
        "papers": "counter.walk_in_papers",
        "review": "counter.walk_in_review",
        "filed": "counter.filed",
    }
    room = "counter"
    channel = "counter"

    def noted(self, key: str) -> dict[str, Any]:
        return dict(self.kept.counter.get(key) or {})  # type: ignore[call-overload]

    @property
    def applicant(self) -> dict[str, str]:
        return self.noted("applicant")

    @property
    def beneficiary(self) -> dict[str, str]:
        return self.noted("beneficiary")

    @property
    def payer(self) -> dict[str, str]:
        return self.noted("payer")

    @property
    def facts(self) -> prefilling.Known:
        return known_of(self.applicant)

    @property
    def ways(self) -> tuple[str, ...]:
        """A file goes to an account: not offered to who has none."""
        return tuple(way for way in super().ways if way != "electronic" or self.store_owner)

    def receiver(self) -> dict[str, str]:
        return {**self.applicant, "name": (self.beneficiary or self.applicant).get("name", "")}

    @property
    def assisted(self) -> bool:
        return bool(self.kept.counter.get("assisted"))

    @property
    def via(self) -> str | None:
        """The counter's own agency, where it takes the dossier in for another."""
        return str(self.kept.counter.get("via") or "") or None

    @property
    def via_name(self) -> str:
        return people.agency_names(db.session).get(self.via or "", "")

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return self.noted("counts")

    @property
    def originals(self) -> dict[str, list[str]]:
        """Names of the declared originals by the component whose scans are matched with them."""
        return checklist.originals_of(self.definition.components, {"": self.kept.answers})

    @cached_property
    def store_owner(self) -> Actor | None:
        return counters.store_owner(db.session, self.applicant)

    def context(self) -> dict[str, object]:
        said = super().context()
        about = {**said["dossier"], "applicant": self.applicant}  # type: ignore[dict-item]
        return {**said, "dossier": about}

    def along(self, session: Session, done: Accepted) -> None:
        super().along(session, done)
        counters.note_walk_in(session, g.actor, done.dossier_id, self.assisted, now=now())

    def given(self, code: str) -> bool:
        """Is anything of the component here, on paper or as a file?"""
        counted = self.counts.get(code, {})
        on_paper = any(counted.get(name) for name in ("originals", "certified", "copies"))
        return bool(self.kept.papers.get(code)) or on_paper

    def missing_words(self, component: Component) -> tuple[str, str]:
        return (
            f"Chưa nhận giấy tờ bắt buộc: {component.name}.",
            f"A required paper has not been handed in: {self.definition.in_english(component.name)}.",
        )

    def people(self) -> dict[str, Any]:
        return {
            "applicant": Person(**self.applicant),  # type: ignore[arg-type]
            "beneficiary": self.person("beneficiary"),
            "payer": self.person("payer"),
            "via": self.via,
        }

    def components(self) -> tuple[ComponentGiven, ...]:
        """What was handed in; a paper with a scan is digitised (status 1)."""
        found = []
        for part in self.definition.components:
            if self.given(part.code):
                files = self.kept.papers.get(part.code, ())
                scans = tuple(str(file["id"]) for file in files)
                status = max((int(str(file.get("digitised") or 1)) for file in files), default=0)
                source = "; ".join(str(file["source"]) for file in files if file.get("source"))
                counted: Mapping[str, Any] = self.counts.get(part.code, {})
                said = (int(str(file.get("original") or 0)) for file in files)
                matched = tuple(said) if part.code in self.originals else ()
                given = ComponentGiven(
                    part.code, scans, digitised=status, source=source, matched=matched, **counted
                )
                found.append(given)
        return tuple(found)

    def person(self, name: str) -> Person | None:
        """The beneficiary or the payer, where it is somebody else."""
        told = self.noted(name)
        return Person(**told) if told else None

    def reception_form(self) -> forms.EForm | None:
        """The e-form of the reception step, so that filing and receiving are one page."""
        step = next((one for one in self.definition.steps.values() if one.kind == "receive"), None)
        return self.definition.forms[step.form] if step and step.form else None


def load(draft_id: uuid.UUID) -> WalkIn:
    """The filing, of an officer of that counter; who files comes first."""
    filing = of_draft(WalkIn, draft_id)
    if (filing.via or filing.kept.agency) not in g.desks:
        abort(404)
    if not filing.applicant and request.endpoint != "counter.walk_in_applicant":
        abort(redirect(filing.url("applicant")))
    return filing
