"""Draws small BPMN diagrams from lines of text, so that a test shows the diagram it is about.

start s | user a b | task t | and g j | xor x | or o j2 | events eg
user u loop=parallel collection="=units" variable=unit completion="nrOfCompletedInstances >= 2"
catch c timer=PT1H | catch c message=M correlation="=dossier.code" | throw t signal=S | end e error=E1
catch c signal=S,T timer=PT1H together (several triggers; `together`: all of them)
boundary b on=u timer=P1D non-interrupting
script f formula="1 + 1" result=x | rule r decision=fee result=fee | external x topic=mail
sub s1 { ... } | event-sub es { start s2 message=M non-interrupting ... } | call c calls=other
s -> a -> x | x -> b if amount > 3 | x -> c default
process other { ... }          (before or after the main lines)
"""

from __future__ import annotations

import itertools
import re
import shlex
from xml.sax.saxutils import quoteattr

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="tests">'
)
FORMAL = re.compile(
    r"<(time\w+|condition|conditionExpression|loop(?:Condition|Cardinality)|completionCondition)>"
)
TAGS = {
    "start": "startEvent", "end": "endEvent", "task": "task", "manual": "manualTask", "user": "userTask",
    "script": "scriptTask", "service": "serviceTask", "external": "serviceTask", "rule": "businessRuleTask",
    "send": "sendTask", "receive": "receiveTask", "call": "callActivity", "xor": "exclusiveGateway",
    "and": "parallelGateway", "or": "inclusiveGateway", "events": "eventBasedGateway",
    "catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent", "boundary": "boundaryEvent",
    "sub": "subProcess", "event-sub": "subProcess",
}  # fmt: skip


def bpmn(text: str, process_id: str = "p") -> bytes:
    """The XML of the diagram drawn by `text`; its main process is `process_id`."""
    return _Drawing().draw(text, process_id)


class _Drawing:
    def __init__(self) -> None:
        self.definitions: dict[str, str] = {}
        self.processes: list[str] = []

    def draw(self, text: str, process_id: str) -> bytes:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        body = self._scope(lines)
        main = f"<process id={quoteattr(process_id)} isExecutable='true'>{body}</process>"
        text = HEAD + "".join(self.definitions.values()) + "".join(self.processes) + main + "</definitions>"
        return FORMAL.sub(r'<\1 xsi:type="tFormalExpression">', text).encode()

    def _scope(self, lines: list[str]) -> str:
        nodes: list[str] = []
        flows: list[str] = []
        defaults: dict[str, str] = {}
        position = 0
        while position < len(lines):
            line = lines[position]
            position += 1
            inner = ""
            if line.endswith("{"):
                end = _closing(lines, position)
                inner = self._scope(lines[position:end])
                position, line = end + 1, line[:-1].strip()
            if line.startswith("process "):
                self.processes.append(f"<process id={quoteattr(line.split()[1])}>{inner}</process>")
            elif "->" in line:
                flows += self._flows(line, defaults)
            else:
                nodes.append(self._nodes(line, inner))
        for source, flow in defaults.items():
            nodes = [n.replace(f'id="{source}"', f'id="{source}" default="{flow}"', 1) for n in nodes]
        return "".join(nodes + flows)

    def _flows(self, line: str, defaults: dict[str, str]) -> list[str]:
        chain, _, condition = line.partition(" if ")
        is_default = chain.endswith(" default")
        names = [n.strip() for n in chain.removesuffix(" default").split("->")]
        made = []
        for source, target in itertools.pairwise(names):
            flow = f"{source}_{target}"
            if is_default:
                defaults[source] = flow
            inner = f"<conditionExpression>{_text(condition)}</conditionExpression>" if condition else ""
            made.append(
                f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
            )
        return made

    def _nodes(self, line: str, inner: str) -> str:
        words = shlex.split(line)
        kind, flags = words[0], {w for w in words[1:] if w in ("non-interrupting", "terminate", "together")}
        options = dict(w.split("=", 1) for w in words[1:] if "=" in w)
        names = [w for w in words[1:] if "=" not in w and w not in flags]
        return "".join(self._node(kind, name, options, flags, inner) for name in names)

    def _node(self, kind: str, name: str, options: dict[str, str], flags: set[str], inner: str) -> str:
        attributes = {"id": name, "name": options.get("name", name)}
        properties = {
            k: options[k] for k in ("correlation", "payload", "calendar", "procedure") if k in options
        }
        camunda = {
            "topic": "topic",
            "result": "resultVariable",
            "decision": "decisionRef",
            "expression": "expression",
        }
        attributes.update({f"camunda:{camunda[k]}": options[k] for k in camunda if k in options})
        if "topic" in options:
            attributes["camunda:type"] = "external"
        if "on" in options:
            attributes["attachedToRef"] = options["on"]
        words = {"needs": "startQuantity", "makes": "completionQuantity", "instantiate": "instantiate"}
        attributes.update({words[k]: options[k] for k in words if k in options})
        if "calls" in options:
            attributes["calledElement"] = options["calls"]
        if kind == "event-sub":
            attributes["triggeredByEvent"] = "true"
        if "non-interrupting" in flags:
            attributes["cancelActivity" if kind == "boundary" else "isInterrupting"] = "false"
        body = self._event(kind, name, options, flags, attributes) + self._loop(options)
        if "formula" in options:
            attributes["scriptFormat"] = options.get("format", "feel")
            body += f"<script>{_text(options['formula'])}</script>"
        if properties:
            listed = "".join(
                f"<camunda:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in properties.items()
            )
            body = f"<extensionElements><camunda:properties>{listed}</camunda:properties></extensionElements>{body}"
        written = " ".join(f"{k}={quoteattr(v)}" for k, v in attributes.items())
        tag = TAGS.get(kind, kind)
        return f"<{tag} {written}>{body}{inner}</{tag}>"

    def _event(
        self, kind: str, name: str, options: dict[str, str], flags: set[str], attributes: dict[str, str]
    ) -> str:
        if "together" in flags:
            attributes["parallelMultiple"] = "true"
        found = []
        for word in ("message", "signal", "error", "escalation"):
            for named in options[word].split(",") if word in options else ():
                attribute = self._define(word, named)
                if kind in ("receive", "send"):
                    attributes["messageRef"] = attribute
                    return ""
                reference = f' {word}Ref="{attribute}"' if named != "*" else ""
                found.append(f"<{word}EventDefinition{reference}/>")
        for word, tag in (("timer", "timeDuration"), ("date", "timeDate"), ("cycle", "timeCycle")):
            if word in options:
                timer = f"<{tag}>{_text(options[word])}</{tag}>"
                found.append(f"<timerEventDefinition>{timer}</timerEventDefinition>")
        if "condition" in options:
            condition = f"<condition>{_text(options['condition'])}</condition>"
            found.append(f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>")
        if "link" in options:
            found.append(f"<linkEventDefinition name={quoteattr(options['link'])}/>")
        if "terminate" in flags:
            found.append("<terminateEventDefinition/>")
        return "".join(found)

    def _define(self, word: str, name: str) -> str:
        code = f' {word}Code="{name}"' if word in ("error", "escalation") else ""
        identifier = f"{word}_{name}"
        if name != "*":
            self.definitions[identifier] = f'<{word} id="{identifier}" name="{name}"{code}/>'
        return identifier

    def _loop(self, options: dict[str, str]) -> str:
        kind = options.get("loop")
        if kind is None:
            return ""
        if kind == "standard":
            maximum = f' loopMaximum="{options["maximum"]}"' if "maximum" in options else ""
            before = ' testBefore="true"' if options.get("test") == "before" else ""
            condition = (
                f"<loopCondition>{_text(options['while'])}</loopCondition>" if "while" in options else ""
            )
            return f"<standardLoopCharacteristics{maximum}{before}>{condition}</standardLoopCharacteristics>"
        collection = (
            f" camunda:collection={quoteattr(options['collection'])}" if "collection" in options else ""
        )
        variable = f' camunda:elementVariable="{options["variable"]}"' if "variable" in options else ""
        count = f"<loopCardinality>{_text(options['count'])}</loopCardinality>" if "count" in options else ""
        until = (
            f"<completionCondition>{_text(options['until'])}</completionCondition>"
            if "until" in options
            else ""
        )
        if "output" in options:
            count += f'<loopDataOutputRef>{options["output"]}</loopDataOutputRef><outputDataItem name="{options["each"]}"/>'
        sequential = "true" if kind == "sequential" else "false"
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{sequential}"{collection}{variable}>'
            f"{count}{until}</multiInstanceLoopCharacteristics>"
        )


def _closing(lines: list[str], position: int) -> int:
    depth = 1
    for number in range(position, len(lines)):
        depth += lines[number].endswith("{")
        depth -= lines[number] == "}"
        if depth == 0:
            return number
    raise ValueError("a scope is not closed")


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
