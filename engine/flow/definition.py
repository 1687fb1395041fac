"""The executable form of a diagram: SpiffWorkflow specs, built once per version, shared by all dossiers, never changed.

One `ScopeSpec` (a SpiffWorkflow process spec) per process, embedded sub-process and event sub-process; inside it
one `NodeSpec` (a SpiffWorkflow task spec, see `engine.flow.mends`) per flow node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.flow.scripts import Formula

if TYPE_CHECKING:
    from engine.flow.mends.node import NodeSpec

EventKind = Literal[
    "none",
    "message",
    "timer",
    "signal",
    "error",
    "escalation",
    "conditional",
    "terminate",
    "link",
    "multiple",
]


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node as the diagram's author sees it. `scope_id`: the process or sub-process it stands in."""

    id: str
    name: str
    type: str
    lane_id: str | None
    scope_id: str


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """`slot`: which of the target's incoming flows this is; a join counts arrivals by it."""

    id: str
    target: NodeSpec
    slot: int
    condition: Formula | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class EventSpec:
    """What an event waits for or throws.

    `name`: of the message, signal or link; `code`: of the error or escalation, None catches every code;
    `timer`: duration, date or cycle, whose ISO 8601 text is `text`; `working`: the duration is working time.
    `parts`: the triggers of a multiple event; `together`: all of them must happen.
    """

    kind: EventKind
    name: str | None = None
    code: str | None = None
    timer: Literal["duration", "date", "cycle"] | None = None
    text: str | Formula | None = None
    working: bool = False
    condition: Formula | None = None
    correlation: str | Formula | None = None
    payload: Formula | None = None
    parts: tuple[EventSpec, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """Loop characteristics of an activity (BPMN 2.0.2 §10.3.8).

    `output`: the variable that collects, in the order of the instances, what each leaves in the variable `output_item`.
    """

    kind: Literal["parallel", "sequential", "standard"]
    collection: Formula | None = None
    variable: str | None = None
    cardinality: Formula | None = None
    completion: Formula | None = None
    output: str | None = None
    output_item: str | None = None
    condition: Formula | None = None
    maximum: int | None = None
    test_before: bool = False


class ScopeSpec(BpmnProcessSpec):
    """The graph of one process or sub-process.

    SpiffWorkflow would add specs of its own called `Start` and `End`, which collide with elements of that id, and a
    final join that decides completion by walking the task tree (1,000 levels at most). Neither is made here:
    `entries` are the nodes that get the first tokens, and a scope is over when it holds no token (BPMN 2.0.2 §13.3.4).
    """

    def __init__(self, name: str, element_id: str) -> None:
        WorkflowSpec.__init__(self, name=name, addstart=False)
        self.end = None
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.element_id = element_id
        self.nodes: tuple[NodeSpec, ...] = ()
        self.entries: tuple[NodeSpec, ...] = ()
        self.listeners: tuple[NodeSpec, ...] = ()
        self.catchers: dict[str, NodeSpec] = {}


@dataclass(frozen=True, eq=False)
class FlowSpec:
    """One executable process with the processes it calls. Opaque but for `process_id`, `elements` and `after`.

    `nodes` numbers every node of every scope: snapshots hold these numbers, so a snapshot belongs to one version.
    `watched`: are there inclusive joins or conditional events, which look at the whole position after each step?
    """

    process_id: str
    elements: Mapping[str, Element]
    root: ScopeSpec
    nodes: tuple[NodeSpec, ...]
    watched: bool

    def after(self, element_id: str) -> tuple[str, ...]:
        """The elements that the flows out of this one lead to."""
        here = [node for node in self.nodes if node.element.id == element_id]
        return tuple(flow.target.element.id for node in here for flow in node.outgoing)

    @cached_property
    def loop_variables(self) -> Mapping[str, str]:
        """Element id → element variable of the innermost multi-instance around it (its own first), where one is named."""
        own = {node.element.id: node.loop for node in self.nodes if node.loop is not None}
        found: dict[str, str] = {}
        for element_id in self.elements:
            here: str | None = element_id
            while here is not None and here not in own:
                around = self.elements.get(self.elements[here].scope_id)
                here = around.id if around else None
            if here is not None and own[here].variable:
                found[element_id] = own[here].variable or ""
        return found
