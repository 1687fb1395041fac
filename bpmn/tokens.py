"""The token game of one level of a diagram as a net of places and transitions (BPMN 2.0.2 §13), for `soundness`.

Conditions are free choices, waiting always may end, loops and multi-instance are one activity. Sub-processes are one
activity too and are judged by themselves: inside meets outside only by completion and by errors, which are kept.
A marking is an integer: bit i = one token on place i. Levels joined by message flows make one net.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TypeVar

from bpmn.diagram import ACTIVITIES, SUB_PROCESSES, Diagram, Flow, Node
from engine.xml import local

T = TypeVar("T")

MAX_SUBSETS = 8  # flows out of an inclusive split of which all subsets are tried
NO_TOKENS = 0
EVERYTHING = -1  # replaced by the places of the level once all are known


@dataclass(frozen=True, slots=True)
class Transition:
    """`needs` leaves, `gives` comes, `clears` goes if there; `join`: number of its inclusive join, else -1.

    Of an inclusive join `needs` holds all inputs; `Net.taken` tells which of them it takes.
    """

    node: str
    needs: int
    gives: int
    clears: int = 0
    join: int = -1


@dataclass(frozen=True)
class InclusiveJoin:
    """`inputs`: its places; `reach`: (place, the inputs a token there can still come to without passing the join)."""

    inputs: int
    reach: tuple[tuple[int, int], ...]


@dataclass
class Net:
    starts: list[tuple[str, int]] = field(default_factory=list)  # node, marking
    transitions: list[Transition] = field(default_factory=list)
    joins: list[InclusiveJoin] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)  # kind (flow, active, once, message), id
    soft: int = NO_TOKENS  # places whose tokens need not be gone at the end: once, message
    once: int = NO_TOKENS
    side: int = (
        NO_TOKENS  # only come to by a non-interrupting event: such a way may be gone several times at once
    )
    nodes: list[str] = field(default_factory=list)  # the nodes that ought to run

    def taken(self, transition: Transition, marking: int) -> Transition | None:
        """The transition as it may happen in this marking, None if it may not.

        An inclusive join takes what is there, and waits while a token can still come to an empty input: unless that
        token could come to a full one as well (BPMN 2.0.2 §13.4.3).
        """
        if transition.join < 0:
            return transition if marking & transition.needs == transition.needs else None
        join = self.joins[transition.join]
        marked, empty = marking & join.inputs, join.inputs & ~marking
        if not marked or any(marking & place and to & empty and not to & marked for place, to in join.reach):
            return None
        return replace(transition, needs=marked)

    def fire(self, transition: Transition, marking: int) -> tuple[int, int]:
        """The next marking, and the places that would hold two tokens."""
        rest = marking & ~transition.needs & ~transition.clears
        return rest | transition.gives, rest & transition.gives & ~self.soft & ~self.side


def nets(d: Diagram) -> Iterator[Net]:
    """One net for each level; processes that exchange messages share one."""
    groups: list[set[str]] = [{p.id} for p in d.processes if p.executable]
    for flow in d.message_flows:
        ends = [d.node.get(flow.source), d.node.get(flow.target)]
        pools = {node.process for node in ends if node is not None and node.scope == node.process}
        touched = [group for group in groups if group & pools]
        if len(pools) == 2 and len(touched) == 2:
            groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    for group in groups:
        yield _Builder(d, sorted(group)).net
    executable = {p.id for p in d.processes if p.executable}
    for scope in d.scopes:
        host = d.node.get(scope.id)
        if (
            scope.parent is not None
            and host is not None
            and host.process in executable
            and d.inside[scope.id]
        ):
            yield _Builder(d, [scope.id]).net


class _Builder:
    def __init__(self, d: Diagram, scopes: Sequence[str]) -> None:
        self.d = d
        self.net = Net()
        self.numbers: dict[tuple[str, str], int] = {}
        self.nodes = [node for scope in scopes for node in d.inside[scope]]
        self.here = {node.id for node in self.nodes}
        self.mail = self._mail()
        gateways = [n.id for n in self.nodes if n.type == "eventBasedGateway"]
        self.event_targets = {flow.target for id_ in gateways for flow in d.outgoing[id_]}
        for scope in scopes:
            self._starts(d.inside[scope])
        for node in self.nodes:
            if not node.is_event_sub_process:
                self._transitions(node)
        self._inclusive_joins()
        self._terminations()
        self.net.side = self._side()

    # -- places ---------------------------------------------------------------------------------------------

    def _place(self, kind: str, id_: str) -> int:
        number = self.numbers.get((kind, id_))
        if number is None:
            number = self.numbers[(kind, id_)] = len(self.net.places)
            self.net.places.append((kind, id_))
            if kind in ("once", "message"):
                self.net.soft |= 1 << number
            if kind == "once":
                self.net.once |= 1 << number
        return 1 << number

    def _flows(self, flows: Iterable[Flow]) -> int:
        mask = 0
        for flow in flows:
            mask |= self._place("flow", flow.id)
        return mask

    def _mail(self) -> dict[str, int]:
        """Receiver -> the message places it takes from; only where the sender is in this net too."""
        found: dict[str, int] = {}
        for flow in self.d.message_flows:
            if flow.source in self.here and flow.target in self.here:
                found[flow.target] = found.get(flow.target, 0) | self._place("message", flow.id)
        return found

    def _sent(self, node: Node) -> int:
        mask = 0
        for flow in self.d.message_flows:
            if flow.source == node.id and flow.target in self.here:
                mask |= self._place("message", flow.id)
        return mask

    # -- transitions ----------------------------------------------------------------------------------------

    def _starts(self, nodes: Sequence[Node]) -> None:
        starts = [node for node in nodes if node.type == "startEvent"]
        blank = [s for s in starts if not s.triggers]
        if not starts:
            blank = [n for n in nodes if not self.d.incoming[n.id] and not _aside(n)]
        mailed = [s for s in starts if s.triggers and s.id in self.mail]
        for start in mailed:  # another pool's message starts this one
            self._add(start, self.mail[start.id], self._out(start))
        options = [blank] if blank else []
        options += [[start] for start in starts if start.triggers and start not in mailed]
        markings = [
            ("+".join(s.id for s in option), _union(self._entry(start) for start in option))
            for option in options
        ]
        if not self.net.starts:
            self.net.starts = markings
        elif markings:
            self.net.starts = [
                (f"{one}+{two}", first | second) for one, first in self.net.starts for two, second in markings
            ]
        self.net.nodes += [n.id for n in mailed]

    def _entry(self, node: Node) -> int:
        """The marking just before the node where it starts a level: after it for a start event."""
        if node.type == "startEvent":
            return _union(gives for gives in self._splits(node)[:1])
        return self._place("entry", node.id)

    def _transitions(self, node: Node) -> None:
        ins = [self._place("flow", flow.id) for flow in self.d.incoming[node.id]]
        if ("entry", node.id) in self.numbers:
            ins.append(self._place("entry", node.id))
        if node.type == "startEvent" or (node.type == "boundaryEvent" and not ins):
            return
        if node.type == "intermediateCatchEvent" and "link" in node.triggers:
            return
        if node.type != "eventBasedGateway":  # that is one step with the event that comes first
            self.net.nodes.append(node.id)
        if node.type == "parallelGateway":
            for out in self._splits(node):
                self._add(node, _union(ins), out)
        elif node.type == "inclusiveGateway" and len(ins) > 1:
            self._inclusive(node, ins)
        elif node.type == "eventBasedGateway":
            for place in ins:
                for flow in self.d.outgoing[node.id]:
                    self._event(node, place, flow)
        elif node.type in ACTIVITIES and self.d.boundaries.get(node.id):
            self._guarded(node, ins)
        else:
            for place in ins:
                self._passed(node, place)

    def _passed(self, node: Node, place: int) -> None:
        if node.id in self.event_targets:
            return  # entered by its event-based gateway
        for out in self._splits(node):
            self._add(node, place | self.mail.get(node.id, 0), out)

    def _event(self, gateway: Node, place: int, flow: Flow) -> None:
        """What happens first decides: gateway and event are one step."""
        target = self.d.node[flow.target]
        for out in self._splits(target):
            self.net.transitions.append(
                Transition(target.id, place | self.mail.get(target.id, 0), out | self._sent(target))
            )
        self.net.nodes.append(target.id)

    def _guarded(self, node: Node, ins: list[int]) -> None:
        """An activity with boundary events rests on a place of its own."""
        active = self._place("active", node.id)
        events = [
            b for b in self.d.boundaries[node.id] if b.scope == node.scope and self._can_happen(node, b)
        ]
        quiet = [b for b in events if not b.interrupting]
        once = _union(self._place("once", b.id) for b in quiet)
        for place in ins:
            self.net.transitions.append(Transition(node.id, place, active | once))
        if self._can_complete(node):
            for out in self._splits(node):
                self._add(node, active | self.mail.get(node.id, 0), out, clears=once)
        for event in self.d.boundaries[node.id]:
            self.net.nodes.append(event.id)
            if event not in events:
                continue
            for out in self._splits(event):
                mail = self.mail.get(event.id, 0)
                if event.interrupting:
                    self._add(event, active | mail, out, clears=once)
                else:  # once is enough to see what follows
                    self._add(event, active | mail | self._place("once", event.id), active | out)

    def _can_happen(self, host: Node, event: Node) -> bool:
        """An error or escalation comes out of a sub-process only if something inside throws it."""
        if host.type not in SUB_PROCESSES or not {"error", "escalation"} & set(event.triggers):
            return True
        kind = event.triggers[0]
        return any(
            (kind in node.triggers and node.type in ("endEvent", "intermediateThrowEvent"))
            or node.type == "callActivity"
            or (kind == "error" and node.camunda("type") == "external")
            for node in self._within(host.id)
        )

    def _can_complete(self, host: Node) -> bool:
        """A sub-process whose every end throws an error never completes."""
        ends = [n for n in self.d.inside.get(host.id, ()) if n.type == "endEvent"]
        return not ends or any("error" not in end.triggers for end in ends)

    def _within(self, scope: str) -> Iterator[Node]:
        for node in self.d.inside.get(scope, ()):
            yield node
            yield from self._within(node.id)

    def _inclusive(self, node: Node, ins: list[int]) -> None:
        number = len(self.net.joins)
        self.net.joins.append(InclusiveJoin(_union(ins), ()))
        for out in self._splits(node):
            self.net.transitions.append(Transition(node.id, _union(ins), out, join=number))

    def _add(self, node: Node, needs: int, out: int, clears: int = 0) -> None:
        if node.type == "endEvent" and {"terminate", "error"} & set(node.triggers):
            clears = EVERYTHING
        self.net.transitions.append(Transition(node.id, needs, out | self._sent(node), clears))

    def _out(self, node: Node) -> int:
        return self._flows(self.d.outgoing[node.id])

    def _splits(self, node: Node) -> list[int]:
        """The alternatives of what leaves a node: each a set of places."""
        flows = self.d.outgoing[node.id]
        if node.type == "intermediateThrowEvent" and "link" in node.triggers:
            return [self._link(node)]
        if not flows:
            return [NO_TOKENS]
        if node.type in ("exclusiveGateway", "eventBasedGateway"):
            return [self._flows([flow]) for flow in flows]
        default = [flow for flow in flows if flow.id == node.attribute("default")]
        free = [flow for flow in flows if flow.condition is None and flow not in default]
        tested = [flow for flow in flows if flow.condition is not None]
        if node.type == "inclusiveGateway":
            tested, free = [flow for flow in flows if flow not in default], []
        if not tested or node.type == "parallelGateway":
            return [self._flows(flows)] if not default else [self._flows(free or default)]
        always = self._flows(free)
        found = [always | self._flows(chosen) for chosen in _subsets(tested)]
        if default:
            found.append(always | self._flows(default))
        elif free:
            found.append(always)
        return list(dict.fromkeys(found))

    def _link(self, node: Node) -> int:
        names = {str(e.get("name")) for e in node.definitions if local(e) == "linkEventDefinition"}
        for other in self.d.inside[node.scope]:
            if other.type == "intermediateCatchEvent" and any(
                e.get("name") in names for e in other.definitions
            ):
                return self._out(other)
        return NO_TOKENS

    def _terminations(self) -> None:
        """A terminate or error end takes all tokens of its level, not those of other pools nor messages sent."""
        levels: dict[str, int] = {}
        for number, (kind, id_) in enumerate(self.net.places):
            if kind != "message":
                scope = self.d.flow[id_].scope if kind == "flow" else self.d.node[id_].scope
                levels[scope] = levels.get(scope, 0) | 1 << number
        self.net.transitions = [
            replace(t, clears=levels[self.d.node[t.node].scope]) if t.clears == EVERYTHING else t
            for t in self.net.transitions
        ]

    def _side(self) -> int:
        quiet = {n.id for n in self.nodes if n.type == "boundaryEvent" and not n.interrupting}
        main = _union(marking for _, marking in self.net.starts)
        before = -1
        while main != before:
            before = main
            for t in self.net.transitions:
                if t.node not in quiet and t.needs & main & ~self.net.soft:
                    main |= t.gives
        return ((1 << len(self.net.places)) - 1) & ~main

    def _inclusive_joins(self) -> None:
        """For each inclusive join, what each place can still reach: backwards over the transitions of the others."""
        joins = list(self.net.joins)
        for number, join in enumerate(joins):
            reach = {1 << i: 1 << i for i in range(len(self.net.places)) if join.inputs >> i & 1}
            others = [t for t in self.net.transitions if t.join != number]
            changed = True
            while changed:
                changed = False
                for t in others:
                    gained = _union(to for place, to in reach.items() if place & t.gives)
                    for place in bits(t.needs) if gained else ():
                        if not place & join.inputs and gained & ~reach.get(place, 0):
                            reach[place] = reach.get(place, 0) | gained
                            changed = True
            outside = tuple((p, to) for p, to in reach.items() if not p & join.inputs)
            self.net.joins[number] = InclusiveJoin(join.inputs, outside)


def _aside(node: Node) -> bool:
    """Not entered when its level starts."""
    return (
        node.type == "boundaryEvent"
        or node.is_event_sub_process
        or node.attribute("isForCompensation") == "true"
        or (node.type == "intermediateCatchEvent" and "link" in node.triggers)
    )


def _union(masks: Iterable[int]) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total


def bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _subsets(items: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """The non-empty subsets; of many items only the small ones and those that lack at most one."""
    sizes = range(1, len(items) + 1) if len(items) <= MAX_SUBSETS else (1, 2, len(items) - 1, len(items))
    for size in sizes:
        yield from combinations(items, size)
