"""The steps' limits on the longest way fit into the statutory limit (dialect §2, §3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.diagram import HUMAN, Diagram, Node
from bpmn.lint import Fault
from bpmn.manifest import Manifest
from bpmn.steps import read
from engine.worktime.deadline import TimeLimit

SEVERITY = "warning"


DAY = 8  # working hours of a working day
PAUSING = {"supplement", "pay"}


def bundle(parts: Parts) -> Iterator[Fault]:
    facts = parts.manifest
    main = parts.diagrams.get(facts.process_file) if facts else None
    if facts is None or main is None:
        return
    allowed = _statutory(facts)
    if allowed is None:
        return
    needed, way = _longest(main)
    if needed > allowed:
        names = ", ".join(f"“{id_}”" for id_ in way)
        yield Fault(
            main.processes[0].id if main.processes else "",
            f"Thời hạn các bước cộng lại {needed} giờ làm việc, quá thời hạn luật định {allowed} giờ: {names}.",
            f"The steps' limits add up to {needed} working hours, beyond the statutory {allowed}: {names}.",
            main.file,
        )


def _statutory(facts: Manifest) -> int | None:
    if facts.same_day:
        return DAY
    return _hours(facts.time_limit) if facts.time_limit else None


def _hours(limit: TimeLimit) -> int | None:
    """In working hours; None where the limit is in calendar time."""
    factor = {"working_hour": 1, "working_day": DAY}.get(limit.unit)
    return None if factor is None else limit.amount * factor


def _longest(d: Diagram) -> tuple[int, list[str]]:
    """The dearest way over the diagram without its loops' way back (depth first, back edges left out)."""
    best: dict[str, tuple[int, list[str]]] = {}
    state: dict[str, int] = {}
    for root in [n.id for n in d.nodes if not d.incoming[n.id] and n.scope == n.process]:
        work = [(root, iter(_after(d, root)))] if root not in state else []
        state[root] = 1
        while work:
            id_, rest = work[-1]
            step = next(rest, None)
            if step is not None:
                if step not in state:
                    state[step] = 1
                    work.append((step, iter(_after(d, step))))
                continue
            work.pop()
            state[id_] = 2
            follow = max(
                (best[n] for n in _after(d, id_) if n in best), key=lambda found: found[0], default=(0, [])
            )
            cost = _cost(d, d.node[id_])
            best[id_] = (cost + follow[0], ([id_] if cost else []) + follow[1])
    return max(best.values(), key=lambda found: found[0], default=(0, []))


def _after(d: Diagram, id_: str) -> list[str]:
    found = [flow.target for flow in d.outgoing.get(id_, ()) if flow.target in d.node]
    return found + [event.id for event in d.boundaries.get(id_, ()) if not event.interrupting]


def _cost(d: Diagram, node: Node) -> int:
    if node.type not in HUMAN:
        inside = [_cost(d, inner) for inner in d.inside.get(node.id, ())]
        return max(inside, default=0)
    step = read(d, node)[0]
    if step.kind in PAUSING | {"return_result"} or not step.counted or step.time_limit is None:
        return 0
    return _hours(step.time_limit) or 0
