"""Soundness of a diagram by state space: option to complete, proper completion, no dead step (van der Aalst 1998).

Each level is judged by itself (`bpmn.tokens` makes the net, `bpmn.statespace` explores it). What cannot be decided within
the budget is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.diagram import Diagram
from bpmn.problem import Finding, Severity
from bpmn.statespace import Space, explore
from bpmn.tokens import Net, bits, nets

MAX_REPORTED = 5
MAX_WORDS = 12


def findings(d: Diagram) -> list[Finding]:
    """Everything unsound in the diagram's levels: rules `soundness-*`, with the way to it."""
    found: list[Finding] = []
    for net in nets(d):
        if net.starts:
            found += _judge(d, net)
    return found


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
