"""What happened to a dossier, as its log tells it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine import event_codec
from store import visible
from store.tables import attachment


def events(session: Session, dossier_id: int, sight: visible.Sight = "full") -> list[dict[str, Any]]:
    """The event log of one dossier, oldest first, as far as `sight` goes; `hash` is always of the whole row."""
    rows = session.execute(
        text("""
        select l.seq, l.at, l.actor, coalesce(a.name, '') as actor_name, l.actor_kind, l.command, l.events, l.hash
        from event_log l left join account a on a.username = l.actor
        where l.dossier_id = :id order by l.seq
        """),
        {"id": dossier_id},
    ).mappings()
    said = _said(session, dossier_id)
    hidden = {"actor": "", "actor_name": ""}
    return [
        {
            "seq": row["seq"],
            "at": row["at"],
            "by": row["actor"],
            "by_name": row["actor_name"],
            "by_kind": row["actor_kind"],
            "command": row["command"],
            "events": [
                visible.event(event_codec.told(event, said), sight, row["actor_kind"])
                for event in row["events"]
                if sight == "full" or event["type"] not in visible.AMONG_OFFICERS
            ],
            "hash": bytes(row["hash"]).hex(),
        }
        for row in (
            {**row, **hidden} if visible.hides_actor(sight, row["actor_kind"], erased=said is None) else row
            for row in rows
        )
    ]


def hand_overs(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """The ledger of crossings between agencies, oldest first (Mẫu 05)."""
    rows = session.execute(
        text("""
        select row_number() over (order by h.seq, h.task_id) as number, h.task_id, h.element_id, h.from_agency, f.name as from_name, h.to_agency, t.name as to_name,
               h.handed_at, h.accepted_at, h.refused_at, h.reason, h.ended_at, h.due_at,
               hb.name as handed_by_name, ab.name as accepted_by_name, rb.name as refused_by_name
        from hand_over h
        left join agency f on f.code = h.from_agency left join agency t on t.code = h.to_agency
        join dossier d on d.id = h.dossier_id
        left join account hb on hb.username = h.handed_by and (hb.kind = 'officer' or d.salt is not null)
        left join account ab on ab.username = h.accepted_by
        left join account rb on rb.username = h.refused_by
        where h.dossier_id = :id order by h.seq, h.task_id
        """),
        {"id": dossier_id},
    ).mappings()
    return [dict(row) for row in rows]


def incident(session: Session, dossier_id: int, code: str) -> dict[str, Any]:
    """What stands still and why: {code, element, vi, en}, as the event told it."""
    raised = session.scalar(
        text("""
        select event from event_log l cross join lateral json_array_elements(l.events) event
        where l.dossier_id = :id and event ->> 'type' = 'IncidentRaised' order by l.seq desc limit 1
        """),
        {"id": dossier_id},
    )
    event = event_codec.told(raised, _said(session, dossier_id)) if raised else {}
    vi, en = event.get("vi", code), event.get("en", code)
    return {"code": code, "element": event.get("element_id", ""), "vi": vi, "en": en}


def _said(session: Session, dossier_id: int) -> dict[str, Any] | None:
    """What the log's events point at beside answers, by digest; None if the dossier's data was erased."""
    rows = session.execute(
        text("""
        select d.salt is null as erased, a.digest, a.body from dossier d
        left join answers a on a.dossier_id = d.id and a.form = '' where d.id = :id
        """),
        {"id": dossier_id},
    ).all()
    return None if not rows or rows[0].erased else {row.digest: row.body for row in rows}


def signed_scans(session: Session, ids: Collection[str]) -> set[str]:
    """Those of the files that an officer signed as scans."""
    if not ids:
        return set()
    wanted = attachment.c.id.in_([UUID(id) for id in ids]), attachment.c.signed_at.is_not(None)
    return {str(id) for id in session.scalars(select(attachment.c.id).where(*wanted))}
