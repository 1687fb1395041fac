"""`migrate`: the position of a running dossier on another version of its diagram."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.flow import acts, codec
from engine.flow import changes as c
from engine.flow.definition import FlowSpec, ScopeSpec
from engine.flow.mends.activities import Activity
from engine.flow.mends.node import NodeSpec
from engine.flow.running import Nested, Running, Space
from engine.flow.scripts import Names
from engine.flow.token import OutOfBudget, Token
from engine.flow.trail import Trail

_GONE = -2
"""Ordinal of a forking node that the new version does not have."""


def migrate(
    old: FlowSpec,
    new: FlowSpec,
    snapshot: bytes,
    scope: c.Scope,
    now: datetime,
    renamed: Mapping[str, str] | None = None,
) -> c.Moved:
    """The same position on version `new`. Elements keep their ids, or are named in `renamed` (old id → new id).

    Tokens, items and the way they came stay; timers that are set stay as they are. An event that `new` no longer has
    is cleared, one that only `new` has is armed from now; what was stuck tries again.
    Raises FlowRejected `cannot_migrate`, naming the element, if a token rests where `new` has no element of the same
    kind; nothing happened then.
    """
    names = renamed or {}
    before = codec.load(old, snapshot, Names(scope, now))
    engine = Running(new, Names(scope, now), now)
    engine.counter, engine.forks, engine.completed = before.counter, before.forks, before.completed
    for space in before.spaces():
        _Transfer(old, engine, space, names).run()
    try:
        acts.resume(engine)
    except OutOfBudget as error:
        raise _impossible(error.element_id) from error
    return c.Moved(codec.save(engine), tuple(engine.changes), engine.completed)


class _Transfer:
    """Carries the tokens of one scope over."""

    def __init__(self, old: FlowSpec, engine: Running, space: Space, renamed: Mapping[str, str]) -> None:
        self.old = old
        self.engine = engine
        self.space = space
        self.renamed = renamed
        self.target: Space = engine
        if space.host is not None:
            host = engine.find(space.host.id)
            assert host is not None
            self.target = Nested(host.task_spec.inner, host)

    def run(self) -> None:
        for token in self.space.tasks.values():
            node = self._node(token.task_spec.name)
            if not token.listener:
                self._carry(token, self._same_kind(token, node))
            elif node is not None and self._still_listens(token, node):
                self._carry(token, node)
            else:
                token.task_spec.disarm(token)
        self.engine.changes += self.space.top_workflow.changes
        self.space.top_workflow.changes.clear()
        self._arm_new()

    def _node(self, name: str) -> NodeSpec | None:
        """The new version's node for the element, or for the same of its several triggers."""
        node: NodeSpec | None = self.target.spec.task_specs.get(_renamed(name, self.renamed))
        return node

    def _same_kind(self, token: Token, node: NodeSpec | None) -> NodeSpec:
        was = token.task_spec
        if (
            node is None
            or type(node) is not type(was)
            or node.element.type != was.element.type
            or (node.loop is None) is not (was.loop is None)
        ):
            raise _impossible(was.element.id)
        return node

    def _still_listens(self, token: Token, node: NodeSpec) -> bool:
        if node.event is None or node.event.kind != token.task_spec.event.kind:
            return False
        if token.owner is None:
            return node in self.target.spec.listeners
        owner = self.target.tasks[token.owner.id].task_spec
        return node in owner.boundary or node in [flow.target for flow in owner.outgoing]

    def _carry(self, token: Token, node: NodeSpec) -> None:
        owner = self.target.tasks[token.owner.id] if token.owner is not None else None
        moved = Token(
            self.target,
            node,
            parent=owner,
            trail=self._trail(token.trail),
            listener=token.listener,
            id=token.id,
        )
        moved._state, moved.leaving, moved.memo = token._state, token.leaving, token.memo
        moved.index, moved.item = token.index, token.item
        if token._state == TaskState.WAITING and not token.listener:
            flow = token.task_spec.incoming[token.slot]
            if flow not in node.incoming:
                raise _impossible(flow)
            moved.slot = node.incoming.index(flow)
        if token._state == TaskState.READY:
            self.engine.queue.append(moved)

    def _trail(self, trail: Trail) -> Trail:
        return tuple(
            frame._replace(node=self._ordinal(frame.node), passed=self._passed(frame.passed))
            for frame in trail
        )

    def _ordinal(self, ordinal: int) -> int:
        if ordinal < 0:
            return ordinal
        node = self._node(self.space.spec.nodes[ordinal].name)
        return _GONE if node is None else node.ordinal

    def _passed(self, passed: int) -> int:
        known = [self._ordinal(o) for o in range(passed.bit_length()) if passed >> o & 1]
        return sum(1 << ordinal for ordinal in known if ordinal >= 0)

    def _arm_new(self) -> None:
        """Arms the boundary events and event sub-processes that the old version did not have."""
        if self.engine.completed:
            return
        kept = {_renamed(node.name, self.renamed) for node in self.old.nodes}
        for token in list(self.target.tasks.values()):
            node = token.task_spec
            if isinstance(node, Activity) and token.index is None and token._state == TaskState.STARTED:
                for event in node.boundary:
                    if event.name not in kept:
                        event.listen(self.target, owner=token)
        spec: ScopeSpec = self.target.spec
        for listener in spec.listeners:
            if listener.name not in kept:
                listener.listen(self.target)


def _renamed(name: str, renamed: Mapping[str, str]) -> str:
    element_id, mark, trigger = name.partition("#")
    return renamed.get(element_id, element_id) + mark + trigger


def _impossible(element_id: str) -> c.FlowRejected:
    return c.FlowRejected(
        "cannot_migrate",
        f"Phiên bản mới không có bước tương ứng với «{element_id}», nơi hồ sơ đang dừng.",
        f"The new version has nothing of the same kind for “{element_id}”, where the dossier rests.",
    )
