"""The picture of a diagram: all shapes drawn, nothing of the file but names and numbers in it, words as its twin."""

import re
import time

import pytest
from lxml import etree

from bpmn.picture import UnreadablePicture, describe, draw, translated

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI">'
)


def diagram(*elements: tuple[str, str, str], flows: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    """Elements `(xml of the element, its id, bounds "x y w h")` and flows `(id, source, target)` of one process."""
    body = "".join(xml for xml, _, _ in elements)
    body += "".join(
        f'<bpmn:sequenceFlow id="{i}" name="đi" sourceRef="{a}" targetRef="{b}"/>' for i, a, b in flows
    )
    shapes = ""
    for _, ref, bounds in elements:
        x, y, w, h = bounds.split()
        shapes += (
            f'<bpmndi:BPMNShape id="{ref}_di" bpmnElement="{ref}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></bpmndi:BPMNShape>'
        )
    for i, _, _ in flows:
        shapes += (
            f'<bpmndi:BPMNEdge id="{i}_di" bpmnElement="{i}"><di:waypoint x="36" y="18"/>'
            '<di:waypoint x="90" y="18"/></bpmndi:BPMNEdge>'
        )
    return (
        f'{HEAD}<bpmn:process id="p">{body}</bpmn:process><bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl"'
        f' bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>'
    ).encode()


START = ('<bpmn:startEvent id="nop" name="Nộp"/>', "nop", "0 0 36 36")
TASK = ('<bpmn:userTask id="xem" name="Xem xét"/>', "xem", "90 0 110 80")
TWO = diagram(START, TASK, flows=(("f", "nop", "xem"),))

ALL_KINDS = [
    *(f'<bpmn:{k} id="e" name="N"/>' for k in ("task", "userTask", "manualTask", "serviceTask", "sendTask")),
    *(
        f'<bpmn:{k} id="e" name="N"/>'
        for k in ("receiveTask", "scriptTask", "businessRuleTask", "callActivity")
    ),
    *(f'<bpmn:{k} id="e" name="N"/>' for k in ("exclusiveGateway", "parallelGateway", "inclusiveGateway")),
    *(f'<bpmn:{k} id="e" name="N"/>' for k in ("eventBasedGateway", "complexGateway", "dataStoreReference")),
    *(
        f'<bpmn:{k} id="e" name="N"/>'
        for k in ("dataObjectReference", "subProcess", "transaction", "adHocSubProcess")
    ),
    *(
        f'<bpmn:{event} id="e" name="N"><bpmn:{trigger}EventDefinition id="d1"/></bpmn:{event}>'
        for event in (
            "startEvent",
            "intermediateCatchEvent",
            "intermediateThrowEvent",
            "boundaryEvent",
            "endEvent",
        )
        for trigger in (
            "timer",
            "message",
            "signal",
            "error",
            "escalation",
            "conditional",
            "link",
            "terminate",
        )
    ),
    '<bpmn:textAnnotation id="e"><bpmn:text>Ghi chú</bpmn:text></bpmn:textAnnotation>',
    '<bpmn:userTask id="e"><bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>',
    '<bpmn:userTask id="e"><bpmn:standardLoopCharacteristics/></bpmn:userTask>',
]


@pytest.mark.parametrize("element", ALL_KINDS)
def test_every_kind_of_element_is_drawn(element: str) -> None:
    """Each BPMN element gives well-formed SVG with its own group and class."""
    svg = etree.fromstring(draw(diagram((element, "e", "0 0 100 80"))))
    kind = re.match(r"<bpmn:(\w+)", element).group(1)  # type: ignore[union-attr]
    groups = [g for g in svg.iter("{*}g") if g.get("data-element") == "e"]
    assert [g.get("class") for g in groups] == [f"bpmn-{kind}"]
    assert any(len(g) for g in groups)


def test_a_page_without_inline_styles_may_hold_the_picture() -> None:
    """No style attribute, style element, script, handler or link."""
    svg = draw(TWO, {"xem": "current", "f": "done"}, "Sơ đồ")
    assert not re.search(r"style=|<style|<script|\son\w+=|href|url\(", svg)


@pytest.mark.parametrize("mark", ["current", "done", "late", "found"])
def test_a_mark_speaks_by_shape_and_word_not_only_by_colour(mark: str) -> None:
    """The marked group has a class, a badge and a title that says it (WCAG 1.4.1)."""
    plain, marked = draw(TWO), draw(TWO, {"xem": mark})  # type: ignore[dict-item]
    assert f'class="bpmn-userTask is-{mark}"' in marked
    assert marked.count("<circle") == plain.count("<circle") + 1
    assert re.search(r"<title>Xem xét: \w+", marked)


def test_names_cannot_break_out_of_the_picture() -> None:
    """Text of a hostile file stays text."""
    evil = '<bpmn:userTask id="e" name="&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"/>'
    svg = draw(diagram((evil, "e", "0 0 110 80")), title='"><script>')
    root = etree.fromstring(svg)
    assert not [node for node in root.iter() if str(node.tag).endswith("script")]
    assert not [node for node in root.iter() for name in node.attrib if name.startswith("on")]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<definitions/>",
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + TWO,
        diagram(('<bpmn:task id="e"/>', "e", "nan 0 1 1")),
        diagram(('<bpmn:task id="e"/>', "e", "1e9 0 1 1")),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(xml: bytes) -> None:
    """Broken XML, DOCTYPE, endless coordinates: UnreadablePicture, nothing else."""
    with pytest.raises(UnreadablePicture, match="Expected"):
        draw(xml)


def test_a_diagram_without_drawing_says_so() -> None:
    """No BPMN DI: one sentence, no crash."""
    assert "không có hình vẽ" in draw(f'{HEAD}<bpmn:process id="p"/></bpmn:definitions>'.encode())


def test_long_names_are_wrapped_within_their_shape() -> None:
    """No line of a task is wider than the task, and what does not fit ends in an ellipsis."""
    name = "Kiểm tra thực địa và lập biên bản thẩm định hồ sơ đề nghị cấp giấy phép " * 3
    svg = draw(diagram((f'<bpmn:userTask id="e" name="{name}"/>', "e", "0 0 110 80")))
    lines = re.findall(r"<tspan[^>]*>([^<]*)", svg)
    assert 2 <= len(lines) <= 5
    assert all(len(line) <= 20 for line in lines)
    assert lines[-1].endswith("…")


def test_the_text_twin_says_lane_step_state_and_what_comes_next() -> None:
    """Screen readers get the same diagram in words, in the order of the flow."""
    lane = '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Một cửa"><bpmn:flowNodeRef>xem</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    xml = TWO.replace(b'<bpmn:process id="p">', b'<bpmn:process id="p">' + lane.encode())
    start, task = describe(xml, {"xem": "late"})
    assert str(start) == "Nộp (bắt đầu). Tiếp theo: đi: Xem xét."
    assert (task.lane, task.name, task.mark) == ("Một cửa", "Xem xét", "late")
    assert "quá hạn" in str(task)


def test_a_drawing_known_before_takes_less_than_two_milliseconds() -> None:
    """A page redraws the diagram of a version with other marks (bench/ holds the exact figure)."""
    tasks = [
        (f'<bpmn:userTask id="t{i}" name="Bước xử lý số {i}"/>', f"t{i}", f"{i * 150} 0 110 80")
        for i in range(30)
    ]
    xml = diagram(*tasks)
    draw(xml)
    best = min(_seconds(xml) for _ in range(20))
    assert best < 0.002


def _seconds(xml: bytes) -> float:
    start = time.process_time()
    draw(xml, {"t3": "current"})
    return time.process_time() - start


def test_the_text_twin_passes_through_nameless_joins() -> None:
    """A gateway that only joins says nothing to a listener: the step behind it is named instead."""
    join = ('<bpmn:exclusiveGateway id="gop"/>', "gop", "40 0 50 50")
    xml = diagram(START, join, TASK, flows=(("f", "nop", "gop"), ("g", "gop", "xem")))
    assert [str(step) for step in describe(xml)] == [
        "Nộp (bắt đầu). Tiếp theo: đi: Xem xét.",
        "Xem xét (việc của người).",
    ]


def test_the_text_twin_tells_a_boundary_event_right_after_its_step() -> None:
    """“Quá hạn” follows the step it interrupts, and names it."""
    timer = '<bpmn:boundaryEvent id="qua_han" name="Quá hạn" attachedToRef="xem"><bpmn:timerEventDefinition id="d"/></bpmn:boundaryEvent>'
    after = '<bpmn:userTask id="ky" name="Ký"/>'
    xml = diagram(
        START, TASK, (after, "ky", "300 0 110 80"), (timer, "qua_han", "120 60 36 36"),
        flows=(("f", "nop", "xem"), ("g", "xem", "ky"), ("h", "qua_han", "ky")),
    )  # fmt: skip
    assert [step.element_id for step in describe(xml)] == ["nop", "xem", "qua_han", "ky"]
    assert "gắn vào “Xem xét”" in str(describe(xml)[2])


def test_a_diagram_in_english_has_its_names_marks_and_words_in_english() -> None:
    """Names that the catalogue knows; kinds, marks and what comes next are said in English, too."""
    xml = translated(TWO, {"Nộp": "File", "Xem xét": "Review", "đi": "go"})
    picture = draw(xml, {"xem": "late"}, english=True)
    assert "Review: overdue" in picture
    assert "Xem xét" not in picture
    assert [str(step) for step in describe(xml, {"xem": "late"}, english=True)] == [
        "File (start). Next: go: Review.",
        "Review (somebody's work) [overdue].",
    ]
    assert "Xem xét (việc của người)" in str(describe(translated(TWO, {}))[1])


def test_a_word_outside_a_shape_is_not_cut_in_two() -> None:
    """English words are longer than the room an analyst left for Vietnamese ones; a word without end is still cut."""
    long = draw(TWO.replace("đi".encode(), b"Supplementation"))
    assert ">Supplementation<" in long
    endless = draw(TWO.replace("đi".encode(), b"x" * 500))
    assert ">" + "x" * 500 not in endless
