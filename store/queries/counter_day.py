"""What the officers of a counter did in a day and what money they took: from their own ended tasks, so that a day is read
by its officers and never by all dossiers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_CLERKS = "select distinct account from post where agency = any(:agencies) and role = any(:roles)"  # held once is enough


def done(
    session: Session, agencies: Collection[str], roles: Collection[str], *, since: datetime, before: datetime
) -> list[dict[str, Any]]:
    """By officer: {officer, received, counter, online, assisted, supplemented, refused, handed}; outcomes as in the
    dialect §4, `counter` and `online` are how what was received came in."""
    rows = session.execute(
        text(f"""
        select a.name as officer,
               count(*) filter (where took) as received,
               count(*) filter (where took and d.channel = 'counter') as counter,
               count(*) filter (where took and d.channel = 'online') as online,
               count(*) filter (where took and w.assisted) as assisted,
               count(*) filter (where t.kind = 'receive' and t.outcome = 'supplement') as supplemented,
               count(*) filter (where t.kind = 'receive' and t.outcome = 'refuse') as refused,
               count(*) filter (where t.kind = 'return_result') as handed
        from ({_CLERKS}) c join account a on a.username = c.account
        join task t on t.ended_by = c.account and t.state = 2 and t.ended_at >= :since and t.ended_at < :before
          and t.kind in ('receive', 'return_result') and t.agency = any(:agencies)
        join dossier d on d.id = t.dossier_id left join walk_in w on w.dossier_id = d.id
        cross join lateral (
            select t.kind = 'receive' and coalesce(t.outcome, '') not in ('supplement', 'refuse') as took) o
        group by a.username, a.name, a.sort_key order by a.sort_key, a.username
        """),  # noqa: S608 (a constant of this module)
        {"agencies": sorted(agencies), "roles": sorted(roles), "since": since, "before": before},
    ).mappings()
    return [dict(row) for row in rows]


def money(
    session: Session, agencies: Collection[str], roles: Collection[str], *, since: datetime, before: datetime
) -> list[dict[str, Any]]:
    """What was taken at the counter, by officer, method and the agency whose receipts it got: {officer, method, receipts,
    first, last, amount_vnd}.

    Money is of the counter that took the dossier in for another agency if its officer took it, else of the deciding agency's.
    """
    rows = session.execute(
        text(f"""
        select a.name as officer, p.method, count(*) as receipts, min(p.receipt) as first, max(p.receipt) as last,
               sum(p.amount_vnd)::bigint as amount_vnd
        from fee_payment p join ({_CLERKS}) c on c.account = p.paid_by join account a on a.username = c.account
        join dossier d on d.id = p.dossier_id
        where p.paid_at >= :since and p.paid_at < :before and (case when exists (
            select from post o where o.account = p.paid_by and o.agency = d.via and o.role = any(:roles)
        ) then d.via else d.agency end) = any(:agencies)
        group by a.username, a.name, a.sort_key, p.method, d.agency order by a.sort_key, a.username, p.method, d.agency
        """),  # noqa: S608 (a constant of this module)
        {"agencies": sorted(agencies), "roles": sorted(roles), "since": since, "before": before},
    ).mappings()
    return [dict(row) for row in rows]


def paid_back(
    session: Session, agencies: Collection[str], *, since: datetime, before: datetime
) -> list[dict[str, Any]]:
    """What the agencies handed back over the counter, by method: {method, receipts, first, last, amount_vnd}."""
    rows = session.execute(
        text("""
        select p.method, count(*) as receipts, min(p.receipt) as first, max(p.receipt) as last,
               sum(p.refund_vnd)::bigint as amount_vnd
        from fee_payment p join dossier d on d.id = p.dossier_id
        where p.refund_ordered_at >= :since and p.refund_ordered_at < :before and p.refunded_at is not null
          and p.method <> 'online' and d.agency = any(:agencies)
        group by p.method order by p.method
        """),
        {"agencies": sorted(agencies), "since": since, "before": before},
    ).mappings()
    return [dict(row) for row in rows]


def handed(
    session: Session, agencies: Collection[str], roles: Collection[str], *, since: datetime, limit: int = 20
) -> list[dict[str, Any]]:
    """Results that these counters handed over to somebody since then, newest first:
    {code, procedure_code, procedure, receiver, at, officer_name}."""
    rows = session.execute(
        text(f"""
        select d.code, d.procedure_code, p.name as procedure, k.receiver, k.at, a.name as officer_name
        from ({_CLERKS}) c join account a on a.username = c.account
        join task t on t.ended_by = c.account and t.state = 2 and t.ended_at >= :since and t.kind = 'return_result'
          and t.agency = any(:agencies)
        join collection k on k.dossier_id = t.dossier_id join dossier d on d.id = t.dossier_id
        join procedure p on p.code = d.procedure_code
        order by k.at desc limit :limit
        """),  # noqa: S608 (a constant of this module)
        {"agencies": sorted(agencies), "roles": sorted(roles), "since": since, "limit": limit},
    ).mappings()
    return [dict(row) for row in rows]


LONGEST = 1000  # of what waits to be received: who is late is among those that wait longest


def left(session: Session, agencies: Collection[str], *, now: datetime) -> dict[str, int]:
    """What stays for tomorrow: {to_receive, overdue (of them, at most LONGEST), ready, lists (made and not confirmed), parcels
    (to order)}."""
    row = session.execute(
        text(f"""
        with waiting as (
            select kind, count(*) as n from task
            where agency = any(:agencies) and state < 2 and kind in ('receive', 'return_result') group by kind)
        select coalesce((select n from waiting where kind = 'receive'), 0) as to_receive,
               coalesce((select n from waiting where kind = 'return_result'), 0) as ready,
               (select count(*) from (
                    select dossier_id from task where agency = any(:agencies) and state < 2 and kind = 'receive'
                    order by opened_at limit {LONGEST}) longest
                join dossier d on d.id = longest.dossier_id where d.reception_due_at < :now) as overdue,
               (select count(*) from hand_over_list l where l.agency = any(:agencies) and l.taken_at is null) as lists,
               (select count(*) from shipment s join dossier d on d.id = s.dossier_id
                where s.state = 'wanted' and (d.agency = any(:agencies) or d.via = any(:agencies))) as parcels
        """),  # noqa: S608 (a constant)
        {"agencies": sorted(agencies), "now": now},
    ).one()
    return dict(row._mapping)
