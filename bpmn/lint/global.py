"""Messages, signals, errors and escalations have a name of their own and are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.xml import local

SEVERITY = "warning"


KINDS = ("error", "escalation", "message", "signal")


def diagram(d: Diagram) -> Iterator[Fault]:
    used = {str(e.get(f"{kind}Ref")) for e in d.elements() for kind in KINDS if e.get(f"{kind}Ref")}
    named = Counter((local(e), e.get("name")) for e in d.declared.values() if e.get("name"))
    for id_, element in d.declared.items():
        if local(element) not in KINDS:
            continue
        if not element.get("name"):
            yield Fault(id_, f"“{id_}” chưa có tên.", f"{id_!r} has no name.")
        elif named[(local(element), element.get("name"))] > 1:
            yield Fault(
                id_,
                f"Tên “{element.get('name')}” của “{id_}” bị trùng.",
                f"The name {element.get('name')!r} of {id_!r} is not unique.",
            )
        if id_ not in used:
            yield Fault(id_, f"“{id_}” không được dùng.", f"{id_!r} is not used.")
