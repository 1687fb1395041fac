"""When the timer of an event is due, and again (BPMN 2.0.2 §10.5.5.11, DESIGN §7.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.flow import changes as c
from engine.flow.clock import as_duration, as_moment, parse_cycle
from engine.flow.definition import Element, EventSpec
from engine.flow.running import Running
from engine.flow.token import Token


def plan(element: Element, event: EventSpec, token: Token) -> dict[str, Any]:
    """`due`, and for a cycle `every` and how many rounds are `left` after this one (None: no limit)."""
    engine = token.engine
    value = engine.evaluate(event.text, token)
    try:
        if event.timer == "date":
            return {"due": as_moment(value)}
        if event.timer == "duration":
            return {"due": _working(engine, value) if event.working else as_duration(value).after(engine.now)}
        cycle = parse_cycle(str(value))
        left = None if cycle.times is None else cycle.times - 1
        due = cycle.start or cycle.interval.after(engine.now)
        return {"due": due, "left": left, "every": str(value).strip().split("/")[-1]}
    except (ValueError, OverflowError) as error:
        raise c.Stuck(
            "timer_invalid",
            f"Hẹn giờ «{element.name or element.id}» có giá trị không hợp lệ: {str(value)[:80]}.",
            f"The timer “{element.name or element.id}” has an invalid value: {str(value)[:80]} ({error}).",
        ) from error


def next_round(memo: dict[str, Any]) -> dict[str, Any] | None:
    """The next round of a repeating timer, counted from when this one was due; None if this was the last."""
    left = memo.get("left", 0)
    if left == 0 or "every" not in memo:
        return None
    due = as_duration(memo["every"]).after(memo["due"])
    return {"due": due, "left": None if left is None else left - 1, "every": memo["every"]}


def _working(engine: Running, duration: object) -> datetime:
    working = engine.names.scope.working
    if working is None:
        raise c.Stuck(
            "no_working_calendar",
            "Hẹn giờ tính theo thời gian làm việc nhưng không có lịch làm việc.",
            "The timer counts working time but no working calendar was given.",
        )
    return working(str(duration), engine.now).astimezone(UTC)
