"""Item definitions and data inputs, outputs of a diagram: what the data rules of the gate compare (BPMN 2.0.2 §8.3.10, §10.4).

Our engine keeps data in the dossier, not in these elements; a diagram that contradicts itself is refused all the same.
"""

from __future__ import annotations

from bpmn.diagram import Diagram
from engine.xml import Element, children, text_of


def io_of(element: Element) -> Element | None:
    """The element's ioSpecification."""
    return next(children(element, "ioSpecification"), None)


def inputs(element: Element) -> tuple[Element, ...]:
    """Data inputs of an activity, process, global task (in their ioSpecification) or throwing event (its own)."""
    return tuple(children(element if (io := io_of(element)) is None else io, "dataInput"))


def outputs(element: Element) -> tuple[Element, ...]:
    return tuple(children(element if (io := io_of(element)) is None else io, "dataOutput"))


def item(element: Element | None, attribute: str = "itemSubjectRef") -> str | None:
    """The id of the item definition the element refers to."""
    return None if element is None else element.get(attribute)


def same_item(d: Diagram, one: str | None, other: str | None) -> bool:
    """True if both name the same item definition, or two of one known structure."""
    if one == other:
        return True
    structures = [d.declared[i].get("structureRef") if i and i in d.declared else None for i in (one, other)]
    return structures[0] is not None and structures[0] == structures[1]


def carried(d: Diagram, definition: Element) -> str | None:
    """The item that a message, signal, error or escalation event definition carries."""
    for name, attribute in (("message", "itemRef"), ("signal", "structureRef"), ("error", "structureRef"), ("escalation", "structureRef")):  # fmt: skip
        ref = definition.get(f"{name}Ref")
        if ref:
            return item(d.declared.get(str(ref)), attribute)
    return None


def operation(d: Diagram, ref: str | None) -> Element | None:
    """The operation of any interface of the file."""
    return next((o for o in d.elements("operation") if ref and o.get("id") == ref), None)


def message_item(d: Diagram, of: Element | None, name: str) -> str | None:
    """The item of the operation's `inMessageRef` or `outMessageRef`."""
    ref = next(children(of, name), None) if of is not None else None
    return item(d.declared.get(text_of(ref)), "itemRef")
