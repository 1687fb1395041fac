"""The base of all flow nodes: a token comes, the node runs, the token leaves along the flows it selects."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from engine.flow import changes as c
from engine.flow.definition import Element, EventSpec, Loop, ScopeSpec, SequenceFlow
from engine.flow.token import Token
from engine.flow.trail import visit


class NodeSpec(BpmnTaskSpec):
    """A node that only passes tokens on; the base of all others."""

    watches: Literal["", "join", "condition"] = ""
    """What a resting token of this node looks at the whole position for."""

    catches: ClassVar[bool] = False
    """Does a token of its own wait here for `event`?"""

    loop: Loop | None = None

    returnable: ClassVar[bool] = False
    """May `move` place a token here?"""

    def __init__(self, scope: ScopeSpec, element: Element, ordinal: int, name: str | None = None) -> None:
        super().__init__(scope, name or element.id, lane=element.lane_id)
        self.bpmn_id = element.id
        self.bpmn_name = element.name
        self.scope = scope
        self.element = element
        self.ordinal = ordinal
        self.number = -1
        self.event: EventSpec | None = None
        self.incoming: tuple[str, ...] = ()
        self.outgoing: tuple[SequenceFlow, ...] = ()
        self.boundary: tuple[Any, ...] = ()
        self.parts: tuple[NodeSpec, ...] = ()

    # -- SpiffWorkflow's life cycle ------------------------------------------------------------------------

    def _update(self, token: Token) -> None:
        if self._update_hook(token):
            token._ready()

    def _update_hook(self, token: Token) -> bool:
        return True

    def _on_ready(self, token: Token) -> None:
        token.trail = visit(token.trail, self.ordinal)
        token.engine.queue.append(token)

    def _run(self, token: Token) -> bool | None:
        return self._run_hook(token)

    def _run_hook(self, token: Token) -> bool | None:
        token.engine.changes.append(c.Passed(self.element.id))
        return True

    def _on_complete(self, token: Token) -> None:
        self.leave(token)

    def _on_cancel(self, token: Token) -> None:
        """Nothing waits outside for a token that only passes."""

    # -- leaving -------------------------------------------------------------------------------------------

    def leave(self, token: Token) -> None:
        """Selects the flows, then moves. A formula that fails leaves everything as it was, to be tried again."""
        token.leaving = True
        flows = self.select(token)
        token.engine.send(token, flows)

    def select(self, token: Token) -> list[SequenceFlow] | tuple[SequenceFlow, ...]:
        """All unconditional flows and those whose condition is true; the default flow if no condition is
        (BPMN 2.0.2 §8.4.13, §13.3.2)."""
        if not any(f.condition or f.is_default for f in self.outgoing):
            return self.outgoing
        engine = token.engine
        free = [f for f in self.outgoing if f.condition is None and not f.is_default]
        conditional = [f for f in self.outgoing if f.condition is not None and not f.is_default]
        taken = [f for f in conditional if engine.evaluate(f.condition, token) is True]
        if not taken:
            taken = [f for f in self.outgoing if f.is_default]
        if not taken and not free:
            raise no_flow(self.element)
        chosen = {f.id for f in taken} | {f.id for f in free}
        return [f for f in self.outgoing if f.id in chosen]


def no_flow(element: Element) -> c.Stuck:
    """No condition is true and there is no default flow: an exception of the process (BPMN 2.0.2 §13.4.2)."""
    return c.Stuck(
        "no_flow_true",
        f"Không nhánh nào của «{element.name or element.id}» thỏa điều kiện và không có nhánh mặc định.",
        f"No condition after “{element.name or element.id}” is true and there is no default flow.",
    )
