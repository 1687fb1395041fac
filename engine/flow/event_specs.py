"""Event definitions of the diagram → `EventSpec`: which kinds may stand where, and what each needs (§10.5)."""

from __future__ import annotations

from typing import Any, Literal, cast

from engine.flow import clock
from engine.flow.definition import EventSpec
from engine.flow.reading import Node, child_text, children, local, properties
from engine.flow.refusals import Problems
from engine.flow.scripts import formula, literal_or_formula

_KINDS = ("message", "timer", "signal", "error", "escalation", "conditional", "terminate", "link")
_ALLOWED = {
    "startEvent": {"none", "message", "timer", "signal", "conditional"},
    "eventStart": {"message", "timer", "signal", "conditional", "error", "escalation"},
    "intermediateCatchEvent": {"message", "timer", "signal", "conditional", "link"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation", "link"},
    "boundaryEvent": {"message", "timer", "signal", "conditional", "error", "escalation"},
    "endEvent": {"none", "message", "signal", "error", "escalation", "terminate"},
}
_REFUSED_KINDS = {"compensate": "compensation", "cancel": "transaction"}
_CHECKS = {"Duration": clock.parse_duration, "Date": clock.parse_moment, "Cycle": clock.parse_cycle}


class EventReader:
    """Reads event definitions against the messages, signals, errors and escalations of the files."""

    def __init__(self, roots: list[Node], problems: Problems) -> None:
        self.problems = problems
        self.named = {
            f"{name} {node.get('id')}": node
            for root in roots
            for name in ("message", "signal", "error", "escalation")
            for node in children(root, name)
        }
        self.definitions = {
            node.get("id"): node for root in roots for node in root if local(node).endswith("EventDefinition")
        }

    def event(self, xml: Node, place: str) -> EventSpec | None:
        """What the event element `xml` waits for or throws; None with a problem. `place`: a key of _ALLOWED."""
        element_id = xml.get("id")
        definitions = [d for d in xml if local(d).endswith("EventDefinition")]
        references = [(r.text or "").split(":")[-1].strip() for r in children(xml, "eventDefinitionRef")]
        definitions += [self.definitions.get(r) for r in references]
        if None in definitions:
            return self._no("event_definition_missing", element_id)
        if len(definitions) < 2:
            return self._trigger(definitions[0] if definitions else None, xml, place)
        together = xml.get("parallelMultiple") == "true"
        if together and place != "intermediateCatchEvent":
            return self._no("multiple_together", element_id)
        if any(local(d) == "linkEventDefinition" for d in definitions):
            return self._no("event_not_allowed", element_id, kind="link")
        last = (
            "errorEventDefinition",
            "terminateEventDefinition",
        )  # they take the token off: thrown after the others
        parts = [self._trigger(d, xml, place) for d in sorted(definitions, key=lambda d: local(d) in last)]
        known = tuple(part for part in parts if part is not None)
        return EventSpec("multiple", parts=known, together=together) if len(known) == len(parts) else None

    def _trigger(self, trigger: Node | None, xml: Node, place: str) -> EventSpec | None:
        """One trigger of the event `xml`; a none event where there is none."""
        element_id = xml.get("id")
        definition = xml if trigger is None else trigger
        kind = "none" if trigger is None else local(trigger).removesuffix("EventDefinition")
        if kind not in _ALLOWED[place]:
            return self._no(_REFUSED_KINDS.get(kind, "event_not_allowed"), element_id, kind=kind)
        match kind:
            case "message":
                return self.message(definition, xml)
            case "signal":
                name = self._name(definition, element_id, "signal")
                return None if name is None else EventSpec("signal", name=name)
            case "error" | "escalation":
                return self._coded(definition, element_id, kind)
            case "timer":
                return self._timer(definition, xml, place)
            case "conditional":
                text = child_text(definition, "condition")
                if text is None:
                    return self._no("condition_empty", element_id)
                return EventSpec("conditional", condition=self.problems.compiled(element_id, text, formula))
            case "link":
                return EventSpec("link", name=definition.get("name") or child_text(definition, "name") or "")
            case "terminate":
                return EventSpec("terminate")
        return EventSpec("none")

    def message(self, definition: Node, holder: Node) -> EventSpec | None:
        """The message that `definition` (of an event, or a send or receive task) refers to; its properties on `holder`."""
        element_id, own = holder.get("id"), properties(holder)
        name = self._name(definition, element_id, "message")
        if name is None:
            return None
        compiled, correlation, payload = self.problems.compiled, own.get("correlation"), own.get("payload")
        return EventSpec(
            "message",
            name=name,
            correlation=compiled(element_id, correlation, literal_or_formula) if correlation else None,
            payload=compiled(element_id, payload, formula) if payload else None,
        )

    def _name(self, xml: Node, element_id: str, kind: str) -> str | None:
        reference = (xml.get(f"{kind}Ref") or "").split(":")[-1]
        target = self.named.get(f"{kind} {reference}")
        if target is None:
            self.problems.add(f"no_{kind}", element_id)
            return None
        return str(target.get("name") or reference)

    def _coded(self, xml: Node, element_id: str, kind: str) -> EventSpec | None:
        """An error or escalation is matched by its code (§10.5.5.4, §10.5.5.5); no reference catches every code."""
        reference = (xml.get(f"{kind}Ref") or "").split(":")[-1]
        target = self.named.get(f"{kind} {reference}")
        if target is None:
            if reference:
                return self._no(f"no_{kind}", element_id)
            return EventSpec(cast(Literal["error", "escalation"], kind))
        code = target.get(f"{kind}Code") or target.get("name") or reference
        return EventSpec(cast(Literal["error", "escalation"], kind), code=code)

    def _timer(self, xml: Node, holder: Node, place: str) -> EventSpec | None:
        element_id = holder.get("id")
        found = [(k, t) for k in _CHECKS if (t := child_text(xml, "time" + k)) is not None]
        if len(found) != 1:
            return self._no("timer_incomplete", element_id)
        kind, text = found[0]
        working = properties(holder).get("calendar", "") == "working"
        if working and kind == "Date":
            return self._no("timer_working", element_id)
        if kind == "Cycle" and place == "intermediateCatchEvent":
            return self._no("timer_cycle_once", element_id)
        compiled = self.problems.compiled(element_id, text, literal_or_formula)
        if isinstance(compiled, str):
            try:
                _CHECKS[kind](compiled)
            except (ValueError, OverflowError) as error:
                return self._no("timer_invalid", element_id, value=compiled[:60], reason=error)
        return EventSpec(
            "timer",
            timer=cast(Literal["duration", "date", "cycle"], kind.lower()),
            text=compiled,
            working=working,
        )

    def _no(self, code: str, element_id: str, **words: object) -> Any:
        """Notes the problem and gives the None that stands for what is refused."""
        self.problems.add(code, element_id, **words)
        return None
