"""The most of a participant's instances is not below the least, nor zero (BPMN 2.0.2 §9.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.lint import Fault

SEVERITY = "error"


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements("participantMultiplicity"):
        owner = element.getparent()
        low, high = (
            str(element.get(name, default)).strip() for name, default in (("minimum", "0"), ("maximum", "1"))
        )
        sound = (
            low.isascii()
            and low.isdecimal()
            and high.isascii()
            and high.isdecimal()
            and len(low) + len(high) < 20
            and 0 < int(high) >= int(low)
        )
        if not sound and owner is not None:
            yield Fault(
                id_of(owner),
                f"Số thể hiện của “{id_of(owner)}” không hợp lệ: {low[:10]}..{high[:10]}.",
                f"The multiplicity of {id_of(owner)!r} is wrong: {low[:10]}..{high[:10]}.",
            )
