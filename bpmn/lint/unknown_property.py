"""A property that the dialect does not name is refused: a misspelt one would be silently without effect (dialect §3)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "error"


USER_TASK = {
    "agency",
    "role",
    "kind",
    "time_limit",
    "outcomes",
    "outcomes_en",
    "papers",
    "results",
    "counted",
}
MESSAGE = {"correlation", "payload"}
ALLOWED = {
    "userTask": USER_TASK,
    "lane": {"agency", "role"},
    "boundaryEvent": {"silence", "calendar", *MESSAGE},
    "intermediateCatchEvent": {"calendar", *MESSAGE},
    "intermediateThrowEvent": MESSAGE,
    "startEvent": MESSAGE,
    "endEvent": {"end_kind", *MESSAGE},
    "callActivity": {"procedure"},
    "sendTask": MESSAGE,
    "receiveTask": MESSAGE,
}


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        given = [(node.id, node.type, node.properties) for node in d.nodes]
        given += [(lane.id, "lane", lane.properties) for lane in d.lanes]
        for id_, kind, properties in given:
            for name in sorted(set(properties) - ALLOWED.get(kind, set())):
                yield Fault(
                    id_,
                    f"“{id_}”: không có thuộc tính “{name[:60]}” cho {kind}.",
                    f"{id_!r}: there is no property {name[:60]!r} for a {kind}.",
                    d.file,
                )
