"""A sequence flow joins two flow nodes (BPMN 2.0.2 §8.3.13): never an artifact, a pool, or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for flow in d.flows:
        for end, vi in ((flow.source, "điểm đầu"), (flow.target, "điểm cuối")):
            if end in d.node:
                continue
            what_vi = "không phải bước, sự kiện hay cổng" if end in d.ids else "không tồn tại"
            what_en = "is no flow node" if end in d.ids else "does not exist"
            side = "source" if vi == "điểm đầu" else "target"
            yield Fault(
                flow.id,
                f"Luồng “{flow.id}” có {vi} “{end}” {what_vi}.",
                f"The {side} {end!r} of the flow {flow.id!r} {what_en}.",
            )
