"""A dossier's state as bytes (msgpack) with a format number: what a snapshot row holds.

Fields at their default are left out: small, and a field added later needs no new format. A removed or changed field
does: raise FORMAT and keep the way from the old one (`_from_1`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgpack

from engine.state import Clock, Pause, Payment, State, StepRecord, Task, Timer

FORMAT = 2


class BadSnapshot(ValueError):
    """The bytes are no snapshot, or one of a format this release cannot read."""


def dump(state: State) -> bytes:
    """The state as bytes; `load` gives the equal state back."""
    packed: bytes = msgpack.packb([FORMAT, _packed(state)], use_bin_type=True, default=_plain)
    return packed


def load(data: bytes) -> State:
    """Raises BadSnapshot if the bytes cannot be read."""
    try:
        number, fields = msgpack.unpackb(data, strict_map_key=False)
        if number == 1:
            _from_1(fields)
        elif number != FORMAT:
            raise BadSnapshot(f"snapshot format {number!r}; this release reads 1 and {FORMAT}")
        return _state(fields)
    except BadSnapshot:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, msgpack.UnpackException) as error:
        raise BadSnapshot(str(error)) from error


Packable = State | Task | Timer | Clock | Pause | StepRecord | Payment


def _packed(record: Packable) -> dict[str, Any]:
    defaults = _DEFAULTS[type(record)]
    return {
        name: value
        for name, value in record.__dict__.items()
        if name not in defaults or value != defaults[name]
    }


def _plain(value: object) -> object:
    """What msgpack does not know by itself."""
    if isinstance(value, Packable):
        return _packed(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"cannot be packed: {type(value).__name__}")


def _state(fields: dict[str, Any]) -> State:
    readers: dict[str, Any] = {
        "tasks": lambda found: {no: Task(**task) for no, task in found.items()},
        "timers": _timers,
        "held_timers": _timers,
        "messages": lambda found: {key: (name, correlation) for key, (name, correlation) in found.items()},
        "steps": lambda found: {key: tuple(StepRecord(**one) for one in all_) for key, all_ in found.items()},
        "components": lambda found: {key: tuple(all_) for key, all_ in found.items()},
        "clock": _clock,
        "payments": lambda found: {key: Payment(**one) for key, one in found.items()},
        "incident": lambda found: found and tuple(found),
        "exempt": tuple,
    }
    return State(
        **{name: readers[name](value) if name in readers else value for name, value in fields.items()}
    )


def _from_1(fields: dict[str, Any]) -> None:
    """Format 1 kept loop items inside tasks and step records, and what a message is correlated by in plain."""
    items: dict[str, object] = {}
    tasks = fields.get("tasks", {}).values()
    for record in (*tasks, *(one for all_ in fields.get("steps", {}).values() for one in all_)):
        if (item := record.pop("item", None)) is not None:
            record["item_digest"] = f"format 1: {record['task_no' if 'task_no' in record else 'no']}"
            items[record["item_digest"]] = item
    fields["items"] = items
    fields["messages"] = {key: (name, None) for key, (name, _) in fields.get("messages", {}).items()}


def _timers(found: dict[str, Any]) -> dict[str, Timer]:
    return {key: Timer(**timer) for key, timer in found.items()}


def _clock(found: dict[str, Any]) -> Clock:
    pauses = tuple(Pause(**pause) for pause in found.pop("pauses", ()))
    return Clock(**found, pauses=pauses)


def _defaults_of(kind: type[Packable]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found


_DEFAULTS = {kind: _defaults_of(kind) for kind in (State, Task, Timer, Clock, Pause, StepRecord, Payment)}
