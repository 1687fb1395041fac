"""A timer waits no longer than ten years and does not repeat without end more than once an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bpmn.diagram import Diagram
from bpmn.lint import Fault
from engine.flow.clock import Duration, parse_cycle, parse_duration
from engine.xml import children, local, text_of

SEVERITY = "error"


LONGEST = timedelta(days=3660)
SHORTEST = timedelta(hours=1)


def diagram(d: Diagram) -> Iterator[Fault]:
    for node in d.nodes:
        for definition in d.event_definitions(node):
            for timer in children(definition, "timeDuration", "timeCycle"):
                text = text_of(timer)
                wrong = _wrong(local(timer), text)
                if wrong:
                    yield Fault(
                        node.id,
                        f"Hẹn giờ “{text[:40]}” của “{node.id}” {wrong[0]}.",
                        f"The timer {text[:40]!r} of {node.id!r} {wrong[1]}.",
                    )


def _wrong(kind: str, text: str) -> tuple[str, str] | None:
    try:
        if kind == "timeDuration":
            return _too_long(parse_duration(text))
        cycle = parse_cycle(text)
    except ValueError:
        return None  # FEEL, or what the engine refuses by name
    if cycle.times is None and not cycle.interval.months and cycle.interval.exact < SHORTEST:
        return "lặp vô hạn dày hơn mỗi giờ một lần", "repeats for ever, more than once an hour"
    return _too_long(cycle.interval)


def _too_long(duration: Duration) -> tuple[str, str] | None:
    if timedelta(days=30 * duration.months) + duration.exact > LONGEST:
        return "dài hơn mười năm", "is longer than ten years"
    return None
