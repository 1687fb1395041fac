"""What one step of a diagram reports, and why a diagram or a command is turned down. Plain frozen values, no behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

TokenKind = Literal["human", "external", "call", "receive"]
"""What a resting token waits for: a person, an RQ job, a child dossier, a message to a receive task."""


@dataclass(frozen=True)
class Scope:
    """What FEEL sees during one step.

    `values`: plain names to values (`dossier`, `answers`, `outcome`, result variables).
    `decide(ref, values)`: runs the DMN decision `ref`; None if the caller has no decisions.
    `working(duration, start)`: the moment `duration` (ISO 8601 text) of *working* time after `start`;
    needed only by timers with the property `calendar="working"`.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    decide: Callable[[str, Mapping[str, object]], object] | None = None
    working: Callable[[str, datetime], datetime] | None = None


@dataclass(frozen=True, slots=True)
class TokenArrived:
    """A token rests at a task. `item`, `index` (from 0): the innermost loop instance; `path`: ids of the enclosing scopes."""

    token_id: str
    element_id: str
    kind: TokenKind
    item: object | None = None
    index: int | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenLeft:
    token_id: str
    element_id: str
    reason: Literal["completed", "cancelled", "moved"]


@dataclass(frozen=True, slots=True)
class TimerSet:
    """`due_at` is aware UTC; `attached_to` the token whose activity the timer stands on, None for the others."""

    timer_id: str
    element_id: str
    due_at: datetime
    attached_to: str | None = None


@dataclass(frozen=True, slots=True)
class TimerCleared:
    """The timer fired or is no longer needed."""

    timer_id: str


@dataclass(frozen=True, slots=True)
class MessageAwaited:
    subscription_id: str
    name: str
    correlation: object | None = None
    element_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageCleared:
    subscription_id: str


@dataclass(frozen=True, slots=True)
class MessageThrown:
    name: str
    correlation: object | None
    payload: Mapping[str, object]
    element_id: str


@dataclass(frozen=True, slots=True)
class SignalThrown:
    name: str


@dataclass(frozen=True, slots=True)
class ErrorThrown:
    """An error end event that nobody inside catches ended the whole process."""

    code: str | None
    element_id: str


@dataclass(frozen=True, slots=True)
class VariableSet:
    name: str
    value: object
    element_id: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A token went through a gateway, event, automatic task or entered a sub-process, called process or loop."""

    element_id: str


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    element_id: str
    decision_ref: str
    value: object


@dataclass(frozen=True, slots=True)
class Ended:
    """An end event was reached."""

    element_id: str


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """No token is left: the process is over."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A token is stuck (it stays where it is, `resume` tries again), or the whole step was undone."""

    element_id: str
    code: str
    sentence_vi: str
    sentence_en: str


Change = (
    TokenArrived
    | TokenLeft
    | TimerSet
    | TimerCleared
    | MessageAwaited
    | MessageCleared
    | MessageThrown
    | SignalThrown
    | ErrorThrown
    | VariableSet
    | Passed
    | DecisionTaken
    | Ended
    | FlowEnded
    | Incident
)


@dataclass(frozen=True)
class Moved:
    """The answer of a step: the new snapshot, what changed in the order it happened, and whether the process is over."""

    snapshot: bytes
    changes: tuple[Change, ...]
    ended: bool


WaitingKind = Literal[
    "human", "external", "call", "receive", "timer", "message", "signal", "conditional", "stuck"
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `id` is the token, timer or subscription id; a stuck token waits for `resume`."""

    id: str
    element_id: str
    kind: WaitingKind
    item: object | None = None
    index: int | None = None
    path: tuple[str, ...] = ()
    due_at: datetime | None = None
    attached_to: str | None = None
    name: str | None = None
    correlation: object | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a diagram cannot be executed: a stable code, the element at fault (or None) and a sentence in both languages."""

    code: str
    element_id: str | None
    sentence_vi: str
    sentence_en: str


class FlowRefused(Exception):
    """The diagram is not executable; `problems` names every element at fault."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(p.sentence_en for p in problems))
        self.problems = problems


class FlowRejected(Exception):
    """The command does not fit the position of the dossier; nothing happened."""

    def __init__(self, code: str, sentence_vi: str, sentence_en: str) -> None:
        super().__init__(sentence_en)
        self.code = code
        self.sentence_vi = sentence_vi
        self.sentence_en = sentence_en


class Stuck(Exception):
    """Inside a step: this element cannot go on. Becomes an `Incident`; the token keeps its place."""

    def __init__(self, code: str, sentence_vi: str, sentence_en: str) -> None:
        super().__init__(sentence_en)
        self.code = code
        self.sentence_vi = sentence_vi
        self.sentence_en = sentence_en
