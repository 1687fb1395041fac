"""Proves the event log: every row follows from the one before it, and every sealed root from the heads it sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from store import chain

BATCH = 2000
SHOWN = 50


@dataclass
class Report:
    """What was walked, and every break, named by dossier code and sequence number.

    `unsealed`: the last rows that no sealed root covers yet. Whoever owns the tables could still cut them off unseen.
    """

    dossiers: int = 0
    rows: int = 0
    roots: int = 0
    unsealed: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.breaks

    def __str__(self) -> str:
        walked = f"{self.dossiers} dossiers, {self.rows} log rows, {self.roots} sealed roots"
        found = "the log is whole" if self.ok else f"{len(self.breaks)} breaks"
        last = (
            [f"{len(self.unsealed)} dossiers have rows that are not under a seal yet:"]
            if self.unsealed
            else []
        )
        return "\n".join([f"{walked}: {found}", *_some(self.breaks), *last, *_some(self.unsealed)])


def verify_log(session: Session) -> Report:
    """Walk everything; reads only, in the database's own order, a few thousand rows at a time."""
    report = Report()
    _chains(session, report)
    _heads(session, report)
    _roots(session, report)
    _unsealed(session, report)
    session.rollback()
    return report


def _some(lines: list[str]) -> list[str]:
    return lines[:SHOWN] + ([f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else [])


def _chains(session: Session, report: Report) -> None:
    """Row n names the hash of row n - 1, and its own hash is that of what it says."""
    rows = session.execute(
        text("""
            select l.dossier_id, l.seq, l.at, l.actor, l.actor_kind, l.command, l.events::text as events,
                   l.prev_hash, l.hash, coalesce(d.code, '#' || l.dossier_id) as code
            from event_log l left join dossier d on d.id = l.dossier_id order by l.dossier_id, l.seq
        """),
        execution_options={"yield_per": BATCH},
    )
    dossier_id, seq, head = None, 0, b""
    for row in rows:
        if row.dossier_id != dossier_id:
            dossier_id, seq, head = row.dossier_id, 0, b""
            report.dossiers += 1
        report.rows += 1
        if row.seq != seq + 1:
            report.breaks.append(f"{row.code}: row {seq + 1} is missing, row {row.seq} follows row {seq}")
        elif bytes(row.prev_hash) != head:
            report.breaks.append(f"{row.code}: row {row.seq} does not name the hash of row {seq}")
        said = chain.link(
            bytes(row.prev_hash),
            dossier_id=row.dossier_id,
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            kind=row.actor_kind,
            command=row.command,
            events=row.events,
        )
        if said != bytes(row.hash):
            report.breaks.append(f"{row.code}: row {row.seq} was changed after it was written")
        seq, head = row.seq, bytes(row.hash)


def _heads(session: Session, report: Report) -> None:
    """The dossier, its snapshot and its log agree on the last command."""
    rows = session.execute(
        text("""
            select d.code, d.seq, s.seq as snapshot_seq, l.seq as log_seq, s.head = l.hash as same
            from dossier d left join dossier_snapshot s on s.dossier_id = d.id
            left join lateral (select seq, hash from event_log where dossier_id = d.id order by seq desc limit 1) l
              on true
            where (d.seq, s.seq, true) is distinct from (l.seq, l.seq, s.head = l.hash)
        """)
    )
    for row in rows:
        report.breaks.append(
            f"{row.code}: the log ends at row {row.log_seq or 0}, but the dossier stands at {row.seq}"
            f" and its snapshot at {row.snapshot_seq or 0}"
            + ("" if row.same is not False else "; the snapshot names another hash")
        )


def _roots(session: Session, report: Report) -> None:
    previous = b""
    for root_id, at, root, heads in _sealed(session):
        report.roots += 1
        if chain.seal(previous, heads) != root:
            report.breaks.append(
                f"sealed root {root_id} of {at:%Y-%m-%d %H:%M}: a row it sealed is gone or changed"
            )
        previous = root


def _sealed(session: Session) -> Iterator[tuple[int, object, bytes, list[tuple[int, int, bytes]]]]:
    roots = session.execute(text("select id, at, root from sealed_root order by id")).all()
    for root in roots:
        heads = session.execute(
            text("""
                select h.dossier_id, h.seq, coalesce(l.hash, ''::bytea) as hash from sealed_head h
                left join event_log l on l.dossier_id = h.dossier_id and l.seq = h.seq where h.root_id = :id
            """),
            {"id": root.id},
        )
        yield (
            root.id,
            root.at,
            bytes(root.root),
            [(row.dossier_id, row.seq, bytes(row.hash)) for row in heads],
        )


def _unsealed(session: Session, report: Report) -> None:
    rows = session.execute(
        text("""
            with sealed as (select dossier_id, max(seq) as seq from sealed_head group by dossier_id)
            select coalesce(d.code, '#' || l.dossier_id) as code, min(l.seq) as first, max(l.seq) as last,
                   min(l.at) as since
            from event_log l left join sealed s on s.dossier_id = l.dossier_id
            left join dossier d on d.id = l.dossier_id
            where l.seq > coalesce(s.seq, 0) group by l.dossier_id, d.code order by since, code
        """)
    )
    for row in rows:
        which = f"row {row.first}" if row.first == row.last else f"rows {row.first} to {row.last}"
        report.unsealed.append(f"{row.code}: {which}, since {row.since:%Y-%m-%d %H:%M} UTC")
