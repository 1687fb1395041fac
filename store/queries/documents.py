"""Documents that wait for a signature, batches on their way, results by their check code, the register of results."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import papers
from engine.actor import Actor
from store.queries import cursor as keyset
from store.queries import inbox


def to_sign(session: Session, actor: Actor, *, limit: int = 100) -> list[dict[str, Any]]:
    """What waits in the actor's queues for a signature or a seal, most urgent first: nobody else's work."""
    found: list[dict[str, Any]] = []
    for agency, role in dict.fromkeys((post.agency, post.role) for post in actor.posts):
        rows = session.execute(
            text(f"""
            select {inbox._COLUMNS}, t.dossier_id, d.procedure_version, v.digest || v.english_digest as definition_digest,
                   (select a.name from task f join account a on a.username = f.ended_by
                    where f.dossier_id = t.dossier_id and f.state = 2 and f.kind in ('draft', 'appraise')
                    order by f.ended_at desc limit 1) as drafted_by,
                   (select string_agg(a.name, ', ' order by i.at) from result_initial i
                    join account a on a.username = i.by where i.dossier_id = t.dossier_id) as initialled_by
            from (select * from task t where t.agency = :agency and t.role = :role and t.state < 2
                  and t.kind in ('sign', 'stamp') and (t.assignee is null or t.assignee = :me)
                  order by t.sort_at, t.id limit :limit) t {inbox._JOINS}
            join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
            order by t.sort_at, t.id
            """),  # noqa: S608 (constants of store.queries.inbox)
            {"agency": agency, "role": role, "me": actor.id, "limit": limit},
        ).mappings()
        found += [
            inbox.as_item(row)
            | {
                "dossier_id": row["dossier_id"],
                "procedure_version": row["procedure_version"],
                "definition_digest": row["definition_digest"],
                "drafted_by": row["drafted_by"] or "",
                "initialled_by": row["initialled_by"] or "",
            }
            for row in rows
        ]
    return found[:limit]


def batch(session: Session, account: str, batches: Sequence[uuid.UUID]) -> list[dict[str, Any]] | None:
    """The items, documents (`task_id`) and slips (`paper`), of batches that the account asked for; None if there are none."""
    rows = session.execute(
        text("""
        select i.task_id, i.paper, i.state, i.problem, i.waits_for, d.code as dossier, d.applicant_name,
               d.procedure_code, p.name as procedure_name, t.kind
        from (select batch, dossier_id, task_id, null as paper, '' as waits_for, state, problem from signing
              where batch = any(:batches)
              union all
              select batch, dossier_id, null, paper, waits_for, state, problem from slip where batch = any(:batches)
        ) i join signing_batch b on b.id = i.batch join dossier d on d.id = i.dossier_id
        join procedure p on p.code = d.procedure_code left join task t on t.id = i.task_id
        where b.account = :account order by i.task_id, d.code, i.paper
        """),
        {"batches": list(batches), "account": account},
    ).mappings()
    return [dict(row) for row in rows] or None


def progress(session: Session, account: str, batch_id: uuid.UUID) -> list[dict[str, Any]] | None:
    """Documents and slips of a batch that the account asked for: {dossier, task, paper, state, problem}; None if there is
    none."""
    rows = session.execute(
        text("""
        select d.code as dossier, i.task, i.paper, i.state, i.problem from (
            select batch, dossier_id, task_id as task, null as paper, state, problem from signing where batch = :batch
            union all
            select batch, dossier_id, null, paper, state, problem from slip where batch = :batch
        ) i join dossier d on d.id = i.dossier_id join signing_batch b on b.id = i.batch
        where b.account = :account order by i.task, d.code, i.paper
        """),
        {"batch": batch_id, "account": account},
    ).mappings()
    return [dict(row) for row in rows] or None


def slips_waiting(
    session: Session, *, signature: Sequence[str], seal: Sequence[str], limit: int = 100
) -> list[dict[str, Any]]:
    """Slips that wait for a leader's signature, or for the seal, at these agencies, oldest first."""
    rows = session.execute(
        text("""
        select d.code as dossier, s.paper, s.number, s.state, s.problem, s.waits_for, d.applicant_name, w.issued_at,
               d.due_at, d.closed,
               p.code as procedure_code, p.name as procedure_name
        from slip s join dossier d on d.id = s.dossier_id join procedure p on p.code = d.procedure_code
        join paper w on w.dossier_id = s.dossier_id and w.seq = s.seq and w.paper = s.paper
        where s.waits_for <> '' and ((s.waits_for = 'signature' and s.agency = any(:signature))
              or (s.waits_for = 'seal' and s.agency = any(:seal)))
        order by w.issued_at, d.code limit :limit
        """),
        {"signature": list(signature), "seal": list(seal), "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


def sealing_roles(session: Session) -> set[str]:
    """Roles that put the agency's seal on results, in any procedure."""
    return set(session.scalars(text("select distinct role from procedure_step where kind = 'stamp'")))


def by_check_code(session: Session, check_code: str) -> dict[str, Any] | None:
    """What the register says of the document with this code: no person's data but the signer's name."""
    row = (
        session.execute(
            text("""
        select k.check_code, r.code, r.stage, r.number, r.issued_on, r.valid_to, r.revoked_at, r.replaced_by, r.file,
               r.signed_at, a.name as signer_name, g.name as agency_name, v.manifest, d.code as dossier, d.procedure_code
        from document k join dossier d on d.id = k.dossier_id
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        left join result r on r.dossier_id = k.dossier_id and r.code = k.code
        left join account a on a.username = r.signer
        left join agency g on g.code = coalesce(nullif(r.agency, ''), d.agency)
        where k.check_code = :code
        """),
            {"code": check_code},
        )
        .mappings()
        .first()
    )
    return _named(dict(row)) if row else None


def by_file(session: Session, sha256: str) -> str | None:
    """The check code of the document of which this is the file in effect: not one that a later signature overtook, nor
    one whose step was never completed."""
    found: str | None = session.scalar(
        text("""
        select k.check_code from document_file f
        join document k on k.dossier_id = f.dossier_id and k.code = f.code
        join result r on r.dossier_id = f.dossier_id and r.code = f.code and r.file = f.sha256 where f.sha256 = :name limit 1
        """),
        {"name": sha256},
    )
    return found


def signed_file(session: Session, check_code: str) -> bytes | None:
    """The signed PDF in effect of the document with this code; None if it was signed on paper, or erased."""
    content = session.scalar(
        text("""
        select f.content from document k join result r on r.dossier_id = k.dossier_id and r.code = k.code
        join document_file f on f.dossier_id = r.dossier_id and f.code = r.code and f.sha256 = r.file
        where k.check_code = :code
        """),
        {"code": check_code},
    )
    return bytes(content) if content is not None else None


def register(
    session: Session,
    agencies: Sequence[str],
    *,
    since: date,
    until: date,
    cursor: str | None = None,
    limit: int,
) -> dict[str, Any]:
    """A page of the results that these agencies issued in a period, by day and number: {items, next}."""
    after = keyset.decode(cursor, date, int, str, int, str)
    later = f"and ({_IN_ORDER}) > (:day, :length, :number, :dossier, :code)" if after else ""
    rows = session.execute(
        text(f"""
        select r.code, r.stage, r.number, r.issued_on, r.valid_to, r.revoked_at, r.replaced_by, r.file, r.agency,
               r.title, a.name as signer_name, d.id as dossier_id, d.code as dossier, d.procedure_code, d.applicant_name, k.check_code,
               g.name as agency_name,
               coalesce((select part ->> 'name' from jsonb_array_elements(v.manifest -> 'results') part
                         where part ->> 'code' = split_part(r.code, '.', 1) limit 1), r.code) as name
        from (
            select issued.* from unnest(cast(:agencies as text[])) mine(agency) cross join lateral (
                select * from result r
                where r.agency = mine.agency and r.issued_on between :since and :until {later}
                order by {_IN_ORDER} limit :limit) issued
        ) r join dossier d on d.id = r.dossier_id
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        left join account a on a.username = r.signer left join agency g on g.code = r.agency
        left join document k on k.dossier_id = r.dossier_id and k.code = r.code
        order by {_IN_ORDER} limit :limit
        """),  # noqa: S608 (constants of this module)
        {
            "agencies": list(agencies),
            "since": since,
            "until": until,
            "limit": limit + 1,
            **dict(zip(("day", "length", "number", "dossier", "code"), after or (), strict=False)),
        },
    ).mappings()
    found = [{**row, "name": papers.called(row["name"], row["title"])} for row in rows]
    last = found[limit - 1] if len(found) > limit else None
    keys = last and (last["issued_on"], len(last["number"]), last["number"], last["dossier_id"], last["code"])
    return {"items": found[:limit], "next": keyset.encode(*keys) if keys else None}


_IN_ORDER = "r.issued_on, length(r.number), r.number, r.dossier_id, r.code"  # as in the index


def _named(row: dict[str, Any]) -> dict[str, Any]:
    manifest = row.pop("manifest") or {}
    names = {one["code"]: one.get("name", one["code"]) for one in manifest.get("results", [])}
    return row | {"name": names.get(papers.of_manifest(row["code"] or ""), row["code"] or "")}
