"""Sub-processes, called processes and event sub-processes (BPMN 2.0.2 §10.3.5, §13.3.4, §13.5.4)."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow.definition import ScopeSpec
from engine.flow.mends.activities import Activity
from engine.flow.mends.events import Catching, once_more
from engine.flow.mends.propagation import side_branch
from engine.flow.running import Nested
from engine.flow.token import Token
from engine.flow.trail import visit


class SubProcess(Activity):
    """An embedded sub-process, or a call activity whose process is in the same bundle: over when no token is left in it."""

    inner: ScopeSpec

    def perform(self, token: Token) -> bool | None:
        super().perform(token)
        token._set_state(TaskState.STARTED)
        Nested(self.inner, token).begin(self.inner.entries)
        return None

    def _on_cancel(self, token: Token) -> None:
        close(token)


class EventSubProcess(Catching):
    """Listens while its parent scope runs; when its start event happens it runs as a sub-process of that scope.

    SpiffWorkflow connects it to the start of the process when the event comes, and so changes the spec of all dossiers.
    """

    inner: ScopeSpec
    interrupting = True
    returnable = False

    def happen(self, token: Token) -> None:
        space = token.workflow
        if self.interrupting:
            self.disarm(token)
            token.promote()
            for other in list(space.tasks.values()):
                if other is not token and other.id in space.tasks and other._parent is None:
                    other.cancel()
            token.trail = visit(token.trail, self.ordinal)
        else:
            token = once_more(self, token, None)
            token.trail = side_branch(token.engine, (), self)
        token.memo = {"running": True}
        token._ready()

    def _run_hook(self, token: Token) -> bool | None:
        token.engine.changes.append(c.Passed(self.element.id))
        token._set_state(TaskState.STARTED)
        Nested(self.inner, token).begin(self.inner.entries)
        return None

    def select(self, token: Token) -> Any:
        return ()

    def _on_cancel(self, token: Token) -> None:
        super()._on_cancel(token)
        close(token)


def close(token: Token) -> None:
    """Ends the scope that runs for `token`, with everything in it."""
    nested = token.engine.subprocesses.get(token.id)
    if nested is not None:
        nested.clear()
        token.engine.subprocesses.pop(token.id, None)
