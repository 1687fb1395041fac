"""Diagrams in a line: `draw("start:s user:a end:e", "s>a a>e")`, for tests that are about flow."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from bpmn import reading
from bpmn.diagram import Diagram

TYPES = {
    "start": "startEvent", "end": "endEvent", "user": "userTask", "xor": "exclusiveGateway",
    "par": "parallelGateway", "inc": "inclusiveGateway", "ev": "eventBasedGateway", "script": "scriptTask",
    "catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent",
}  # fmt: skip
INNER = {
    "catch": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "script": "<script>1</script>",
}
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def xml(nodes: str, flows: str, more: str = "") -> bytes:
    """`type:id` nodes and `source>target` flows, `source>target?condition`; `more`: further elements of the process."""
    parts = []
    for node in nodes.split():
        kind, id_ = node.split(":")
        attributes = ' scriptFormat="feel"' if kind == "script" else ""
        parts.append(f'<{TYPES[kind]} id="{id_}"{attributes}>{INNER.get(kind, "")}</{TYPES[kind]}>')
    for flow in flows.split():
        ends, _, condition = flow.partition("?")
        source, target = ends.split(">")
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        parts.append(
            f'<sequenceFlow id="{source}_{target}" sourceRef={quoteattr(source)} targetRef={quoteattr(target)}>'
            f"{inside}</sequenceFlow>"
        )
    return (
        f'<definitions xmlns="{BPMN}" id="d" targetNamespace="t"><process id="p" isExecutable="true">'
        f"{''.join(parts)}{more}</process></definitions>"
    ).encode()


def draw(nodes: str, flows: str, more: str = "") -> Diagram:
    return reading.read(xml(nodes, flows, more), "test.bpmn")
