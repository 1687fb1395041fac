"""Tasks (BPMN 2.0.2 §10.3.3, §13.3.3): those that rest until somebody completes them, and those that pass."""

from __future__ import annotations

from typing import ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow.definition import EventSpec, SequenceFlow
from engine.flow.mends import loops, propagation
from engine.flow.mends.events import Catching
from engine.flow.mends.node import NodeSpec
from engine.flow.scripts import Formula
from engine.flow.token import Token
from engine.flow.trail import join


class Activity(NodeSpec):
    """Arms its boundary events, runs once or in a loop, disarms them and leaves. By itself: `bpmn:task`, which passes."""

    returnable: ClassVar[bool] = True
    kind: c.TokenKind | None = None

    needs = 1
    makes = 1
    """Tokens that one activation consumes, and places on each flow it leaves by (Table 10.3, start/completionQuantity)."""

    def _update_hook(self, token: Token) -> bool:
        if self.needs == 1 or token.index is not None:
            return True
        token._set_state(TaskState.WAITING)
        arrived = [
            t for t in token.workflow.tasks.values() if t.task_spec is self and t._state == TaskState.WAITING
        ]
        if len(arrived) < self.needs:
            return False
        token.trail = join([t.trail for t in arrived], token.engine.new_fork(), self.ordinal)
        for other in arrived:
            if other is not token:
                other.drop()
        return True

    def select(self, token: Token) -> list[SequenceFlow] | tuple[SequenceFlow, ...]:
        flows = super().select(token)
        return flows if self.makes == 1 else [f for f in flows for _ in range(self.makes)]

    def _run_hook(self, token: Token) -> bool | None:
        if token.index is not None:
            return self.perform(token)
        if self.loop is not None:
            done: bool | None = loops.begin(self, token) or None
            token.engine.changes.append(c.Passed(self.element.id))
        else:
            done = self.perform(token)
        if not done:  # what is done at once needs no border
            for event in self.boundary:
                event.listen(token.workflow, owner=token)
        return done

    def perform(self, token: Token) -> bool | None:
        """One instance: True if it is done at once, None if it waits."""
        token.engine.changes.append(c.Passed(self.element.id))
        return True

    def is_body(self, token: Token) -> bool:
        return self.loop is not None and token.index is None

    def loop_variables(self, token: Token) -> dict[str, object]:
        assert self.loop is not None
        return loops.variables(self.loop, token)

    def _on_complete(self, token: Token) -> None:
        if not token.leaving:
            token.leaving = True
            if not self.is_body(token):
                self.finished(token, "completed")
        if token.index is not None:
            loops.instance_done(self, token)
            return
        for child in token.children:
            child.cancel()
        self.leave(token)

    def _on_cancel(self, token: Token) -> None:
        if not token.leaving and not self.is_body(token):
            self.finished(token, "cancelled")

    def finished(self, token: Token, reason: str) -> None:
        """Reports what stops waiting outside when an instance ends."""


class RestingTask(Activity):
    """A task somebody outside completes: a person, an RQ job, a child dossier."""

    def __init__(self, *args: object, kind: c.TokenKind) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.kind = kind

    def perform(self, token: Token) -> bool | None:
        token.engine.changes.append(arrived(token))
        token.memo["open"] = True
        return None

    def finished(self, token: Token, reason: str) -> None:
        if token.memo.pop("open", False):
            token.engine.changes.append(c.TokenLeft(token.id, self.element.id, reason))  # type: ignore[arg-type]


class ReceiveTask(RestingTask):
    """A task that waits for a message (§10.3.3, receive task)."""

    catches: ClassVar[bool] = True
    event: EventSpec
    instantiates = False
    arm = Catching.arm
    disarm = Catching.disarm

    def perform(self, token: Token) -> bool | None:
        self.arm(token)
        return super().perform(token)

    def finished(self, token: Token, reason: str) -> None:
        opened = token.memo.pop("open", False)
        self.disarm(token)
        token.memo["open"] = opened
        super().finished(token, reason)

    def happen(self, token: Token) -> None:
        token.engine.attempt(token, token.complete)


class SendTask(Activity):
    """A send task that throws a message of the diagram (§10.3.3, send task)."""

    event: EventSpec

    def perform(self, token: Token) -> bool | None:
        action = propagation.prepare(token, self.event, self.element)
        super().perform(token)
        action()
        return True


class FormulaTask(Activity):
    """A script task or service task with a FEEL formula and a result variable."""

    formula: Formula
    result: str | None = None

    def perform(self, token: Token) -> bool | None:
        engine = token.engine
        value = engine.evaluate(self.formula, token)
        super().perform(token)
        if self.result:
            engine.set_variable(self.result, value, self.element.id)
        return True


class DecisionTask(Activity):
    """A business rule task: a decision of the bundle (§10.3.3, business rule task)."""

    decision: str
    result: str | None = None

    def perform(self, token: Token) -> bool | None:
        engine = token.engine
        decide = engine.names.scope.decide
        if decide is None:
            raise c.Stuck(
                "no_decisions",
                f"Không có bảng quyết định cho «{self.element.name or self.element.id}».",
                f"No decision was given for “{self.element.name or self.element.id}”.",
            )
        value = decide(self.decision, engine.names.values(token.workflow.loop_names(token)))
        super().perform(token)
        engine.changes.append(c.DecisionTaken(self.element.id, self.decision, value))
        if self.result:
            engine.set_variable(self.result, value, self.element.id)
        return True


def begins_by_message(node: NodeSpec) -> bool:
    """A receive task that begins the process with its message (Table 10.9, instantiate)."""
    return isinstance(node, ReceiveTask) and node.instantiates and not node.incoming


def arrived(token: Token) -> c.TokenArrived:
    """The report that a token rests at a task, with the innermost loop instance around it."""
    inner = innermost_instance(token)
    item, index = (inner.item, inner.index) if inner is not None else (None, None)
    return c.TokenArrived(
        token.id, token.task_spec.element.id, token.task_spec.kind, item, index, path(token)
    )


def innermost_instance(token: Token) -> Token | None:
    here: Token | None = token
    while here is not None and here.index is None:
        here = here.workflow.host
    return here


def path(token: Token) -> tuple[str, ...]:
    """Ids of the sub-processes and call activities around the token, outermost first."""
    ids: list[str] = []
    host = token.workflow.host
    while host is not None:
        ids.append(host.task_spec.element.id)
        host = host.workflow.host
    return tuple(reversed(ids))


def is_open(token: Token) -> bool:
    """Does the token rest at a task that somebody outside completes?"""
    return (
        isinstance(token.task_spec, RestingTask)
        and token._state == TaskState.STARTED
        and "open" in token.memo
    )
