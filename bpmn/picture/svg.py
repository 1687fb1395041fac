"""BPMN DI as SVG: presentation attributes and class names only, so that a page without inline styles may hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from bpmn.picture import icons
from bpmn.picture.layout import Box, Edge, Layout, Shape, layout
from bpmn.picture.lettering import below, beside, middle

Mark = Literal["current", "done", "late", "found"]

INK = "#22242a"
NOTHING = ("Sơ đồ này không có hình vẽ.", "This diagram has no picture.")
_MARKED: dict[str, tuple[str, str, float]] = {  # fill, stroke, stroke width
    "current": ("#fff3d6", "#9a5b00", 3),
    "done": ("#e5f4e8", "#23682b", 2),
    "late": ("#fde7e7", "#b01414", 3),
    "found": ("#f3e8ff", "#6b21a8", 3),
}
MARKS: Mapping[Mark, tuple[str, str]] = {
    "current": ("đang xử lý", "in progress"),
    "done": ("đã xong", "done"),
    "late": ("quá hạn", "overdue"),
    "found": ("có lỗi cần sửa", "to be mended"),
}
"""In Vietnamese and English."""
_PLAIN = ("#ffffff", INK, 1.6)
_CONTAINERS = frozenset({"participant", "lane"})
_MARGIN = 18.0


def draw(xml: bytes, marks: Mapping[str, Mark] | None = None, title: str = "", english: bool = False) -> str:
    """The diagram as one SVG element, with the marked steps and flows highlighted.

    `marks`: element id → `current`, `done`, `late` or `found`; ids that are not in the picture are ignored.
    `english`: what the picture itself says (the diagram's own texts: `bpmn.picture.translated`).
    Labels are text of the diagram, escaped; nothing of the file gets into the SVG but numbers, names and ids.
    Raises UnreadablePicture.
    """
    picture = layout(xml)
    frame = _frame(picture)
    body = "".join(_body(picture, marks or {}, english)) or middle(
        NOTHING[english], frame.cx, frame.cy, frame.w, 40, 14
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn-picture" role="img" aria-label={quoteattr(title or ("Sơ đồ quy trình", "Process diagram")[english])}'
        f' viewBox="{frame.x:g} {frame.y:g} {frame.w:g} {frame.h:g}" width="{frame.w:g}" height="{frame.h:g}"'
        f' font-family="system-ui, Noto Sans, Liberation Sans, Arial, sans-serif">{body}</svg>'
    )


def _frame(picture: Layout) -> Box:
    xs, ys = [], []
    for shape in picture.shapes:
        for box in (shape.box, shape.label):
            if box is not None:
                xs += [box.x, box.x + box.w]
                ys += [box.y, box.y + box.h]
        if shape.name and shape.label is None and shape.kind.endswith(("Event", "Gateway")):
            ys.append(shape.box.y + shape.box.h + 30)
    for edge in picture.edges:
        xs += [x for x, _ in edge.points]
        ys += [y for _, y in edge.points]
    if not xs:
        return Box(0, 0, 400, 120)
    x, y = min(xs) - _MARGIN, min(ys) - _MARGIN
    return Box(x, y, max(xs) + _MARGIN - x, max(ys) + _MARGIN - y)


def _body(picture: Layout, marks: Mapping[str, Mark], english: bool) -> Iterator[str]:
    """Back to front: pools, lanes, opened sub-processes (outer first), flows, nodes, boundary events, badges."""
    behind = [s for s in picture.shapes if s.kind in _CONTAINERS or s.expanded or s.kind == "group"]
    behind.sort(key=lambda s: (s.kind not in _CONTAINERS, -s.box.w * s.box.h))
    nodes = [s for s in picture.shapes if not (s.kind in _CONTAINERS or s.expanded or s.kind == "group")]
    nodes.sort(key=lambda s: s.kind == "boundaryEvent")
    for shape in behind:
        yield _shape(shape, marks.get(shape.id), english)
    for edge in picture.edges:
        yield _edge(edge, marks.get(edge.id))
    for shape in nodes:
        yield _shape(shape, marks.get(shape.id), english)


def _shape(shape: Shape, mark: Mark | None, english: bool) -> str:
    kind = shape.kind
    if kind in _CONTAINERS:
        inner = _container(shape)
    elif kind.endswith("Event"):
        inner = _event(shape, mark)
    elif kind.endswith("Gateway"):
        inner = _gateway(shape, mark)
    elif kind == "textAnnotation":
        inner = _annotation(shape)
    elif kind == "group":
        inner = _rect(shape.box, "none", INK, 1.5, radius=10, dash="8 4 2 4") + _caption(shape)
    elif kind in ("dataObjectReference", "dataInput", "dataOutput"):
        inner = _data_object(shape)
    elif kind == "dataStoreReference":
        inner = _data_store(shape)
    else:
        inner = _activity(shape, mark)
    state = f" is-{mark}" if mark else ""
    said = f"{shape.name}: {MARKS[mark][english]}" if mark else shape.name
    told = f"<title>{escape(said)}</title>" if said else ""
    return f'<g class="bpmn-{kind}{state}" data-element={quoteattr(shape.id)}>{told}{inner}{_badge(shape, mark)}</g>'


def _activity(shape: Shape, mark: Mark | None) -> str:
    fill, stroke, width = _look(mark)
    box = shape.box
    thick = 4.5 if shape.kind == "callActivity" else width
    dash = "2 3" if shape.event_sub_process else ""
    out = [_rect(box, "#fcfcfd" if shape.expanded and not mark else fill, stroke, thick, radius=9, dash=dash)]
    if shape.kind == "transaction":
        out.append(_rect(Box(box.x + 4, box.y + 4, box.w - 8, box.h - 8), "none", stroke, 1.2, radius=6))
    sign = icons.TASK_TYPE.get(shape.kind)
    if sign:
        inside = stroke if shape.kind in icons.FILLED_TYPES else "none"
        line = "#ffffff" if shape.kind in icons.FILLED_TYPES else stroke
        out.append(_path(sign, box.x + 6, box.y + 5, line, 1.1, inside))
    if shape.expanded:
        out.append(beside(shape.name, box.x + 12, box.y + 6, box.w - 24, 30, 12))
    else:
        room = box.h - (18 if sign else 6) - (16 if shape.markers else 4)
        lift = (7 if sign else 0) - (7 if shape.markers else 0)
        out.append(middle(shape.name, box.cx, box.cy + lift, box.w - 12, room))
    left = box.cx - 10 * len(shape.markers)
    for i, marker in enumerate(shape.markers):
        out.append(_path(icons.MARKER[marker], left + 20 * i + 2, box.y + box.h - 19, stroke, 1.6))
    return "".join(out)


def _event(shape: Shape, mark: Mark | None) -> str:
    fill, stroke, _ = _look(mark)
    box = shape.box
    radius = min(box.w, box.h) / 2
    dash = "" if shape.interrupts else "5 3"
    out = [_circle(box.cx, box.cy, radius, fill, stroke, 3.6 if shape.kind == "endEvent" else 1.6, dash)]
    if shape.kind.startswith(("intermediate", "boundary")):
        out.append(_circle(box.cx, box.cy, radius - 3.5, "none", stroke, 1.4, dash))
    sign = icons.EVENT.get(shape.trigger)
    if sign:
        inside = stroke if shape.throws else "none"
        line = "#ffffff" if shape.throws and shape.trigger == "messageEventDefinition" else stroke
        out.append(_path(sign, box.cx, box.cy, line, 1.3, inside, scale=radius / 18))
    return "".join(out) + _caption(shape)


def _gateway(shape: Shape, mark: Mark | None) -> str:
    fill, stroke, width = _look(mark)
    box = shape.box
    diamond = f"M{box.cx:g} {box.y:g}L{box.x + box.w:g} {box.cy:g}L{box.cx:g} {box.y + box.h:g}L{box.x:g} {box.cy:g}z"
    sign = icons.GATEWAY.get(shape.kind, "")
    bold = 1.4 if shape.kind == "eventBasedGateway" else 3
    return (
        f'<path d="{diamond}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"/>'
        + _path(sign, box.cx, box.cy, stroke, bold, scale=box.w / 50)
        + _caption(shape)
    )


def _container(shape: Shape) -> str:
    box = shape.box
    pool = shape.kind == "participant"
    out = [_rect(box, "#ffffff" if pool else "none", INK, 1.6 if pool else 1)]
    size, bold = (13, ' font-weight="600"') if pool else (12, "")
    if shape.horizontal:
        if pool:
            out.append(f'<path d="M{box.x + 30:g} {box.y:g}v{box.h:g}" stroke="{INK}" stroke-width="1.2"/>')
        words = middle(shape.name, 0, 0, box.h - 12, 30 if pool else 34, size)
        out.append(f'<g transform="translate({box.x + 15:g} {box.cy:g}) rotate(-90)"{bold}>{words}</g>')
    else:
        if pool:
            out.append(f'<path d="M{box.x:g} {box.y + 30:g}h{box.w:g}" stroke="{INK}" stroke-width="1.2"/>')
        out.append(f"<g{bold}>{middle(shape.name, box.cx, box.y + 15, box.w - 12, 30, size)}</g>")
    return "".join(out)


def _annotation(shape: Shape) -> str:
    box = shape.box
    bracket = f"M{box.x + 12:g} {box.y:g}H{box.x:g}V{box.y + box.h:g}H{box.x + 12:g}"
    return f'<path d="{bracket}" fill="none" stroke="{INK}" stroke-width="1.2"/>' + beside(
        shape.name, box.x + 6, box.y + 2, box.w - 8, box.h
    )


def _data_object(shape: Shape) -> str:
    b = shape.box
    fold = min(b.w, b.h) / 4
    page = (
        f"M{b.x:g} {b.y:g}H{b.x + b.w - fold:g}L{b.x + b.w:g} {b.y + fold:g}V{b.y + b.h:g}H{b.x:g}z"
        f"M{b.x + b.w - fold:g} {b.y:g}v{fold:g}h{fold:g}"
    )
    return f'<path d="{page}" fill="#ffffff" stroke="{INK}" stroke-width="1.4"/>' + _caption(shape)


def _data_store(shape: Shape) -> str:
    b = shape.box
    rx, ry = b.w / 2, min(b.h / 8, 8)
    drum = (
        f"M{b.x:g} {b.y + ry:g}a{rx:g} {ry:g} 0 0 1 {b.w:g} 0V{b.y + b.h - ry:g}"
        f"a{rx:g} {ry:g} 0 0 1 {-b.w:g} 0zm0 0a{rx:g} {ry:g} 0 0 0 {b.w:g} 0"
    )
    return f'<path d="{drum}" fill="#ffffff" stroke="{INK}" stroke-width="1.4"/>' + _caption(shape)


def _edge(edge: Edge, mark: Mark | None) -> str:
    stroke, width = (_MARKED[mark][1], 2.6) if mark else (INK, 1.4)
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in edge.points)
    dash = {
        "messageFlow": "8 5",
        "association": "1 4",
        "dataInputAssociation": "1 4",
        "dataOutputAssociation": "1 4",
    }
    dashed = f' stroke-dasharray="{dash[edge.kind]}" stroke-linecap="round"' if edge.kind in dash else ""
    out = [
        f'<path d="{line}" fill="none" stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"{dashed}/>'
    ]
    if edge.kind == "messageFlow":
        out.append(_circle(*edge.points[0], 4, "#ffffff", stroke, 1.3))
    if edge.start:
        out.append(
            _at(
                edge.points[0],
                edge.points[1],
                "M7-5L11 5" if edge.start == "default" else "M0 0L8-5L16 0L8 5z",
                stroke,
            )
        )
    if edge.directed:
        out.append(_arrow(edge, stroke))
    if edge.name:
        out.append(_edge_label(edge))
    state = f" is-{mark}" if mark else ""
    return f'<g class="bpmn-{edge.kind}{state}" data-element={quoteattr(edge.id)}>{"".join(out)}</g>'


def _arrow(edge: Edge, stroke: str) -> str:
    (x0, y0), (x1, y1) = edge.points[-2], edge.points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    ax, ay = x1 - 10 * ux, y1 - 10 * uy
    hollow = edge.kind != "sequenceFlow"
    close = "" if edge.kind.startswith(("assoc", "data")) else "z"
    head = f"M{ax - 5 * uy:.1f} {ay + 5 * ux:.1f}L{x1:g} {y1:g}L{ax + 5 * uy:.1f} {ay - 5 * ux:.1f}{close}"
    fill = ("none" if not close else "#ffffff") if hollow else stroke
    return f'<path d="{head}" fill="{fill}" stroke="{stroke}" stroke-width="1.2" stroke-linejoin="round"/>'


def _at(start: tuple[float, float], towards: tuple[float, float], sign: str, stroke: str) -> str:
    """A sign at the beginning of a flow, turned into its direction."""
    dx, dy = towards[0] - start[0], towards[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    c, s = dx / length, dy / length
    return (
        f'<path transform="matrix({c:.3f} {s:.3f} {-s:.3f} {c:.3f} {start[0]:g} {start[1]:g})" d="{sign}"'
        f' fill="#ffffff" stroke="{stroke}" stroke-width="1.4"/>'
    )


def _edge_label(edge: Edge) -> str:
    if edge.label is not None:
        return below(edge.name, edge.label.cx, edge.label.y, max(edge.label.w + 8, 40))
    pairs = list(zip(edge.points, edge.points[1:], strict=False))
    (x0, y0), (x1, y1) = max(pairs, key=lambda p: abs(p[0][0] - p[1][0]) + abs(p[0][1] - p[1][1]))
    return below(edge.name, (x0 + x1) / 2, (y0 + y1) / 2 - 16, max(abs(x1 - x0) - 10, 70))


def _caption(shape: Shape) -> str:
    """The name outside of the shape: where the analyst put it, else under the shape."""
    if not shape.name:
        return ""
    if shape.label is not None:
        return below(shape.name, shape.label.cx, shape.label.y, max(shape.label.w + 6, 60))
    return below(shape.name, shape.box.cx, shape.box.y + shape.box.h + 3, 92)


def _badge(shape: Shape, mark: Mark | None) -> str:
    if mark is None or shape.kind in _CONTAINERS:
        return ""
    x, y = shape.box.x + shape.box.w - 2, shape.box.y + 2
    sign = _path(icons.BADGE[mark], x, y, "#ffffff", 2.2)
    return _circle(x, y, 9, _MARKED[mark][1], "#ffffff", 1.5) + sign


def _look(mark: Mark | None) -> tuple[str, str, float]:
    return _MARKED[mark] if mark else _PLAIN


def _rect(box: Box, fill: str, stroke: str, width: float, radius: float = 0, dash: str = "") -> str:
    rounded = f' rx="{radius:g}"' if radius else ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}"{rounded}'
        f' fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'
    )


def _circle(cx: float, cy: float, r: float, fill: str, stroke: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<circle cx="{cx:g}" cy="{cy:g}" r="{r:g}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'


def _path(
    sign: str, x: float, y: float, stroke: str, width: float, fill: str = "none", scale: float = 1.0
) -> str:
    scaled = f" scale({scale:.2f})" if scale != 1.0 else ""
    return (
        f'<path transform="translate({x:g} {y:g}){scaled}" d="{sign}" fill="{fill}" stroke="{stroke}"'
        f' stroke-width="{width:g}" stroke-linejoin="round" stroke-linecap="round"/>'
    )
