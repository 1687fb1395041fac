"""What goes outside to people: Zalo, else SMS, else e-mail; one row of the log a way, and the next way when one fails.

A notice is planned once (`plan`), each way is one outbox row (`carry_out`), the gateways' receipts come back (`receipt`).
Law wins over wishes: what must be told goes out by some way. Telephones stay silent at night. The log knows no address but a
masked one; who answers STOP is known by a keyed digest.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from casework import letters, notice_templates
from casework.jobs import done
from engine.actor import Actor
from engine.local import LOCAL
from national.ports import Mail, Partners, PhoneMessage, Undeliverable, Unreachable
from store import outbox
from store.folding import plain
from store.outbox import Job
from store.tables import delivery, notice_preference, phone_opt_out

ORDER = ("zalo", "sms", "mail")
ON_PHONE = ("zalo", "sms")
GIVE_UP_AFTER = {"zalo": 10, "sms": 10, "mail": 40}  # attempts: a quarter of an hour; a day and a half
STOP, START = frozenset({"STOP", "HUY", "TC", "TU CHOI"}), frozenset({"START", "DK"})
LONGEST_SMS = 306  # two parts of 153


@dataclass(frozen=True)
class Wishes:
    """What an account wants; the defaults are those of whoever has said nothing."""

    zalo: bool = True
    sms: bool = True
    mail: bool = True
    optional: bool = True
    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 0)


def plan(
    session: Session, partners: Partners, topic: str, recipient: str, dossier_id: int | None, now: datetime
) -> None:
    """Put the first way of one notice into the outbox. Nothing where no way is left. The caller commits."""
    target = letters.target(session, recipient, dossier_id)
    if target is None:
        return
    wishes = wishes_of(session, target.account)
    required = topic in notice_templates.REQUIRED
    if not required and not wishes.optional:
        return
    reachable = {
        "zalo": partners.zalo is not None and number(target.phone) is not None,
        "sms": partners.sms is not None and number(target.phone) is not None,
        "mail": bool(target.email),
    }
    ways = [way for way in ORDER if reachable[way] and getattr(wishes, way)]
    if required and not ways:
        ways = [way for way in reversed(ORDER) if reachable[way]][:1]  # by law some way it must be
    _put(session, topic, recipient, dossier_id, ways, now)


def carry_out(session: Session, partners: Partners, job: Job, now: datetime) -> str:
    """One way of one notice; says `done` or `waits`. Commits. Raises Unreachable while it is to be tried again."""
    if "delivery" not in job.payload:  # a letter that the release before put here
        plan(session, partners, str(job.payload["topic"]), "applicant", job.dossier_id, now)
        return done(session, job, now)
    row = session.execute(select(delivery).where(delivery.c.id == int(str(job.payload["delivery"])))).first()
    if row is None or row.state not in ("waiting", "dead"):
        return done(session, job, now)
    target = letters.target(session, row.recipient, row.dossier_id)
    address = target and (target.email if row.channel == "mail" else number(target.phone))
    if target is None or not address:
        return _over(session, job, row, "skipped", "no address", now)
    if row.channel in ON_PHONE:
        if silenced(session, partners.number_key, address):
            return _over(session, job, row, "skipped", "stop", now)
        if until := quiet_until(wishes_of(session, target.account), now):
            outbox.postpone(session, job.job_id, until=until, error="")
            _note(session, row.id, now, code="quiet")
            session.commit()
            return "waits"
    try:
        number_there = _send(partners, row.channel, address, row.topic, target, str(job.job_id))
    except Undeliverable as refused:
        return _over(session, job, row, "failed", str(refused), now)
    except Unreachable as away:
        if job.attempts >= GIVE_UP_AFTER[row.channel]:
            return _over(session, job, row, "dead", str(away), now)
        _note(session, row.id, now, attempts=job.attempts, code=str(away)[:200])
        raise
    _note(
        session,
        row.id,
        now,
        state="sent",
        attempts=job.attempts,
        gateway_id=number_there,
        address=masked(address),
        code="",
    )
    return done(session, job, now)


def receipt(session: Session, gateway_id: str, delivered: bool, code: str, *, now: datetime) -> None:
    """A gateway says what became of a message; where it did not arrive, the next way is taken. Commits."""
    row = session.execute(
        select(delivery)
        .where(delivery.c.gateway_id == gateway_id, delivery.c.state == "sent")
        .with_for_update()
    ).first()
    if gateway_id and row is not None:
        _note(session, row.id, now, state="delivered" if delivered else "failed", code=code[:200])
        if not delivered:
            _put(session, row.topic, row.recipient, row.dossier_id, row.rest, now)
    session.commit()


def reply(session: Session, number_key: str, phone: str, words: str, *, now: datetime) -> None:
    """Somebody wrote back: STOP and its like silence this number, START lets it hear again. Commits."""
    found, said = number(phone), " ".join(plain(words).upper().split())
    if found is not None and said in STOP:
        session.execute(
            text("insert into phone_opt_out (digest, at) values (:digest, :now) on conflict do nothing"),
            {"digest": _digest(number_key, found), "now": now},
        )
    elif found is not None and said in START:
        session.execute(delete(phone_opt_out).where(phone_opt_out.c.digest == _digest(number_key, found)))
    session.commit()


def silenced(session: Session, number_key: str, phone: str) -> bool:
    """Whether the last word from this number was STOP or its like."""
    found = number(phone)
    wanted = phone_opt_out.c.digest == _digest(number_key, found or "")
    return found is not None and session.scalar(select(phone_opt_out.c.at).where(wanted)) is not None


def again(session: Session, delivery_id: int, *, now: datetime) -> bool:
    """An admin has a dead one tried again. Commits; False if it is not dead."""
    found = session.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state == "dead")
        .values(state="waiting", changed_at=now)
        .returning(delivery.c.dossier_id, delivery.c.channel)
    ).first()
    if found is not None:
        payload = {"delivery": delivery_id}
        outbox.put(session, found.channel, payload, now=now, dossier_id=found.dossier_id)
    session.commit()
    return found is not None


def wishes_of(session: Session, account: str | None) -> Wishes:
    """What the account has asked for, else the defaults."""
    row = account and session.execute(
        select(notice_preference).where(notice_preference.c.account == account)
    ).mappings().first()  # fmt: skip
    return Wishes(**{name: row[name] for name in Wishes.__dataclass_fields__}) if row else Wishes()


def keep_wishes(session: Session, actor: Actor, wishes: Wishes) -> None:
    """The account's own wishes from now on. Commits."""
    values = {name: getattr(wishes, name) for name in Wishes.__dataclass_fields__}
    session.execute(delete(notice_preference).where(notice_preference.c.account == actor.id))
    session.execute(insert(notice_preference).values(account=actor.id, **values))
    session.commit()


def quiet_until(wishes: Wishes, now: datetime) -> datetime | None:
    """When the telephone may ring again; None: now. Equal times: no quiet hours."""
    local, begins, ends = now.astimezone(LOCAL), wishes.quiet_from, wishes.quiet_to
    at = local.time()
    quiet = begins <= at or at < ends if begins > ends else begins <= at < ends
    if not quiet:
        return None
    until = local.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
    return until if until > local else until + timedelta(days=1)


def number(phone: str) -> str | None:
    """`84` and nine digits of a Vietnamese mobile or fixed number as people write it; None if it is none."""
    digits = re.sub(r"[\s.()-]", "", phone).removeprefix("+")
    if digits.startswith("0"):
        digits = "84" + digits[1:]
    return digits if re.fullmatch(r"84\d{9}", digits, re.ASCII) else None


def masked(address: str) -> str:
    """Enough to recognise one's own: `*******678`, `n***@example.vn`."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***@{domain}" if at else "*" * max(len(address) - 3, 0) + address[-3:]


def _send(
    partners: Partners, channel: str, address: str, topic: str, target: letters.Target, key: str
) -> str:
    """Raises Unreachable, Undeliverable."""
    if channel == "mail":
        subject, words = letters.mail(topic, target, partners.portal)
        partners.mailer.send(Mail(address, subject, words, key))
        return ""
    sender = partners.zalo if channel == "zalo" else partners.sms
    if sender is None:
        raise Undeliverable(f"no {channel} is configured")
    return sender.send(
        PhoneMessage(address, letters.sms(topic, target)[:LONGEST_SMS], letters.zalo(topic, target), key)
    )


def _put(
    session: Session, topic: str, recipient: str, dossier_id: int | None, ways: Sequence[str], now: datetime
) -> None:
    if not ways:
        return
    id = session.execute(
        insert(delivery)
        .values(
            at=now,
            changed_at=now,
            dossier_id=dossier_id,
            recipient=recipient,
            topic=topic,
            channel=ways[0],
            rest=list(ways[1:]),
        )
        .returning(delivery.c.id)
    ).scalar_one()
    _job(session, ways[0], id, dossier_id, now)


def _job(session: Session, way: str, id: int, dossier_id: int | None, now: datetime) -> uuid.UUID:
    payload: Mapping[str, object] = {"delivery": id}
    if way == "zalo":
        return outbox.put(session, "zalo", payload, now=now, dossier_id=dossier_id)
    if way == "sms":
        return outbox.put(session, "sms", payload, now=now, dossier_id=dossier_id)
    return outbox.put(session, "mail", payload, now=now, dossier_id=dossier_id)


def _over(session: Session, job: Job, row, state: str, code: str, now: datetime) -> str:  # type: ignore[no-untyped-def]
    """This way came to nothing: on to the next."""
    _note(session, row.id, now, state=state, attempts=job.attempts, code=code[:200])
    _put(session, row.topic, row.recipient, row.dossier_id, row.rest, now)
    return done(session, job, now, {state: code})


def _note(session: Session, id: int, now: datetime, **values: object) -> None:
    session.execute(update(delivery).where(delivery.c.id == id).values(changed_at=now, **values))


def _digest(number_key: str, phone: str) -> str:
    return hmac.new(number_key.encode(), phone.encode(), hashlib.sha256).hexdigest()
