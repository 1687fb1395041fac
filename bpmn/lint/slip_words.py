"""A step that asks for more or refuses has room for words: the slip names what is missing, or why, in writing
(NĐ 61/2018/NĐ-CP art. 17)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import steps
from bpmn.compile import Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault
from engine.rules.words import SLIPS, room_of

SEVERITY = "warning"


def bundle(parts: Parts) -> Iterator[Fault]:
    for d in parts.diagrams.values():
        for node in d.nodes:
            if node.type not in HUMAN:
                continue
            step = steps.read(d, node)[0]
            form = parts.forms.get(step.form or "")
            owed = [outcome for outcome in step.outcomes if outcome.code in SLIPS]
            if owed and not (form and room_of(form)):
                said = ", ".join(f"“{outcome.vi}”" for outcome in owed)
                yield Fault(
                    node.id,
                    f"“{node.id}” có kết quả {said} nhưng biểu mẫu không có chỗ ghi lý do, nội dung: phiếu in ra sẽ không nói gì.",
                    f"{node.id!r} ends with {', '.join(one.code for one in owed)}, but its form has no room for words: the slip says nothing.",
                    d.file,
                )
