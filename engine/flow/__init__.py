"""Runs BPMN diagrams: `(spec, snapshot, command, scope, now) → (snapshot, changes)`, pure functions over SpiffWorkflow.

The one thing to know: a `FlowSpec` is compiled once per version and shared; a snapshot holds only the tokens of one
dossier. Case data never enters it (but loop items): the caller gives `Scope.values` with each command and keeps what
`VariableSet` reports. Expected refusals are `FlowRefused` (the diagram) and `FlowRejected` (the command).

- `parse` compiles; `start`, `complete`, `fire_timer`, `throw`, `deliver`, `signal`, `move`, `resume` make one step;
  `waiting` lists everything that waits; `migrate` carries a position to another version.
- A formula that fails gives an `Incident`; its token stays and `resume` tries again. An endless automatic loop undoes
  the whole step: the old snapshot comes back with an `Incident`.
- `Scope.decide` and `Scope.working` may raise `Stuck(code, sentence_vi, sentence_en)`: it becomes that incident.
- Names that formulas see beside `Scope.values`: the loop variables of `mends.loops` and what this very step has set.
- Camunda properties read here: `procedure` (call activity → child dossier), `calendar="working"` (timer),
  `correlation` and `payload` (message events, send and receive tasks; literal, or FEEL after `=`; payload always FEEL).
- Messages that come before anybody waits are the caller's to keep (`casework.deliver`): try `deliver` again on `MessageAwaited`.
"""

from engine.flow.changes import (
    Change,
    DecisionTaken,
    Ended,
    ErrorThrown,
    FlowEnded,
    FlowRefused,
    FlowRejected,
    Incident,
    MessageAwaited,
    MessageCleared,
    MessageThrown,
    Moved,
    Passed,
    Problem,
    Scope,
    SignalThrown,
    Stuck,
    TimerCleared,
    TimerSet,
    TokenArrived,
    TokenLeft,
    VariableSet,
    Waiting,
)
from engine.flow.codec import BadSnapshot
from engine.flow.definition import Element, FlowSpec
from engine.flow.migrating import migrate
from engine.flow.moving import move, returnable
from engine.flow.parse import parse
from engine.flow.step import complete, deliver, fire_timer, resume, signal, start, throw, waiting

__all__ = [
    "BadSnapshot",
    "Change",
    "DecisionTaken",
    "Element",
    "Ended",
    "ErrorThrown",
    "FlowEnded",
    "FlowRefused",
    "FlowRejected",
    "FlowSpec",
    "Incident",
    "MessageAwaited",
    "MessageCleared",
    "MessageThrown",
    "Moved",
    "Passed",
    "Problem",
    "Scope",
    "SignalThrown",
    "Stuck",
    "TimerCleared",
    "TimerSet",
    "TokenArrived",
    "TokenLeft",
    "VariableSet",
    "Waiting",
    "complete",
    "deliver",
    "fire_timer",
    "migrate",
    "move",
    "parse",
    "resume",
    "returnable",
    "signal",
    "start",
    "throw",
    "waiting",
]
