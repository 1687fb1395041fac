"""One dossier, with all that the reader may see of it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from engine import papers
from engine.actor import Actor
from engine.rejection import Rejected
from store import visible
from store.queries import inbox
from store.queries.dossiers import log
from store.queries.dossiers.lists import line
from store.queries.payments import FEES_STAND
from store.tables import dossier

UNKNOWN = Rejected(
    "unknown_dossier",
    "Không có hồ sơ này, hoặc bạn không được xem hồ sơ này.",
    "There is no such dossier, or you may not see it.",
)


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
    return _public(session, row, now)


def of_receipt(session: Session, code: str, *, now: datetime) -> dict[str, Any] | Rejected:
    """The same for who has proved the secret before (the caller's to know)."""
    row = _row(session, code)
    return UNKNOWN if row is None else _public(session, row, now)


def secret_of(session: Session, actor: Actor, code: str) -> str | None:
    """The tracking secret, for the applicant and the receiving agency (it stands on the receipt)."""
    row = _row(session, code)
    if row is None or visible.sight(session, actor, row["id"]) not in ("full", "own"):
        return None
    return str(row["secret"])


def ids(session: Session, code: str) -> int | None:
    """The row id of a dossier code."""
    return session.scalar(select(dossier.c.id).where(dossier.c.code == code))


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


def _row(session: Session, code: str) -> RowMapping | None:
    return (
        session.execute(
            text("""
        select d.*, p.name as procedure_name, p.name_en as procedure_name_en, a.name as agency_name, v.manifest,
               n.name as via_name
        from dossier d join procedure p on p.code = d.procedure_code join agency a on a.code = d.agency
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        left join agency n on n.code = d.via
        where d.code = :code
        """),
            {"code": code},
        )
        .mappings()
        .first()
    )


def _detail(session: Session, row: RowMapping, sight: visible.Sight, now: datetime) -> dict[str, Any]:
    dossier_id = row["id"]
    ended = row["ended_at"]
    due_at = row["due_at"]
    detail = line(row) | {
        "id": dossier_id,
        "sight": sight,
        "agency": {"code": row["agency"], "name": row["agency_name"]},
        "via": {"code": row["via"], "name": row["via_name"]} if row["via"] else None,
        "original_due_at": row["original_due_at"],
        "promised_on": row["promised_on"],
        "overdue": bool(due_at and (ended or row["paused_since"] or now) > due_at and not row["on_time"]),
        "reception_due_at": row["reception_due_at"],
        "version": row["seq"],
        "closed": row["closed"],
        "end_kind": row["end_kind"],
        "channel": row["channel"],
        "return_by": row["return_by"],
        "tasks": [
            task
            for task in tasks(session, dossier_id)
            if sight == "full" or task["step"]["kind"] != "opinion"  # what officers ask each other
        ],
        "steps": _steps(session, dossier_id),
        "fees": _fees(session, row),
        "papers": _papers(session, dossier_id),
        "results": _results(session, row, titled=sight != "course"),
        "incident": log.incident(session, dossier_id, row["incident"]) if row["incident"] else None,
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
        "payer": persons.get("payer"),
        "representative": persons.get("representative"),
        "answers": current,
        "variables": variables,
        "components": _components(session, row),
        "supplement": supplement(session, dossier_id),
    }


def _steps(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """Every task so far in order: what was done where, when."""
    rows = session.execute(
        text("""
        select t.id, t.element_id, t.kind, t.state, t.agency, a.name as agency_name,
               -- a step that the version it was carried over to does not have keeps its name
               coalesce(s.name, (select o.name from procedure_step o where o.procedure_code = d.procedure_code
                   and o.element_id = t.element_id order by o.version desc limit 1), t.element_id) as name,
               t.opened_at, t.due_at, t.ended_at, t.outcome, t.silent
        from task t join dossier d on d.id = t.dossier_id
        left join procedure_step s on s.procedure_code = d.procedure_code and s.version = d.procedure_version
            and s.element_id = t.element_id
        left join agency a on a.code = t.agency
        where t.dossier_id = :id and t.kind <> 'opinion' order by t.id
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
                       'media_type', t.media_type, 'pages', t.pages, 'signed_by', s.name, 'signed_at', t.signed_at,
                       'signatures', t.signatures,
                       'original', g.matched[array_position(g.attachments, t.id::text)])
                       order by array_position(g.attachments, t.id::text))
                from attachment t left join account s on s.username = t.signed_by where t.id::text = any(g.attachments)), '[]') as files
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
            "pages": given[code]["pages"] if code in given else 0,
            "kept": given[code]["kept"] if code in given else False,
            "digitised": given[code]["digitised"] if code in given else 0,
            "source": given[code]["source"] if code in given else "",
        }
        for code in [*codes, *(code for code in given if code not in names)]
    ]


def _fees(session: Session, row: RowMapping) -> list[dict[str, Any]]:
    names = {fee["code"]: fee.get("name", fee["code"]) for fee in row["manifest"].get("fees", [])}
    rows = session.execute(
        text(f"""
        select f.code, f.amount_vnd, f.collect, coalesce((
            select sum((p.fees ->> f.code)::bigint) from fee_payment p
            where p.dossier_id = f.dossier_id and {FEES_STAND}
        ), 0) >= f.amount_vnd as paid
        from fee_due f where f.dossier_id = :id order by f.code
        """),  # noqa: S608 (a constant of store.queries.payments)
        {"id": row["id"]},
    )
    return [
        {
            "code": fee.code,
            "name": names.get(fee.code, fee.code),
            "amount_vnd": fee.amount_vnd,
            "when": fee.collect,
            "paid": fee.paid,
        }
        for fee in rows
    ]


def _papers(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """The last of each kind; `state` as of store.tables.slip, "unsigned" for what has no row there."""
    rows = session.execute(
        text("""
        select p.paper as code, p.issued_at as at, p.seq, coalesce(s.number, '') as number,
               coalesce(s.state, 'unsigned') as state, coalesce(s.problem, '') as problem, coalesce(s.file, '') as file,
               coalesce(s.agency, '') as agency, coalesce(s.waits_for, '') as waits_for,
               case when s.state = 'done' then s.ended_at end as signed_at
        from (select distinct on (paper) paper, issued_at, seq, dossier_id from paper where dossier_id = :id
              order by paper, issued_at desc) p
        left join slip s on s.dossier_id = p.dossier_id and s.seq = p.seq and s.paper = p.paper
        order by p.paper
        """),
        {"id": dossier_id},
    ).mappings()
    return [dict(row) for row in rows]


def _results(session: Session, row: RowMapping, *, titled: bool) -> list[dict[str, Any]]:
    """`titled`: each says which of several it is, in the applicant's words."""
    names = {part["code"]: part.get("name", part["code"]) for part in row["manifest"].get("results", [])}
    rows = session.execute(
        text(
            """
            select r.code, r.stage, r.number, r.signer, r.signed_at, r.handed_at, r.digest, r.file, r.issued_on, r.valid_to,
                   r.revoked_at, r.replaced_by, r.title, d.check_code
            from result r left join document d on d.dossier_id = r.dossier_id and d.code = r.code
            where r.dossier_id = :id order by split_part(r.code, '.', 1), length(r.code), r.code
            """
        ),
        {"id": row["id"]},
    ).mappings()
    return [
        {key: value for key, value in found.items() if key != "title"}
        | {
            "name": papers.called(
                names.get(papers.of_manifest(found["code"]), found["code"]), found["title"] if titled else ""
            )
        }
        for found in rows
    ]


def supplement(session: Session, dossier_id: int) -> dict[str, Any] | None:
    """The newest request for papers, with the words that ask (`request`)."""
    row = (
        session.execute(
            text("""
        select q.*, a.body as request, a.form from supplement_request q
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


def _public(session: Session, row: RowMapping, now: datetime) -> dict[str, Any]:
    found = _detail(session, row, "course", now)
    return _nameless(found) | {"tasks": [_public_task(task) for task in found["tasks"]]}


def _public_task(task: dict[str, Any]) -> dict[str, Any]:
    return {key: task[key] for key in ("step", "agency_name", "due_at", "opened_at")}
