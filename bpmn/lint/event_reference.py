"""Events name what they wait for or throw: a message, signal, error or escalation of the file, escalations and errors thrown with a code (BPMN 2.0.2 §10.5.5)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import local

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        for definition in d.event_definitions(node):
            kind = local(definition).removesuffix("EventDefinition")
            if kind not in ("message", "signal", "error", "escalation"):
                continue
            ref = definition.get(f"{kind}Ref")
            throws = node.type in ("endEvent", "intermediateThrowEvent")
            if ref is None and (throws or kind in ("message", "signal")):
                yield Fault(
                    node.id,
                    f"Sự kiện “{node.id}” không nêu {kind} nào.",
                    f"The event {node.id!r} names no {kind}.",
                )
            elif ref is not None and (str(ref) not in d.declared or local(d.declared[str(ref)]) != kind):
                yield Fault(
                    node.id,
                    f"Sự kiện “{node.id}” nêu {kind} “{ref}” không có trong sơ đồ.",
                    f"The event {node.id!r} refers to the {kind} {ref!r}, which is not there.",
                )
            elif (
                ref is not None
                and throws
                and kind in ("error", "escalation")
                and not d.declared[str(ref)].get(f"{kind}Code")
            ):
                yield Fault(
                    node.id,
                    f"Sự kiện “{node.id}” phát {kind} “{ref}” không có mã.",
                    f"The event {node.id!r} throws the {kind} {ref!r}, which has no code.",
                )
