"""SpiffWorkflow's workflow, sub-workflow and task, made small: one `Token` per live token and nothing else.

What stays SpiffWorkflow's: the task life cycle (`_update` → ready → `run` → `complete` → next, `cancel`), the specs'
hooks, the workflow with its sub-workflows by parent task. What is replaced, and why:

- finished tasks are dropped at once, so a dossier after 3,000 loops is as small as after one, and nothing walks a
  tree (SpiffWorkflow's walk stops silently at depth 1,000); the task tree holds *ownership* only: a boundary listener
  belongs to its activity, an instance to its loop, an alternative to its event-based gateway;
- ids come from a counter in the snapshot, not from uuid4; no wall clock is read; no task carries case data;
- nothing is predicted: a child exists when a token is there.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow.definition import FlowSpec, ScopeSpec, SequenceFlow
from engine.flow.scripts import Names
from engine.flow.token import OutOfBudget, Token
from engine.flow.trail import START, Trail, fork

if TYPE_CHECKING:
    from engine.flow.mends.node import NodeSpec

MAX_STEPS = 10_000
"""Nodes one command may run through: an endless automatic loop ends here and becomes an incident."""


class Space:
    """What the process and each of its sub-processes are while they run: a place for tokens."""

    spec: ScopeSpec
    tasks: dict[str, Token]
    top_workflow: Running
    live: int = 0
    """Tokens that keep the scope alive; listeners do not."""

    completed: bool
    host: Token | None = None
    """The activity that this sub-process runs for."""

    def begin(self, entries: tuple[NodeSpec, ...]) -> None:
        """Arms the event sub-processes, then puts a token on each entry."""
        for node in self.spec.listeners:
            node.listen(self)
        for node in entries:
            trail = (
                START if len(entries) == 1 else fork(START, self.top_workflow.new_fork(), -1, len(entries))
            )
            self.place(node, trail)
        if not self.live:
            self.top_workflow.emptied.append(self)

    def place(self, node: NodeSpec, trail: Trail, slot: int = 0) -> Token:
        token = Token(self, node, trail=trail)
        token.slot = slot
        node._update(token)
        return token

    def clear(self) -> None:
        """Takes every token and listener away."""
        for token in list(self.tasks.values()):
            if token.id in self.tasks and token._parent is None:
                token.cancel()

    def loop_names(self, token: Token | None) -> dict[str, object] | None:
        """The loop variables that `token` sees: its own instance's and those of the enclosing ones; None if none."""
        names: dict[str, object] | None = None
        space: Space = self
        while True:
            if token is not None and token.index is not None:
                own = token.task_spec.loop_variables(token)
                names = {**own, **names} if names else own
            host = space.host
            if host is None:
                return names
            token, space = host, host.workflow


class Nested(Space, BpmnSubWorkflow):
    """A running sub-process or called process."""

    def __init__(self, spec: ScopeSpec, host: Token) -> None:
        self.spec = spec
        self.tasks = {}
        self.parent_task_id = host.id
        self.top_workflow = host.engine
        self.host = host
        self.completed = False
        self.top_workflow.subprocesses[host.id] = self


class Running(Space, BpmnWorkflow):
    """One dossier's diagram during one step: tokens, clock, names, and the changes so far."""

    def __init__(self, flow: FlowSpec, names: Names, now: datetime) -> None:
        self.spec = flow.root
        self.flow = flow
        self.tasks = {}
        self.subprocesses: dict[str, Nested] = {}
        self.completed = False
        self.names = names
        self.now = now
        self.counter = 0
        self.forks = 0
        self.changes: list[c.Change] = []
        self.queue: deque[Token] = deque()
        self.signalling: deque[Token] = deque()
        self.emptied: list[Space] = []
        self.steps = 0
        self.population = 0

    def renew(self, names: Names, now: datetime) -> None:
        """Ready for the next command, where the diagram is kept running instead of being saved and loaded."""
        self.names, self.now = names, now
        self.changes, self.steps = [], 0

    top_workflow = property(lambda self: self)
    parent_task_id = None

    def new_id(self) -> str:
        self.counter += 1
        return f"t{self.counter}"

    def new_fork(self) -> int:
        self.forks += 1
        return self.forks

    def spaces(self) -> list[Space]:
        return [self, *self.subprocesses.values()]

    def tokens(self) -> list[Token]:
        """Every token and listener, oldest scope first."""
        if not self.subprocesses:
            return list(self.tasks.values())
        return [token for space in self.spaces() for token in space.tasks.values()]

    def find(self, token_id: str) -> Token | None:
        token = self.tasks.get(token_id)
        if token is None:
            for space in self.subprocesses.values():
                token = space.tasks.get(token_id)
                if token is not None:
                    break
        return token

    def send(self, token: Token, flows: list[SequenceFlow] | tuple[SequenceFlow, ...]) -> None:
        """The token leaves along `flows`: one goes on, several make concurrent branches, none ends it."""
        space, trail, width = token.workflow, token.trail, len(flows)
        if width > 1:
            number = self.new_fork()
            trail = fork(trail, number, token.task_spec.ordinal, width)
        for flow in flows:
            space.place(flow.target, trail, flow.slot)
        token.drop()

    def evaluate(self, text: Any, token: Token) -> object:
        """A formula (or literal) as `token` sees it."""
        return self.names.evaluate(text, token.workflow.loop_names(token))

    def set_variable(self, name: str, value: object, element_id: str) -> None:
        self.names.set(name, value)
        self.changes.append(c.VariableSet(name, value, element_id))

    def drain(self) -> None:
        """Runs until only waiting tokens are left (SpiffWorkflow's `do_engine_steps`, without walking a tree).

        Concurrent branches have no order (§13.2): signals are thrown last, so that a catch which opens in the same step
        beside them hears them.
        """
        queue, signalling = self.queue, self.signalling
        while True:
            while queue or signalling:
                token = queue.popleft() if queue else signalling.popleft()
                if token._state == TaskState.READY and token.id in token.workflow.tasks:
                    self._count(token)
                    self.attempt(token, token.run)
            if self._finish_scopes():
                continue
            if not (self.flow.watched and (self._wake("join") or self._wake("condition"))):
                return

    def attempt(self, token: Token, action: Any) -> None:
        """Runs `action`; where it is stuck the token keeps its place and an incident tells it."""
        try:
            action()
        except c.Stuck as stuck:
            token._set_state(TaskState.ERROR)
            self.changes.append(
                c.Incident(token.task_spec.element.id, stuck.code, stuck.sentence_vi, stuck.sentence_en)
            )

    def _count(self, token: Token) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise OutOfBudget(token.task_spec.element.id)

    def _finish_scopes(self) -> bool:
        if not self.emptied:
            return False
        spaces, self.emptied = self.emptied, []
        for space in spaces:
            if space.live or space.completed:
                continue
            host = space.host
            if host is None:
                self._end()
            elif self.subprocesses.get(host.id) is space:
                space.clear()
                del self.subprocesses[host.id]
                self.attempt(host, host.complete)
        return True

    def _end(self) -> None:
        self.clear()
        self.completed = True
        self.changes.append(c.FlowEnded())

    def _wake(self, watches: str) -> bool:
        """Inclusive joins look at the whole position when all else rests; conditional events when the joins rest too."""
        woken = False
        for token in self.tokens():
            spec = token.task_spec
            if spec.watches == watches and token.id in token.workflow.tasks and spec.look(token):
                woken = True
        return woken
