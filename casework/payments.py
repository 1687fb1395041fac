"""Paying a dossier's fees: online through the gateway (docs/wire/payment.md), in cash at the counter; and paying back.

A session at the gateway is begun by a page and settled by the gateway's word, whichever comes first: its signed notice,
or its answer when we ask (an outbox row asks until there is a final word, so that a lost notice loses nothing). The word
becomes the command `PayFees` through the gate; a second word finds the payment on record.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from casework import errors, gate
from casework.accepted import Accepted
from casework.jobs import done
from engine.actor import Actor
from engine.commands import FinishRefund, PayFees
from engine.local import LOCAL
from engine.rejection import Rejected
from engine.rules import fees
from national.ports import Paid, Payment, PaymentGateway, PaymentRefused, Unreachable
from store import load, outbox, visible
from store.tables import outbox as outbox_table
from store.tables import payment_session

GATEWAY = Actor("payment", "partner", "Cổng thanh toán")
OPEN_FOR = timedelta(minutes=15)
FIRST_QUESTION = timedelta(seconds=45)
FORGET_AFTER = timedelta(days=1)  # past its end: the gateway still says "open", nobody will pay
FINAL = ("paid", "failed", "expired")
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread over the telephone

NO_GATEWAY = Rejected(
    "payment_unavailable",
    "Chưa có cổng thanh toán trực tuyến. Vui lòng nộp phí tại Bộ phận Một cửa.",
    "No payment gateway is configured. Please pay at the one-stop counter.",
)
AWAY = Rejected(
    "payment_unavailable",
    "Cổng thanh toán chưa trả lời. Chưa có khoản tiền nào bị trừ; vui lòng thử lại sau ít phút.",
    "The payment gateway does not answer. No money was taken; please try again in a few minutes.",
)
NOTHING_DUE = Rejected(
    "nothing_due", "Hồ sơ không còn khoản phí, lệ phí nào phải nộp.", "No fee of this dossier is due."
)
UNKNOWN_PAYMENT = Rejected("no_payment", "Không có giao dịch này.", "There is no such payment.")


@dataclass(frozen=True)
class Begun:
    """Where the payer's browser goes."""

    reference: str
    amount_vnd: int
    pay_url: str
    expires_at: datetime


def begin(
    session: Session,
    gateway: PaymentGateway | None,
    code: str,
    *,
    payer: Actor | None,
    public_url: str,
    now: datetime,
) -> Begun | Rejected:
    """Open a session for all that is due, or come back to the one that is open. Commits.

    `payer` None: somebody with the dossier's code and secret, whom the page has checked; anybody may pay for another.
    """
    if gateway is None:
        return NO_GATEWAY
    opened = _open_session(session, code, payer, now)
    if isinstance(opened, Rejected):
        session.rollback()
        return opened
    session.commit()
    if opened.pay_url:
        return opened
    try:
        place = gateway.open(
            Payment(
                opened.reference,
                opened.amount_vnd,
                f"Phi, le phi ho so {code}",
                f"{public_url}/thanh-toan/{opened.reference}",
                now,
                opened.expires_at,
            )
        )
    except Unreachable:
        return AWAY  # the outbox asks what became of it
    except PaymentRefused:
        _note(session, opened.reference, state="failed", settled_at=now)
        session.commit()
        return AWAY
    _note(
        session,
        opened.reference,
        state="waiting",
        pay_url=place.pay_url,
        gateway_reference=place.gateway_reference,
    )
    session.commit()
    return Begun(opened.reference, opened.amount_vnd, place.pay_url, opened.expires_at)


def heard(session: Session, said: Paid, *, now: datetime) -> str:
    """The gateway's word on one payment, signed or asked for; commits. The code that its contract wants for answer."""
    return _heard(session, said, now, None)


def ask(session: Session, gateway: PaymentGateway, reference: str, job: outbox.Job, now: datetime) -> str:
    """What became of a session that no notice has settled: `done`, or `waits` until the next question. Commits."""
    row = session.execute(select(payment_session).where(payment_session.c.reference == reference)).one()
    if row.state in FINAL:
        return done(session, job, now, row.state)
    said = gateway.ask(reference, now=now)
    if said.state in ("open", "unknown"):
        if now < row.expires_at + FORGET_AFTER:
            pause = timedelta(seconds=min(10 * 2 ** min(job.attempts, 10), 3600))
            outbox.postpone(session, job.job_id, until=now + pause, error="")
            session.commit()
            return "waits"
        _note(session, reference, state="expired", settled_at=now, code=said.code)
        return done(session, job, now, "expired")
    answer = _heard(session, said, now, job)
    if answer == "99":
        raise Unreachable("the dossier cannot take the payment now")
    return "done"


def refund(session: Session, gateway: PaymentGateway, job: outbox.Job, now: datetime) -> str:
    """Have the gateway pay back what the record has ordered; the job's id is the refund's key. Commits."""
    reference, amount = str(job.payload["reference"]), int(str(job.payload["amount_vnd"]))
    try:
        number = gateway.refund(reference, amount, str(job.job_id), now=now)
    except PaymentRefused as refused:
        return done(session, job, now, {"refused": str(refused)})  # the reconciliation page shows it
    assert job.dossier_id is not None
    outbox.settle(session, job.job_id, now)
    answer = gate.handle(session, job.dossier_id, FinishRefund(GATEWAY, reference, number), now=now)
    if isinstance(answer, Rejected):  # rolled back: settled all the same, the money is back
        return done(session, job, now, {"rejected": answer.code})
    return "done"


def take_cash(
    session: Session, officer: Actor, code: str, amount_vnd: int, payer: str, *, method: str, now: datetime
) -> Accepted | Rejected:
    """Money over the counter (or seen on the agency's account), with its receipt. Commits."""
    order = cash(session, officer, code, amount_vnd, payer, method=method, now=now)
    return order if isinstance(order, Rejected) else gate.handle(session, code, order, now=now)


def cash(
    session: Session, officer: Actor, code: str, amount_vnd: int, payer: str, *, method: str, now: datetime
) -> PayFees | Rejected:
    """The order that puts it on record, with the receipt's number allotted in the commit of whoever gives it to the gate."""
    found = load.present(session, code)
    if found is None:
        return errors.UNKNOWN_DOSSIER
    receipt = allot_receipt(session, found[0].agency, now)
    return PayFees(officer, new_reference(now), amount_vnd, method, receipt, payer=payer)  # type: ignore[arg-type]


def hurry(session: Session, reference: str, *, now: datetime) -> None:
    """The payer is back: ask the gateway at once, should its notice not be here yet. Commits."""
    row = session.execute(
        select(payment_session.c.dossier_id, payment_session.c.state).where(
            payment_session.c.reference == reference
        )
    ).first()
    if row is None or row.state in FINAL:
        return
    session.execute(
        update(outbox_table)
        .where(
            outbox_table.c.dossier_id == row.dossier_id,
            outbox_table.c.topic == "payment.query",
            outbox_table.c.done_at.is_(None),
            outbox_table.c.run_at > now,
            outbox_table.c.payload["reference"].astext == reference,
        )
        .values(run_at=now, dispatched_at=None)
    )
    session.commit()


def new_reference(now: datetime) -> str:
    """A reference that nobody guesses: it opens a page that tells an amount and a dossier's code."""
    return f"TT{now.astimezone(LOCAL):%y%m%d}" + "".join(secrets.choice(ALPHABET) for _ in range(14))


def allot_receipt(session: Session, agency: str, now: datetime) -> str:
    """The next receipt's number of an agency: `{agency}/{year}/{nnnnnn}`, without gap; locked until the commit."""
    year = now.astimezone(LOCAL).year
    number = session.execute(
        text("""
            insert into receipt_counter as c (agency, year, last) values (:agency, :year, 1)
            on conflict (agency, year) do update set last = c.last + 1 returning last
        """),
        {"agency": agency, "year": year},
    ).scalar_one()
    return f"{agency}/{year}/{number:06d}"


def _open_session(session: Session, code: str, payer: Actor | None, now: datetime) -> Begun | Rejected:
    loaded = load.locked(session, code)  # two who press "pay" at once wait for each other here
    if loaded is None:
        return errors.UNKNOWN_DOSSIER
    if payer is not None and visible.sight(session, payer, loaded.id) not in ("own", "full"):
        return errors.UNKNOWN_DOSSIER
    amount = sum(fees.due(loaded.state).values())
    if not amount or loaded.state.closed:
        return NOTHING_DUE
    row = session.execute(
        select(payment_session)
        .where(
            payment_session.c.dossier_id == loaded.id,
            payment_session.c.state.in_(("created", "waiting")),
            payment_session.c.amount_vnd == amount,
            payment_session.c.expires_at > now + timedelta(minutes=2),
        )
        .order_by(payment_session.c.created_at.desc())
    ).first()
    if row is not None:
        return Begun(row.reference, amount, row.pay_url, row.expires_at)
    reference, expires_at = new_reference(now), now + OPEN_FOR
    session.execute(
        insert(payment_session).values(
            reference=reference,
            dossier_id=loaded.id,
            amount_vnd=amount,
            began_by=payer.id if payer else None,
            created_at=now,
            expires_at=expires_at,
        )
    )
    question = {"reference": reference}
    outbox.put(
        session,
        "payment.query",
        question,
        now=now,
        run_at=now + FIRST_QUESTION,
        dossier_id=loaded.id,
    )
    return Begun(reference, amount, "", expires_at)


def _heard(session: Session, said: Paid, now: datetime, job: outbox.Job | None) -> str:
    """`job`: the question that this answers, settled in the same commit."""
    row = session.execute(
        select(payment_session).where(payment_session.c.reference == said.reference).with_for_update()
    ).first()
    if row is None:
        session.rollback()
        return "01"
    if row.state == "paid":
        return _answer(session, job, now, "02")
    if said.state == "failed" or said.state == "expired":
        _note(session, said.reference, state=said.state, settled_at=now, code=said.code)
        return _answer(session, job, now, "00")
    if said.state != "paid" and said.state != "refunded":
        session.rollback()
        return "99"
    if said.amount_vnd != row.amount_vnd:
        _note(session, said.reference, code="04")  # the reconciliation names it
        return _answer(session, job, now, "04")
    _note(
        session,
        said.reference,
        state="paid",
        settled_at=now,
        code="00",
        gateway_reference=said.gateway_reference or row.gateway_reference,
    )
    if job is not None:
        outbox.settle(session, job.job_id, now)
    agency = session.execute(
        text("select agency from dossier where id = :id"), {"id": row.dossier_id}
    ).scalar_one()
    receipt = allot_receipt(session, agency, now)
    command = PayFees(GATEWAY, row.reference, row.amount_vnd, "online", receipt, said.gateway_reference)
    answer = gate.handle(session, row.dossier_id, command, now=now)
    if not isinstance(answer, Rejected):
        return "00"
    return "02" if answer.code == "payment_recorded" else "99"


def _answer(session: Session, job: outbox.Job | None, now: datetime, code: str) -> str:
    if job is not None:
        outbox.settle(session, job.job_id, now, {"code": code})
    session.commit()
    return code


def _note(session: Session, reference: str, **values: object) -> None:
    session.execute(update(payment_session).where(payment_session.c.reference == reference).values(**values))
