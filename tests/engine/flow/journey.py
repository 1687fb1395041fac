"""One dossier on one diagram, driven like the gate drives it: every step loads, moves and saves the snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from engine import flow
from tests.engine.flow.drawing import bpmn

MONDAY = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


class Journey:
    """`changes` are those of the last step, `trace` the elements passed, ended or arrived at since the start."""

    def __init__(
        self, text: str, values: Mapping[str, object] | None = None, now: datetime = MONDAY, **scope: object
    ) -> None:
        self.spec = flow.parse({"process.bpmn": bpmn(text)}, "p")
        self.values: dict[str, object] = dict(values or {})
        self.now = now
        self.scope_extras = scope
        self.trace: list[str] = []
        self.ended = False
        self.snapshot = b""
        self._take(flow.start(self.spec, self.scope, now))

    @property
    def scope(self) -> flow.Scope:
        return flow.Scope(self.values, **self.scope_extras)  # type: ignore[arg-type]

    def done(self, element_id: str, index: int | None = None, **variables: object) -> Journey:
        """Completes the task resting at `element_id` (the first, or the one of loop instance `index`)."""
        return self._take(
            flow.complete(
                self.spec, self.snapshot, self.token(element_id, index), self.scope, self.now, variables
            )
        )

    def wait(self, **duration: float) -> Journey:
        """Lets time pass, firing every timer that becomes due, in order."""
        until = self.now + timedelta(**duration)
        fired: list[flow.Change] = []
        while due := sorted(
            (w.due_at, w.id) for w in self.waiting("timer") if w.due_at and w.due_at <= until
        ):
            self.now = max(due[0][0], self.now)
            self._take(flow.fire_timer(self.spec, self.snapshot, due[0][1], self.scope, self.now))
            fired += self.changes
        self.now, self.changes = until, tuple(fired)
        return self

    def throw(self, element_id: str, kind: str, code: str) -> Journey:
        token = self.token(element_id)
        return self._take(flow.throw(self.spec, self.snapshot, token, kind, code, self.scope, self.now))  # type: ignore[arg-type]

    def message(self, name: str, correlation: object = None, **payload: object) -> Journey:
        return self._take(
            flow.deliver(self.spec, self.snapshot, name, self.scope, self.now, correlation, payload)
        )

    def signal(self, name: str) -> Journey:
        return self._take(flow.signal(self.spec, self.snapshot, name, self.scope, self.now))

    def resume(self, **values: object) -> Journey:
        self.values.update(values)
        return self._take(flow.resume(self.spec, self.snapshot, self.scope, self.now))

    def move(self, element_id: str, to: str) -> Journey:
        return self._take(
            flow.move(self.spec, self.snapshot, self.token(element_id), to, self.scope, self.now)
        )

    def token(self, element_id: str, index: int | None = None) -> str:
        found = [
            w.id
            for w in self.waiting("human", "external", "call", "receive", "stuck", "timer", "message")
            if w.element_id == element_id and index in (None, w.index)
        ]
        assert found, f"nothing waits at {element_id}: {self.open()}"
        return found[0]

    def waiting(self, *kinds: str) -> list[flow.Waiting]:
        return [w for w in flow.waiting(self.spec, self.snapshot) if not kinds or w.kind in kinds]

    def open(self) -> list[str]:
        """Elements where a task rests, sorted, once per token."""
        return sorted(w.element_id for w in self.waiting("human", "external", "call", "receive"))

    def of(self, kind: type) -> list[object]:
        """The changes of one type in the last step."""
        return [c for c in self.changes if isinstance(c, kind)]

    def _take(self, moved: flow.Moved) -> Journey:
        self.snapshot, self.changes, self.ended = moved.snapshot, moved.changes, moved.ended
        for change in moved.changes:
            if isinstance(change, (flow.Passed, flow.Ended, flow.TokenArrived)):
                self.trace.append(change.element_id)
            elif isinstance(change, flow.VariableSet):
                self.values[change.name] = change.value
        return self
