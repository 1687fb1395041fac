"""What BPMN DI says of a picture: shapes and edges with bounds, way-points and labels (BPMN 2.0.2 clause 12).

Reading is hardened (`engine.xml`, finite numbers only) and kept for the last diagrams, because
one diagram is drawn many times with different marks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from engine import xml
from engine.xml import local as local_name

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"

MAX_ITEMS = 5_000
MAX_COORDINATE = 100_000.0


class UnreadablePicture(ValueError):
    """The bytes are not a BPMN file that can be drawn; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    w: float
    h: float

    @property
    def cx(self) -> float:
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        return self.y + self.h / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind` is the local name of the BPMN element; `trigger` the event's definition; `markers` the activity's."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None = None
    trigger: str = ""
    throws: bool = False
    interrupts: bool = True
    markers: tuple[str, ...] = ()
    expanded: bool = False
    horizontal: bool = True
    event_sub_process: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    id: str
    kind: str
    name: str
    points: tuple[tuple[float, float], ...]
    label: Box | None = None
    start: str = ""  # "default" or "conditional": the mark at the edge's beginning
    directed: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def parse(data: bytes) -> etree._Element:
    """The root element of a BPMN file. Raises UnreadablePicture for anything else, DOCTYPE included."""
    try:
        root = xml.parse(data)
    except xml.XmlRefused as refused:
        raise UnreadablePicture(f"Expected a BPMN file but: {refused}") from None
    if root.tag != BPMN + "definitions":
        raise UnreadablePicture("Expected the root element `definitions` of BPMN 2.0")
    return root


@lru_cache(maxsize=64)
def layout(data: bytes) -> Layout:
    """Shapes and edges of the first BPMNDiagram, in the file's order; what has no DI is not there.

    Raises UnreadablePicture.
    """
    root = parse(data)
    plane = root.find(f"{BPMNDI}BPMNDiagram/{BPMNDI}BPMNPlane")
    if plane is None:
        return Layout((), ())
    if len(plane) > MAX_ITEMS:
        raise UnreadablePicture(f"Expected at most {MAX_ITEMS} shapes and edges but found {len(plane)}")
    elements = {i: e for e in root.iter(f"{BPMN}*") if (i := e.get("id"))}
    defaults = {d for e in elements.values() if (d := e.get("default"))}
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for item in plane:
        element = elements.get(item.get("bpmnElement") or "")
        if element is None:
            continue
        if item.tag == BPMNDI + "BPMNShape":
            shapes.append(_shape(item, element, elements))
        elif item.tag == BPMNDI + "BPMNEdge":
            edges.extend(_edge(item, element, elements, defaults))
    return Layout(tuple(shapes), tuple(edges))


def _shape(item: etree._Element, element: etree._Element, elements: dict[str, etree._Element]) -> Shape:
    kind = local_name(element)
    box = _bounds(item.find(DC + "Bounds"))
    if box is None:
        raise UnreadablePicture(f"Expected Bounds for the shape of `{element.get('id')}`")
    trigger, throws = _trigger(element, kind)
    sub_process = kind in ("subProcess", "transaction", "adHocSubProcess")
    expanded = item.get("isExpanded") == "true" or (
        sub_process and item.get("isExpanded") is None and box.w > 150
    )
    return Shape(
        id=element.get("id") or "",
        kind=kind,
        name=_text(element, kind),
        box=box,
        label=_bounds(item.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")),
        trigger=trigger,
        throws=throws,
        interrupts=element.get("cancelActivity") != "false" and element.get("isInterrupting") != "false",
        markers=tuple(_markers(element, kind, collapsed=sub_process and not expanded)),
        expanded=sub_process and expanded,
        horizontal=item.get("isHorizontal") != "false",
        event_sub_process=sub_process and element.get("triggeredByEvent") == "true",
    )


def _edge(
    item: etree._Element, element: etree._Element, elements: dict[str, etree._Element], defaults: set[str]
) -> Iterator[Edge]:
    points = tuple((_number(p.get("x")), _number(p.get("y"))) for p in item.iterfind(DI + "waypoint"))
    if len(points) < 2:
        return
    kind = local_name(element)
    source = elements.get(element.get("sourceRef") or "")
    start = ""
    if kind == "sequenceFlow" and source is not None:
        if element.get("id") in defaults:
            start = "default"
        elif element.find(BPMN + "conditionExpression") is not None and not local_name(source).endswith(
            "Gateway"
        ):
            start = "conditional"
    yield Edge(
        id=element.get("id") or "",
        kind=kind,
        name=element.get("name") or "",
        points=points,
        label=_bounds(item.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")),
        start=start,
        directed=kind != "association" or element.get("associationDirection") in ("One", "Both"),
    )


def _text(element: etree._Element, kind: str) -> str:
    if kind == "textAnnotation":
        return (element.findtext(BPMN + "text") or "").strip()
    return " ".join((element.get("name") or "").split())


def _trigger(element: etree._Element, kind: str) -> tuple[str, bool]:
    if not kind.endswith("Event"):
        return "", False
    found = [name for child in element if (name := local_name(child)).endswith("EventDefinition")]
    throws = kind in ("endEvent", "intermediateThrowEvent")
    if len(found) > 1:
        return ("parallelMultiple" if element.get("parallelMultiple") == "true" else "multiple"), throws
    return (found[0] if found else ""), throws


def _markers(element: etree._Element, kind: str, *, collapsed: bool) -> Iterator[str]:
    multi = element.find(BPMN + "multiInstanceLoopCharacteristics")
    if multi is not None:
        yield "sequential" if multi.get("isSequential") == "true" else "parallel"
    if element.find(BPMN + "standardLoopCharacteristics") is not None:
        yield "loop"
    if element.get("isForCompensation") == "true":
        yield "compensation"
    if collapsed:
        yield "collapsed"
    if kind == "adHocSubProcess":
        yield "adHoc"


def _bounds(bounds: etree._Element | None) -> Box | None:
    if bounds is None:
        return None
    x, y, w, h = (_number(bounds.get(side)) for side in ("x", "y", "width", "height"))
    return Box(x, y, max(w, 0.0), max(h, 0.0))


def _number(text: str | None) -> float:
    try:
        number = float(text or "")
    except ValueError:
        raise UnreadablePicture(f"Expected a coordinate but found `{(text or '')[:40]}`") from None
    if not math.isfinite(number) or abs(number) > MAX_COORDINATE:
        raise UnreadablePicture(
            f"Expected a coordinate within ±{MAX_COORDINATE:g} but found `{(text or '')[:40]}`"
        )
    return number
