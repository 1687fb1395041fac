"""A filing in progress at the counter: the officer's draft with who files, who pays, what was handed in, by which way back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, g, redirect, request, url_for

import forms
from assembly.clock import now
from casework import definitions, drafts
from engine.commands import ComponentGiven, Person
from engine.definition import Component
from engine.rejection import Problem
from store.db import db
from store.queries import catalogue, people
from web.citizen.wizard import Filing


class WalkIn(Filing):
    """A filing at the counter; what the officer noted stands under the draft's `counter`."""

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
    def post(self) -> dict[str, str]:
        """Where the postal service brings the result to: {name, phone, address}; empty for the counter."""
        return self.noted("post")

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

    def context(self) -> dict[str, object]:
        said = super().context()
        about = {**said["dossier"], "channel": "counter", "applicant": self.applicant}  # type: ignore[dict-item]
        return {**said, "dossier": about}

    def html(self, answers, problems: Sequence[Problem] = ()):
        return self.drawn(answers, url_for("counter.walk_in_form_change", draft_id=self.kept.id), problems)

    def given(self, code: str) -> bool:
        """Is anything of the component here, on paper or as a file?"""
        counted = self.counts.get(code, {})
        on_paper = any(counted.get(name) for name in ("originals", "certified", "copies"))
        return bool(self.kept.papers.get(code)) or on_paper

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
        """What was handed in; a paper with a scan is digitised (status 1)."""
        found = []
        for part in self.definition.components:
            if self.given(part.code):
                files = self.kept.papers.get(part.code, ())
                scans = tuple(str(file["id"]) for file in files)
                status = max((int(str(file.get("digitised") or 1)) for file in files), default=0)
                source = "; ".join(str(file["source"]) for file in files if file.get("source"))
                counted: Mapping[str, Any] = self.counts.get(part.code, {})
                found.append(ComponentGiven(part.code, scans, digitised=status, source=source, **counted))
        return tuple(found)

    def person(self, name: str) -> Person | None:
        """The beneficiary or the payer, where it is somebody else."""
        told = self.noted(name)
        return Person(**told) if told else None

    def reception_form(self) -> forms.EForm | None:
        """The e-form of the reception step, so that filing and receiving are one page."""
        step = next((one for one in self.definition.steps.values() if one.kind == "receive"), None)
        return self.definition.forms[step.form] if step and step.form else None


def load(draft_id: uuid.UUID):
    """The filing, or where to go instead: the page of what was filed already."""
    kept = drafts.get(db.session, g.actor, draft_id)
    if kept is not None and kept.filed:
        return redirect(url_for("counter.filed", code=kept.filed))
    if kept is None or (kept.counter.get("via") or kept.agency) not in g.desks:
        abort(404)
    procedure = catalogue.procedure(db.session, kept.procedure, today=now().date())
    if procedure is None:
        abort(404)
    filing = WalkIn(kept, procedure, definitions.get(db.session, kept.procedure, procedure["version"]))
    if not filing.applicant and request.endpoint != "counter.walk_in_applicant":
        return redirect(url_for("counter.walk_in_applicant", draft_id=draft_id))
    return filing
