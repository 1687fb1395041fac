"""A decision while it is being written: the events so far and the state they lead to.

Rules read `state` and write by `record`; nothing is seen outside until `decision()` hands it over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from engine import events as e
from engine import scope
from engine.actor import Actor
from engine.decision import Decision
from engine.definition import Definition
from engine.digest import digest, plain
from engine.evolve import evolve
from engine.facts import Facts
from engine.state import Document, State, Task, changed
from forms.files import named


class Draft:
    """One command being decided by `by` at `now`."""

    def __init__(
        self,
        definition: Definition,
        state: State,
        document: Document,
        facts: Facts,
        by: Actor,
        now: datetime,
    ) -> None:
        self.definition = definition
        self.state = state
        self.document = document
        self.facts = facts
        self.by = by
        self.now = now
        self.at = moment(now)
        self.events: list[e.Event] = []
        self.bodies: dict[str, object] = {}
        self.variables: dict[str, object] = {}  # set by this command
        self._papers: set[str] = set()
        self._scope: tuple[State, Document, dict[str, object]] | None = None

    def record(self, *happened: e.Event) -> None:
        """These events happened, in this order."""
        for event in happened:
            self.events.append(event)
            self.state = evolve(self.state, event)

    def keep(self, body: object) -> str:
        """Personal data for the erasable rows; its digest for the event."""
        name = digest(body, self.document.salt)
        self.bodies[name] = body
        return name

    def words(self, text: str) -> str | None:
        """The digest of what somebody wrote or a partner said; None if there was nothing."""
        text = text.strip()
        return self.keep(text) if text else None

    def value(self, value: object) -> str | None:
        """The digest of a value that an expression took from the dossier's data; None if it is null."""
        return None if value is None else self.keep(plain(value))

    def loop_item(self, value: object) -> str | None:
        """As `value`, for a loop's item: tasks and records of steps point at it as long as they live."""
        name = self.value(value)
        if name is not None:
            self.state = changed(self.state, items={**self.state.items, name: self.bodies[name]})
        return name

    def record_answers(
        self, form: str, answers: Mapping[str, object], element_id: str | None = None, reason: str = ""
    ) -> str:
        """The answers of an e-form as they now stand; their digest."""
        name = self.keep(dict(answers))
        e_form = self.definition.forms.get(form)
        files = named(e_form, answers) if e_form else ()
        self.record(e.AnswersRecorded(form, name, element_id, self.words(reason), files))
        self.document = replace(self.document, answers={**self.document.answers, form: answers})
        return name

    def set_variable(self, name: str, value: object) -> None:
        """A result variable of the diagram; recorded once, when the decision is handed over."""
        self.variables[name] = plain(value)
        variables = {**self.document.variables, name: plain(value)}
        self.document = replace(self.document, variables=variables)

    def issue(self, paper: str, task_no: int | None = None) -> None:
        """A statutory paper falls due, once in a command however many rules ask for it."""
        if paper not in self._papers:
            self._papers.add(paper)
            self.record(e.PaperIssued(paper, task_no))

    def tell(self, topic: str, to: str = "applicant", task_no: int | None = None) -> None:
        """Somebody is to be told."""
        self.record(e.NoticeDue(topic, to, task_no))

    def scope(self) -> dict[str, object]:
        """What FEEL sees as things stand now; built again only if something changed."""
        seen = self._scope
        if seen is None or seen[0] is not self.state or seen[1] is not self.document:
            values = scope.values(self.state, self.document, self.facts, self.now)
            self._scope = seen = (self.state, self.document, values)
        return seen[2]

    def move(self, snapshot: bytes) -> None:
        """The diagram's new position."""
        self.state = changed(self.state, flow=snapshot)

    def task_of_token(self, token_id: str) -> Task | None:
        return next((task for task in self.state.tasks.values() if task.token_id == token_id), None)

    def fork(self) -> Draft:
        """A draft that can be thrown away without a trace in this one."""
        twin = Draft(self.definition, self.state, self.document, self.facts, self.by, self.now)
        twin.events, twin.bodies = list(self.events), dict(self.bodies)
        twin.variables, twin._papers = dict(self.variables), set(self._papers)
        return twin

    def adopt(self, other: Draft) -> None:
        """Go on from what `other`, a fork of this, has come to."""
        self.__dict__.update(other.__dict__)

    def decision(self) -> Decision:
        """All that happened, as one accepted command."""
        if self.variables:
            name = self.keep(dict(self.document.variables))
            self.record(e.AnswersRecorded("$variables", name))
        state = changed(self.state, seq=self.state.seq + 1, items=_items_in_use(self.state))
        return Decision(tuple(self.events), state, self.bodies)


def _items_in_use(state: State) -> Mapping[str, object]:
    if not state.items:
        return state.items
    used = {task.item_digest for task in state.tasks.values()}
    used |= {record.item_digest for records in state.steps.values() for record in records}
    return {name: item for name, item in state.items.items() if name in used}


def moment(at: datetime) -> str:
    """A moment as events hold it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat()
