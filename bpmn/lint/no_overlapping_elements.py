"""Shapes do not lie on each other, and lie inside the pool or sub-process they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.diagram import SUB_PROCESSES, Diagram, Node
from bpmn.lint import Fault

SEVERITY = "warning"


Box = tuple[float, float, float, float]


def diagram(d: Diagram) -> Iterator[Fault]:
    boxes, planes = _boxes(d)
    groups: dict[tuple[str, str], list[Node]] = {}
    for node in d.nodes:
        if node.id in boxes and node.type != "boundaryEvent":
            groups.setdefault((node.scope, planes[node.id]), []).append(node)
    overlapping: dict[str, None] = {}
    for nodes in groups.values():
        overlapping |= _overlapping({node.id: boxes[node.id] for node in nodes})
    overlapping |= _overlapping({p.id: boxes[p.id] for p in d.participants if p.id in boxes})
    for id_ in overlapping:
        yield Fault(
            id_, f"“{id_}” nằm đè lên phần tử khác trên hình vẽ.", f"{id_!r} overlaps another element."
        )
    for node in d.nodes:
        home = d.node.get(node.scope)
        if home is None or home.type not in SUB_PROCESSES or not {node.id, home.id} <= boxes.keys():
            continue
        if (
            planes[node.id] == planes[home.id]
            and node.type != "boundaryEvent"
            and not _inside(boxes[node.id], boxes[home.id])
        ):
            yield Fault(
                node.id,
                f"“{node.id}” nằm ngoài khung của “{home.id}”.",
                f"{node.id!r} is outside its parent {home.id!r}.",
            )


def _boxes(d: Diagram) -> tuple[dict[str, Box], dict[str, str]]:
    found: dict[str, Box] = {}
    planes: dict[str, str] = {}
    for plane in d.root.iter("{*}BPMNPlane"):
        for shape in plane.iter("{*}BPMNShape"):
            bounds = next(shape.iter("{*}Bounds"), None)
            try:
                x, y, w, h = (float(bounds.get(n, "")) for n in ("x", "y", "width", "height"))  # type: ignore[union-attr]
            except (ValueError, AttributeError):
                continue
            id_ = str(shape.get("bpmnElement"))
            found[id_], planes[id_] = (x, y, x + w, y + h), str(plane.get("bpmnElement"))
    return found, planes


def _overlapping(boxes: dict[str, Box]) -> dict[str, None]:
    """A sweep from left to right: only boxes that share a stretch of x are compared."""
    found: dict[str, None] = {}
    open_: list[str] = []
    for id_ in sorted(boxes, key=lambda i: boxes[i]):
        left, top, _, bottom = boxes[id_]
        open_ = [other for other in open_ if boxes[other][2] > left]
        for other in open_:
            if boxes[other][1] < bottom and top < boxes[other][3]:
                found[other] = found[id_] = None
        open_.append(id_)
    return found


def _inside(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
