"""Which nodes a token has passed since it last ran alone: what `move` may return to.

A trail is a stack of frames, one per fork the token is inside of. A frame knows the nodes passed since its fork as a
bit mask; a join of all branches drops their frames and finds the trail of before the fork again. The size of a trail
is bounded by the diagram (a fork node stands in it once), never by the age of the dossier.
"""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """`fork`: which firing; `node`: ordinal of the forking node; `width`: branches made (0: never to be joined);
    `weight`: branches this token stands for; `passed`: bit mask of node ordinals."""

    fork: int
    node: int
    width: int
    weight: int
    passed: int


Trail = tuple[Frame, ...]

START: Trail = (Frame(0, -1, 1, 1, 0),)


def visit(trail: Trail, node: int) -> Trail:
    """The token enters `node`."""
    if not trail:
        return trail
    top = trail[-1]
    bit = 1 << node
    return trail if top.passed & bit else (*trail[:-1], top._replace(passed=top.passed | bit))


def has_passed(trail: Trail, node: int) -> bool:
    """Did the token pass `node` with the same concurrent branches as now?"""
    return bool(trail) and bool(trail[-1].passed >> node & 1)


def fork(trail: Trail, number: int, node: int, width: int) -> Trail:
    """The trail of one of `width` branches made at `node` by firing `number`."""
    below = trail
    for position, frame in enumerate(trail):
        if frame.node == node:  # came round without a join: the older firing can never be joined again
            below = trail[:position]
            break
    return (*below, Frame(number, node, width, 1, 0))


def join(trails: list[Trail], number: int, node: int) -> Trail:
    """The trail of the token that leaves a join which consumed tokens with `trails`."""
    first = trails[0]
    if len(trails) == 1 or not all(trails):
        return first
    common = 0
    while all(len(t) > common for t in trails) and len({t[common].fork for t in trails}) == 1:
        common += 1
    if all(len(t) == common for t in trails):
        weight = sum(t[-1].weight for t in trails)
        if weight == first[-1].width:
            return first[:-1]
        return (*first[:-1], first[-1]._replace(weight=weight, passed=0))
    return fork(first[:common], number, node, 0)
