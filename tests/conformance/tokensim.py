"""BPMN execution against bpmn-js-token-simulation's traces. By hand: `python -m tests.conformance.tokensim DIR`.

The simulator's own ways are translated, never the engine: a task passes unless the case waits at it, a gateway takes
the flow the case configures (else its first), an event without a reference has a name of its own. Compared are the
nodes that were entered, as a multiset: a join counts when it fires, an event when it happens.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from engine import flow
from engine.flow.reading import BPMN
from tests.conformance.material import Score, by_hand, lines

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
TASKS = ("userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "manualTask", "task")
GATEWAYS = ("exclusiveGateway", "inclusiveGateway")
JOINS = ("parallelGateway", "inclusiveGateway")


class Incident(Exception):
    """The engine stopped and said where."""


def run(directory: Path) -> list[Score]:
    """Every case: the right nodes, or a refusal or incident that names its element."""
    score = Score("tokensim")
    for case in lines(directory / "cases.jsonl"):
        if case["skip"]:
            continue
        try:
            entered, expected = Simulation(directory / case["file"], case).play()
        except flow.FlowRefused as refusal:
            score.refused.append((case["id"], refusal.problems[0].sentence_en))
        except Incident as incident:
            score.refused.append((case["id"], f"incident at {incident}"))
        except Exception as surprise:
            score.wrong.append((case["id"], f"raised {surprise!r}"))
        else:
            if entered == expected:
                score.passed.append(case["id"])
            else:
                score.wrong.append(
                    (case["id"], f"more {dict(entered - expected)}, less {dict(expected - entered)}")
                )
    return [score]


class Simulation:
    """One diagram with all its processes; each start event that happens begins an instance."""

    def __init__(self, path: Path, case: dict[str, Any]) -> None:
        self.root = etree.fromstring(path.read_bytes())
        self.case = case
        self.entered: Counter[str] = Counter()
        self.instances: list[list[Any]] = []
        self.seen: set[tuple[int, str]] = set()
        self.quiet: Counter[tuple[int, str]] = Counter()
        self.chosen: dict[str, object] = {}
        _translate(self.root, case, self.chosen)
        xml = etree.tostring(self.root)
        self.catches = {
            e.get("id")
            for e in self.root.iter(BPMN + "intermediateCatchEvent")
            if e.find(BPMN + "linkEventDefinition") is None
        } - _alternatives(self.root)
        self.signalled = _signalled(self.root)
        self.processes = [p for p in self.root.iter(BPMN + "process") if len(p)]
        self.specs = {p.get("id"): flow.parse({path.name: xml}, p.get("id")) for p in self.processes}

    def play(self) -> tuple[Counter[str], Counter[str]]:
        expected: Counter[str] = Counter()
        for step in self.case["steps"]:
            if "trigger" in step:
                self._trigger(step["trigger"])
            elif "signal" in step:
                self._travel(step["signal"])
            elif "config" in step:
                self.chosen[_variable(step["config"])] = step["active"]
            elif "expect" in step:
                expected += self._expected(step["expect"])
        return self.entered, expected

    def _trigger(self, element_id: str) -> None:
        element = self.root.find(f".//*[@id='{element_id}']")
        if element is None:
            raise LookupError(element_id)
        parent = element.getparent()
        if element.tag == BPMN + "process":
            return self._start(element.get("id"), None)
        if element.tag == BPMN + "startEvent" and parent.tag == BPMN + "process":
            return self._start(parent.get("id"), element_id)
        if parent.tag == BPMN + "process" and parent.find(BPMN + "startEvent") is None and not self.instances:
            return self._start(parent.get("id"), None)  # by hand at its first node
        target = parent.get("id") if parent.get("triggeredByEvent") == "true" else element_id
        for instance in self.instances:
            for waiting in flow.waiting(*instance):
                if waiting.element_id == target:
                    return self._happen(instance, waiting)
        raise LookupError(f"nothing waits at {element_id}")

    def _start(self, process_id: str, event: str | None) -> None:
        instance = [self.specs[process_id], b""]
        self.instances.append(instance)
        self._take(instance, flow.start(instance[0], flow.Scope(self.chosen), NOW, event))

    def _happen(self, instance: list[Any], waiting: flow.Waiting) -> None:
        scope = flow.Scope(self.chosen)
        match waiting.kind:
            case "human" | "receive":
                moved = flow.complete(*instance, waiting.id, scope, NOW)
            case "timer":
                moved = flow.fire_timer(*instance, waiting.id, scope, waiting.due_at or NOW)
            case "message":
                moved = flow.deliver(*instance, waiting.name or "", scope, NOW)
            case "signal":
                moved = flow.signal(*instance, waiting.name or "", scope, NOW)
            case _:
                moved = flow.resume(
                    *instance, flow.Scope({**self.chosen, "happened": waiting.element_id}), NOW
                )
        self._take(instance, moved)

    def _take(self, instance: list[Any], moved: flow.Moved) -> None:
        instance[1] = moved.snapshot
        for change in moved.changes:
            if isinstance(change, flow.Incident):
                raise Incident(change.element_id)
            if isinstance(change, (flow.TimerSet, flow.MessageAwaited)):
                self.entered[change.element_id] += change.element_id in self.catches
            elif isinstance(change, (flow.Passed, flow.Ended, flow.TokenArrived)):
                self.entered[change.element_id] += self._enters(instance, change.element_id)
                if not isinstance(change, flow.TokenArrived):
                    self._send(change.element_id)
            elif isinstance(change, flow.SignalThrown):
                self._signal(instance, change.name)
        for waiting in flow.waiting(
            *instance
        ):  # a catch of a signal or condition tells nothing when it begins to wait
            key = (id(instance), waiting.id)
            if (
                waiting.kind in ("signal", "conditional")
                and waiting.element_id in self.catches
                and key not in self.seen
            ):
                self.seen.add(key)
                self.quiet[id(instance), waiting.element_id] += 1
                self.entered[waiting.element_id] += 1

    def _enters(self, instance: list[Any], element_id: str) -> bool:
        """A catch was counted when it began to wait, unless its signal came in that very step."""
        if element_id not in self.catches:
            return True
        element = self.root.find(f".//*[@id='{element_id}']")
        if element.find(BPMN + "signalEventDefinition") is None:
            return False
        waited = self.quiet[id(instance), element_id] > 0
        self.quiet[id(instance), element_id] -= waited
        return not waited

    def _signal(self, sender: list[Any], name: str) -> None:
        for instance in list(self.instances):
            if instance is not sender:
                self._take(instance, flow.signal(*instance, name, flow.Scope(self.chosen), NOW))
        self._begin("signal", name)

    def _send(self, element_id: str) -> None:
        for message_flow in self.root.iter(BPMN + "messageFlow"):
            if message_flow.get("sourceRef") == element_id:
                self._travel(message_flow.get("id"))

    def _travel(self, message_flow_id: str) -> None:
        message_flow = self.root.find(f".//{BPMN}messageFlow[@id='{message_flow_id}']")
        target = self.root.find(f".//*[@id='{message_flow.get('targetRef')}']")
        if target.tag != BPMN + "participant":
            try:
                self._trigger(target.get("id"))
            except LookupError:
                return  # nobody is there to receive it

    def _begin(self, kind: str, name: str) -> None:
        for process in self.processes:
            for start in process.findall(BPMN + "startEvent"):
                for definition in start.findall(f"{BPMN}{kind}EventDefinition"):
                    target = self.root.find(f"{BPMN}{kind}[@id='{definition.get(kind + 'Ref')}']")
                    if target is not None and target.get("name") == name:
                        self._start(process.get("id"), start.get("id"))

    def _expected(self, trace: list[str]) -> Counter[str]:
        found: Counter[str] = Counter()
        for line in trace:
            action, element_id, _ = line.split(":")
            element = self.root.find(f".//*[@id='{element_id}']")
            if element is None or element.tag in (
                BPMN + "sequenceFlow",
                BPMN + "process",
                BPMN + "participant",
                BPMN + "messageFlow",
            ):
                continue
            join = element.tag in [BPMN + g for g in JOINS]
            if action == ("exit" if join else "enter") or action == "signal":
                found[element_id] += action != "signal" or element_id in self.signalled
        return +found


def _alternatives(root: Any) -> set[str]:
    gateways = {g.get("id") for g in root.iter(BPMN + "eventBasedGateway")}
    return {f.get("targetRef") for f in root.iter(BPMN + "sequenceFlow") if f.get("sourceRef") in gateways}


def _signalled(root: Any) -> set[str]:
    """What has no incoming flow, or waits after an event-based gateway: the simulator signals it, never enters it."""
    targets = {f.get("targetRef") for f in root.iter(BPMN + "sequenceFlow")}
    nodes = {e.get("id") for e in root.iter() if e.get("id") and e.get("id") not in targets}
    return nodes | _alternatives(root)


def _translate(root: Any, case: dict[str, Any], chosen: dict[str, object]) -> None:
    waits = {s["wait_at"] for s in case["steps"] if s.get("on")}
    for name in TASKS:
        for task in list(root.iter(BPMN + name)):
            task.tag = BPMN + ("userTask" if task.get("id") in waits else "task")
    for name in GATEWAYS:
        for gateway in root.iter(BPMN + name):
            _choose(root, gateway, chosen)
    for kind in ("message", "signal"):
        for definition in list(root.iter(f"{BPMN}{kind}EventDefinition")):
            if root.find(f"{BPMN}{kind}[@id='{definition.get(kind + 'Ref')}']") is None:
                name = "anonymous" if kind == "signal" else definition.getparent().get("id")
                _name(root, definition, kind, name)
    for receive in root.iter(BPMN + "receiveTask"):
        if receive.get("messageRef") is None:
            _name(root, receive, "message", receive.get("id"))
    for timer in root.iter(BPMN + "timerEventDefinition"):
        for child in list(timer):
            timer.remove(child)
        event = timer.getparent()
        again = "false" in (
            event.get("cancelActivity"),
            event.get("isInterrupting"),
        )  # there it may happen again
        etree.SubElement(timer, BPMN + ("timeCycle" if again else "timeDuration")).text = (
            "R/P1D" if again else "P1D"
        )
    for link in root.iter(BPMN + "linkEventDefinition"):
        link.set("name", link.get("name") or link.getparent().get("name") or "")
    for condition in root.iter(BPMN + "conditionalEventDefinition"):
        for child in list(condition):
            condition.remove(child)
        event = condition.getparent()
        waiting = (
            event.getparent().get("id") if event.getparent().get("triggeredByEvent") else event.get("id")
        )
        etree.SubElement(condition, BPMN + "condition").text = f'happened = "{waiting}"'


def _choose(root: Any, gateway: Any, chosen: dict[str, object]) -> None:
    flows = [f for f in root.iter(BPMN + "sequenceFlow") if f.get("sourceRef") == gateway.get("id")]
    if len(flows) < 2:
        return
    drawn = [e.get("bpmnElement") for e in root.iter() if str(e.tag).endswith("}BPMNEdge")]
    flows.sort(key=lambda f: drawn.index(f.get("id")) if f.get("id") in drawn else len(drawn))
    # what the simulator takes where nothing is configured, in the order of the drawing
    variable = _variable(gateway.get("id"))
    chosen[variable] = [flows[0 if gateway.tag == BPMN + "exclusiveGateway" else -1].get("id")]
    gateway.attrib.pop("default", None)
    for sequence_flow in flows:
        for old in sequence_flow.findall(BPMN + "conditionExpression"):
            sequence_flow.remove(old)
        expression = etree.SubElement(sequence_flow, BPMN + "conditionExpression")
        expression.text = f'list contains({variable}, "{sequence_flow.get("id")}")'


def _variable(gateway_id: str) -> str:
    """The name that conditions behind the gateway read: which flows are taken."""
    return "taken_" + gateway_id.encode().hex()


def _name(root: Any, holder: Any, kind: str, name: str) -> None:
    identifier = f"{kind}-{name}"
    if root.find(f"{BPMN}{kind}[@id='{identifier}']") is None:
        root.insert(0, etree.Element(BPMN + kind, id=identifier, name=name))
    holder.set(f"{kind}Ref", identifier)


if __name__ == "__main__":
    sys.exit(by_hand(run, "tokensim"))
