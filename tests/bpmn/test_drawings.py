"""The shipped diagrams are drawn as a careful analyst draws: every element, orthogonal, nothing crosses or overlaps."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

import bpmn
from bpmn.picture.layout import Box, Edge, Layout, Shape, layout
from bpmn.picture.lettering import letter_width, wrap
from engine.xml import parse

DIAGRAMS = sorted((Path(bpmn.__file__).parent / "procedures").glob("*/v*/process.bpmn"))
NODES = ("Task", "Event", "Gateway", "subProcess", "callActivity")
Segment = tuple[tuple[float, float], tuple[float, float]]


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.parts[-3])
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def drawn(path: Path) -> Layout:
    return layout(path.read_bytes())


def test_four_procedures_are_shipped() -> None:
    """1.001193, 1.004873, 1.009994 and 2.000815."""
    assert [path.parts[-3] for path in DIAGRAMS] == ["1.001193", "1.004873", "1.009994", "2.000815"]


def test_every_element_is_drawn(path: Path, drawn: Layout) -> None:
    """No node or flow without a place in the picture."""
    model = {
        e.get("id")
        for e in parse(path.read_bytes()).iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}*")
        if str(e.tag).endswith((*NODES, "sequenceFlow", "lane", "participant"))
    }
    assert model == {s.id for s in drawn.shapes} | {e.id for e in drawn.edges}


def test_ids_are_vietnamese_words_without_accents(drawn: Layout) -> None:
    """snake_case ids that read well in a log."""
    ids = [s.id for s in drawn.shapes] + [e.id for e in drawn.edges]
    assert [i for i in ids if not i.isascii() or not i.replace("_", "").isalnum() or i != i.lower()] == []


def test_flows_run_straight_and_square(drawn: Layout) -> None:
    """Every segment is horizontal or vertical."""
    assert [e.id for e in drawn.edges for a, b in _segments(e) if a[0] != b[0] and a[1] != b[1]] == []


def test_no_two_flows_cross(drawn: Layout) -> None:
    """Flows may meet at a node, never in between, and never lie on one another."""
    crossings = [
        (one.id, two.id)
        for one, two in combinations(drawn.edges, 2)
        for a in _segments(one)
        for b in _segments(two)
        if _meet(a, b) and not _shared_end(one, two, drawn)
    ]
    assert crossings == []


def test_no_flow_runs_through_a_step(drawn: Layout) -> None:
    """A flow touches its own source and target only."""
    nodes = [s for s in drawn.shapes if s.kind.endswith(NODES)]
    through = [
        (edge.id, node.id)
        for edge in drawn.edges
        for node in nodes
        for segment in _segments(edge)
        if _inside(segment, node.box)
    ]
    assert through == []


def test_nodes_lie_within_one_lane_and_apart(drawn: Layout) -> None:
    """No node straddles two lanes or overlaps another, but for boundary events on their step."""
    lanes = [s.box for s in drawn.shapes if s.kind == "lane"]
    nodes = [s for s in drawn.shapes if s.kind.endswith(NODES) and s.kind != "boundaryEvent"]
    assert [n.id for n in nodes if not any(_holds(lane, n.box) for lane in lanes)] == []
    assert [(a.id, b.id) for a, b in combinations(nodes, 2) if _overlap(a.box, b.box)] == []


def test_labels_overlap_neither_nodes_nor_flows_nor_each_other(drawn: Layout) -> None:
    """Names outside of shapes have room of their own."""
    labels = list(_labels(drawn))
    nodes = [s for s in drawn.shapes if s.kind.endswith(NODES)]
    found = [(a, b) for (a, x), (b, y) in combinations(labels, 2) if _overlap(x, y)]
    found += [(name, n.id) for name, box in labels for n in nodes if _overlap(box, n.box)]
    found += [
        (name, e.id) for name, box in labels for e in drawn.edges for s in _segments(e) if _inside(s, box)
    ]
    assert found == []


def test_the_flow_reads_from_left_to_right(drawn: Layout) -> None:
    """The start is the leftmost node, the returned result the rightmost."""
    nodes = sorted((s for s in drawn.shapes if s.kind.endswith(NODES)), key=lambda s: s.box.x)
    assert nodes[0].kind == "startEvent"
    assert nodes[-1].id == "da_tra"


def _segments(edge: Edge) -> Iterator[Segment]:
    yield from zip(edge.points, edge.points[1:], strict=False)


def _meet(a: Segment, b: Segment) -> bool:
    (ax0, ax1), (ay0, ay1) = sorted((a[0][0], a[1][0])), sorted((a[0][1], a[1][1]))
    (bx0, bx1), (by0, by1) = sorted((b[0][0], b[1][0])), sorted((b[0][1], b[1][1]))
    return ax0 <= bx1 and bx0 <= ax1 and ay0 <= by1 and by0 <= ay1


def _shared_end(one: Edge, two: Edge, drawn: Layout) -> bool:
    """Two flows that touch only at a point on the edge of one node."""
    ends = {one.points[0], one.points[-1]} & {two.points[0], two.points[-1]}
    if not ends:
        return False
    inner = [
        (a, b) for a in _segments(one) for b in _segments(two) if _meet(a, b) and not (set(a) & set(b) & ends)
    ]
    return not inner


def _inside(segment: Segment, box: Box) -> bool:
    (x0, x1), (y0, y1) = sorted((segment[0][0], segment[1][0])), sorted((segment[0][1], segment[1][1]))
    return (
        x0 < box.x + box.w
        and box.x < x1 + 1e-9
        and y0 < box.y + box.h
        and box.y < y1 + 1e-9
        and not (x1 <= box.x or x0 >= box.x + box.w or y1 <= box.y or y0 >= box.y + box.h)
    )


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.w <= outer.x + outer.w
        and inner.y + inner.h <= outer.y + outer.h
    )


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


def _labels(drawn: Layout) -> Iterator[tuple[str, Box]]:
    outside: list[Shape | Edge] = [s for s in drawn.shapes if s.kind.endswith(("Event", "Gateway"))]
    for item in [*outside, *drawn.edges]:
        if item.name and item.label is not None:
            lines = wrap(item.name, max(item.label.w + 8, 40), 11)
            width = max(sum(map(letter_width, line)) for line in lines) * 11
            yield item.id, Box(item.label.cx - width / 2, item.label.y + 2, width, len(lines) * 13.2 - 3)
