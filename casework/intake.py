"""A new dossier: filed once, its code allotted without gap, all in one commit."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import orjson
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

import forms
from casework import (
    attachments,
    definitions,
    errors,
    mandates,
    postal,
    prefilling,
    receiving,
    reference,
    signed_papers,
)
from casework.accepted import Accepted, Along, unfit
from casework.permits import may_submit
from casework.reference import Reference
from engine import decide
from engine.actor import SYSTEM, Actor
from engine.commands import Channel, SubmitDossier
from engine.declared import ComponentGiven, Person
from engine.definition import Definition, ReturnWay
from engine.events import ChildOpened
from engine.local import local_day
from engine.rejection import Rejected
from engine.state import Document, State
from store import journal
from store.appliers import Opening
from store.queries import counter
from store.tables import account, attachment, dossier, idempotency, procedure_version


def submit(
    session: Session,
    actor: Actor,
    *,
    procedure: str,
    agency: str,
    answers: Mapping[str, object],
    applicant: Person | None = None,
    beneficiary: Person | None = None,
    payer: Person | None = None,
    via: str | None = None,
    components: Sequence[ComponentGiven] = (),
    channel: Channel = "online",
    key: str | None = None,
    mandate: str | None = None,
    return_by: ReturnWay | None = None,
    post: Mapping[str, str] | None = None,
    along: Along | None = None,
    dry: bool = False,
    now: datetime,
) -> Accepted | Rejected:
    """Open a dossier and commit. `mandate`: the actor acts by it for somebody else, who is the applicant. `applicant` None: the actor's own account. `via`: whose counter takes it in for `agency`
    (non-boundary reception, where a decision allows it: `casework.receiving.takes_for_others`). `return_by`: how the
    applicant wishes to receive the result; by `post`, the address {name, phone, address} goes to the postal service's list.

    The same `key` of the same actor with the same content answers the dossier of the first time (`repeated`); with
    other content it is `idempotency_mismatch`.

    `dry`: everything is tried as if it were filed, and nothing is kept.
    """
    representative = None
    if mandate is not None:
        acting = mandates.usable(session, actor, mandate, procedure, now=now)
        if isinstance(acting, Rejected):
            return acting
        applicant, representative = acting
        if representative.paper:
            representative = replace(representative, paper=attachments.twin(session, representative.paper))
    else:
        applicant = _applicant(session, actor, applicant, channel)
    command = SubmitDossier(
        actor,
        dossier_code="",
        agency=agency,
        applicant=applicant,
        representative=representative,
        mandate=mandate,
        answers=answers,
        components=tuple(components),
        channel=channel,
        beneficiary=beneficiary,
        payer=payer,
        via=via if via != agency else None,
        return_by=return_by,
    )
    address = dict(post or {}) if return_by == "post" else {}
    answer = (
        unfit(command)
        or _unaddressed(command, address)
        or _once(session, command, procedure, key, address, now, dry)
    )
    if isinstance(answer, Rejected) or answer.repeated or dry:
        session.rollback()
        return answer
    if address:
        postal.want(session, answer.dossier_code, "deliver", address, now=now)
    if along is not None:
        along(session, answer)
    session.commit()
    return answer


def open_child(
    session: Session, parent: State, declared: Document, event: ChildOpened, item: object, *, now: datetime
) -> str | Rejected:
    """Open the child dossier of a call activity in the parent's transaction; its code.

    It is received by the nearest agency that receives the procedure, and takes from the parent's answers (and the
    loop's item) what its own start form asks for.
    """
    known = reference.load(session, now)
    chosen = _in_force(session, event.procedure_code, now)
    if isinstance(chosen, Rejected):
        return chosen
    agency = receiving.nearest(chosen, parent.agency, known.facts.agencies)
    if agency is None:
        return errors.not_receiving(parent.agency, chosen.name)
    asked = chosen.forms[chosen.start_form].roots if chosen.start_form else frozenset()
    given: dict[str, object] = {}
    for form in declared.answers.values():
        given |= form
    given |= item if isinstance(item, Mapping) else {}
    given = {name: value for name, value in given.items() if name in asked}
    if chosen.start_form:
        given = attachments.copied(session, forms.files_named(chosen.forms[chosen.start_form], given), given)
    persons = {name: Person(**who) for name, who in declared.persons.items() if who}  # type: ignore[arg-type]
    command = SubmitDossier(
        SYSTEM,
        dossier_code="",
        agency=agency,
        applicant=persons["applicant"],
        answers=given,
        channel="online",
        beneficiary=persons.get("beneficiary"),
        parent=parent.dossier_code,
    )
    opened = _open(session, command, chosen, known, now, event.token_id)
    return opened if isinstance(opened, Rejected) else opened.dossier_code


def _unaddressed(command: SubmitDossier, address: Mapping[str, str]) -> Rejected | None:
    problems = tuple(postal.check(address)) if command.return_by == "post" else ()
    if not problems:
        return None
    vi = "Nhận kết quả qua bưu chính cần người nhận, số điện thoại và địa chỉ."
    return Rejected("answers_invalid", vi, "Expected an address that the postman can find.", problems)


def _once(
    session: Session,
    command: SubmitDossier,
    procedure: str,
    key: str | None,
    address: Mapping[str, str],
    now: datetime,
    dry: bool,
) -> Accepted | Rejected:
    digest = _digest(command, procedure, address)
    if key and (earlier := _earlier(session, command.by, key, digest)):
        return earlier
    known = reference.load(session, now)
    if refused := may_submit(command.by, command.via or command.agency, command.channel, known.dispatching):
        return refused
    chosen = _in_force(session, procedure, now)
    if isinstance(chosen, Rejected):
        return chosen
    if (
        command.channel == "online"
        and command.by.kind == "applicant"
        and command.by.level < chosen.identity_level
    ):
        return errors.identity_level(chosen.identity_level)
    if refused := _not_who_signed_in(session, command, chosen, now):
        return refused
    agency = known.facts.agencies.get(command.agency)
    if agency is None:
        return errors.unknown_agency(command.agency)
    if not receiving.receives(chosen, agency):
        return errors.not_receiving(agency.name, chosen.name)
    if command.via and not receiving.takes_for_others(session, procedure, command.via, on=local_day(now)):
        return errors.not_receiving(known.facts.agencies[command.via].name, chosen.name)
    opened = _open(session, command, chosen, known, now, dry=dry)
    if isinstance(opened, Rejected) or not key or _keep_key(session, command.by, key, digest, opened, now):
        return opened
    session.rollback()  # a twin was faster: the serial goes back with everything else
    return _earlier(session, command.by, key, digest) or errors.IDEMPOTENCY_MISMATCH


def _not_who_signed_in(
    session: Session, command: SubmitDossier, chosen: Definition, now: datetime
) -> Rejected | None:
    """What the identity provider vouches for stands in the application as it is, by whatever way it comes in."""
    if command.by.kind != "applicant":
        return None
    facts = prefilling.known(session, command.by, command.mandate or "", chosen.code, now=now)
    form = chosen.forms[chosen.start_form] if chosen.start_form else None
    problems = prefilling.changed(form, facts, command.answers, now=now)
    problems += prefilling.changed_person(facts, command.applicant)
    return errors.identity_locked(problems) if problems else None


def _open(
    session: Session,
    command: SubmitDossier,
    definition: Definition,
    known: Reference,
    now: datetime,
    parent_token: str | None = None,
    dry: bool = False,
) -> Accepted | Rejected:
    """Decide and write; the caller commits or rolls back. `dry`: only decide, nobody who files waits for it."""
    day = local_day(now)
    dossier_id, code = (0, _code(command.agency, day, 0)) if dry else _allot(session, command.agency, day)
    ordered = SubmitDossier(**{**vars(command), "dossier_code": code})
    salt = uuid.uuid4()
    decision = decide.decide(definition, State(), Document(salt=salt.bytes), known.facts, ordered, now)
    if isinstance(decision, Rejected):
        return decision
    if refused := attachments.free(session, command.by, attachments.handed_in(decision.events)):
        return refused
    if refused := attachments.misfits(session, definition, decision.events):
        return refused
    if refused := signed_papers.unsigned(session, definition, command.by, decision.events):
        return refused
    if not dry:
        opening = Opening(f"{secrets.randbelow(10_000):04d}", salt, parent_token)
        journal.write(session, dossier_id, ordered, decision, at=now, opening=opening)
        if command.representative and command.representative.paper:
            session.execute(
                update(attachment)
                .where(attachment.c.id == uuid.UUID(command.representative.paper))
                .values(dossier_id=dossier_id)
            )
    return Accepted(
        code,
        decision.state.seq,
        decision.events,
        decision.state,
        dossier_id=dossier_id,
        definition=definition,
    )


def _allot(session: Session, agency: str, day: date) -> tuple[int, str]:
    """Row id and code `{agency}-{yyMMdd}-{nnnn}` of a new dossier.

    The counter's row stays locked until the commit, so a serial that is rolled back is given out again: no gap, no
    twin, and only submissions at the same agency on the same day wait for each other.
    """
    serial, dossier_id = session.execute(
        text("""
            insert into dossier_counter as c (agency, day, last) values (:agency, :day, 1)
            on conflict (agency, day) do update set last = c.last + 1
            returning last, nextval(pg_get_serial_sequence('dossier', 'id'))
        """),
        {"agency": agency, "day": day},
    ).one()
    return dossier_id, _code(agency, day, serial)


def _code(agency: str, day: date, serial: int) -> str:
    return f"{agency}-{day:%y%m%d}-{serial:04d}"


def _in_force(session: Session, code: str, now: datetime) -> Definition | Rejected:
    """The version in force today: the one that came into force last."""
    version = procedure_version.c
    row = session.execute(
        select(version.version, (version.digest + version.english_digest).label("digest"), version.state)
        .where(version.procedure_code == code, version.effective_from <= local_day(now))
        .order_by(
            (version.state == "published").desc(), version.effective_from.desc(), version.version.desc()
        )
        .limit(1)
    ).first()
    if row is None:
        return errors.UNKNOWN_PROCEDURE
    if row.state != "published":
        return errors.RETIRED_VERSION
    return definitions.get(session, code, row.version, row.digest)


def _applicant(session: Session, actor: Actor, declared: Person | None, channel: Channel) -> Person:
    """Online: the actor's account stands behind it. At the counter: the account that is theirs (store.queries.counter)."""
    if actor.kind == "applicant":
        profile = session.execute(select(account).where(account.c.username == actor.id)).one()
        if declared is not None:
            return Person(**{**vars(declared), "account": actor.id})
        kind = "business" if profile.kind == "business" else "citizen"
        contact = {name: getattr(profile, name) for name in ("id_number", "phone", "email", "address")}
        return Person(name=profile.name, kind=kind, account=actor.id, **contact)  # type: ignore[arg-type]
    declared = declared or Person(name="")
    theirs = None
    if channel != "online":
        theirs = counter.account(session, declared.id_number, declared.account or "")
    return Person(**{**vars(declared), "account": theirs["username"] if theirs else None})


LATER = ("payer", "via", "return_by")  # keys that bodies of an earlier release did not have


def _digest(command: SubmitDossier, procedure: str, address: Mapping[str, str]) -> bytes:
    said = {name: value for name, value in vars(command).items() if name not in ("by", "representative")}
    said = {name: value for name, value in said.items() if value is not None or name not in LATER}
    said |= {"post": address} if address else {}
    return hashlib.sha256(
        procedure.encode()
        + orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    ).digest()


def _earlier(session: Session, actor: Actor, key: str, digest: bytes) -> Accepted | Rejected | None:
    row = session.execute(
        select(idempotency.c.body_digest, idempotency.c.dossier_code, dossier.c.seq)
        .join(dossier, dossier.c.code == idempotency.c.dossier_code)
        .where(idempotency.c.account == actor.id, idempotency.c.key == key)
    ).first()
    if row is None:
        return None
    if bytes(row.body_digest) != digest:
        return errors.IDEMPOTENCY_MISMATCH
    return Accepted(row.dossier_code, row.seq, (), State(dossier_code=row.dossier_code), repeated=True)


def _keep_key(
    session: Session, actor: Actor, key: str, digest: bytes, opened: Accepted, now: datetime
) -> bool:
    """False if the key was taken meanwhile by a twin of this submission."""
    done = session.execute(
        text("""
            insert into idempotency (account, key, body_digest, dossier_code, at)
            values (:account, :key, :digest, :code, :at) on conflict do nothing
        """),
        {"account": actor.id, "key": key, "digest": digest, "code": opened.dossier_code, "at": now},
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
