"""Queues and their tasks. The live states (< 2) stand literally in the SQL, or the partial index is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.local import local_day
from store.queries import cursor as keyset
from store.queries import people
from store.queries.words import of_tasks
from store.tables.work import STATE_NAMES

FILTERS: Mapping[str, str] = {
    "all": "",
    "new": "and t.state < 1 and t.opened_at > :fresh",
    "due_soon": "and t.sort_at >= :now and t.sort_at < :soon",
    "overdue": "and t.sort_at < :now",
    "mine": "and t.assignee = :me",
    "offered": "and t.state = -2",
}
DUE_SOON = timedelta(hours=24)
FRESH = timedelta(hours=24)

_COLUMNS = """
    t.id, d.code as dossier, d.procedure_code, p.name as procedure_name, t.element_id, t.kind,
    coalesce(s.name, t.element_id) as step_name, t.state, t.assignee, t.assignee_name, t.opened_at, t.due_at,
    t.sort_at, t.agency, t.role, d.due_at as dossier_due_at, d.applicant_name, t.offered_by, t.version, t.item
"""
# Did the previous release leave tasks without their procedure there? Asked first and once: mostly there are none, and
# the planner, which sees how many done tasks are so, would bring up its workers to read nothing.
_OF_BEFORE = """(select true from task t where t.agency = :agency and t.role = :role and t.state < 2
    and t.procedure_code is null limit 1)"""
_JOINS = """
    join dossier d on d.id = t.dossier_id
    join procedure p on p.code = d.procedure_code
    left join procedure_step s on s.procedure_code = d.procedure_code and s.version = d.procedure_version
        and s.element_id = t.element_id
"""


def queues(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """The actor's queues (one a post) with exact counts."""
    keys = list(dict.fromkeys((post.agency, post.role) for post in actor.posts))
    return [queue(session, actor, agency, role, now=now) for agency, role in keys]


def queue(session: Session, actor: Actor, agency: str, role: str, *, now: datetime) -> dict[str, Any]:
    """One queue: names and counts {open, new, due_soon, overdue, mine, offered}."""
    row = session.execute(
        text("""
        select (select name from agency where code = :agency) as agency_name,
               (select name from role where code = :role) as role_name,
               (select name_en from role where code = :role) as role_name_en,
               count(*) as open,
               count(*) filter (where t.state < 1 and t.opened_at > :fresh) as new,
               count(*) filter (where t.sort_at >= :now and t.sort_at < :soon) as due_soon,
               count(*) filter (where t.sort_at < :now) as overdue,
               count(*) filter (where t.assignee = :me) as mine,
               count(*) filter (where t.state = -2) as offered
        from task t where t.agency = :agency and t.role = :role and t.state < 2
        """),
        {"agency": agency, "role": role, **_moments(actor, now)},
    ).one()
    return {
        "queue": f"{agency}:{role}",
        "agency": {"code": agency, "name": row.agency_name or agency},
        "role": role,
        "role_name": row.role_name or role,
        "role_name_en": row.role_name_en or role,
        "counts": {
            "open": row.open,
            "new": row.new,
            "due_soon": row.due_soon,
            "overdue": row.overdue,
            "mine": row.mine,
            "offered": row.offered,
        },
    }


def page(
    session: Session,
    actor: Actor,
    agency: str,
    role: str,
    *,
    now: datetime,
    chosen: str = "all",
    q: str = "",
    procedure: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page of one queue's live tasks by due date: {items, next}. `q` needs no accents; `procedure` is a code."""
    after = keyset.decode(cursor, datetime, int)
    found_first, holds, words = of_tasks([agency], q)
    conditions = [FILTERS[chosen], holds]
    if after:
        conditions.append("and (t.sort_at, t.id) > (:after_at, :after_id)")
    if procedure:
        conditions.append(
            f"""and t.id in (
                select t.id from task t where t.agency = :agency and t.role = :role and t.state < 2
                    and t.procedure_code = :procedure
                union all
                select t.id from task t join dossier d on d.id = t.dossier_id and d.procedure_code = :procedure
                where {_OF_BEFORE} and t.agency = :agency and t.role = :role and t.state < 2
                    and t.procedure_code is null)"""  # noqa: S608 (a constant)
        )
    shown = f"""from task t where t.agency = :agency and t.role = :role and t.state < 2 {" ".join(conditions)}
        order by t.sort_at, t.id limit :limit"""
    first = f"select * from task where id in (select t.id {shown})" if holds else f"select * {shown}"  # noqa: S608 (constants)
    rows = session.execute(
        text(f"{found_first} select {_COLUMNS} from ({first}) t {_JOINS} order by t.sort_at, t.id"),  # noqa: S608
        {
            "agency": agency,
            "role": role,
            "limit": limit + 1,
            **words,
            "procedure": procedure,
            "after_at": after[0] if after else None,
            "after_id": after[1] if after else None,
            **_moments(actor, now),
        },
    ).mappings()
    found = list(rows)
    more = len(found) > limit
    found = found[:limit]
    return {
        "items": [as_item(row) for row in found],
        "next": keyset.encode(found[-1]["sort_at"], found[-1]["id"]) if more else None,
    }


def procedures(session: Session, agency: str, role: str) -> list[dict[str, Any]]:
    """The procedures whose live tasks lie in one queue: {code, name}. Steps from one to the next in the index."""
    rows = session.execute(
        text(f"""
        with recursive there(code) as (
            (select t.procedure_code from task t
             where t.agency = :agency and t.state < 2 and t.procedure_code is not null order by 1 limit 1)
            union all
            select (select t.procedure_code from task t
                    where t.agency = :agency and t.state < 2 and t.procedure_code > there.code order by 1 limit 1)
            from there where there.code is not null
        ), of_before(code) as (
            select distinct d.procedure_code from task t join dossier d on d.id = t.dossier_id
            where {_OF_BEFORE} and t.agency = :agency and t.role = :role and t.state < 2 and t.procedure_code is null
        )
        select p.code, p.name from procedure p where p.code in (select code from of_before) or p.code in (
            select code from there where exists (
                select 1 from task t where t.agency = :agency and t.procedure_code = there.code and t.role = :role
                and t.state < 2))
        order by p.name
        """),  # noqa: S608
        {"agency": agency, "role": role},
    ).mappings()
    return [dict(row) for row in rows]


def steps_of(session: Session, ids: Sequence[int]) -> list[tuple[str, int, str, str]]:
    """(procedure, version, digest, element) of the steps that these tasks are, each once; opinions are no steps."""
    rows = session.execute(
        text("""
        select distinct d.procedure_code, d.procedure_version, v.digest || v.english_digest as digest, t.element_id
        from task t join dossier d on d.id = t.dossier_id
        join procedure_version v on v.procedure_code = d.procedure_code and v.version = d.procedure_version
        where t.id = any(:ids) and t.kind <> 'opinion'
        order by 1, 2, 4
        """),
        {"ids": list(ids)},
    )
    return [(row.procedure_code, row.procedure_version, row.digest, row.element_id) for row in rows]


def mine(session: Session, actor: Actor, *, now: datetime, limit: int = 20) -> Sequence[dict[str, Any]]:
    """What the actor holds, most urgent first."""
    rows = session.execute(
        text(f"""
        select {_COLUMNS} from (
            select * from task t where t.assignee = :me and t.state < 2 order by t.sort_at, t.id limit :limit
        ) t {_JOINS} order by t.sort_at, t.id
        """),  # noqa: S608
        {"limit": limit, **_moments(actor, now)},
    ).mappings()
    return [as_item(row) for row in rows]


def task(session: Session, task_id: int) -> dict[str, Any] | None:
    """One task, live or done, with the dossier's id for `store.visible`."""
    row = (
        session.execute(
            text(f"""
        select {_COLUMNS}, t.dossier_id, t.from_task, t.ended_at, t.ended_by, t.outcome, t.silent, t.note,
               d.procedure_version, e.name as ended_by_name, a.name as agency_name, r.name as role_name,
               r.name_en as role_name_en, o.name as offered_by_name, d.applicant_account,
               (select h.reason from hand_over h where h.task_id = t.id and h.refused_at is not null
                order by h.seq desc limit 1) as refusal_reason
        from task t {_JOINS}
        left join account e on e.username = t.ended_by and (e.kind = 'officer' or d.salt is not null)
        left join agency a on a.code = t.agency left join role r on r.code = t.role
        left join agency o on o.code = t.offered_by
        where t.id = :id
        """),  # noqa: S608
            {"id": task_id},
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    return as_item(row) | {
        "dossier_id": row["dossier_id"],
        "procedure_version": row["procedure_version"],
        "from_task": row["from_task"],
        "note": row["note"],
        "applicant_account": row["applicant_account"],
        "agency_name": row["agency_name"],
        "role_name": row["role_name"],
        "queue": f"{row['agency']}:{row['role']}",
        "offered_by_name": row["offered_by_name"],
        "refusal_reason": row["refusal_reason"] or "",
        "done": {
            "at": row["ended_at"],
            "by": row["ended_by"],
            "by_name": row["ended_by_name"],
            "outcome": row["outcome"],
            "silent": row["silent"],
        }
        if row["state"] >= 2
        else None,
    }


def sender(session: Session, row: dict[str, Any]) -> dict[str, Any] | None:
    """Who completed the task that `row` came from: {agency, role, by}."""
    sent = session.execute(
        text("select agency, role, ended_by as by from task where id = :id"), {"id": row["from_task"]}
    )
    found = sent.mappings().first() if row["from_task"] is not None else None
    return dict(found) if found else None


def colleagues(session: Session, agency: str, role: str, *, now: datetime) -> list[dict[str, Any]]:
    """Officers who hold the role there, with how many tasks each has in hand."""
    rows = session.execute(
        text(f"""
        select distinct a.username, a.name, a.sort_key,
               (select count(*) from task t where t.assignee = a.username and t.state < 2) as open
        from {people.HELD} p join account a on a.username = p.account and a.active
        where p.agency = :agency and p.role = :role
        order by open, a.sort_key
        """),  # noqa: S608
        {"agency": agency, "role": role, "today": local_day(now)},
    ).mappings()
    return [{key: row[key] for key in ("username", "name", "open")} for row in rows]


def as_item(row: RowMapping) -> dict[str, Any]:
    """The JSON of a task in lists (docs/dialect.md §5)."""
    item = row["item"]
    return {
        "id": row["id"],
        "dossier": row["dossier"],
        "procedure": {"code": row["procedure_code"], "name": row["procedure_name"]},
        "step": {"id": row["element_id"], "name": row["step_name"], "kind": row["kind"]},
        "status": STATE_NAMES[row["state"]],
        "assignee": row["assignee"],
        "assignee_name": row["assignee_name"],
        "agency": row["agency"],
        "role": row["role"],
        "opened_at": row["opened_at"],
        "due_at": row["due_at"],
        "dossier_due_at": row["dossier_due_at"],
        "applicant": row["applicant_name"],
        "offered_by": row["offered_by"],
        "version": row["version"],
        "item": item,
    }


def _moments(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"me": actor.id, "now": now, "soon": now + DUE_SOON, "fresh": now - FRESH}
