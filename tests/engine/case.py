"""given(…) → when(command, at=…) → then(events) or then_rejected(code): the rules of one dossier, without a database.

Every accepted command is also replayed: events must fold to the decided state, survive their JSON, and the state
must survive its snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import commands as c
from engine import event_codec, snapshot
from engine.actor import Actor
from engine.decide import decide
from engine.decision import Decision
from engine.declared import Person
from engine.definition import Definition
from engine.digest import digest
from engine.events import Event
from engine.evolve import replay
from engine.rejection import Rejected
from engine.state import Document, State, Task, changed
from tests.builders import APPLICANT, COMMUNE, facts, officer
from tests.builders import at as moment

START = "2023-06-15 09:00"
SALT = b"salt of the case"


class Case:
    """One dossier under test. `when` may be called again and again; `happened` are the last command's events."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.facts = facts()
        self.state = State()
        self.bodies: dict[str, Any] = {}
        self.happened: tuple[Event, ...] = ()
        self.refused: Rejected | None = None
        self.now = moment(START)
        self.log: list[tuple[Event, ...]] = []

    # -- orders ---------------------------------------------------------------------------------------------

    def submit(self, answers: Mapping[str, Any] | None = None, **more: Any) -> Case:
        given = {
            "dossier_code": "H23.30.05-230615-0001",
            "agency": COMMUNE,
            "applicant": Person("Nguyễn Văn An"),
        }
        return self.when(c.SubmitDossier(APPLICANT, answers=answers or {}, **{**given, **more}))

    def does(
        self,
        element: str,
        outcome: str | None = None,
        *,
        agency: str | None = None,
        when: str | None = None,
        **more: Any,
    ) -> Case:
        """The step is claimed and completed by an officer of its queue (or by the applicant)."""
        task = self.task(element, agency)
        by = self.holder(task)
        if by.kind == "officer" and task.assignee is None:
            self.when(c.ClaimTask(by, task.no), at=when)
            assert self.refused is None, self.refused
        return self.when(c.CompleteTask(by, task.no, outcome, **more), at=when)

    def claims(self, element: str, agency: str | None = None, by: Actor | None = None) -> Case:
        task = self.task(element, agency)
        return self.when(c.ClaimTask(by or self.holder(task), task.no))

    def when(self, command: c.Command, at: str | None = None) -> Case:
        if at is not None:
            self.now = moment(at)
        self.happened, self.refused = (), None
        answer = decide(self.definition, self.state, self.document(), self.facts, command, self.now)
        if isinstance(answer, Rejected):
            self.refused = answer
            return self
        self._check(answer)
        self.happened = answer.events
        self.state = answer.state
        self.bodies.update(answer.bodies)
        self.log.append(answer.events)
        return self

    # -- what came of it ------------------------------------------------------------------------------------

    def then(self, *expected: type[Event] | Event) -> Case:
        """These events happened, in this order, among others."""
        assert self.refused is None, self.refused
        rest = iter(self.happened)
        for wanted in expected:
            found = any(event == wanted or type(event) is wanted for event in rest)
            assert found, f"{wanted} not in order in {self.happened}"
        return self

    def then_not(self, *kinds: type[Event]) -> Case:
        assert self.refused is None, self.refused
        assert not [event for event in self.happened if type(event) in kinds]
        return self

    def then_rejected(self, code: str) -> Rejected:
        assert self.refused is not None, f"accepted: {self.happened}"
        assert self.refused.code == code, self.refused
        assert self.refused.vi
        assert self.refused.en
        return self.refused

    def accepted(self) -> Case:
        assert self.refused is None, self.refused
        return self

    def event(self, kind: type[Event]) -> Any:
        """The only event of that kind in the last command."""
        (found,) = [event for event in self.happened if type(event) is kind]
        return found

    def task(self, element: str, agency: str | None = None) -> Task:
        """The live task of a step (of `agency`, where several wait)."""
        found = [
            task
            for task in self.state.tasks.values()
            if task.element_id == element and agency in (None, task.agency)
        ]
        assert found, f"{element} does not wait: {self.open}"
        return found[0]

    @property
    def open(self) -> list[str]:
        return sorted(task.element_id for task in self.state.tasks.values())

    def holder(self, task: Task) -> Actor:
        return APPLICANT if task.role == "applicant" else officer(task.role, task.agency)

    @staticmethod
    def said(text: str) -> str:
        """The digest under which the case's events name what somebody wrote."""
        return digest(text, SALT)

    def document(self) -> Document:
        bodies = {form: self.bodies[digest] for form, digest in self.state.answers.items()}
        persons, variables = bodies.pop("$persons", {}), bodies.pop("$variables", {})
        return Document(bodies, persons, variables, SALT)

    def _check(self, decision: Decision) -> None:
        now = {"flow": decision.state.flow, "items": decision.state.items}
        folded = changed(replay([decision.events], self.state), **now)
        assert folded == decision.state
        assert snapshot.load(snapshot.dump(decision.state)) == decision.state
        for event in decision.events:
            assert event_codec.from_json(event_codec.to_json(event)) == event


def given(definition: Definition, **more: Any) -> Case:
    """A dossier just submitted at 9:00 on Thursday 15/6/2023."""
    return Case(definition).submit(**more).accepted()
