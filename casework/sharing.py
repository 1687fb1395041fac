"""Work shared out anew by load: who has more than an even share gives up what is least urgent. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """`task` (a row of store.queries.inbox) goes from one officer ("" = nobody yet) to another."""

    task: Mapping[str, object]
    from_officer: str
    to_officer: str


def plan(
    officers: Sequence[str], tasks: Sequence[Mapping[str, object]], *, most: int, loads: Mapping[str, int]
) -> list[Move]:
    """At most `most` moves that even the loads out.

    First what nobody holds yet goes to whoever has least, the most urgent first; then who has most gives to who has
    least, the least urgent first, until their loads differ by one at most. `tasks` stand by due date, the most urgent
    first; `loads` also counts what is not in `tasks` (other queues).
    """
    load = {officer: loads.get(officer, 0) for officer in officers}
    if not load:
        return []
    moves: list[Move] = []
    for task in tasks:
        if len(moves) < most and not task["assignee"] and task["status"] == "open":
            lightest = min(load, key=lambda officer: load[officer])
            moves.append(Move(task, "", lightest))
            load[lightest] += 1
    held = {officer: [task for task in tasks if task["assignee"] == officer] for officer in officers}
    while len(moves) < most:
        lightest = min(load, key=lambda officer: load[officer])
        giving = [officer for officer in officers if held[officer] and load[officer] - load[lightest] > 1]
        if not giving:
            break
        heaviest = max(giving, key=lambda officer: load[officer])
        moves.append(Move(held[heaviest].pop(), heaviest, lightest))
        load[heaviest] -= 1
        load[lightest] += 1
    return moves
