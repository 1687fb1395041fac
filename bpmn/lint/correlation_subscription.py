"""Messages find their dossier by the property `correlation`; BPMN's subscription is not executed and would be silently ignored."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements("correlationSubscription"):
        parent = element.getparent()
        name = id_of(element if parent is None else parent)
        yield Fault(
            name,
            f"“{name}” dùng correlationSubscription, không được hỗ trợ: hãy dùng thuộc tính “correlation”.",
            f"{name!r} uses a correlationSubscription; use the property 'correlation'.",
        )
