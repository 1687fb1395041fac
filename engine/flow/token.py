"""One token of a running diagram: SpiffWorkflow's task, made small (why: `engine.flow.running`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.flow.trail import Trail

if TYPE_CHECKING:
    from engine.flow.mends.node import NodeSpec
    from engine.flow.running import Running, Space

MAX_TOKENS = 5_000
"""Tokens one dossier may hold at a time."""


class OutOfBudget(Exception):
    """One command ran through too many automatic nodes; the whole step is undone."""

    def __init__(self, element_id: str) -> None:
        super().__init__(element_id)
        self.element_id = element_id


class Token(Task):
    """A token (or, while `listener`, an armed event that becomes a token when it happens).

    States: FUTURE being placed, READY to run, STARTED waits for the outside (or for its sub-process, loop or
    alternatives), WAITING at a join or as a listener, ERROR stuck.
    """

    task_spec: Any
    workflow: Any
    _parent: str | None

    def __init__(
        self,
        workflow: Space,
        task_spec: NodeSpec,
        parent: Token | None = None,
        trail: Trail = (),
        listener: bool = False,
        id: str | None = None,
    ) -> None:
        self.workflow = workflow
        self.task_spec = task_spec
        self.id = id or workflow.top_workflow.new_id()
        self._parent = None
        self._children: list[str] = []
        self._state = TaskState.FUTURE
        self.trail = trail
        self.listener = listener
        self.leaving = False
        self.slot: int = 0
        self.index: int | None = None
        self.item: object = None
        self.memo: dict[str, Any] = {}
        workflow.tasks[self.id] = self
        workflow.top_workflow.population += 1
        if workflow.top_workflow.population > MAX_TOKENS:
            raise OutOfBudget(task_spec.element.id)
        if not listener:
            workflow.live += 1
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    def _set_state(self, value: int) -> None:
        self._state = value

    def complete(self) -> None:
        self._state = TaskState.COMPLETED
        self.task_spec._on_complete(self)

    def cancel(self) -> None:
        """Takes the token off the diagram with all that it owns, and reports what was waiting."""
        self._state = TaskState.CANCELLED
        for child in self.children:
            child.cancel()
        self.task_spec._on_cancel(self)
        self.drop()

    def drop(self) -> None:
        """The token is no more."""
        space = self.workflow
        if space.tasks.pop(self.id, None) is None:
            return
        space.top_workflow.population -= 1
        owner = self.owner
        if owner is not None:
            owner._children.remove(self.id)
        if not self.listener:
            space.live -= 1
            if space.live == 0:
                space.top_workflow.emptied.append(space)

    def promote(self) -> None:
        """A listener's event happened: it becomes a token of its own."""
        owner = self.owner
        if owner is not None:
            owner._children.remove(self.id)
        self._parent = None
        self.listener = False
        self.workflow.live += 1

    @property
    def owner(self) -> Any:
        """The token this one belongs to (activity, loop or event-based gateway), None if it stands for itself."""
        return None if self._parent is None else self.workflow.tasks.get(self._parent)

    @property
    def armed(self) -> bool:
        """Does it wait for its event right now (as a listener, a catch event or an instance of a receive task)?"""
        if self.listener:
            return bool(self._state == TaskState.WAITING)
        spec = self.task_spec
        return bool(
            self._state == TaskState.STARTED
            and spec.catches
            and (spec.loop is None or self.index is not None)
        )

    @property
    def engine(self) -> Running:
        return self.workflow.top_workflow
