"""One BPMN element → one node: what each type needs, and by name what we do not execute (DESIGN §7.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import feel
from engine.flow import clock
from engine.flow.changes import Problem
from engine.flow.definition import Element, EventSpec, Loop, ScopeSpec
from engine.flow.mends import activities as a
from engine.flow.mends import events as e
from engine.flow.mends import gateways as g
from engine.flow.mends.node import NodeSpec
from engine.flow.mends.scopes import EventSubProcess, SubProcess
from engine.flow.reading import (
    BPMN,
    CAMUNDA,
    Node,
    camunda,
    child_text,
    children,
    extensions,
    local,
    properties,
)
from engine.flow.scripts import Formula, formula, literal_or_formula

T = TypeVar("T")

_EVENTS = {
    f"{kind}EventDefinition": kind
    for kind in ("message", "timer", "signal", "error", "escalation", "conditional", "terminate", "link")
}
_ALLOWED = {
    "startEvent": {"none", "message", "timer", "signal", "conditional"},
    "eventStart": {"message", "timer", "signal", "conditional", "error", "escalation"},
    "intermediateCatchEvent": {"message", "timer", "signal", "conditional", "link"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation", "link"},
    "boundaryEvent": {"message", "timer", "signal", "conditional", "error", "escalation"},
    "endEvent": {"none", "message", "signal", "error", "escalation", "terminate"},
}
_REFUSED = {
    "complexGateway": ("complex_gateway", "là cổng phức hợp, không được hỗ trợ", "is a complex gateway, which is not executed"),
    "transaction": ("transaction", "là giao dịch, không được hỗ trợ", "is a transaction, which is not executed"),
    "adHocSubProcess": ("ad_hoc", "là quy trình con tùy biến (ad-hoc), không được hỗ trợ", "is an ad-hoc sub-process, which is not executed"),
}  # fmt: skip
_REFUSED_EXTENSIONS = {
    "inputOutput": ("io_mapping", "ánh xạ dữ liệu vào/ra", "an input/output mapping"),
    "in": ("io_mapping", "ánh xạ dữ liệu vào", "a variable mapping"),
    "out": ("io_mapping", "ánh xạ dữ liệu ra", "a variable mapping"),
    "executionListener": ("listener", "mã chạy kèm (execution listener)", "an execution listener"),
    "taskListener": ("listener", "mã chạy kèm (task listener)", "a task listener"),
    "connector": ("connector", "bộ kết nối (connector)", "a connector"),
}
_REFUSED_ATTRIBUTES = ("class", "delegateExpression")


class Problems:
    """All that is wrong with a diagram, in document order."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.refused: set[str | None] = set()

    def add(self, code: str, element_id: str | None, vi: str, en: str) -> None:
        """`vi` and `en` go on the sentence that begins with the element's id."""
        self.refused.add(element_id)
        name = f"«{element_id}» " if element_id else ""
        self.found.append(
            Problem(code, element_id, f"{name}{vi}.", f"“{element_id}” {en}." if element_id else f"{en}.")
        )

    def compiled(self, element_id: str | None, text: str, compile_: Callable[[str], T]) -> T | None:
        """`compile_(text)`, or None and a problem where the FEEL is wrong."""
        try:
            return compile_(text)
        except feel.FeelError as error:
            self.add(
                "feel_invalid",
                element_id,
                f"có biểu thức FEEL sai: {error.sentence_vi}",
                f"has an invalid FEEL expression: {error.sentence_en}",
            )
            return None


class Builder:
    """Builds the nodes of all scopes of one set of files."""

    def __init__(
        self, roots: list[Node], problems: Problems, call: Callable[[str, str], ScopeSpec | None]
    ) -> None:
        self.problems = problems
        self.call = call
        self.named: dict[str, Node] = {}
        for root in roots:
            for name in ("message", "signal", "error", "escalation"):
                self.named.update((f"{name} {n.get('id')}", n) for n in children(root, name))

    def node(
        self, scope: ScopeSpec, xml: Node, element: Element, ordinal: int, alternative: bool
    ) -> NodeSpec | None:
        """The node of `xml`; None with a problem if we do not execute it. `alternative`: it follows an event-based
        gateway (a receive task there waits like a catching event, BPMN 2.0.2 §10.6.6)."""
        before = len(self.problems.found)
        self._refuse_foreign(xml, element)
        node = self._build(scope, xml, element, ordinal, alternative)
        return node if len(self.problems.found) == before else None

    def _build(
        self, scope: ScopeSpec, xml: Node, element: Element, ordinal: int, alternative: bool
    ) -> NodeSpec | None:
        where = (scope, element, ordinal)
        match element.type:
            case "exclusiveGateway":
                return g.ExclusiveGateway(*where)
            case "parallelGateway":
                return g.ParallelGateway(*where)
            case "inclusiveGateway":
                node = g.InclusiveGateway(*where)
                node.watches = True
                return node
            case "eventBasedGateway":
                if xml.get("instantiate") == "true" or xml.get("eventGatewayType") == "Parallel":
                    return self._no(
                        "instantiating_gateway",
                        element,
                        "là cổng sự kiện khởi tạo hoặc song song, không được hỗ trợ",
                        "is an instantiating or parallel event-based gateway, which is not executed",
                    )
                return g.EventBasedGateway(*where)
            case "startEvent":
                return self._with_event(NodeSpec(*where), xml, _start_rule(xml))
            case "intermediateCatchEvent":
                return self._catch(where, xml)
            case "intermediateThrowEvent" | "endEvent" as kind:
                throwing = e.EndEvent(*where) if kind == "endEvent" else e.Throwing(*where)
                return self._with_event(throwing, xml, kind)
            case "boundaryEvent":
                return self._boundary(where, xml)
            case "subProcess" if xml.get("triggeredByEvent") == "true":
                return self._event_sub_process(where, xml)
            case "receiveTask" if alternative:
                node_ = e.CatchEvent(*where)
                node_.event = self._message(xml, element) or EventSpec("none")
                return node_
            case kind if kind in _REFUSED:
                code, vi, en = _REFUSED[kind]
                return self._no(code, element, vi, en)
            case _:
                return self._activity(where, xml, element)

    # -- activities ----------------------------------------------------------------------------------------

    def _activity(
        self, where: tuple[ScopeSpec, Element, int], xml: Node, element: Element
    ) -> NodeSpec | None:
        if xml.get("isForCompensation") == "true":
            return self._no(
                "compensation",
                element,
                "là xử lý bù (compensation), không được hỗ trợ",
                "is a compensation handler, which is not executed",
            )
        node = self._task(where, xml, element)
        if node is not None:
            node.loop = self._loop(xml, element)
        return node

    def _task(self, where: tuple[ScopeSpec, Element, int], xml: Node, element: Element) -> a.Activity | None:
        kind = element.type
        if kind in ("serviceTask", "sendTask", "businessRuleTask") and camunda(xml, "type") == "external":
            if camunda(xml, "topic") is None:
                return self._no(
                    "no_topic",
                    element,
                    "là việc ngoài (external) nhưng không có topic",
                    "is an external task without a topic",
                )
            return a.RestingTask(*where, kind="external")
        match kind:
            case "task" | "manualTask":
                return a.Activity(*where)
            case "userTask":
                return a.RestingTask(*where, kind="human")
            case "receiveTask":
                receive = a.ReceiveTask(*where, kind="receive")
                event = self._message(xml, element)
                if event is not None:
                    receive.event = event
                return receive
            case "sendTask":
                send = a.SendTask(*where)
                event = self._message(xml, element)
                if event is not None:
                    send.event = event
                return send
            case "scriptTask":
                return self._script(where, xml, element)
            case "serviceTask":
                text = camunda(xml, "expression")
                if text is None:
                    return self._no(
                        "service_without_work",
                        element,
                        "không có topic (external) hay biểu thức FEEL",
                        "has neither an external topic nor a FEEL expression",
                    )
                return self._formula(
                    where, element, text, camunda(xml, "resultVariable"), must_be_marked=True
                )
            case "businessRuleTask":
                reference = camunda(xml, "decisionRef")
                if reference is None or reference.startswith("="):
                    return self._no(
                        "no_decision",
                        element,
                        "không nêu bảng quyết định (decisionRef)",
                        "does not name a decision (decisionRef)",
                    )
                decision = a.DecisionTask(*where)
                decision.decision, decision.result = reference, camunda(xml, "resultVariable")
                return decision
            case "subProcess":
                return SubProcess(*where)
            case "callActivity":
                return self._call_activity(where, xml, element)
        return self._no(
            "unknown_element",
            element,
            f"thuộc loại «{kind}» không được hỗ trợ",
            f"is a {kind}, which is not executed",
        )

    def _script(
        self, where: tuple[ScopeSpec, Element, int], xml: Node, element: Element
    ) -> a.Activity | None:
        if (xml.get("scriptFormat") or "").strip().lower() != "feel":
            return self._no(
                "script_not_feel",
                element,
                "có mã kịch bản không phải FEEL",
                f"has a script in “{xml.get('scriptFormat') or '?'}”; only FEEL is executed",
            )
        text, result = child_text(xml, "script"), camunda(xml, "resultVariable")
        if text is None or result is None:
            return self._no(
                "script_incomplete",
                element,
                "thiếu mã kịch bản hoặc biến kết quả",
                "needs a script and a result variable",
            )
        return self._formula(where, element, text, result, must_be_marked=False)

    def _formula(
        self,
        where: tuple[ScopeSpec, Element, int],
        element: Element,
        text: str,
        result: str | None,
        must_be_marked: bool,
    ) -> a.Activity | None:
        if must_be_marked and not text.startswith("="):
            return self._no(
                "not_feel",
                element,
                "có biểu thức không phải FEEL (phải bắt đầu bằng =)",
                "has an expression that is not FEEL (it must begin with =)",
            )
        compiled = self.problems.compiled(element.id, text, formula)
        if compiled is None:
            return None
        node = a.FormulaTask(*where)
        node.formula, node.result = compiled, result
        return node

    def _call_activity(
        self, where: tuple[ScopeSpec, Element, int], xml: Node, element: Element
    ) -> a.Activity | None:
        if properties(xml).get("procedure"):
            return a.RestingTask(*where, kind="call")
        target = (xml.get("calledElement") or "").strip()
        if not target or target.startswith(("=", "$", "#")):
            return self._no(
                "called_not_literal",
                element,
                "phải nêu đích danh quy trình được gọi",
                "must name the called process literally",
            )
        inner = self.call(target, element.id)
        if inner is None:
            return None
        node = SubProcess(*where)
        node.inner = inner
        return node

    def _loop(self, xml: Node, element: Element) -> Loop | None:
        for standard in children(xml, "standardLoopCharacteristics"):
            maximum, text = standard.get("loopMaximum"), child_text(standard, "loopCondition")
            if text is None and maximum is None:
                self.problems.add(
                    "loop_endless",
                    element.id,
                    "lặp mà không có điều kiện hay số lần tối đa",
                    "loops without a condition or a maximum",
                )
            elif maximum is not None and not maximum.isdigit():
                self.problems.add(
                    "loop_invalid",
                    element.id,
                    "có số lần lặp tối đa không hợp lệ",
                    "has an invalid loopMaximum",
                )
            else:
                return Loop(
                    "standard",
                    condition=self._feel(element, text),
                    maximum=int(maximum) if maximum else None,
                    test_before=standard.get("testBefore") == "true",
                )
        for multi in children(xml, "multiInstanceLoopCharacteristics"):
            return self._multi_instance(multi, element)
        return None

    def _multi_instance(self, xml: Node, element: Element) -> Loop | None:
        if xml.get("behavior", "All") != "All":
            return self._no(
                "loop_behavior",
                element,
                f"có kiểu sự kiện lặp «{xml.get('behavior')}» không được hỗ trợ",
                f"has the loop behavior “{xml.get('behavior')}”, which is not executed",
            )
        collection = camunda(xml, "collection") or child_text(xml, "loopDataInputRef")
        cardinality = child_text(xml, "loopCardinality")
        if collection is None and cardinality is None:
            return self._no(
                "loop_without_count",
                element,
                "lặp nhiều lần nhưng không có danh sách hay số lần",
                "is multi-instance without a collection or a cardinality",
            )
        item = xml.find(BPMN + "inputDataItem")
        variable = camunda(xml, "elementVariable") or (
            item.get("name") or item.get("id") if item is not None else None
        )
        return Loop(
            "sequential" if xml.get("isSequential") == "true" else "parallel",
            collection=self._feel(element, collection),
            variable=variable,
            cardinality=self._feel(element, cardinality) if collection is None else None,
            completion=self._feel(element, child_text(xml, "completionCondition")),
        )

    # -- events --------------------------------------------------------------------------------------------

    def _catch(self, where: tuple[ScopeSpec, Element, int], xml: Node) -> NodeSpec | None:
        event = self._event(xml, where[1], "intermediateCatchEvent")
        if event is None:
            return None
        node: NodeSpec = NodeSpec(*where) if event.kind == "link" else e.CatchEvent(*where)
        return _listening(node, event)

    def _boundary(self, where: tuple[ScopeSpec, Element, int], xml: Node) -> NodeSpec | None:
        element, node = where[1], e.BoundaryEvent(*where)
        event = self._event(xml, element, "boundaryEvent")
        if event is None:
            return None
        node.interrupting = xml.get("cancelActivity", "true") != "false"
        if event.kind == "error" and not node.interrupting:
            return self._no(
                "error_not_interrupting",
                element,
                "là sự kiện lỗi nên phải ngắt công việc",
                "is an error event and must interrupt its activity",
            )
        return _listening(node, event)

    def _event_sub_process(self, where: tuple[ScopeSpec, Element, int], xml: Node) -> NodeSpec | None:
        element, node = where[1], EventSubProcess(*where)
        starts = children(xml, "startEvent")
        if len(starts) != 1:
            return self._no(
                "event_sub_process_start",
                element,
                "phải có đúng một sự kiện bắt đầu",
                "must have exactly one start event",
            )
        start_id = starts[0].get("id") or element.id
        event = self._event(
            starts[0],
            Element(start_id, starts[0].get("name") or "", "startEvent", None, element.id),
            "eventStart",
        )
        if event is None:
            return None
        node.interrupting = starts[0].get("isInterrupting", "true") != "false"
        if event.kind == "error" and not node.interrupting:
            return self._no(
                "error_not_interrupting",
                element,
                "bắt đầu bằng lỗi nên phải ngắt phạm vi của nó",
                "starts with an error and must interrupt its scope",
            )
        return _listening(node, event)

    def _with_event(self, node: NodeSpec, xml: Node, rule: str) -> NodeSpec | None:
        node.event = self._event(xml, node.element, rule)
        return node if node.event is not None else None

    def _event(self, xml: Node, element: Element, rule: str) -> EventSpec | None:
        definitions = [
            d for d in xml if local(d).endswith("EventDefinition") or local(d) == "eventDefinitionRef"
        ]
        if len(definitions) > 1 or xml.get("parallelMultiple") == "true":
            return self._no(
                "multiple_events",
                element,
                "có nhiều định nghĩa sự kiện, không được hỗ trợ",
                "has several event definitions, which is not executed",
            )
        kind = _EVENTS.get(local(definitions[0]), local(definitions[0])) if definitions else "none"
        if kind not in _ALLOWED[rule]:
            name = kind.removesuffix("EventDefinition")
            code = {"compensate": "compensation", "cancel": "transaction"}.get(name, "event_not_allowed")
            return self._no(
                code,
                element,
                f"không thể là sự kiện loại «{name}»",
                f"cannot be an event of kind “{name}” here",
            )
        definition = definitions[0] if definitions else None
        match kind:
            case "message":
                return self._message(definition, element, xml)
            case "signal":
                return self._referred(definition, element, "signal")
            case "error" | "escalation":
                return self._coded(definition, element, kind)
            case "timer":
                return self._timer(definition, element, xml)
            case "conditional":
                text = child_text(definition, "condition")
                if text is None:
                    return self._no(
                        "condition_empty", element, "có điều kiện trống", "has an empty condition"
                    )
                return EventSpec("conditional", condition=self._feel(element, text))
            case "link":
                name = definition.get("name") or child_text(definition, "name")
                if not name:
                    return self._no(
                        "link_without_name", element, "là liên kết không có tên", "is a link without a name"
                    )
                return EventSpec("link", name=name)
            case "terminate":
                return EventSpec("terminate")
        return EventSpec("none")

    def _message(self, xml: Node, element: Element, holder: Node | None = None) -> EventSpec | None:
        own = properties(xml if holder is None else holder)
        event = self._referred(xml, element, "message")
        if event is None:
            return None
        correlation, payload = own.get("correlation"), own.get("payload")
        return EventSpec(
            "message",
            name=event.name,
            correlation=self.problems.compiled(element.id, correlation, literal_or_formula)
            if correlation
            else None,
            payload=self._feel(element, payload),
        )

    def _referred(self, xml: Node, element: Element, kind: str) -> EventSpec | None:
        reference = (xml.get(f"{kind}Ref") or "").split(":")[-1]
        target = self.named.get(f"{kind} {reference}")
        if target is None:
            vi = "thông điệp" if kind == "message" else "tín hiệu"
            return self._no(
                f"no_{kind}",
                element,
                f"không nêu {vi} nào có trong sơ đồ",
                f"does not refer to a {kind} of the diagram",
            )
        return EventSpec("message" if kind == "message" else "signal", name=target.get("name") or reference)

    def _coded(self, xml: Node, element: Element, kind: str) -> EventSpec | None:
        reference = (xml.get(f"{kind}Ref") or "").split(":")[-1]
        target = self.named.get(f"{kind} {reference}")
        if reference and target is None:
            return self._no(
                f"no_{kind}",
                element,
                f"nêu «{reference}» không có trong sơ đồ",
                f"refers to “{reference}”, which is not in the diagram",
            )
        code = target.get(f"{kind}Code") or target.get("name") or reference if target is not None else None
        return EventSpec("error" if kind == "error" else "escalation", code=code)

    def _timer(self, xml: Node, element: Element, holder: Node) -> EventSpec | None:
        found = [
            (k, t) for k in ("Duration", "Date", "Cycle") if (t := child_text(xml, "time" + k)) is not None
        ]
        if len(found) != 1:
            return self._no(
                "timer_incomplete",
                element,
                "phải có đúng một thời hạn, thời điểm hoặc chu kỳ",
                "needs exactly one duration, date or cycle",
            )
        kind, text = found[0]
        working = properties(holder).get("calendar", "") == "working"
        if working and kind != "Duration":
            return self._no(
                "timer_working",
                element,
                "chỉ tính giờ làm việc cho thời hạn, không cho thời điểm hay chu kỳ",
                "counts working time only for a duration",
            )
        compiled = self.problems.compiled(element.id, text, literal_or_formula)
        if isinstance(compiled, str):
            check = {
                "Duration": clock.parse_duration,
                "Date": clock.parse_moment,
                "Cycle": clock.parse_cycle,
            }[kind]
            try:
                check(compiled)
            except (ValueError, OverflowError) as error:
                return self._no(
                    "timer_invalid",
                    element,
                    f"có giá trị hẹn giờ không hợp lệ «{compiled[:60]}»",
                    f"has an invalid timer value: {error}",
                )
        return EventSpec("timer", timer=kind.lower(), text=compiled, working=working)  # type: ignore[arg-type]

    # -- small things --------------------------------------------------------------------------------------

    def _refuse_foreign(self, xml: Node, element: Element) -> None:
        for extension in extensions(xml):
            tag = extension.tag if isinstance(extension.tag, str) else ""
            known = _REFUSED_EXTENSIONS.get(tag.removeprefix(CAMUNDA)) if tag.startswith(CAMUNDA) else None
            if known and extension.get("businessKey") is None:
                code, vi, en = known
                self.problems.add(
                    code, element.id, f"có {vi}, không được hỗ trợ", f"has {en}, which is not executed"
                )
        for attribute in _REFUSED_ATTRIBUTES:
            if camunda(xml, attribute):
                self.problems.add(
                    "code_in_diagram",
                    element.id,
                    f"gọi mã chương trình (camunda:{attribute})",
                    f"calls program code (camunda:{attribute})",
                )

    def _feel(self, element: Element, text: str | None) -> Formula | None:
        return None if text is None else self.problems.compiled(element.id, text, formula)

    def _no(self, code: str, element: Element, vi: str, en: str) -> None:
        self.problems.add(code, element.id, vi, en)


def _start_rule(xml: Node) -> str:
    parent = xml.getparent()
    return "eventStart" if parent is not None and parent.get("triggeredByEvent") == "true" else "startEvent"


def _listening(node: NodeSpec, event: EventSpec) -> NodeSpec:
    node.event = event
    node.watches = event.kind == "conditional"
    return node
