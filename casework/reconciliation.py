"""Every day's money compared with the gateway's file (docs/wire/payment.md §6): each difference has a name.

| kind | what is so | what is done |
|---|---|---|
| `late` | paid there, a session here that no word had settled | recorded now |
| `not_here` | paid there, unknown here | an admin asks the gateway |
| `not_there` | on record here, and the gateway knows nothing of it | an admin asks the gateway |
| `amount` | another amount there than here | an admin asks the gateway |
| `refund_not_here`, `refund_not_there` | a refund that only one side has | the refund is carried out again, or asked for |
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import payments
from casework.jobs import done
from engine.local import LOCAL
from national.ports import Paid, PaymentGateway, StatementLine
from store import outbox

READY_AT = time(0, 20)  # the file stands from 00:15 of the next day


def plan(session: Session, now: datetime) -> bool:
    """Put yesterday's comparison into the outbox, once, if anybody paid online lately. Commits; says whether it did."""
    local = now.astimezone(LOCAL)
    if local.time() < READY_AT:
        return False
    day = local.date() - timedelta(days=1)
    put = session.execute(
        text("""
            insert into outbox (job_id, topic, payload, run_at)
            select :job, 'payment.reconcile', jsonb_build_object('day', cast(:day as text)), :now
            where not exists (select from outbox where job_id = :job)
              and exists (select from payment_session where created_at >= :begins and created_at < :ends)
            on conflict (job_id) do nothing
        """),
        {
            "job": job_of(day),
            "day": day.isoformat(),
            "now": now,
            "begins": _begins(day - timedelta(days=1)),
            "ends": _begins(day + timedelta(days=1)),
        },
    )
    session.commit()
    return bool(put.rowcount)  # type: ignore[attr-defined]


def job_of(day: date) -> uuid.UUID:
    """The one job of a day, whichever clock thinks of it."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"motcua:payment.reconcile:{day.isoformat()}")


def reconcile(session: Session, gateway: PaymentGateway, job: outbox.Job, now: datetime) -> str:
    """Fetch the day's file, compare, keep the differences. Done again, it is compared again. Commits."""
    day = date.fromisoformat(str(job.payload["day"]))
    lines = gateway.statement(day, now=now)
    found = [*_payments(session, gateway, lines, day, now), *_refunds(session, gateway, lines, day, now)]
    ours = _on_record(session, day)
    paid = [line for line in lines if line.kind == "pay"]
    session.execute(
        text("""
            insert into reconciliation (day, at, ours, ours_vnd, theirs, theirs_vnd, differences)
            values (:day, :now, :ours, :ours_vnd, :theirs, :theirs_vnd, cast(:differences as jsonb))
            on conflict (day) do update set at = excluded.at, ours = excluded.ours, ours_vnd = excluded.ours_vnd,
                theirs = excluded.theirs, theirs_vnd = excluded.theirs_vnd, differences = excluded.differences
        """),
        {
            "day": day,
            "now": now,
            "ours": len(ours),
            "ours_vnd": sum(one["amount_vnd"] for one in ours.values()),
            "theirs": len(paid),
            "theirs_vnd": sum(line.amount_vnd for line in paid),
            "differences": json.dumps(found),
        },
    )
    return done(session, job, now, {"differences": len(found)})


def _payments(
    session: Session, gateway: PaymentGateway, lines: Sequence[StatementLine], day: date, now: datetime
) -> list[dict[str, object]]:
    found = []
    theirs = {line.reference: line for line in lines if line.kind == "pay"}
    for reference, line in theirs.items():
        here = _known(session, reference)
        if here is None:
            found.append(_difference("not_here", reference, theirs=line.amount_vnd))
        elif here["paid_vnd"] is None and here["amount_vnd"] == line.amount_vnd:
            said = Paid(reference, "paid", line.amount_vnd, line.gateway_reference, "00")
            payments.heard(session, said, now=now)
            found.append(_difference("late", reference, here["code"], line.amount_vnd, line.amount_vnd))
        elif (here["paid_vnd"] or here["amount_vnd"]) != line.amount_vnd:
            amount = here["paid_vnd"] or here["amount_vnd"]
            found.append(_difference("amount", reference, here["code"], amount, line.amount_vnd))
    for reference, row in _on_record(session, day).items():
        if reference in theirs:
            continue
        said = gateway.ask(reference, now=now)  # paid around midnight, it stands in a neighbour's file
        if said.state not in ("paid", "refunded") or said.amount_vnd != row["amount_vnd"]:
            found.append(_difference("not_there", reference, row["code"], row["amount_vnd"]))
    return found


def _refunds(
    session: Session, gateway: PaymentGateway, lines: Sequence[StatementLine], day: date, now: datetime
) -> list[dict[str, object]]:
    theirs: dict[str, int] = {}
    for line in lines:
        if line.kind == "refund":
            theirs[line.reference] = theirs.get(line.reference, 0) + line.amount_vnd
    found = []
    for reference, amount in theirs.items():
        here = _known(session, reference)
        if here is None or here["refunded_at"] is None:
            found.append(_difference("refund_not_here", reference, here and here["code"], None, amount))
    gone_back = session.execute(
        text("""
            select p.reference, p.refund_vnd, d.code from fee_payment p join dossier d on d.id = p.dossier_id
            where p.method = 'online' and p.refund_ordered_at >= :begins and p.refund_ordered_at < :ends
              and p.refunded_at is null
        """),
        _span(day),
    ).mappings()
    found += [
        _difference("refund_not_there", row["reference"], row["code"], row["refund_vnd"])
        for row in gone_back
        if row["reference"] not in theirs
    ]
    return found


def _known(session: Session, reference: str) -> Mapping[str, Any] | None:
    """What we know of a reference: the session's amount, what was recorded as paid, whether it went back."""
    row = (
        session.execute(
            text("""
                select s.amount_vnd, p.amount_vnd as paid_vnd, p.refunded_at, d.code
                from payment_session s join dossier d on d.id = s.dossier_id
                left join fee_payment p on p.dossier_id = s.dossier_id and p.reference = s.reference
                where s.reference = :reference
            """),
            {"reference": reference},
        )
        .mappings()
        .first()
    )
    return dict(row) if row else None


def _on_record(session: Session, day: date) -> dict[str, Mapping[str, Any]]:
    """Online payments recorded on a local day."""
    rows = session.execute(
        text("""
            select p.reference, p.amount_vnd, d.code from fee_payment p join dossier d on d.id = p.dossier_id
            where p.method = 'online' and p.paid_at >= :begins and p.paid_at < :ends
        """),
        _span(day),
    ).mappings()
    return {row["reference"]: dict(row) for row in rows}


def _difference(
    kind: str,
    reference: str,
    dossier: object = None,
    ours: object = None,
    theirs: object = None,
) -> dict[str, object]:
    return {"kind": kind, "reference": reference, "dossier": dossier, "ours": ours, "theirs": theirs}


def _span(day: date) -> dict[str, datetime]:
    return {"begins": _begins(day), "ends": _begins(day + timedelta(days=1))}


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
