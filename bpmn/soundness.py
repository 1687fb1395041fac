"""Soundness of a diagram by state space: option to complete, proper completion, no dead step (van der Aalst 1998).

Small levels are explored in full, so that the way shown to a fault is a shortest one. Larger ones are explored with one
cluster of independent transitions at a time, upstream first (persistent sets): parallel branches
then add up instead of multiplying. Both within a budget of states; what is not decided is said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bpmn.diagram import Diagram
from bpmn.problem import Finding, Severity
from bpmn.tokens import Net, Transition, bits, nets

EXACT_STATES = 1_500
MAX_STATES = 15_000
MAX_REPORTED = 5
MAX_WORDS = 12


@dataclass
class Space:
    """What was explored: how each marking was come to, and what is wrong."""

    came: dict[int, tuple[int, str] | None] = field(default_factory=dict)
    before: dict[int, list[int]] = field(default_factory=dict)  # marking -> the markings it was come to from
    finals: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)
    doubled: dict[int, tuple[int, str]] = field(
        default_factory=dict
    )  # place -> the first firing that doubles it
    fired: set[str] = field(default_factory=set)
    received: int = 0
    complete: bool = True


def findings(d: Diagram) -> list[Finding]:
    """Everything unsound in the diagram's levels: rules `soundness-*`, with the way to it."""
    found: list[Finding] = []
    for net in nets(d):
        if net.starts:
            found += _judge(d, net)
    return found


def explore(net: Net) -> Space:
    """The markings that can be reached: all of them if they are few, else enough of them to judge."""
    space = _explore(net, None, EXACT_STATES)
    return space if space.complete else _explore(net, _Clusters(net), MAX_STATES)


def _explore(net: Net, clusters: _Clusters | None, limit: int) -> Space:
    space = Space()
    queue: deque[int] = deque()
    index = _Index(net)
    for node, marking in net.starts:
        space.fired.update(node.split("+"))
        if marking not in space.came:
            space.came[marking] = None
            queue.append(marking)
    while queue:
        marking = queue.popleft()
        if not marking & ~net.soft:
            space.finals.append(marking)
            continue
        enabled = index.enabled(marking)
        if not enabled:
            space.stuck.append(marking)
            continue
        chosen = enabled if clusters is None else clusters.choose(marking, enabled)
        new = _step(net, space, marking, chosen)
        if (
            clusters and clusters.abrupt and not new and len(chosen) < len(enabled)
        ):  # put nothing off for ever
            new = _step(net, space, marking, enabled)
        queue.extend(new)
        if len(space.came) > limit:
            space.complete = False
            return space
    return space


def _step(net: Net, space: Space, marking: int, transitions: Iterable[Transition]) -> list[int]:
    new = []
    for transition in transitions:
        reached, twice = net.fire(transition, marking)
        space.fired.add(transition.node)
        space.received |= transition.needs
        if twice:
            space.doubled.setdefault(twice & -twice, (marking, transition.node))
            continue  # a doubled token is a fault already; what follows from it says nothing new
        space.before.setdefault(reached, []).append(marking)
        if reached not in space.came:
            space.came[reached] = (marking, transition.node)
            new.append(reached)
    return new


class _Index:
    """Finds the enabled transitions of a marking by the first place each needs."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.by_place: dict[int, list[Transition]] = {}
        for transition in net.transitions:
            self.by_place.setdefault(transition.needs & -transition.needs, []).append(transition)

    def enabled(self, marking: int) -> list[Transition]:
        net = self.net
        return [
            t
            for place in bits(marking)
            for t in self.by_place.get(place, ())
            if marking & t.needs == t.needs and (t.join < 0 or net.join_ready(t, marking))
        ]


class _Clusters:
    """Transitions that compete for tokens, in the order in which tokens come to them."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.cluster: dict[int, int] = {}  # place -> number of its cluster
        self.members: list[list[Transition]] = []
        for transition in net.transitions:
            self._join(transition)
        self.rank = self._ranks()
        # A step and its own reminder that meet in one inclusive join race: the order of everything then matters.
        self.racy = bool(net.once) and any(
            to & (to - 1) and net.places[place.bit_length() - 1][0] == "active"
            for join in net.joins
            for place, to in join.reach
        )
        # Only what ends a level at once can rescue a circle without exit elsewhere: then no branch may be put off.
        self.abrupt = any(transition.clears & ~net.once for transition in net.transitions)

    def choose(self, marking: int, enabled: list[Transition]) -> list[Transition]:
        """What is enabled in the most upstream circle of clusters that nothing else can touch; all if there is none.

        A cluster outside any circle is a circle of its own; inside one there is no upstream, so nothing is put off.
        """
        if self.racy or any(t.join >= 0 and self._awaits(t, marking) for t in enabled):
            return enabled
        groups: dict[int, list[Transition]] = {}
        for transition in enabled:
            groups.setdefault(self.cluster[transition.needs & -transition.needs], []).append(transition)
        circles: dict[int, list[int]] = {}
        for number in groups:
            circles.setdefault(self.rank[number], []).append(number)
        for rank in sorted(circles):
            if all(self._closed(marking, number, groups[number]) for number in circles[rank]):
                return [transition for number in circles[rank] for transition in groups[number]]
        return enabled

    def _awaits(self, transition: Transition, marking: int) -> bool:
        """An inclusive join that need not wait, though one more token may come: now and later differ."""
        return any(marking & place for place, _ in self.net.joins[transition.join].reach)

    def _closed(self, marking: int, number: int, enabled: list[Transition]) -> bool:
        """No other step can enable one more of the cluster's transitions (but for spent `once` places)."""
        if enabled[0].join >= 0:
            return True
        return len(enabled) == len(self.members[number]) or all(
            t in enabled or not (t.needs & ~marking & ~self.net.once) for t in self.members[number]
        )

    def _join(self, transition: Transition) -> None:
        numbers = sorted({self.cluster[p] for p in bits(transition.needs) if p in self.cluster})
        number = numbers[0] if numbers else len(self.members)
        if not numbers:
            self.members.append([])
        self.members[number].append(transition)
        for other in numbers[1:]:
            self.members[number] += self.members[other]
            self.members[other] = []
            self.cluster.update({p: number for p, n in self.cluster.items() if n == other})
        for place in bits(transition.needs):
            self.cluster[place] = number

    def _ranks(self) -> dict[int, int]:
        """Circles of clusters (strongly connected parts) numbered along the tokens: one branch after the other, joins last.

        Tarjan's algorithm without recursion: it completes a circle only after all that lies downstream.
        """
        follows = self._follows()
        number: dict[int, int] = {}
        low: dict[int, int] = {}
        stack: list[int] = []
        rank: dict[int, int] = {}
        starts = [
            self.cluster[p] for _, marking in self.net.starts for p in bits(marking) if p in self.cluster
        ]
        for root in [*starts, *follows]:
            if root in number:
                continue
            work = [(root, iter(follows[root]))]
            number[root] = low[root] = len(number)
            stack.append(root)
            while work:
                here, rest = work[-1]
                step = next(rest, None)
                if step is None:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[here])
                    if low[here] == number[here]:
                        circle = -len(rank)
                        while here not in rank:
                            rank[stack.pop()] = circle
                elif step not in number:
                    number[step] = low[step] = len(number)
                    stack.append(step)
                    work.append((step, iter(follows[step])))
                elif step not in rank:
                    low[here] = min(low[here], number[step])
        return rank

    def _follows(self) -> dict[int, list[int]]:
        """Cluster -> the clusters that its tokens go to."""
        follows = {}
        for number, members in enumerate(self.members):
            gives = 0
            for transition in members:
                gives |= transition.gives
            follows[number] = list(dict.fromkeys(self.cluster[p] for p in bits(gives) if p in self.cluster))
        return follows


# -- what it means ------------------------------------------------------------------------------------------


def _judge(d: Diagram, net: Net) -> Iterator[Finding]:
    space = explore(net)
    faults = [*_doubled(d, net, space), *_stuck(d, net, space)]
    if not faults and space.complete:
        faults = [*_livelock(d, net, space)] or [*_dead(d, net, space), *_messages(d, net, space)]
    yield from faults
    if not space.complete:
        first = net.nodes[0] if net.nodes else ""
        yield Finding(
            "soundness-budget",
            "warning",
            d.file,
            d.node[first].scope if first in d.node else "",
            f"Sơ đồ quá rối để xét hết: đã xét {len(space.came)} trạng thái mà chưa xong.",
            f"The diagram is too entangled to be decided: {len(space.came)} states were looked at.",
        )


def _stuck(d: Diagram, net: Net, space: Space) -> Iterator[Finding]:
    told: set[tuple[str, ...]] = set()
    for marking in space.stuck:
        waiting = tuple(sorted({_where(d, net, p) for p in bits(marking & ~net.soft)}))
        if waiting in told or len(told) >= MAX_REPORTED:
            continue
        told.add(waiting)
        at = _joins_first(d, waiting)
        names = ", ".join(f"“{name}”" for name in waiting)
        yield _finding(
            d,
            "soundness-deadlock",
            at,
            _trace(space, marking),
            f"Hồ sơ có thể mắc lại ở {names}: không bao giờ đủ luồng để đi tiếp.",
            f"A dossier can be stuck at {names}: the tokens it waits for never come.",
        )


def _doubled(d: Diagram, net: Net, space: Space) -> Iterator[Finding]:
    twice = {_where(d, net, place) for place in space.doubled}
    told = 0
    for place, (marking, node) in space.doubled.items():
        at = _where(d, net, place)
        if (node in twice and told) or told >= MAX_REPORTED:
            continue  # what follows from a doubled token upstream
        told += 1
        yield _finding(
            d,
            "soundness-double",
            node,
            (*_trace(space, marking), node),
            f"“{at}” có thể được thực hiện hai lần: sau “{node}” có hai luồng cùng tới mà không được gộp trước.",
            f"{at!r} can run twice: after {node!r} two tokens come to it that were not joined before.",
        )


def _livelock(d: Diagram, net: Net, space: Space) -> Iterator[Finding]:
    """A marking from which no end can be reached though something always goes on."""
    alive = set(space.finals)
    todo = list(space.finals)
    while todo:
        for marking in space.before.get(todo.pop(), ()):
            if marking not in alive:
                alive.add(marking)
                todo.append(marking)
    lost = next((m for m in space.came if m not in alive), None)
    if lost is not None:
        at = _joins_first(d, sorted({_where(d, net, p) for p in bits(lost & ~net.soft)}))
        yield _finding(
            d,
            "soundness-livelock",
            at,
            _trace(space, lost),
            f"Từ “{at}” hồ sơ chạy mãi mà không thể kết thúc.",
            f"From {at!r} a dossier goes on for ever and can never end.",
        )


def _dead(d: Diagram, net: Net, space: Space) -> Iterator[Finding]:
    for id_ in dict.fromkeys(net.nodes):
        if id_ not in space.fired:
            yield _finding(
                d,
                "soundness-dead",
                id_,
                (),
                f"“{id_}” không bao giờ được thực hiện, dù hồ sơ đi đường nào.",
                f"{id_!r} never runs, whichever way a dossier goes.",
            )


def _messages(d: Diagram, net: Net, space: Space) -> Iterator[Finding]:
    left = 0
    for marking in space.finals:
        left |= marking
    for place in bits(left & net.soft & ~net.once):
        id_ = net.places[place.bit_length() - 1][1]
        never = not space.received & place
        vi = "không bao giờ được nhận" if never else "có khi không ai nhận"
        en = "is never received" if never else "is not received in some runs"
        yield _finding(
            d,
            "soundness-message",
            id_,
            (),
            f"Thông điệp “{id_}” {vi}.",
            f"The message {id_!r} {en}.",
            "error" if never else "warning",
        )


def _finding(
    d: Diagram,
    rule: str,
    element: str,
    trace: tuple[str, ...],
    vi: str,
    en: str,
    severity: Severity = "error",
) -> Finding:
    if trace:
        vi = f"{vi} Đường đi: {_words(d, trace)}."
        en = f"{en} The way: {_words(d, trace)}."
    return Finding(rule, severity, d.file, element, vi, en, trace)


def _where(d: Diagram, net: Net, place: int) -> str:
    """The node where a token on this place is about to do something."""
    kind, id_ = net.places[place.bit_length() - 1]
    return d.flow[id_].target if kind == "flow" else id_


def _joins_first(d: Diagram, ids: Iterable[str]) -> str:
    """Of several places that wait, the one to look at: a join, if there is one."""
    ordered = sorted(ids, key=lambda id_: (len(d.incoming.get(id_, ())) < 2, id_))
    return ordered[0] if ordered else ""


def _trace(space: Space, marking: int) -> tuple[str, ...]:
    way = []
    came = space.came[marking]
    while came is not None:
        marking, node = came
        way.append(node)
        came = space.came[marking]
    return tuple(reversed(way))


def _words(d: Diagram, trace: tuple[str, ...]) -> str:
    names = [(d.node[id_].name or id_) if id_ in d.node else id_ for id_ in trace]
    if len(names) > MAX_WORDS:
        names = [*names[:4], "…", *names[-MAX_WORDS + 5 :]]
    return " → ".join(" ".join(name.split())[:60] for name in names)
