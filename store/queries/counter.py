"""What the one-stop counter looks up: procedures it receives, people it has met, dossiers to receive and to hand over."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from store.folding import tsquery
from store.queries.words import of_tasks


def procedures(
    session: Session, agencies: Collection[str], *, today: date, q: str = ""
) -> list[dict[str, Any]]:
    """Procedures in force that one of the agencies receives, by name: {code, name, field, time_limit, agencies[]}."""
    words = tsquery(q)
    matching = "and to_tsvector('simple', p.search_key) @@ to_tsquery('simple', :words)" if words else ""
    rows = session.execute(
        text(f"""
        select p.code, p.name, p.field, v.manifest -> 'time_limit' as time_limit,
               array(select a.code from agency a where a.code = any(v.receiving) and a.code = any(:agencies)) as agencies
        from procedure p
        join lateral (
            select v.manifest, v.receiving from procedure_version v
            where v.procedure_code = p.code and v.state = 'published' and v.effective_from <= :today
            order by v.effective_from desc, v.version desc limit 1
        ) v on v.receiving && :agencies
        where true {matching} order by p.sort_key, p.code
        """),  # noqa: S608 (the condition is a constant of this function)
        {"agencies": sorted(agencies), "today": today, "words": words},
    ).mappings()
    return [dict(row) for row in rows]


def met(session: Session, agencies: Collection[str], id_number: str) -> dict[str, Any] | None:
    """Who filed here lately under this identifier: {applicant{…}, code} of the newest dossier the agencies received."""
    row = session.execute(
        text("""
        select d.code, a.body -> 'applicant' as applicant
        from answers a join dossier d on d.id = a.dossier_id
        where a.form = '$persons' and a.body -> 'applicant' ->> 'id_number' = any(:numbers)
          and d.agency = any(:agencies)
        order by a.dossier_id desc limit 1
        """),
        {"numbers": _written(id_number), "agencies": sorted(agencies)},
    ).first()
    return {"code": row.code, "applicant": row.applicant} if row else None


def account(session: Session, id_number: str, named: str = "") -> dict[str, Any] | None:
    """The account of somebody at a counter with this identifier: one that an identity provider vouches for, else the one
    whose user name the person tells (`named`). A number alone proves nothing: anybody registers with any.
    """
    row = (
        session.execute(
            text("""
        select username, kind, name, id_number, phone, email, address from account a
        cross join lateral (select exists (select from identity i where i.account = a.username) as proved) i
        where id_number = any(:numbers) and id_number <> '' and kind in ('citizen', 'business') and active
          and (proved or username = lower(:named))
        order by proved desc, username limit 1
        """),
            {"numbers": _written(id_number), "named": named},
        )
        .mappings()
        .first()
    )
    return dict(row) if row else None


def registered(session: Session, id_number: str) -> bool:
    """Has anybody registered under this identifier?"""
    found = text(
        "select exists (select from account where id_number = any(:numbers) and id_number <> '' and active)"
    )
    return bool(session.scalar(found, {"numbers": _written(id_number)}))


def _written(id_number: str) -> list[str]:
    """An identifier as it may stand on record: a branch's tax code with its dash and without."""
    plain = re.sub(r"[ .-]", "", id_number)
    dashed = f"{plain[:10]}-{plain[10:]}" if re.fullmatch(r"\d{13}", plain) else plain
    return list({id_number, plain, dashed})


def waiting(
    session: Session,
    agencies: Collection[str],
    kind: Literal["receive", "return_result"],
    *,
    q: str = "",
    before: datetime | None = None,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Live steps of one kind at these counters: those that wait longest, the most urgent first.

    Receptions go by their limit, results by how long they have lain; `before`: only those that wait since earlier.
    {id, dossier, procedure_code, procedure, applicant, agency, channel, submitted_at, reception_due_at, opened_at,
    assignee, assignee_name, dossier_id, reminders, reminded_at}
    """
    if kind not in ("receive", "return_result"):
        raise KeyError(kind)  # it stands literally in the SQL, or the partial index is lost
    found_first, holds, words = of_tasks(sorted(agencies), q)
    early = "and t.opened_at < :before" if before else ""
    rows = session.execute(
        text(f"""
        {found_first} select t.id, d.code as dossier, d.procedure_code, p.name as procedure, d.applicant_name as applicant, t.agency,
               d.channel, d.submitted_at, d.reception_due_at, t.opened_at, t.assignee, t.assignee_name,
               d.id as dossier_id, reminders.times as reminders, reminders.last as reminded_at
        from (
            select longest.id from unnest(cast(:agencies as text[])) counter(agency) cross join lateral (
                select t.id, t.opened_at from task t
                where t.agency = counter.agency and t.state < 2 and t.kind = '{kind}' {holds} {early}
                order by t.opened_at, t.id limit :limit) longest
            order by longest.opened_at, longest.id limit :limit
        ) first join task t on t.id = first.id join dossier d on d.id = t.dossier_id join procedure p on p.code = d.procedure_code
        left join lateral (
            select count(*) as times, max(run_at) as last from outbox o
            where o.dossier_id = d.id and o.topic = 'notice' and o.payload ->> 'topic' = 'uncollected') reminders
          on t.kind = 'return_result'
        order by case when t.kind = 'receive' then coalesce(d.reception_due_at, d.submitted_at) else t.opened_at end, t.id
        """),  # noqa: S608 (the kind and the conditions are constants)
        {"agencies": sorted(agencies), "before": before, "limit": limit, **words},
    ).mappings()
    return [dict(row) for row in rows]


def register(
    session: Session, agency: str, *, since: datetime, before: datetime, limit: int
) -> list[dict[str, Any]]:
    """Dossiers the agency received in a period, also for other agencies or by another's counter, in order of reception,
    with what Mẫu 06 says of each.

    {code, procedure_code, procedure, applicant, address, phone, received_at, due_at, ended_at, end_kind, status, on_time,
    deciding, receiver, by_post}
    """
    rows = session.execute(
        text("""
        select d.code, d.procedure_code, p.name as procedure, d.applicant_name as applicant, d.status, d.received_at,
               d.due_at, d.ended_at, d.end_kind, d.on_time, o.name as deciding,
               coalesce(a.body -> 'applicant' ->> 'address', '') as address,
               coalesce(a.body -> 'applicant' ->> 'phone', '') as phone, coalesce(c.receiver, '') as receiver,
               exists (select 1 from shipment h where h.dossier_id = d.id and h.direction = 'deliver'
                       and h.state <> 'cancelled') as by_post
        from dossier d join procedure p on p.code = d.procedure_code join agency o on o.code = d.agency
        left join collection c on c.dossier_id = d.id
        left join dossier_snapshot s on s.dossier_id = d.id
        left join answers a on a.dossier_id = d.id and a.form = '$persons' and a.digest = any(s.digests)
        where (d.agency = :agency or d.via = :agency) and d.received_at >= :since and d.received_at < :before
        order by d.received_at, d.id limit :limit
        """),
        {"agency": agency, "since": since, "before": before, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


def undigitised(
    session: Session, agencies: Collection[str], *, since: datetime, limit: int = 200
) -> list[dict[str, Any]]:
    """Open dossiers that these counters received since then with papers still to be digitised, oldest first.

    A paper must be digitised where its component says so (TT 01/2023/TT-VPCP); one that came as a file is electronic.
    {code, procedure_code, procedure, applicant, received_at, names[]}
    """
    # Behind an offset: dossier by dossier in order, until there are enough. What is wanted is hashed once ("is true": or
    # it would be joined, and all of it read for each dossier).
    missing = "g.dossier_id = d.id and g.digitised = 0 and g.attachments = '{}'"
    undone = f"""not d.closed and d.received_at >= :since and exists (
        select 1 from component_given g where {missing} and (
            (d.procedure_code, d.procedure_version, g.code) in (select procedure_code, version, code from wanted)
        ) is true offset 0)"""  # noqa: S608 (a constant)
    rows = session.execute(
        text(f"""
        with {_WANTED}, here as (
            select oldest.* from unnest(cast(:agencies as text[])) counter(agency) cross join lateral (
                select * from dossier d where d.agency = counter.agency and {undone}
                order by d.received_at limit :limit) oldest
            union all
            select * from (
                select * from dossier d where d.via = any(:agencies) and d.agency <> all(:agencies) and {undone}
                order by d.received_at limit :limit) via
        ), missing as (
            select d.id, array_agg(w.name order by w.name) as names
            from here d join component_given g on {missing} join wanted w
                on w.code = g.code and w.procedure_code = d.procedure_code and w.version = d.procedure_version
            group by d.id
        )
        select d.code, d.procedure_code, p.name as procedure, d.applicant_name as applicant, d.received_at, m.names
        from here d join missing m on m.id = d.id join procedure p on p.code = d.procedure_code
        order by d.received_at limit :limit
        """),  # noqa: S608 (constants of this module)
        {"agencies": sorted(agencies), "since": since, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


def digitised(session: Session, agencies: Collection[str], *, since: datetime) -> dict[str, int]:
    """Of the papers received since that must be digitised: {wanted, done, reused}."""
    row = session.execute(
        text(f"""
        with {_WANTED}, d as (
            select d.procedure_code, d.procedure_version, g.code, count(*) as given,
                   count(*) filter (where g.digitised > 0 or g.attachments <> '{{}}') as done,
                   count(*) filter (where g.digitised in (2, 3)) as reused
            from dossier d cross join lateral (select * from component_given g where g.dossier_id = d.id offset 0) g
            where d.agency = any(:agencies) and d.received_at >= :since group by 1, 2, 3
        )
        select coalesce(sum(d.given), 0)::int as wanted, coalesce(sum(d.done), 0)::int as done,
               coalesce(sum(d.reused), 0)::int as reused
        from d join wanted w on w.procedure_code = d.procedure_code and w.version = d.procedure_version and w.code = d.code
        """),  # noqa: S608 (constants of this module)
        {"agencies": sorted(agencies), "since": since},
    ).one()
    return dict(row._mapping)


def scans_to_sign(session: Session, account: str, agencies: Collection[str]) -> list[dict[str, Any]]:
    """Scans that an officer made for open dossiers of these counters and has neither signed nor asked to sign.

    {id, name, pages, size, uploaded_at, dossier_id, dossier, procedure_code, procedure, applicant, component, component_name}
    """
    rows = session.execute(
        text(f"""
        select a.id, a.name, a.pages, a.size, a.uploaded_at, d.id as dossier_id, d.code as dossier, d.procedure_code,
               p.name as procedure, d.applicant_name as applicant, g.code as component, {_COMPONENT_NAME} as component_name
        from dossier d join component_given g on g.dossier_id = d.id and g.digitised = 1
        join procedure p on p.code = d.procedure_code
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        cross join lateral unnest(g.attachments) given join attachment a on a.id = given::uuid
        where (d.agency = any(:agencies) or d.via = any(:agencies)) and not d.closed
          and a.owner = :account and a.signed_at is null
          and not exists (select 1 from scan_signing s where s.scan = a.id and s.state in ('waiting', 'signed'))
        order by a.uploaded_at, a.name
        """),  # noqa: S608 (a constant of this module)
        {"account": account, "agencies": sorted(agencies)},
    ).mappings()
    return [dict(row) for row in rows]


def scans_of_batch(
    session: Session, batch: UUID, *, state: str | None = None, account: str | None = None
) -> list[dict[str, Any]]:
    """The scans of a batch (in this state; if this account asked for it), in the order of dossiers and names; the agency is
    the counter's.

    {scan, state, problem, signed, dossier_id, dossier, procedure_code, component, component_name, name, media_type, sha256,
    agency, agency_name}
    """
    rows = session.execute(
        text(f"""
        select s.scan, s.state, s.problem, s.signed, s.dossier_id, d.code as dossier, d.procedure_code, s.component,
               {_COMPONENT_NAME} as component_name, a.name, a.media_type, a.sha256, o.code as agency, o.name as agency_name
        from scan_signing s join dossier d on d.id = s.dossier_id join agency o on o.code = coalesce(d.via, d.agency)
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        join component_given g on g.dossier_id = d.id and g.code = s.component
        left join attachment a on a.id = s.scan
        where s.batch = :batch and (cast(:state as text) is null or s.state = :state)
          and (cast(:account as text) is null
               or exists (select 1 from signing_batch b where b.id = s.batch and b.account = :account))
        order by d.id, a.name, s.scan
        """),  # noqa: S608 (a constant of this module)
        {"batch": batch, "state": state, "account": account},
    ).mappings()
    return [dict(row) for row in rows]


# Components that must be digitised, few as there are procedures; `component_given` is `g`.
_WANTED = """wanted as materialized (
    select v.procedure_code, v.version, part ->> 'code' as code, part ->> 'name' as name
    from procedure_version v cross join lateral jsonb_array_elements(v.manifest -> 'components') part
    where coalesce(part ->> 'digitise', 'KHONG') <> 'KHONG')"""

# The name that the procedure's version gives the component `g.code`.
_COMPONENT_NAME = """(select part ->> 'name' from jsonb_array_elements(v.manifest -> 'components') part
                where part ->> 'code' = g.code)"""
