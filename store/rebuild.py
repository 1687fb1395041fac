"""The tables made anew from the event log, and where they differ from it: what proves that projections are projections.

Kept as they stand, because no event says them: a dossier's secret and salt, its parent's token, what the clock noted
(`overdue_at`, `tried_at`), attachments' contents, and the snapshot (the diagram's position is primary there).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from engine import event_codec, evolve
from engine.state import State, changed
from store import appliers, tables
from store.appliers import Applied, Opening
from store.changes import Changes

Rows = dict[tuple[object, ...], dict[str, object]]

PROJECTIONS: tuple[Table, ...] = (
    tables.dossier,
    tables.dossier_sight,
    tables.task,
    tables.hand_over,
    tables.note,
    tables.timer,
    tables.message_wait,
    tables.component_given,
    tables.fee_due,
    tables.fee_payment,
    tables.conversation,
    tables.supplement_request,
    tables.paper,
    tables.result,
    tables.result_initial,
)
NOT_IN_LOG = {"dossier": {"secret", "salt", "parent_token", "overdue_at"}, "timer": {"tried_at"}}


@dataclass(frozen=True)
class Difference:
    table: str
    key: tuple[object, ...]
    column: str  # "" = the whole row
    live: object
    log: object

    def __str__(self) -> str:
        where = f"{self.table} {self.key}"
        if self.column:
            return f"{where}: {self.column} is {self.live!r}, the log says {self.log!r}"
        return f"{where}: " + ("the log knows no such row" if self.log is None else "the row is missing")


class Differences(list[Difference]):
    """Prints one a line; false when the tables are what the log says."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))


def differences(session: Session) -> Differences:
    """Every difference between the tables and the log; changes nothing.

    One dossier at a time under its row lock, so that a running system can be checked: nobody waits for longer than one
    dossier takes. Ends the session's transaction.
    """
    found = Differences()
    for dossier_id in _dossiers(session):
        _lock(session, dossier_id)
        found += compare(session, dossier_id)
        session.rollback()
    return found


def rebuild(session: Session) -> Differences:
    """Mend every difference, dossier by dossier, each in a commit of its own; returns what was mended."""
    mended = Differences()
    for dossier_id in _dossiers(session):
        _lock(session, dossier_id)
        found = compare(session, dossier_id)
        told = replay(session, dossier_id) if found else {}
        for difference in found:
            _mend(session, difference, told)
        session.commit()
        mended += found
    return mended


def compare(session: Session, dossier_id: int) -> list[Difference]:
    """Where the rows of one dossier differ from its log."""
    told = replay(session, dossier_id)
    found: list[Difference] = []
    for table in PROJECTIONS:
        live, log = _live(session, table, dossier_id), told[table.name]
        for key in sorted(live.keys() | log.keys(), key=str):
            if key not in live or key not in log:
                found.append(Difference(table.name, key, "", live.get(key), log.get(key)))
                continue
            silent = NOT_IN_LOG.get(table.name, set())
            here, there = live[key], log[key]
            found += [
                Difference(table.name, key, column, here[column], there[column])
                for column in here
                if column not in silent and here[column] != there[column]
            ]
    return found


def replay(session: Session, dossier_id: int) -> dict[str, Rows]:
    """The rows that the log of one dossier makes, by table and primary key, in memory."""
    bodies = _bodies(session, dossier_id)
    erased = session.scalar(select(tables.dossier.c.salt).where(tables.dossier.c.id == dossier_id)) is None
    rows: dict[str, Rows] = {table.name: {} for table in PROJECTIONS}
    state = State()
    for record in _log(session, dossier_id):
        plain = {} if erased else bodies  # what old rows say in plain text is not brought back
        events = [event_codec.from_json(event, plain) for event in record["events"]]  # type: ignore[attr-defined]
        for event in events:
            state = evolve.evolve(state, event)
        state = changed(state, seq=record["seq"])
        opening = Opening("") if record["seq"] == 1 else None
        applied = Applied(
            dossier_id,
            state.seq,
            record["at"],
            str(record["actor"]),
            state,
            bodies,
            opening,  # type: ignore[arg-type]
        )
        changes = Changes()
        appliers.apply(events, applied, changes)
        changes.alter(tables.dossier, applied.dossier, seq=state.seq)
        _fold(changes, rows)
    return rows


def _fold(changes: Changes, rows: dict[str, Rows]) -> None:
    """What `Changes.write` does in the database, in memory."""
    for name, where in changes.removed:
        for key in [key for key, row in rows.get(name, {}).items() if _equals(row, where)]:
            del rows[name][key]
    for (name, where), values in changes.altered.items():
        for row in rows.get(name, {}).values():
            if _equals(row, where):
                row.update(values)
    for (name, clash), added in changes.added.items():
        if name not in rows:
            continue
        table = tables.metadata.tables[name]
        for row in added:
            key = tuple(row[column.name] for column in table.primary_key)
            if key not in rows[name]:
                rows[name][key] = {**_blank(table), **row}
            elif clash == "replace":
                rows[name][key].update(row)


def _blank(table: Table) -> dict[str, object]:
    """The row that the server's defaults make."""
    values: Mapping[str, object] = {"false": False, "true": True, "0": 0}
    blank: dict[str, object] = {}
    for column in table.c:
        default = column.server_default
        said = None if default is None else str(getattr(default, "arg", ""))
        blank[column.name] = None if said is None else values.get(said, said)
    return blank


def _live(session: Session, table: Table, dossier_id: int) -> Rows:
    owner = table.c.id if table is tables.dossier else table.c.dossier_id
    keys = [column.name for column in table.primary_key]
    found = session.execute(select(table).where(owner == dossier_id)).mappings()
    return {tuple(row[key] for key in keys): dict(row) for row in found}


def _mend(session: Session, difference: Difference, told: dict[str, Rows]) -> None:
    table = tables.metadata.tables[difference.table]
    where = [column == part for column, part in zip(table.primary_key, difference.key, strict=True)]
    if difference.column:
        values = {difference.column: told[table.name][difference.key][difference.column]}
        session.execute(table.update().where(*where).values(values))
    elif difference.log is None:
        session.execute(table.delete().where(*where))
    else:
        session.execute(table.insert().values(told[table.name][difference.key]))


def _log(session: Session, dossier_id: int) -> Iterator[Mapping[str, object]]:
    log = tables.event_log
    wanted = select(log.c.seq, log.c.at, log.c.actor, log.c.events).where(log.c.dossier_id == dossier_id)
    yield from session.execute(wanted.order_by(log.c.seq)).mappings()  # type: ignore[misc]


def _bodies(session: Session, dossier_id: int) -> dict[str, object]:
    rows = session.execute(
        text("select digest, body from answers where dossier_id = :id"), {"id": dossier_id}
    )
    return {row.digest: row.body for row in rows}


def _lock(session: Session, dossier_id: int) -> None:
    session.execute(select(tables.dossier.c.id).where(tables.dossier.c.id == dossier_id).with_for_update())


def _dossiers(session: Session) -> list[int]:
    ids = list(session.scalars(select(tables.dossier.c.id).order_by(tables.dossier.c.id)))
    session.rollback()
    return ids


def _equals(row: Mapping[str, object], where: tuple[tuple[str, object], ...]) -> bool:
    return all(row.get(column) == value for column, value in where)
