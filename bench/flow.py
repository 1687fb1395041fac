"""How fast one engine step is: load a snapshot, complete a task, save. No database.

`run()` gives milliseconds (`*_ms`), ratios (`*_ratio`) and bytes (`*_bytes`); budgets stand in bench/results.py.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from engine import flow
from tests.engine.flow.drawing import bpmn

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

EIGHT = (
    "start s\nuser "
    + " ".join(f"t{i}" for i in range(8))
    + "\nend e\ns -> "
    + " -> ".join(f"t{i}" for i in range(8))
    + " -> e"
)

FIVE = "start s\nuser decide\nand g h\nend e\nboundary due on=decide timer=P5D non-interrupting\ntask late\ns -> g\nh -> decide -> e\ndue -> late\n" + "\n".join(
    f"user c{i} s{i}\nxor m{i} x{i}\nboundary r{i} on=c{i} timer=P30D non-interrupting\nboundary q{i} on=s{i} timer=P14D\n"
    f"g -> m{i} -> c{i} -> x{i}\nx{i} -> s{i} if again\ns{i} -> m{i}\nx{i} -> h default\nr{i} -> late\nq{i} -> late"
    for i in range(5)
)  # fmt: skip

LOOP = "start s\nxor m x\nuser w\nend e\ns -> m -> w -> x\nx -> m if again\nx -> e default"


def run() -> dict[str, float]:
    """Figures of one run on this machine."""
    eight, five = _spec(EIGHT), _spec(FIVE)
    figures = {}
    first = _after(eight, 4)
    figures["step_8_tasks_ms"] = _step(eight, first, {})
    figures["snapshot_8_tasks_bytes"] = len(first)
    middle = _after(five, 2)
    figures["step_5_branches_ms"] = _step(five, middle, {"again": True})
    figures["snapshot_5_branches_bytes"] = len(middle)
    figures.update(_loops())
    return figures


def _loops() -> dict[str, float]:
    spec = _spec(LOOP)
    scope = flow.Scope({"again": True})
    young = flow.start(spec, scope, NOW).snapshot
    old = young
    for _ in range(1_000):
        old = flow.complete(spec, old, flow.waiting(spec, old)[0].id, scope, NOW).snapshot
    fresh, aged = _interleaved(spec, young, old, scope)
    return {"loop_step_ms": fresh, "loop_1000_ratio": aged / fresh, "loop_1000_bytes": len(old)}


def _interleaved(spec: flow.FlowSpec, young: bytes, old: bytes, scope: flow.Scope) -> tuple[float, float]:
    """Both measured in turns, so that a slow moment of the machine hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    tokens = [flow.waiting(spec, s)[0].id for s in (young, old)]
    for _ in range(400):
        for which, snapshot in enumerate((young, old)):
            times[which].append(
                _clock(lambda s=snapshot, t=tokens[which]: flow.complete(spec, s, t, scope, NOW))
            )
    return statistics.median(times[0]) * 1e3, statistics.median(times[1]) * 1e3


def _step(spec: flow.FlowSpec, snapshot: bytes, values: dict[str, object]) -> float:
    token = next(w.id for w in flow.waiting(spec, snapshot) if w.kind == "human")
    scope = flow.Scope(values)
    for _ in range(50):
        flow.complete(spec, snapshot, token, scope, NOW)
    return (
        statistics.median(
            _clock(lambda: flow.complete(spec, snapshot, token, scope, NOW)) for _ in range(400)
        )
        * 1e3
    )


def _after(spec: flow.FlowSpec, tasks: int) -> bytes:
    moved = flow.start(spec, flow.Scope(), NOW)
    for _ in range(tasks):
        token = next(w.id for w in flow.waiting(spec, moved.snapshot) if w.kind == "human")
        moved = flow.complete(spec, moved.snapshot, token, flow.Scope({"again": True}), NOW)
    return moved.snapshot


def _clock(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def _spec(text: str) -> flow.FlowSpec:
    return flow.parse({"bench.bpmn": bpmn(text)}, "p")


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:28} {value:.3f}")
