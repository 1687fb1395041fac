"""Ids are unique in a file (XML Schema `xsd:ID`): references and dossiers live by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bpmn.diagram import Diagram
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    counted = Counter(str(e.get("id")) for e in d.elements() if e.get("id"))
    for id_, times in counted.items():
        if times > 1:
            yield Fault(
                id_,
                f"Mã “{id_}” dùng {times} lần; mỗi phần tử cần mã riêng.",
                f"The id {id_!r} is used {times} times.",
            )
