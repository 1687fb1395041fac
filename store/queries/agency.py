"""The live work of one agency: who holds how much, at which step it lies, what is overdue. For heads and leaders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.actor import Actor
from store.queries import inbox
from store.queries.inbox import DUE_SOON

_COUNTS = """
    count(*) as open, count(*) filter (where t.sort_at < :now) as overdue,
    count(*) filter (where t.sort_at >= :now and t.sort_at < :soon) as due_soon
"""  # by sort_at, which stands in the indexes


# The most urgent of an agency are among the most urgent of each of its queues, which stand in order in the index.
_FIRST_OF_EACH_ROLE = """
    with recursive roles(role) as (
        (select t.role from task t where t.agency = :agency and t.state < 2 order by t.role limit 1)
        union all
        select (select t.role from task t where t.agency = :agency and t.state < 2 and t.role > roles.role
                order by t.role limit 1) from roles where roles.role is not null
    ), first as (
        select x.* from roles cross join lateral (
            select * from task t where t.agency = :agency and t.role = roles.role and t.state < 2 {narrowed}
            order by t.sort_at, t.id limit :limit) x
    )
"""


def led(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Agencies where the actor holds a post that leads or dispatches: {code, name, leads}."""
    rows = session.execute(
        text("""
        select a.code, a.name, bool_or(r.leads) as leads
        from unnest(cast(:agencies as text[]), cast(:roles as text[])) as held(agency, role)
        join role r on r.code = held.role and (r.leads or r.dispatches) join agency a on a.code = held.agency
        group by a.code, a.name, a.sort_key order by a.sort_key
        """),
        {
            "agencies": [post.agency for post in actor.posts],
            "roles": [post.role for post in actor.posts],
        },
    ).mappings()
    return [dict(row) for row in rows]


def work(session: Session, agency: str, *, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Live tasks, counted in one pass, most overdue first: {officers, steps}.

    Officers {username, name, open, overdue, due_soon}: `username` None for what nobody has claimed yet. Steps
    {procedure_code, procedure_name, element_id, name, open, overdue, due_soon}.
    """
    rows = session.execute(
        text(f"""
        with live as (
            select t.procedure_code, t.element_id, t.assignee, t.sort_at from task t
            where t.agency = :agency and t.state < 2 and t.procedure_code is not null
            union all
            select d.procedure_code, t.element_id, t.assignee, t.sort_at from task t join dossier d on d.id = t.dossier_id
            where (select true from task t where t.agency = :agency and t.state < 2 and t.procedure_code is null limit 1)
                and t.agency = :agency and t.state < 2 and t.procedure_code is null
        ), counted as (
            select t.procedure_code, t.element_id, t.assignee, grouping(t.element_id) = 0 as of_step, {_COUNTS}
            from live t group by grouping sets ((t.assignee), (t.procedure_code, t.element_id))
        )
        select c.of_step, c.assignee as username, c.procedure_code, p.name as procedure_name, c.element_id,
               case when c.of_step then coalesce(s.name, c.element_id) else a.name end as name,
               c.open, c.overdue, c.due_soon
        from counted c left join account a on a.username = c.assignee
        left join procedure p on p.code = c.procedure_code
        left join lateral (
            select s.name from procedure_step s where s.procedure_code = c.procedure_code and s.element_id = c.element_id
            order by s.version desc limit 1
        ) s on true
        order by c.overdue desc, c.open desc, p.name, name nulls first
        """),  # noqa: S608 (the counts are a constant of this module)
        _moments(agency, now),
    ).mappings()
    counted: dict[str, list[dict[str, Any]]] = {"officers": [], "steps": []}
    for row in rows:
        counted["steps" if row["of_step"] else "officers"].append(dict(row))
    return counted


def tasks(
    session: Session,
    agency: str,
    *,
    now: datetime,
    officer: str | None = None,
    step: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Live tasks of the agency, the most overdue first. `officer` "" means nobody's; `step` = (procedure, element)."""
    conditions = [
        "and t.assignee is null" if officer == "" else "and t.assignee = :officer" if officer else "",
        "and d.procedure_code = :procedure and t.element_id = :element" if step else "",
    ]
    rows = session.execute(
        text(f"""
        {"" if step else _FIRST_OF_EACH_ROLE.format(narrowed=conditions[0])}
        select {inbox._COLUMNS}, r.name as role_name from {"task" if step else "first"} t {inbox._JOINS}
        left join role r on r.code = t.role
        where t.agency = :agency and t.state < 2 {" ".join(conditions)}
        order by t.sort_at, t.id limit :limit
        """),  # noqa: S608 (the conditions are constants of this module)
        {
            **_moments(agency, now),
            "officer": officer,
            "procedure": step[0] if step else None,
            "element": step[1] if step else None,
            "limit": limit,
        },
    ).mappings()
    return [inbox.as_item(row) | {"role_name": row["role_name"]} for row in rows]


def to_share(
    session: Session, agency: str, role: str, officers: Sequence[str], *, most: int
) -> list[dict[str, Any]]:
    """What can be given out anew of one role's work, by due date: the most urgent that nobody holds, and of each officer's
    the least urgent, `most` of each."""
    rows = session.execute(
        text(f"""
        select {inbox._COLUMNS} from (
            (select * from task t where t.agency = :agency and t.role = :role and t.state = 0 and t.state < 2
             and t.assignee is null order by t.sort_at, t.id limit :most)
            union all
            select held.* from unnest(cast(:officers as text[])) officer(username) cross join lateral (
                select * from task t where t.assignee = officer.username and t.state < 2
                    and t.agency = :agency and t.role = :role order by t.sort_at desc, t.id desc limit :most) held
        ) t {inbox._JOINS} order by t.sort_at, t.id
        """),  # noqa: S608 (constants of store.queries.inbox)
        {"agency": agency, "role": role, "officers": list(officers), "most": most},
    ).mappings()
    return [inbox.as_item(row) for row in rows]


def roles(session: Session, agency: str) -> list[dict[str, Any]]:
    """Roles whose live work lies at the agency: {role, name, open, unheld}."""
    rows = session.execute(
        text("""
        select t.role, coalesce(max(r.name), t.role) as name, count(*) as open,
               count(*) filter (where t.assignee is null) as unheld
        from task t left join role r on r.code = t.role
        where t.agency = :agency and t.state < 2 group by t.role order by open desc, name
        """),
        {"agency": agency},
    ).mappings()
    return [dict(row) for row in rows]


def below(session: Session, agency: str, *, now: datetime) -> list[dict[str, Any]]:
    """The agencies one step below: {code, name, level, agencies (below it, itself included), open, due_soon, overdue}.

    Counts are of the whole branch and name nobody.
    """
    rows = session.execute(
        text(f"""
        with recursive branch(code, top, way) as (
            select code, code, array[code] from agency where parent = :agency and active
            union all
            select a.code, b.top, b.way || a.code from agency a join branch b on a.parent = b.code
            where a.active and not a.code = any(b.way)
        ), counted as (
            select t.agency, {_COUNTS} from task t
            where t.state < 2 and t.agency in (select code from branch) group by t.agency
        )
        select a.code, a.name, a.level, count(*) as agencies, coalesce(sum(c.open), 0)::int as open,
               coalesce(sum(c.due_soon), 0)::int as due_soon, coalesce(sum(c.overdue), 0)::int as overdue
        from branch b join agency a on a.code = b.top left join counted c on c.agency = b.code
        group by a.code, a.name, a.level, a.sort_key order by overdue desc, open desc, a.sort_key
        """),  # noqa: S608 (the counts are a constant of this module)
        _moments(agency, now),
    ).mappings()
    return [dict(row) for row in rows]


def line_above(session: Session, agency: str) -> list[dict[str, Any]]:
    """The agency and its parents, the highest first: {code, name}."""
    rows = session.execute(
        text("""
        with recursive up(code, name, parent, nth) as (
            select code, name, parent, 0 from agency where code = :agency
            union all
            select a.code, a.name, a.parent, up.nth + 1 from agency a join up on a.code = up.parent where up.nth < 9
        ) select code, name from up order by nth desc
        """),
        {"agency": agency},
    ).mappings()
    return [dict(row) for row in rows]


def dossiers_seen(
    session: Session, actor: Actor, agency: str, *, now: datetime, limit: int = 100
) -> dict[str, Any]:
    """Live tasks at an agency as far as the actor may see their dossiers: {items, hidden}, most overdue first.

    `items` {dossier, step_name, procedure_code, procedure_name, due_at}; `hidden` counts the rest. No names.
    """
    rows = session.execute(
        text(f"""
        select d.code as dossier, coalesce(s.name, t.element_id) as step_name, d.procedure_code, p.name as procedure_name,
               t.due_at
        from task t {inbox._JOINS}
        where t.agency = :agency and t.state < 2 and exists (
            select 1 from dossier_sight x where x.dossier_id = t.dossier_id and x.agency = any(:mine))
        order by t.sort_at, t.id limit :limit
        """),  # noqa: S608
        {**_moments(agency, now), "mine": sorted(actor.agencies()), "limit": limit},
    ).mappings()
    total = session.scalar(
        text("select count(*) from task t where t.agency = :agency and t.state < 2"), {"agency": agency}
    )
    items = [dict(row) for row in rows]
    return {"items": items, "hidden": int(total or 0) - len(items)}


def _moments(agency: str, now: datetime) -> dict[str, Any]:
    return {"agency": agency, "now": now, "soon": now + DUE_SOON}
