"""The markings a net can come to, within a budget.

Small levels are explored in full, so that the way shown to a fault is a shortest one. Larger ones are explored with one
circle of competing transitions at a time, upstream first (persistent sets): parallel branches then add up instead of
multiplying. `tests/bpmn/test_soundness.py` compares the two on random diagrams.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bpmn.tokens import Net, Transition, bits

EXACT_STATES = 1_500
MAX_STATES = 15_000


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


def explore(net: Net) -> Space:
    """The markings that can be reached: all of them if they are few, else enough of them to judge."""
    space = explored(net, None, EXACT_STATES)
    return space if space.complete else explored(net, Clusters(net), MAX_STATES)


def explored(net: Net, clusters: Clusters | None, limit: int) -> Space:
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
            first = transition.needs & -transition.needs
            for place in bits(transition.needs) if transition.join >= 0 else (first,):
                self.by_place.setdefault(place, []).append(transition)

    def enabled(self, marking: int) -> list[Transition]:
        net = self.net
        found: dict[Transition, None] = {}  # an inclusive join stands under each of its inputs
        for place in bits(marking):
            for transition in self.by_place.get(place, ()):
                taken = net.taken(transition, marking)
                if taken is not None:
                    found[taken] = None
        return list(found)


class Clusters:
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
