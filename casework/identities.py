"""People who arrive from the identity provider: which account of ours is theirs, and when their sessions end.

An account of ours says who somebody is and nobody checked it, so the same number is no proof: a local account is joined
to an identity only by its password. Otherwise a stranger who registered with somebody's number would be handed the
dossiers that person files later.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from casework import accounts
from casework.accounts import Opened
from engine.rejection import Rejected
from national.ports import Identity, LoggedOut
from store.folding import sort_key
from store.tables import access_token, account
from store.tables import identity as identities

CLOSED = Rejected(
    "forbidden",
    "Tài khoản này đã bị khóa. Liên hệ Bộ phận Một cửa để được hướng dẫn.",
    "This account is closed. Ask the one-stop shop.",
)
NOT_THE_SAME = Rejected(
    "identity_mismatch",
    "Tài khoản này không mang số định danh hoặc mã số thuế mà bạn vừa xác thực.",
    "Expected an account with the number that you have just proved, but it bears another.",
)


def arrive(session: Session, identity: Identity, *, now: datetime) -> Opened | Rejected | None:
    """A session for whoever is known already, or was never here: then with a new account; commits.

    None: accounts with the same number exist and nothing says whose they are. The person joins one (`join`), or begins
    afresh (`begin`).
    """
    known = session.execute(select(identities).where(*_of(identity))).first()
    if known is not None:
        return _enter(session, identity, known.account, now)
    same = account.c.id_number == identity.id_number, account.c.kind.in_(("citizen", "business"))
    if session.execute(select(account.c.username).where(*same, account.c.active).limit(1)).first():
        session.rollback()
        return None
    return begin(session, identity, now=now)


def begin(session: Session, identity: Identity, *, now: datetime) -> Opened | Rejected:
    """A new account for this identity, and a session; commits. A repeat enters the account of the first time."""
    if session.execute(select(identities.c.account).where(*_of(identity))).first() is None:
        username = f"dd-{secrets.token_hex(6)}"
        contact = {name: getattr(identity, name) for name in ("id_number", "phone", "email", "address")}
        accounts.create(session, username, None, kind=identity.kind, name=identity.name, now=now, **contact)
        _link(session, identity, username, now)
    return _enter(session, identity, None, now)


def join(
    session: Session, identity: Identity, username: str, password: str, *, now: datetime, address: str = ""
) -> Opened | Rejected:
    """Join the identity to a local account that is proved by its password and bears the same number; commits."""
    row = accounts.proved(session, username, password, now=now, address=address)
    if isinstance(row, Rejected):
        return row
    if row["id_number"] != identity.id_number or row["kind"] != identity.kind:
        session.rollback()
        return NOT_THE_SAME
    if session.execute(select(identities.c.account).where(*_of(identity))).first() is None:
        _link(session, identity, row["username"], now)
    return _enter(session, identity, None, now)


def of_account(session: Session, username: str) -> list[dict[str, object]]:
    """The identities that sign in to an account: {issuer, level, linked_at, seen_at}."""
    rows = session.execute(
        select(identities.c.issuer, identities.c.level, identities.c.linked_at, identities.c.seen_at)
        .where(identities.c.account == username)
        .order_by(identities.c.linked_at)
    ).mappings()
    return [dict(row) for row in rows]


def end_sessions(session: Session, over: LoggedOut) -> int:
    """Forget the sessions that the provider ended; commits. How many."""
    if over.session:
        whose = access_token.c.provider_session == f"{over.issuer} {over.session}"
    else:
        theirs = select(identities.c.account).where(
            identities.c.issuer == over.issuer, identities.c.subject == over.subject
        )
        begun = access_token.c.created_at < over.at + timedelta(seconds=1)  # tokens know whole seconds only
        whose = access_token.c.account.in_(theirs) & (access_token.c.provider_session != "") & begun
    done = session.execute(delete(access_token).where(whose))
    session.commit()
    return int(done.rowcount)  # type: ignore[attr-defined]


def _enter(session: Session, identity: Identity, username: str | None, now: datetime) -> Opened | Rejected:
    """What the provider says of the person is true: it goes into the account."""
    if username is None:
        username = session.execute(select(identities.c.account).where(*_of(identity))).scalar_one()
    row = session.execute(select(account).where(account.c.username == username)).one()
    if not row.active or row.kind != identity.kind:
        session.rollback()
        return CLOSED
    session.execute(update(identities).where(*_of(identity)).values(level=identity.level, seen_at=now))
    session.execute(
        update(account)
        .where(account.c.username == username)
        .values(
            name=identity.name,
            sort_key=sort_key(identity.name),
            id_number=identity.id_number,
            address=identity.address or row.address,
            phone=row.phone or identity.phone,
            email=row.email or identity.email,
        )
    )
    opened = accounts.open_session(
        session,
        username,
        identity.name,
        row.kind,
        now=now,
        level=identity.level,
        provider_session=f"{identity.issuer} {identity.session}",
    )
    session.commit()
    return opened


def _link(session: Session, identity: Identity, username: str, now: datetime) -> None:
    session.execute(
        insert(identities).values(
            issuer=identity.issuer,
            subject=identity.subject,
            account=username,
            level=identity.level,
            linked_at=now,
            seen_at=now,
        )
    )


def _of(identity: Identity):  # type: ignore[no-untyped-def]
    return identities.c.issuer == identity.issuer, identities.c.subject == identity.subject
