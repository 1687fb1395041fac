"""Activities of the diagram → nodes: tasks, calls, sub-processes and their loop characteristics (§10.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.flow.definition import Element, Loop, ScopeSpec
from engine.flow.event_specs import EventReader
from engine.flow.mends import activities as a
from engine.flow.mends.scopes import SubProcess
from engine.flow.reading import BPMN, Node, camunda, child_text, children, local, properties
from engine.flow.refusals import Problems
from engine.flow.scripts import Formula, formula

MAX_QUANTITY = 100

Where = tuple[ScopeSpec, Element, int]
"""The scope a node is built in, its element, and its ordinal there."""


class TaskReader:
    """`call` gives the scope of a called process (None and a problem if it cannot be called)."""

    def __init__(
        self,
        roots: list[Node],
        problems: Problems,
        events: EventReader,
        call: Callable[[str, str], ScopeSpec | None],
    ) -> None:
        self.problems = problems
        self.globals = {x.get("id"): x for r in roots for x in r if local(x).startswith("global")}
        self.events = events
        self.call = call

    def activity(self, where: Where, xml: Node) -> a.Activity | None:
        """The node of a task, sub-process or call activity with its loop; None with a problem."""
        element = where[1]
        if xml.get("isForCompensation") == "true":
            return self._no("compensation", element)
        quantities = [xml.get(name, "1") for name in ("startQuantity", "completionQuantity")]
        if not all(q.isascii() and q.isdigit() and 1 <= int(q) <= MAX_QUANTITY for q in quantities):
            return self._no("token_quantity", element, most=MAX_QUANTITY)
        node = self._task(where, xml)
        if node is not None:
            node.needs, node.makes = int(quantities[0]), int(quantities[1])
            node.loop = self._loop(xml, element)
        return node

    def _task(self, where: Where, xml: Node) -> a.Activity | None:
        element = where[1]
        kind = element.type
        if kind in ("serviceTask", "sendTask", "businessRuleTask") and camunda(xml, "type") == "external":
            if camunda(xml, "topic") is None:
                return self._no("no_topic", element)
            return a.RestingTask(*where, kind="external")
        match kind:
            case "task" | "manualTask":
                return a.Activity(*where)
            case "userTask":
                return a.RestingTask(*where, kind="human")
            case "receiveTask":
                receive = a.ReceiveTask(*where, kind="receive")
                receive.instantiates = xml.get("instantiate") == "true"
                receive.event = self.events.message(xml, xml) or receive.event
                return receive
            case "sendTask":
                send = a.SendTask(*where)
                send.event = self.events.message(xml, xml) or send.event
                return send
            case "scriptTask":
                return self._script(where, xml)
            case "serviceTask":
                return self._service(where, xml)
            case "businessRuleTask":
                return self._decision(where, xml)
            case "subProcess":
                return SubProcess(*where)
            case "callActivity":
                return self._call_activity(where, xml)
        return self._no("unknown_element", element, type=kind)

    def _script(self, where: Where, xml: Node) -> a.Activity | None:
        language = (xml.get("scriptFormat") or xml.get("scriptLanguage") or "").strip()
        if language.lower() != "feel":
            return self._no("script_not_feel", where[1], format=language or "?")
        text, result = child_text(xml, "script"), camunda(xml, "resultVariable")
        if text is None or result is None:
            return self._no("script_incomplete", where[1])
        return self._formula(where, text, result)

    def _service(self, where: Where, xml: Node) -> a.Activity | None:
        text = camunda(xml, "expression")
        if text is None:
            return self._no("service_without_work", where[1])
        if not text.startswith("="):
            return self._no("not_feel", where[1], found=text[:40])
        return self._formula(where, text, camunda(xml, "resultVariable"))

    def _formula(self, where: Where, text: str, result: str | None) -> a.Activity | None:
        compiled = self.problems.compiled(where[1].id, text, formula)
        if compiled is None:
            return None
        node = a.FormulaTask(*where)
        node.formula, node.result = compiled, result
        return node

    def _decision(self, where: Where, xml: Node) -> a.Activity | None:
        reference = camunda(xml, "decisionRef")
        if reference is None or reference.startswith("="):
            return self._no("no_decision", where[1])
        node = a.DecisionTask(*where)
        node.decision, node.result = reference, camunda(xml, "resultVariable")
        return node

    def _call_activity(self, where: Where, xml: Node) -> a.Activity | None:
        if properties(xml).get("procedure"):
            return a.RestingTask(*where, kind="call")
        target = (xml.get("calledElement") or "").strip()
        if not target or target.startswith(("=", "$", "#")):
            return self._no("called_not_literal", where[1])
        if target in self.globals:
            return self._global(where, self.globals[target])
        inner = self.call(target, where[1].id)
        if inner is None:
            return None
        node = SubProcess(*where)
        node.inner = inner
        return node

    def _global(self, where: Where, xml: Node) -> a.Activity | None:
        """A global task is done where it is called (§10.3.6). People's and partners' work is described in its lane only."""
        match local(xml):
            case "globalTask" | "globalManualTask":
                return a.Activity(*where)
            case "globalScriptTask":
                return self._script(where, xml)
        return self._no("global_task", where[1], type=local(xml))

    def _loop(self, xml: Node, element: Element) -> Loop | None:
        for standard in children(xml, "standardLoopCharacteristics"):
            return self._standard(standard, element)
        for multi in children(xml, "multiInstanceLoopCharacteristics"):
            return self._multi_instance(multi, element)
        return None

    def _standard(self, xml: Node, element: Element) -> Loop | None:
        maximum, text = xml.get("loopMaximum"), child_text(xml, "loopCondition")
        if text is None and maximum is None:
            return self._no("loop_endless", element)
        if maximum is not None and not (maximum.isdecimal() and len(maximum) < 7):
            return self._no("loop_invalid", element)
        return Loop(
            "standard",
            condition=self._feel(element, text),
            maximum=int(maximum) if maximum else None,
            test_before=xml.get("testBefore") == "true",
        )

    def _multi_instance(self, xml: Node, element: Element) -> Loop | None:
        behavior = xml.get("behavior", "All")
        if behavior != "All":
            return self._no("loop_behavior", element, behavior=behavior)
        collection = camunda(xml, "collection") or child_text(xml, "loopDataInputRef")
        cardinality = child_text(xml, "loopCardinality")
        if collection is None and cardinality is None:
            return self._no("loop_without_count", element)
        if collection is None and cardinality is not None and cardinality.lstrip("=").strip().startswith("-"):
            return self._no("loop_invalid", element)
        item = xml.find(BPMN + "inputDataItem")
        variable = item.get("name") or item.get("id") if item is not None else None
        output, out = child_text(xml, "loopDataOutputRef"), xml.find(BPMN + "outputDataItem")
        output_item = out.get("name") or out.get("id") if out is not None else None
        if output is not None and output_item is None:
            return self._no("loop_output", element)
        return Loop(
            "sequential" if xml.get("isSequential") == "true" else "parallel",
            collection=self._feel(element, collection),
            variable=camunda(xml, "elementVariable") or variable,
            cardinality=self._feel(element, cardinality) if collection is None else None,
            completion=self._feel(element, child_text(xml, "completionCondition")),
            output=output,
            output_item=output_item if output is not None else None,
        )

    def _feel(self, element: Element, text: str | None) -> Formula | None:
        return None if text is None else self.problems.compiled(element.id, text, formula)

    def _no(self, code: str, element: Element, **words: object) -> Any:
        """Notes the problem and gives the None that stands for what is refused."""
        self.problems.add(code, element.id, **words)
        return None
