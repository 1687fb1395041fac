"""When the timer of an event is due, and again (BPMN 2.0.2 §10.5.5.11)."""

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
            return {"due": _after(engine, event, value, engine.now)}
        cycle = parse_cycle(str(value))
        left = None if cycle.times is None else cycle.times - 1
        every = str(value).strip().split("/")[-1]
        first = {"due": cycle.start or _after(engine, event, every, engine.now), "left": left, "every": every}
        return _not_before_now(engine, event, first)
    except (ValueError, OverflowError) as error:
        raise c.Stuck(
            "timer_invalid",
            f"Hẹn giờ «{element.name or element.id}» có giá trị không hợp lệ: {str(value)[:80]}.",
            f"The timer “{element.name or element.id}” has an invalid value: {str(value)[:80]} ({error}).",
        ) from error


def next_round(engine: Running, event: EventSpec, memo: dict[str, Any]) -> dict[str, Any] | None:
    """The next round of a repeating timer, counted from when this one was due; None if this was the last."""
    left = memo.get("left", 0)
    if left == 0 or "every" not in memo:
        return None
    due = _after(engine, event, memo["every"], memo["due"])
    return {"due": due, "left": None if left is None else left - 1, "every": memo["every"]}


def _not_before_now(engine: Running, event: EventSpec, memo: dict[str, Any]) -> dict[str, Any]:
    """Rounds that were over before the token came are not made up for; the last one is, as a date in the past is."""
    exact = as_duration(memo["every"])
    if not exact.months and not event.working and memo["due"] < engine.now:
        gone = (engine.now - memo["due"]) // exact.exact
        gone = gone if memo["left"] is None else min(gone, memo["left"])
        left = memo["left"] if memo["left"] is None else memo["left"] - gone
        return {**memo, "due": memo["due"] + gone * exact.exact, "left": left}
    while memo["due"] < engine.now and (later := next_round(engine, event, memo)) is not None:
        memo = later
    return memo


def _after(engine: Running, event: EventSpec, duration: object, moment: datetime) -> datetime:
    return _working(engine, duration, moment) if event.working else as_duration(duration).after(moment)


def _working(engine: Running, duration: object, start: datetime) -> datetime:
    working = engine.names.scope.working
    if working is None:
        raise c.Stuck(
            "no_working_calendar",
            "Hẹn giờ tính theo thời gian làm việc nhưng không có lịch làm việc.",
            "The timer counts working time but no working calendar was given.",
        )
    return working(str(duration), start).astimezone(UTC)
