"""Ids are XML names (NCName) of at most 200 letters, and flow nodes have one (BPMN 2.0.2 §8.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.diagram import FLOW_NODES, Diagram
from bpmn.lint import Fault
from engine.xml import local

SEVERITY = "error"


NAME = re.compile(r"[^\W\d][\w.\-·]{0,199}")


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements():
        id_ = element.get("id")
        if id_ is None and local(element) in FLOW_NODES:
            where = f"{local(element)}@{element.sourceline}"
            yield Fault(
                where,
                f"Phần tử {local(element)} ở dòng {element.sourceline} không có mã (id).",
                f"The {local(element)} at line {element.sourceline} has no id.",
            )
        elif id_ is not None and not NAME.fullmatch(str(id_)):
            yield Fault(
                str(id_)[:200],
                f"Mã “{str(id_)[:60]}” không hợp lệ: phải bắt đầu bằng chữ hoặc “_”, chỉ gồm chữ, số, “_”, “-”, “.”.",
                f"The id {str(id_)[:60]!r} is not an XML name.",
            )
