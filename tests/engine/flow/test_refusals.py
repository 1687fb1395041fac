"""What cannot be executed rightly is refused when it is read, naming the element."""

import pytest

from engine import flow
from tests.engine.flow.drawing import HEAD, bpmn

BIG = "start s\nuser u\nend e\ns -> u -> e\n"


def refused(text: str) -> dict[str | None, str]:
    """Element id → code of every problem of a drawn diagram."""
    return refused_xml(bpmn(text))


def refused_xml(xml: bytes, ignored: tuple[str, ...] = ("no_incoming",)) -> dict[str | None, str]:
    """The same for XML; an element put in alone is unreached besides, which most tests are not about."""
    with pytest.raises(flow.FlowRefused) as refusal:
        flow.parse({"p.bpmn": xml}, "p")
    for problem in refusal.value.problems:
        assert problem.sentence_vi
        assert problem.sentence_en
    return {p.element_id: p.code for p in refusal.value.problems if p.code not in ignored}


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("<complexGateway id='x'/>", "complex_gateway"),
        ("<transaction id='x'/>", "transaction"),
        ("<adHocSubProcess id='x'/>", "ad_hoc"),
        ("<task id='x' isForCompensation='true'/>", "compensation"),
        ("<endEvent id='x'><compensateEventDefinition/></endEvent>", "compensation"),
        ("<endEvent id='x'><cancelEventDefinition/></endEvent>", "transaction"),
        ("<scriptTask id='x' scriptFormat='python'><script>import os</script></scriptTask>", "script_not_feel"),
        ("<scriptTask id='x' scriptFormat='feel' camunda:resultVariable='r'><script>1 +</script></scriptTask>", "feel_invalid"),
        ("<serviceTask id='x' camunda:class='org.Evil'/>", "code_in_diagram"),
        ("<serviceTask id='x' camunda:expression='${evil}'/>", "not_feel"),
        ("<serviceTask id='x'/>", "service_without_work"),
        ("<serviceTask id='x' camunda:type='external'/>", "no_topic"),
        ("<businessRuleTask id='x'/>", "no_decision"),
        ("<callActivity id='x' calledElement='gone'/>", "missing_process"),
        ("<callActivity id='x' calledElement='=name'/>", "called_not_literal"),
        ("<callActivity id='x' calledElement='p'/>", "call_cycle"),
        ("<receiveTask id='x'/>", "no_message"),
        ("<intermediateThrowEvent id='x'><signalEventDefinition/></intermediateThrowEvent>", "no_signal"),
        ("<intermediateCatchEvent id='x'/>", "event_not_allowed"),
        ("<intermediateCatchEvent id='x'><timerEventDefinition/></intermediateCatchEvent>", "timer_incomplete"),
        (
            "<intermediateCatchEvent id='x'><timerEventDefinition><timeDuration>soon</timeDuration>"
            "</timerEventDefinition></intermediateCatchEvent>",
            "timer_invalid",
        ),
        ("<eventBasedGateway id='x' instantiate='true'/>", "instantiating_gateway"),
        (
            "<task id='x'><extensionElements><camunda:executionListener event='start' class='A'/>"
            "</extensionElements></task>",
            "listener",
        ),
        ("<boundaryEvent id='x' attachedToRef='nowhere'><errorEventDefinition/></boundaryEvent>", "boundary_unattached"),
        ("<task id='x'><standardLoopCharacteristics/></task>", "loop_endless"),
        ("<task id='x'><multiInstanceLoopCharacteristics/></task>", "loop_without_count"),
        ("<intermediateThrowEvent id='x'><linkEventDefinition name='L'/></intermediateThrowEvent>", "link_unmatched"),
        ("<task id='x' startQuantity='0'/>", "token_quantity"),
        ("<subProcess id='x' triggeredByEvent='true'/>", "event_sub_process_start"),
        ("<globalThing id='x'/>", "unknown_element"),
        ("<task id='u'/>", "duplicate_id"),
    ],
)  # fmt: skip
def test_what_is_not_executed_is_refused_by_name(element, code):
    """The id of the element stands in the problem and in its sentence."""
    xml = bpmn(BIG).replace(b"</process>", element.encode() + b"</process>")
    problems = refused_xml(xml)
    assert code in problems.values()
    assert next(e for e, found in problems.items() if found == code) in ("x", "u")


def test_all_problems_come_at_once():
    """One look shows everything."""
    found = refused(
        BIG + "script a formula=1 result=r format=python\nrule b\ns -> a\ns -> b\ncatch c timer=nonsense"
    )
    assert found == {"a": "script_not_feel", "b": "no_decision", "c": "timer_invalid"}


def test_flows_that_lead_nowhere():
    """Over the border of a scope, to nothing, out of an end event."""
    assert refused(BIG + "u -> gone") == {"u_gone": "flow_dangling"}
    assert refused(BIG + "sub p1 {\nuser x\n}\nu -> x") == {"u_x": "flow_dangling"}
    assert refused(BIG + "e -> u") == {"e": "outgoing_not_allowed"}
    assert refused(BIG + "u -> s") == {"s": "incoming_not_allowed"}


def test_beside_a_start_event_nothing_stands_unreached():
    """§10.5.2: it would never run, silently."""
    xml = bpmn(BIG + "user lost")
    assert refused_xml(xml, ()) == {"lost": "no_incoming"}


def test_an_exclusive_gateway_needs_conditions():
    """A flow without one, that is not the default, would always win."""
    assert refused(BIG + "xor x\nuser a b\nu -> x\nx -> a if n > 1\nx -> b") == {
        "x_b": "flow_without_condition"
    }


def test_conditions_stand_only_where_they_are_looked_at():
    """BPMN 2.0.2 §8.4.13: not after an event or an event-based gateway."""
    assert refused(BIG + "catch g timer=P1D\nuser a\nu -> g\ng -> a if n > 1") == {
        "g_a": "condition_not_allowed"
    }


def test_only_events_follow_an_event_based_gateway():
    """§10.6.6."""
    assert refused(BIG + "events g\nuser a\nu -> g\ng -> a") == {"a": "event_gateway_target"}


def test_a_process_needs_a_beginning():
    """A ring has none."""
    assert refused("user a b\na -> b\nb -> a") == {"p": "no_start"}
    assert refused("") == {"p": "empty_process"}


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + HEAD.encode() + b"</definitions>", "xml_doctype"),
        ("<!DOCTYPE x>".encode("utf-16"), "xml_encoding"),
        (
            HEAD.encode() + b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="x"/></definitions>',
            "xml_include",
        ),
        (b"PK\x03\x04", "xml_syntax"),
        (b"<html/>", "not_bpmn"),
        (HEAD.encode() + b"<a>" * 200 + b"</a>" * 200 + b"</definitions>", "xml_depth"),
        (HEAD.encode() + b"<a/>" * 250_000 + b"</definitions>", "xml_count"),
        (b" " * 13_000_000, "xml_size"),
    ],
    ids=["entities", "utf16", "xinclude", "zip", "html", "deep", "many", "large"],
)
def test_hostile_files_are_refused(xml, code):
    """Nothing is expanded, fetched or recursed into."""
    assert list(refused_xml(xml).values()) == [code]


def test_sub_processes_nested_too_deep():
    """Depth is bounded."""
    text = "start s\n" + "".join(f"sub p{i} {{\n" for i in range(30)) + "user u\n" + "}\n" * 30 + "s -> p0"
    assert "too_deep" in refused(text).values()


def test_elements_tell_lane_and_scope():
    """What the caller needs to find a task's queue: the innermost lane, and for nodes of a sub-process its lane."""
    lanes = b"<laneSet><lane id='outer'><flowNodeRef>u</flowNodeRef><flowNodeRef>p1</flowNodeRef><childLaneSet><lane id='inner'><flowNodeRef>u</flowNodeRef></lane></childLaneSet></lane></laneSet>"
    xml = bpmn(BIG + "sub p1 {\nuser x\n}\nu -> p1").replace(b"<startEvent", lanes + b"<startEvent", 1)
    elements = flow.parse({"p": xml}, "p").elements
    assert elements["u"] == flow.Element("u", "u", "userTask", "inner", "p")
    assert elements["x"] == flow.Element("x", "x", "userTask", "outer", "p1")
