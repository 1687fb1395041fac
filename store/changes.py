"""The rows that one command adds, alters and removes: merged in memory, written as one SQL statement.

A statement with data-modifying CTEs is one round trip however many tables a step touches. Inside it no row may be
touched twice, so a row's changes are merged here first; the same object replays the log in memory (store/rebuild.py).
"""

# ruff: noqa: S608 (names come from store/tables, every value is a parameter)
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any, Literal

import orjson
from psycopg import RawCursor
from sqlalchemy import JSON, Table
from sqlalchemy.orm import Session

from store.tables import metadata

Row = dict[str, object]
Where = tuple[tuple[str, object], ...]  # equalities; None = is null
Condition = tuple[tuple[str, bool], ...]  # column, and whether it is asked to be null
Clash = Literal["error", "keep", "replace"]  # what an insert does when the row is there

_JSON = {t.name: frozenset(c.name for c in t.c if isinstance(c.type, JSON)) for t in metadata.tables.values()}
_KEYS = {t.name: tuple(c.name for c in t.primary_key) for t in metadata.tables.values()}


def to_json(value: object) -> str:
    """JSON text; FEEL's numbers (Decimal) become JSON's. Raises TypeError for what is no JSON."""
    return orjson.dumps(value, default=_number).decode()


def _number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


class Encoded(str):
    """A JSON text that is stored as it stands (the event log's: it was hashed)."""

    __slots__ = ()


class Changes:
    """Pending changes, in the order in which the events made them."""

    def __init__(self) -> None:
        self.added: dict[tuple[str, Clash], list[Row]] = {}
        self.altered: dict[tuple[str, Where], Row] = {}
        self.removed: dict[tuple[str, Where], None] = {}

    def add(self, table: Table, row: Row, clash: Clash = "error") -> None:
        """Insert `row`; `clash` says what happens if its key exists."""
        key = {column: row[column] for column in _KEYS[table.name] if column in row}
        if self.removed.pop((table.name, tuple(key.items())), 0) is None:
            clash = "replace"  # taken away and put back by one command
        if clash != "error":
            for pending in self._added(table):
                if _equals(pending, key):
                    pending.update(row if clash == "replace" else {})
                    return
        self.added.setdefault((table.name, clash), []).append(row)

    def alter(self, table: Table, where: Mapping[str, object], **values: object) -> None:
        """Set `values` in the rows that equal `where`, among them rows added before in the same command."""
        matched = [row for row in self._added(table) if _equals(row, where)]
        for row in matched:
            row.update(values)
        if not (matched and set(where) >= set(_KEYS[table.name])):
            self.altered.setdefault((table.name, tuple(where.items())), {}).update(values)

    def remove(self, table: Table, where: Mapping[str, object]) -> None:
        """Delete the rows that equal `where`, also those added before in the same command."""
        for (name, _), rows in self.added.items():
            for row in rows if name == table.name else ():
                if _equals(row, where):
                    rows.remove(row)
                    return
        self.altered.pop((table.name, tuple(where.items())), None)
        self.removed[table.name, tuple(where.items())] = None

    def _added(self, table: Table) -> Iterator[Row]:
        for (name, _), rows in self.added.items():
            if name == table.name:
                yield from rows

    def write(self, session: Session) -> None:
        """All of it in one statement of the session's transaction."""
        shape: list[tuple[object, ...]] = []
        values: list[object] = []
        for (name, clash), rows in self.added.items():
            for columns, alike in _by_columns(rows).items():
                shape.append(("add", name, columns, clash, len(alike)))
                values += [_sent(name, column, row[column]) for row in alike for column in columns]
        for (name, where), row in self.altered.items():
            shape.append(
                ("alter", name, tuple(row), tuple((column, value is None) for column, value in where))
            )
            values += [_sent(name, column, value) for column, value in row.items()]
            values += [value for _, value in where if value is not None]
        for name, where in self.removed:
            shape.append(("remove", name, tuple((column, value is None) for column, value in where)))
            values += [value for _, value in where if value is not None]
        if shape:
            connection = session.connection().connection.driver_connection
            assert connection is not None
            with RawCursor(connection) as cursor:  # the text is ours, with $n: nothing is left to parse here
                # Steps of a kind come in one shape: the server parses and plans it once a connection.
                cursor.execute(_statement(tuple(shape)), values, prepare=True)


@lru_cache(maxsize=2048)
def _statement(shape: tuple[tuple[Any, ...], ...]) -> bytes:
    """SQL for a shape. Names come from store/tables; every value is a parameter."""
    number = count(1)
    parts = [_KINDS[kind](number, *detail) for kind, *detail in shape]
    ctes = ", ".join(f"c{place} as ({part})" for place, part in enumerate(parts[:-1]))
    return (f"with {ctes} {parts[-1]}" if ctes else parts[-1]).encode()


def _add(number: Iterator[int], name: str, columns: tuple[str, ...], clash: Clash, rows: int) -> str:
    values = ", ".join(f"({', '.join(f'${next(number)}' for _ in columns)})" for _ in range(rows))
    return f'insert into "{name}" ({_names(columns)}) values {values}' + _on_conflict(name, columns, clash)


def _alter(number: Iterator[int], name: str, columns: tuple[str, ...], where: Condition) -> str:
    assignments = ", ".join(f"{_name(column)} = ${next(number)}" for column in columns)
    return f'update "{name}" set {assignments} where {_condition(number, where)}'


def _remove(number: Iterator[int], name: str, where: Condition) -> str:
    return f'delete from "{name}" where {_condition(number, where)}'


_KINDS: Mapping[str, Callable[..., str]] = {"add": _add, "alter": _alter, "remove": _remove}


def _on_conflict(name: str, columns: tuple[str, ...], clash: Clash) -> str:
    if clash == "error":
        return ""
    keys = _KEYS[name]
    rest = [column for column in columns if column not in keys]
    if clash == "keep" or not rest:
        return f" on conflict ({_names(keys)}) do nothing"
    return f" on conflict ({_names(keys)}) do update set " + ", ".join(
        f"{_name(c)} = excluded.{_name(c)}" for c in rest
    )


def _condition(number: Iterator[int], where: Condition) -> str:
    return " and ".join(
        f"{_name(c)} is null" if null else f"{_name(c)} = ${next(number)}" for c, null in where
    )


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(_name, columns))


def _name(column: str) -> str:
    return f'"{column}"'


def _by_columns(rows: list[Row]) -> dict[tuple[str, ...], list[Row]]:
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    return alike


def _sent(table: str, column: str, value: object) -> object:
    """JSON columns travel as text, which PostgreSQL takes for json and jsonb alike; Encoded text as it stands."""
    if column in _JSON[table] and value is not None:
        return str(value) if isinstance(value, Encoded) else to_json(value)
    return value


def _equals(row: Row, where: Mapping[str, object]) -> bool:
    return all(row.get(column) == value for column, value in where.items())
