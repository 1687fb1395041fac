"""A performer is named by a resource or by an expression, not by both; parameters belong to a resource (BPMN 2.0.2 §10.3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.lint import Fault
from engine.xml import children

SEVERITY = "error"


ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def diagram(d: Diagram) -> Iterator[Fault]:
    for role in d.elements(*ROLES):
        resource, expression, binding = (
            next(children(role, n), None) is not None
            for n in ("resourceRef", "resourceAssignmentExpression", "resourceParameterBinding")
        )
        if expression and (resource or binding):
            yield Fault(
                id_of(role),
                f"“{id_of(role)}” nêu người thực hiện vừa bằng nguồn lực vừa bằng biểu thức.",
                f"{id_of(role)!r} names its performer both by resource and by expression.",
            )
        elif binding and not resource:
            yield Fault(
                id_of(role),
                f"“{id_of(role)}” có tham số nhưng không nêu nguồn lực.",
                f"{id_of(role)!r} binds parameters of no resource.",
            )
