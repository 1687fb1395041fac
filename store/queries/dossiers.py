"""A dossier for a page or the API, and lists of dossiers, trimmed to what the reader may see."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, text, true
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.rejection import Rejected
from store import visible
from store.folding import tsquery
from store.queries import cursor as keyset
from store.queries import inbox
from store.tables import dossier, dossier_sight, procedure

UNKNOWN = Rejected(
    "unknown_dossier",
    "Không có hồ sơ này, hoặc bạn không được xem hồ sơ này.",
    "There is no such dossier, or you may not see it.",
)
STATUS_CODES = {
    "submitted": 1,
    "received": 2,
    "not_received": 3,
    "processing": 4,
    "supplement": 5,
    "financial": 6,
    "withdrawn": 7,
    "stopped": 8,
    "resolved": 9,
    "returned": 10,
}


def page(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    status: str = "",
    agency: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Dossiers the actor may see, newest first: {items, next}. `q`: words of name or code, without accents."""
    after = keyset.decode(cursor, int)
    query = (
        _seen(actor, q)
        .add_columns(dossier, procedure.c.name.label("procedure_name"))
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .order_by(dossier.c.id.desc())
        .limit(limit + 1)
    )
    if status:
        query = query.where(dossier.c.status == status)
    if agency:
        query = query.where(dossier.c.agency == agency)
    if after:
        query = query.where(dossier.c.id < after[0])
    rows = session.execute(query).mappings().all()
    shown = rows[:limit]
    return {
        "items": [
            line if visible.names(actor, "course", line["agency"]) else line | {"applicant_name": ""}
            for line in map(_line, shown)
        ],
        "next": keyset.encode(shown[-1]["id"]) if len(rows) > limit else None,
    }


def one(session: Session, actor: Actor, code: str, *, now: datetime) -> dict[str, Any] | Rejected:
    """Everything of one dossier that the actor may see (shape: docs/dialect.md §5)."""
    row = _row(session, code)
    if row is None:
        return UNKNOWN
    sight = visible.sight(session, actor, row["id"])
    if sight is None:
        return UNKNOWN
    detail = _detail(session, row, sight, now)
    return detail if visible.names(actor, sight) else _nameless(detail)


def track(session: Session, code: str, secret: str, *, now: datetime) -> dict[str, Any] | Rejected:
    """What anybody may see who holds the code and the secret of the receipt: the course, no names."""
    row = _row(session, code)
    if row is None or not secrets.compare_digest(row["secret"].encode(), secret.encode()):
        return UNKNOWN
    found = _detail(session, row, "course", now)
    return _nameless(found) | {"tasks": [_public_task(task) for task in found["tasks"]]}


def secret_of(session: Session, actor: Actor, code: str) -> str | None:
    """The tracking secret, for the applicant and the receiving agency (it stands on the receipt)."""
    row = _row(session, code)
    if row is None or visible.sight(session, actor, row["id"]) not in ("full", "own"):
        return None
    return str(row["secret"])


def ids(session: Session, code: str) -> int | None:
    """The row id of a dossier code."""
    return session.scalar(select(dossier.c.id).where(dossier.c.code == code))


def incidents(session: Session, limit: int = 100) -> list[dict[str, Any]]:
    """Dossiers that stand still for an incident (admin)."""
    rows = session.execute(
        select(dossier, procedure.c.name.label("procedure_name"))
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .where(dossier.c.incident.is_not(None))
        .order_by(dossier.c.id.desc())
        .limit(limit)
    ).mappings()
    return [
        _line(row) | {"incident": _incident(session, row["id"], row["incident"]), "applicant_name": ""}
        for row in rows
    ]


def _incident(session: Session, dossier_id: int, code: str) -> dict[str, Any]:
    """What stands still and why: {code, element, vi, en}, as the event told it."""
    told = session.execute(
        text("""
        select event ->> 'element_id' as element, event ->> 'vi' as vi, event ->> 'en' as en
        from event_log l cross join lateral json_array_elements(l.events) event
        where l.dossier_id = :id and event ->> 'type' = 'IncidentRaised' order by l.seq desc limit 1
        """),
        {"id": dossier_id},
    ).mappings()
    return {"code": code, "element": "", "vi": code, "en": code, **(told.first() or {})}


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
    hidden = {"actor": "", "actor_name": ""}
    return [
        {
            "seq": row["seq"],
            "at": row["at"],
            "by": row["actor"],
            "by_name": row["actor_name"],
            "by_kind": row["actor_kind"],
            "command": row["command"],
            "events": [visible.event(event, sight, row["actor_kind"]) for event in row["events"]],
            "hash": bytes(row["hash"]).hex(),
        }
        for row in (
            {**row, **hidden} if visible.hides_actor(sight, row["actor_kind"]) else row for row in rows
        )
    ]


def hand_overs(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """The ledger of crossings between agencies, oldest first (Mẫu 05)."""
    rows = session.execute(
        text("""
        select row_number() over (order by h.seq, h.task_id) as number, h.element_id, h.from_agency, f.name as from_name, h.to_agency, t.name as to_name,
               h.handed_at, h.accepted_at, h.refused_at, h.reason, h.ended_at, h.due_at,
               hb.name as handed_by_name, ab.name as accepted_by_name, rb.name as refused_by_name
        from hand_over h
        left join agency f on f.code = h.from_agency left join agency t on t.code = h.to_agency
        left join account hb on hb.username = h.handed_by left join account ab on ab.username = h.accepted_by
        left join account rb on rb.username = h.refused_by
        where h.dossier_id = :id order by h.seq, h.task_id
        """),
        {"id": dossier_id},
    ).mappings()
    return [dict(row) for row in rows]


def _seen(actor: Actor, q: str) -> Select[Any]:
    """A select (of nothing yet) from the dossiers that the actor may see and that hold the words.

    One agency is the common case and the large one: read from its own part of dossier_sight, newest first.
    """
    words = tsquery(q)
    key = func.to_tsvector("simple", dossier_sight.c.search_key)
    holds = key.op("@@")(func.to_tsquery("simple", words)) if words else true()
    agencies = sorted(actor.agencies())
    if len(agencies) == 1 and actor.kind != "admin":
        join = dossier_sight.join(dossier, dossier.c.id == dossier_sight.c.dossier_id)
        return select().select_from(join).where(dossier_sight.c.agency == agencies[0], holds)
    query = select().select_from(dossier).where(visible.dossiers(actor))
    if not words:
        return query
    if actor.kind == "admin":  # who sees no names finds nobody by name
        return query.where(dossier.c.code.contains(q.strip().upper(), autoescape=True))
    matching = select(dossier_sight.c.dossier_id).where(holds)
    if agencies:
        matching = matching.where(dossier_sight.c.agency.in_(agencies))
    return query.where(dossier.c.id.in_(matching))


def _row(session: Session, code: str) -> RowMapping | None:
    return (
        session.execute(
            text("""
        select d.*, p.name as procedure_name, p.name_en as procedure_name_en, a.name as agency_name, v.manifest
        from dossier d join procedure p on p.code = d.procedure_code join agency a on a.code = d.agency
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        where d.code = :code
        """),
            {"code": code},
        )
        .mappings()
        .first()
    )


def _line(row: RowMapping) -> dict[str, Any]:
    return {
        "code": row["code"],
        "procedure": {
            "code": row["procedure_code"],
            "name": row["procedure_name"],
            "version": row["procedure_version"],
        },
        "agency": row["agency"],
        "status": row["status"],
        "status_code": STATUS_CODES.get(str(row["status"])),
        "sub_status": row["sub_status"],
        "submitted_at": row["submitted_at"],
        "received_at": row["received_at"],
        "due_at": row["due_at"],
        "ended_at": row["ended_at"],
        "applicant_name": row["applicant_name"],
    }


def _detail(session: Session, row: RowMapping, sight: visible.Sight, now: datetime) -> dict[str, Any]:
    dossier_id = row["id"]
    ended = row["ended_at"]
    due_at = row["due_at"]
    detail = _line(row) | {
        "id": dossier_id,
        "sight": sight,
        "agency": {"code": row["agency"], "name": row["agency_name"]},
        "original_due_at": row["original_due_at"],
        "promised_on": row["promised_on"],
        "overdue": bool(due_at and (ended or now) > due_at and not row["on_time"]),
        "paused_since": row["paused_since"],
        "reception_due_at": row["reception_due_at"],
        "version": row["seq"],
        "closed": row["closed"],
        "end_kind": row["end_kind"],
        "channel": row["channel"],
        "tasks": tasks(session, dossier_id),
        "steps": _steps(session, dossier_id),
        "fees": _fees(session, row),
        "papers": _papers(session, dossier_id),
        "results": _results(session, row),
        "incident": _incident(session, dossier_id, row["incident"]) if row["incident"] else None,
        "applicant": None,
        "answers": {},
        "components": [],
    }
    if sight == "course":
        return detail | {"tasks": [task | {"item": None} for task in detail["tasks"]]}
    current = _documents(session, dossier_id)
    persons = current.pop("$persons", None) or {}
    variables = current.pop("$variables", None) or {}
    return detail | {
        "secret": row["secret"],
        "applicant": persons.get("applicant"),
        "beneficiary": persons.get("beneficiary"),
        "answers": current,
        "variables": variables,
        "components": _components(session, row),
        "supplement": _supplement(session, dossier_id),
    }


def tasks(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """The live tasks of one dossier with agency names."""
    rows = session.execute(
        text(f"""
        select {inbox._COLUMNS}, a.name as agency_name, r.name as role_name
        from task t {inbox._JOINS} left join agency a on a.code = t.agency left join role r on r.code = t.role
        where t.dossier_id = :id and t.state < 2 order by t.id
        """),  # noqa: S608
        {"id": dossier_id},
    ).mappings()
    return [
        inbox.as_item(row) | {"agency_name": row["agency_name"], "role_name": row["role_name"]}
        for row in rows
    ]


def _steps(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """Every task so far in order: what was done where, when."""
    rows = session.execute(
        text("""
        select t.id, t.element_id, coalesce(s.name, t.element_id) as name, t.kind, t.state, t.agency, a.name as agency_name,
               t.opened_at, t.due_at, t.ended_at, t.outcome, t.silent
        from task t join dossier d on d.id = t.dossier_id
        left join procedure_step s on s.procedure_code = d.procedure_code and s.version = d.procedure_version
            and s.element_id = t.element_id
        left join agency a on a.code = t.agency
        where t.dossier_id = :id order by t.id
        """),
        {"id": dossier_id},
    ).mappings()
    return [
        {key: value for key, value in row.items() if key != "state"} | {"live": row["state"] < 2}
        for row in rows
    ]


def _documents(session: Session, dossier_id: int) -> dict[str, dict[str, Any]]:
    rows = session.execute(
        text("""
        select a.form, a.body from dossier_snapshot s
        join answers a on a.dossier_id = s.dossier_id and a.digest = any(s.digests)
        where s.dossier_id = :id
        """),
        {"id": dossier_id},
    )
    return {row.form: row.body or {} for row in rows}


def _components(session: Session, row: RowMapping) -> list[dict[str, Any]]:
    given = {
        found["code"]: found
        for found in session.execute(
            text("""
            select g.*, coalesce((
                select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'size', t.size,
                       'media_type', t.media_type, 'pages', t.pages) order by t.name)
                from attachment t where t.id::text = any(g.attachments)), '[]') as files
            from component_given g where g.dossier_id = :id
            """),
            {"id": row["id"]},
        ).mappings()
    }
    listed = row["manifest"].get("components", [])
    names = {part["code"]: part for part in listed}
    codes = [part["code"] for part in listed if part["code"] in given or part.get("form")]
    return [
        {
            "code": code,
            "name": names.get(code, {}).get("name", code),
            "given_by_form": bool(names.get(code, {}).get("form")),
            "attachments": given[code]["files"] if code in given else [],
            "originals": given[code]["originals"] if code in given else 0,
            "certified": given[code]["certified"] if code in given else 0,
            "copies": given[code]["copies"] if code in given else 0,
        }
        for code in [*codes, *(code for code in given if code not in names)]
    ]


def _fees(session: Session, row: RowMapping) -> list[dict[str, Any]]:
    names = {fee["code"]: fee.get("name", fee["code"]) for fee in row["manifest"].get("fees", [])}
    rows = session.execute(
        text("select code, amount_vnd, collect from fee_due where dossier_id = :id order by code"),
        {"id": row["id"]},
    )
    return [
        {
            "code": fee.code,
            "name": names.get(fee.code, fee.code),
            "amount_vnd": fee.amount_vnd,
            "when": fee.collect,
        }
        for fee in rows
    ]


def _papers(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        text(
            "select paper as code, max(issued_at) as at from paper where dossier_id = :id group by paper order by paper"
        ),
        {"id": dossier_id},
    ).mappings()
    return [dict(row) for row in rows]


def _results(session: Session, row: RowMapping) -> list[dict[str, Any]]:
    names = {part["code"]: part.get("name", part["code"]) for part in row["manifest"].get("results", [])}
    rows = session.execute(
        text(
            "select code, stage, number, signer, signed_at, handed_at from result where dossier_id = :id order by code"
        ),
        {"id": row["id"]},
    ).mappings()
    return [dict(found) | {"name": names.get(found["code"], found["code"])} for found in rows]


def _supplement(session: Session, dossier_id: int) -> dict[str, Any] | None:
    row = (
        session.execute(
            text("""
        select q.*, a.body as request from supplement_request q
        left join answers a on a.dossier_id = q.dossier_id and a.digest = q.request_digest
        where q.dossier_id = :id order by q.number desc limit 1
        """),
            {"id": dossier_id},
        )
        .mappings()
        .first()
    )
    return (
        {key: value for key, value in row.items() if key not in ("dossier_id", "request_digest")}
        if row
        else None
    )


def _nameless(detail: dict[str, Any]) -> dict[str, Any]:
    return detail | {"applicant_name": "", "tasks": [task | {"applicant": ""} for task in detail["tasks"]]}


def _public_task(task: dict[str, Any]) -> dict[str, Any]:
    return {key: task[key] for key in ("step", "agency_name", "due_at", "opened_at")}
