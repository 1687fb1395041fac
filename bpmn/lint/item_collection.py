"""Data inputs, outputs and objects are collections exactly where their item definition is (BPMN 2.0.2 §10.4.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements("dataInput", "dataOutput", "dataObject"):
        definition = d.declared.get(str(element.get("itemSubjectRef")))
        if definition is not None and (element.get("isCollection") == "true") != (
            definition.get("isCollection") == "true"
        ):
            yield Fault(
                id_of(element),
                f"“{id_of(element)}” và kiểu dữ liệu “{definition.get('id')}” khác nhau về tập hợp (isCollection).",
                f"{id_of(element)!r} and its item {definition.get('id')!r} differ in isCollection.",
            )
