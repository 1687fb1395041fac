"""The snapshot: the live tokens of one dossier as msgpack, with a format number. No spec, no case data but loop items.

Rows name nodes by their number in the `FlowSpec`, so a snapshot is opened with the version it was saved with.
A row is `[id, node, state, flags, owner, slot, index, item, memo, trail]` without its trailing empty fields.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgpack
from SpiffWorkflow.util.task import TaskState

from engine.flow.definition import FlowSpec
from engine.flow.running import Nested, Running, Space
from engine.flow.scripts import Names
from engine.flow.token import Token
from engine.flow.trail import Frame
from feel import YearsMonths

FORMAT = 1

_LISTENER, _LEAVING = 1, 2
_DEFAULTS: list[Any] = [None, None, TaskState.STARTED, 0, 0, 0, None, None, None, None]


class BadSnapshot(ValueError):
    """The bytes are not a snapshot of this format, or not of this version of the diagram."""


def save(engine: Running) -> bytes:
    spaces = [
        [int(s.host.id[1:]) if s.host else 0, [_row(t) for t in s.tasks.values()]] for s in engine.spaces()
    ]
    state = [FORMAT, engine.counter, engine.forks, engine.completed, spaces]
    return bytes(msgpack.packb(state, default=_pack))


def load(flow: FlowSpec, snapshot: bytes, names: Names) -> Running:
    """The running diagram of a snapshot. Raises BadSnapshot."""
    engine = Running(flow, names, names.now)
    try:
        format_, engine.counter, engine.forks, engine.completed, spaces = msgpack.unpackb(
            snapshot, ext_hook=_unpack, strict_map_key=False
        )
        if format_ != FORMAT:
            raise BadSnapshot(f"format {format_} is not {FORMAT}")
        for host_number, rows in spaces:
            space: Space = engine
            if host_number:
                host = engine.find(f"t{host_number}")
                assert host is not None
                space = Nested(host.task_spec.inner, host)
            for row in rows:
                _token(space, flow, row)
    except (ValueError, TypeError, IndexError, AssertionError, AttributeError, KeyError) as error:
        raise BadSnapshot(str(error)) from error
    return engine


def storable(value: object) -> bool:
    """Can a loop item be kept in a snapshot (not so a FEEL function)?"""
    try:
        msgpack.packb(value, default=_pack)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _row(token: Token) -> list[Any]:
    row = [
        int(token.id[1:]),
        token.task_spec.number,
        token._state,
        (_LISTENER if token.listener else 0) | (_LEAVING if token.leaving else 0),
        int(token._parent[1:]) if token._parent else 0,
        token.slot,
        token.index,
        token.item,
        token.memo or None,
        [[*f[:4], _mask(f.passed)] for f in token.trail] or None,
    ]
    while row[-1] == _DEFAULTS[len(row) - 1] and len(row) > 2:
        row.pop()
    return row


def _token(space: Space, flow: FlowSpec, row: list[Any]) -> None:
    number, node, state, flags, owner, slot, index, item, memo, trail = row + _DEFAULTS[len(row) :]
    token = Token(
        space,
        flow.nodes[node],
        parent=space.tasks[f"t{owner}"] if owner else None,
        trail=tuple([Frame(f[0], f[1], f[2], f[3], _unmask(f[4])) for f in trail]) if trail else (),
        listener=bool(flags & _LISTENER),
        id=f"t{number}",
    )
    token._state = state
    token.leaving = bool(flags & _LEAVING)
    token.slot, token.index, token.item, token.memo = slot, index, item, memo or {}
    if state == TaskState.READY:
        space.top_workflow.queue.append(token)


def _mask(bits: int) -> int | bytes:
    return bits if bits < 1 << 63 else bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def _unmask(bits: int | bytes) -> int:
    return bits if isinstance(bits, int) else int.from_bytes(bits, "little")


def _pack(value: object) -> msgpack.ExtType:
    if isinstance(value, Decimal):
        return msgpack.ExtType(1, str(value).encode())
    if isinstance(value, datetime):
        return msgpack.ExtType(2, value.isoformat().encode())
    if isinstance(value, date):
        return msgpack.ExtType(3, value.isoformat().encode())
    if isinstance(value, time):
        return msgpack.ExtType(4, value.isoformat().encode())
    if isinstance(value, timedelta):
        return msgpack.ExtType(5, msgpack.packb([value.days, value.seconds, value.microseconds]))
    if isinstance(value, YearsMonths):
        return msgpack.ExtType(6, msgpack.packb(value.months))
    raise TypeError(f"{type(value).__name__} cannot be kept in a snapshot")


def _unpack(code: int, data: bytes) -> object:
    match code:
        case 1:
            return Decimal(data.decode())
        case 2:
            return datetime.fromisoformat(data.decode())
        case 3:
            return date.fromisoformat(data.decode())
        case 4:
            return time.fromisoformat(data.decode())
        case 5:
            return timedelta(*msgpack.unpackb(data))
        case 6:
            return YearsMonths(msgpack.unpackb(data))
    raise BadSnapshot(f"unknown value type {code}")
