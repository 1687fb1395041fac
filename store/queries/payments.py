"""Money of one dossier for its pages, one session at the gateway, and days that were compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.tables import dossier, fee_payment, payment_session, reconciliation


def of_dossier(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """Payments on record, oldest first, each with who paid where that was not the applicant."""
    rows = session.execute(
        text("""
        select p.reference, p.amount_vnd, p.surplus_vnd, p.fees, p.method, p.receipt, p.gateway_reference, p.paid_at,
               p.paid_by, p.refund_vnd, p.refund_ordered_at, p.refunded_at, p.surplus_refunded_at,
               a.body #>> '{}' as payer
        from fee_payment p left join answers a on a.dossier_id = p.dossier_id and a.digest = p.payer_digest
        where p.dossier_id = :id order by p.paid_at, p.reference
        """),
        {"id": dossier_id},
    ).mappings()
    return [dict(row) for row in rows]


FEES_STAND = """
    (p.refunded_at is null
     or p.refund_vnd = p.surplus_vnd and coalesce(p.surplus_refunded_at, p.refunded_at) = p.refunded_at)
"""
"""SQL of `fee_payment p`: its fees are paid still, for nothing went back or the surplus only (a row of the release before
knows the surplus by its amount)."""


def owed(session: Session, codes: Sequence[str]) -> dict[str, int]:
    """What is still to be paid of these dossiers, by code; what owes nothing is not in it."""
    rows = session.execute(
        text(f"""
        select d.code, sum(f.amount_vnd - least(f.amount_vnd, coalesce((
            select sum((p.fees ->> f.code)::bigint) from fee_payment p
            where p.dossier_id = f.dossier_id and {FEES_STAND}
        ), 0)))::bigint as vnd
        from dossier d join fee_due f on f.dossier_id = d.id
        where d.code = any(:codes) and not d.closed group by d.code
        """),  # noqa: S608 (a constant of this module)
        {"codes": list(codes)},
    )
    return {row.code: row.vnd for row in rows if row.vnd}


def of_reference(session: Session, reference: str) -> dict[str, Any] | None:
    """One session at the gateway with its dossier's code, and its receipt once it is on record."""
    row = session.execute(
        select(payment_session, dossier.c.code.label("dossier"), fee_payment.c.receipt, fee_payment.c.paid_at)
        .join(dossier, dossier.c.id == payment_session.c.dossier_id)
        .outerjoin(
            fee_payment,
            (fee_payment.c.dossier_id == payment_session.c.dossier_id)
            & (fee_payment.c.reference == payment_session.c.reference),
        )
        .where(payment_session.c.reference == reference)
    ).mappings().first()  # fmt: skip
    return dict(row) if row else None


def under_way(session: Session, dossier_id: int) -> dict[str, Any] | None:
    """The newest session at the gateway that has no final word yet: {reference, amount_vnd, created_at}."""
    row = session.execute(
        select(payment_session.c.reference, payment_session.c.amount_vnd, payment_session.c.created_at)
        .where(payment_session.c.dossier_id == dossier_id, payment_session.c.state == "waiting")
        .order_by(payment_session.c.created_at.desc())
        .limit(1)
    ).mappings().first()  # fmt: skip
    return dict(row) if row else None


def days(session: Session, limit: int = 60) -> list[dict[str, Any]]:
    """Days that were compared with the gateway's file, newest first."""
    rows = session.execute(select(reconciliation).order_by(reconciliation.c.day.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]


def going_back(session: Session, limit: int = 100) -> list[dict[str, Any]]:
    """Refunds ordered and not yet done, oldest first."""
    rows = session.execute(
        select(
            fee_payment.c.reference,
            fee_payment.c.refund_vnd,
            fee_payment.c.refund_ordered_at,
            dossier.c.code.label("dossier"),
        )
        .join(dossier, dossier.c.id == fee_payment.c.dossier_id)
        .where(fee_payment.c.refund_ordered_at.is_not(None), fee_payment.c.refunded_at.is_(None))
        .order_by(fee_payment.c.refund_ordered_at)
        .limit(limit)
    ).mappings()
    return [dict(row) for row in rows]
