"""Accounts: sign in and out, who a token stands for, registration of citizens and businesses."""

from __future__ import annotations

import functools
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import RowMapping, and_, delete, func, insert, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.actor import Actor, ActorKind, Post
from engine.local import local_day
from engine.rejection import Problem, Rejected
from store.folding import sort_key
from store.queries.people import HELD
from store.tables.people import access_token, account, agency, post, role, sign_in_failure

SESSION_LIFE = timedelta(hours=12)
FAILURES_KEPT = timedelta(days=2)  # longer than any limit's window
LONGEST = 500  # characters of anything a registration says
PASSWORD_LENGTH = 8
REGISTRATION_FIELDS = ("name", "id_number", "phone", "email", "address", "username")
KINDS: Mapping[str, ActorKind] = {
    "officer": "officer",
    "citizen": "applicant",
    "business": "applicant",
    "admin": "admin",
    "partner": "partner",
}

# On the path of every request: a plain statement, so that nothing is built again each time.
_STANDS_FOR = text(f"""
    select a.username, a.name, a.kind, t.level, p.agency, p.role, p.unit, p.instead_of
    from access_token t join account a on a.username = t.account and a.active
    left join {HELD} p on p.account = a.username
    where t.hash = :hash and t.expires_at > now()
    order by p.nth
""")  # noqa: S608 (a constant)

_hasher = PasswordHasher()


@dataclass(frozen=True)
class Limits:
    """Wrong guesses allowed within `window`: at a name from one address, at it from everywhere, from one address.

    More from everywhere, so that a stranger does not lock an officer out so easily; more from an address, because a
    whole office stands behind one.
    """

    together: int
    of_name: int
    of_address: int
    window: timedelta


SIGN_IN = Limits(together=10, of_name=50, of_address=50, window=timedelta(minutes=10))


@dataclass(frozen=True)
class Opened:
    """A session or bearer token just opened; the secret is shown once and kept only as a hash."""

    token: str
    expires_at: datetime
    actor: Actor


def hash_password(password: str) -> str:
    """Argon2id, over the NFC form so that two keyboards give one password."""
    return _hasher.hash(unicodedata.normalize("NFC", password))


def sign_in(
    session: Session, username: str, password: str, *, now: datetime, address: str = ""
) -> Opened | Rejected:
    """Open a session. Commits. Too many failures for a name or an address: `rate_limited`."""
    row = proved(session, username, password, now=now, address=address)
    if isinstance(row, Rejected):
        return row
    opened = open_session(session, row["username"], row["name"], row["kind"], now=now)
    session.commit()
    return opened


def open_session(
    session: Session,
    username: str,
    name: str,
    kind: str,
    *,
    now: datetime,
    level: int = 0,
    provider_session: str = "",
) -> Opened:
    """A session for somebody who has proved who they are; the caller commits."""
    token = secrets.token_urlsafe(32)
    session.execute(
        delete(access_token).where(access_token.c.account == username, access_token.c.expires_at < func.now())
    )
    # Sessions live by the wall's clock: a demo that moves its own ahead signs nobody out.
    expires_at = session.execute(
        insert(access_token)
        .values(
            hash=_digest(token),
            account=username,
            kind="session",
            level=level,
            provider_session=provider_session,
            created_at=func.now(),
            expires_at=func.now() + SESSION_LIFE,
        )
        .returning(access_token.c.expires_at)
    ).scalar_one()
    actor = replace(_actor(session, username, name, kind, local_day(now)), level=level)
    return Opened(token, expires_at, actor)


def proved(
    session: Session, username: str, password: str, *, now: datetime, address: str = ""
) -> RowMapping | Rejected:
    """The account of this name and password, active; failures are counted. No session is opened."""
    name, password = _storable(username).strip().lower(), _storable(password)
    if too_many_failures(session, name, address, SIGN_IN, now=now):
        return Rejected(
            "rate_limited",
            "Đăng nhập sai quá nhiều lần. Vui lòng chờ 10 phút rồi thử lại.",
            "Too many failed attempts. Please wait 10 minutes and try again.",
        )
    row = (
        session.execute(select(account).where(account.c.username == name, account.c.active))
        .mappings()
        .first()
    )
    if not _verified(row["password_hash"] if row else _nobody(), password) or row is None:
        note_failure(session, name, address, now=now)
        return Rejected(
            "unauthenticated",
            "Tên đăng nhập hoặc mật khẩu không đúng.",
            "The user name or the password is wrong.",
        )
    return row


def actor_of(session: Session, token: str, *, now: datetime) -> Actor | None:
    """Who the token stands for, with the posts held today; None when it is unknown or has expired."""
    known = {"hash": _digest(token), "today": local_day(now)}
    rows = session.execute(_STANDS_FOR, known).all()
    if not rows:
        return None
    first = rows[0]
    posts = tuple(
        Post(row.agency, row.role, row.unit, row.instead_of) for row in rows if row.agency is not None
    )
    return Actor(first.username, KINDS[first.kind], first.name, posts, first.level)


def officer_named(session: Session, username: str, *, now: datetime) -> Actor | None:
    """An account as the actor it is today, for orders that a job carries out on its behalf; None if it is closed."""
    row = session.execute(select(account).where(account.c.username == username, account.c.active)).first()
    return _actor(session, row.username, row.name, row.kind, local_day(now)) if row else None


def too_many_failures(session: Session, name: str, address: str, limits: Limits, *, now: datetime) -> bool:
    """Has somebody guessed wrong too often lately, at this name or from this address?"""
    named, there = sign_in_failure.c.username == name, sign_in_failure.c.address == address
    together, of_name, of_address = session.execute(
        select(
            func.count().filter(and_(named, there)), func.count().filter(named), func.count().filter(there)
        ).where(or_(named, there), sign_in_failure.c.at > now - limits.window)
    ).one()
    return bool(
        together >= limits.together
        or of_name >= limits.of_name
        or (address and of_address >= limits.of_address)
    )


def note_failure(session: Session, name: str, address: str, *, now: datetime) -> None:
    """One wrong guess at a password or a tracking secret; commits."""
    session.execute(insert(sign_in_failure).values(username=name, address=address, at=now))
    session.commit()


def forget_failures(session: Session, now: datetime) -> None:
    """Remove wrong guesses that no limit counts any more, and tokens that have expired: who was where is personal.

    Commits.
    """
    session.execute(delete(sign_in_failure).where(sign_in_failure.c.at < now - FAILURES_KEPT))
    session.execute(delete(access_token).where(access_token.c.expires_at < func.now()))
    session.commit()


def sign_out(session: Session, token: str) -> bool:
    """Forget the token; commits. Whether it was opened by the identity provider, whose own session lives on."""
    gone = delete(access_token).where(access_token.c.hash == _digest(token))
    provider_session = session.scalar(gone.returning(access_token.c.provider_session))
    session.commit()
    return bool(provider_session)


def register(session: Session, given: Mapping[str, str], *, now: datetime) -> Actor | Rejected:
    """A local account of a citizen (12-digit identifier) or business (tax code). Commits."""
    problems = list(_registration_problems(given))
    if problems:
        return Rejected("answers_invalid", "Có chỗ cần sửa.", "Some fields need correction.", tuple(problems))
    kind = "citizen" if re.fullmatch(r"\d{12}", given["id_number"]) else "business"
    name = unicodedata.normalize("NFC", given["name"])
    username = given["username"].lower()
    try:
        create(session, username, given["password"], kind=kind, name=name, now=now, **_contact(given))
        session.commit()
    except IntegrityError:
        session.rollback()
        taken = Problem(
            "username", "taken", "Tên đăng nhập này đã có người dùng.", "This user name is taken."
        )
        return Rejected("answers_invalid", taken.vi, taken.en, (taken,))
    return Actor(username, KINDS[kind], name)


def create(
    session: Session,
    username: str,
    password: str | None,
    *,
    kind: str,
    name: str,
    now: datetime,
    **contact: str,
) -> None:
    """Insert an account; the caller commits. `password` None: it cannot be signed in to by password."""
    session.execute(
        insert(account).values(
            username=username,
            password_hash="" if password is None else hash_password(password),
            kind=kind,
            name=name,
            created_at=now,
            sort_key=sort_key(name),
            **contact,
        )
    )


def demo_list(session: Session) -> list[dict[str, object]]:
    """Accounts with their roles in words, for the demo's sign-in page and `demo accounts`."""
    rows = session.execute(
        select(
            account.c.username,
            account.c.name,
            account.c.kind,
            role.c.name.label("role"),
            agency.c.name.label("at"),
        )
        .select_from(account)
        .outerjoin(post, post.c.account == account.c.username)
        .outerjoin(role, role.c.code == post.c.role)
        .outerjoin(agency, agency.c.code == post.c.agency)
        .order_by(account.c.kind, post.c.agency, account.c.username)
    )
    people: dict[str, dict[str, object]] = {}
    for row in rows:
        person = people.setdefault(
            row.username, {"username": row.username, "name": row.name, "kind": row.kind, "roles": []}
        )
        if row.role:
            person["roles"].append(f"{row.role}, {row.at}")  # type: ignore[attr-defined]
    return list(people.values())


def _registration_problems(given: Mapping[str, str]) -> list[Problem]:
    found = [
        Problem(key, "too_long", "Nội dung quá dài hoặc có ký tự lạ.", "Too long, or not plain text.")
        for key, value in given.items()
        if len(value) > LONGEST or (key != "password" and any(ord(char) < 32 for char in value))
    ]
    if len(given.get("name", "")) < 2:
        found.append(Problem("name", "required", "Cần họ và tên.", "A name is needed."))
    if not re.fullmatch(r"\d{12}|\d{10}(-\d{3})?", given.get("id_number", "")):
        found.append(
            Problem(
                "id_number",
                "pattern",
                "Số định danh gồm 12 chữ số; mã số thuế gồm 10 chữ số (hoặc thêm -001).",
                "A personal identifier has 12 digits; a tax code 10 (or -001 after it).",
            )
        )
    if not re.fullmatch(r"\+?\d{9,14}", re.sub(r"[ .]", "", given.get("phone", ""))):
        found.append(Problem("phone", "pattern", "Số điện thoại không đúng.", "This is not a phone number."))
    if given.get("email") and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given["email"]):
        found.append(
            Problem("email", "pattern", "Địa chỉ thư điện tử không đúng.", "This is not an e-mail address.")
        )
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,63}", given.get("username", "")):
        found.append(
            Problem(
                "username",
                "pattern",
                "Tên đăng nhập có từ 3 ký tự, gồm chữ không dấu, số, dấu chấm, gạch.",
                "A user name has at least 3 characters: letters, digits, dots, dashes.",
            )
        )
    if len(given.get("password", "")) < PASSWORD_LENGTH:
        found.append(
            Problem(
                "password",
                "too_short",
                "Mật khẩu cần ít nhất 8 ký tự.",
                "A password needs at least 8 characters.",
            )
        )
    return found


def _contact(given: Mapping[str, str]) -> dict[str, str]:
    return {key: given.get(key, "") for key in ("id_number", "phone", "email", "address")}


@functools.cache
def _nobody() -> str:
    """Verified when the name is unknown, so that the answer takes as long and tells nothing."""
    return _hasher.hash(secrets.token_hex(8))


def _storable(said: str) -> str:
    """NFC, without what no database text and no hash can take (NUL, lone surrogates)."""
    plain = said.encode("utf-8", "ignore").decode().replace("\x00", "")
    return unicodedata.normalize("NFC", plain)


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, unicodedata.normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False


def _actor(session: Session, username: str, name: str, kind: str, on: date) -> Actor:
    rows = session.execute(
        text(
            f"select agency, role, unit, instead_of from {HELD} p where account = :account order by nth"  # noqa: S608
        ),
        {"account": username, "today": on},
    )
    return Actor(username, KINDS[kind], name, tuple(Post(*row) for row in rows))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
