"""Two flows from here to there under one condition say nothing more than one, and start the step twice."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "warning"


def diagram(d: Diagram) -> Iterator[Fault]:
    seen: set[tuple[str, str, str | None]] = set()
    for flow in d.flows:
        key = (flow.source, flow.target, flow.condition)
        if key in seen:
            yield Fault(
                flow.id,
                f"Luồng “{flow.id}” trùng với một luồng khác từ “{flow.source}” tới “{flow.target}”.",
                f"The flow {flow.id!r} doubles another from {flow.source!r} to {flow.target!r}.",
            )
            for end, vi, en in ((flow.source, "đi ra", "outgoing"), (flow.target, "đi vào", "incoming")):
                yield Fault(
                    end, f"“{end}” có các luồng {vi} trùng nhau.", f"{end!r} has duplicate {en} flows."
                )
        seen.add(key)
