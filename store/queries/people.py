"""Names of agencies and people for pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from store.tables import account, agency, post, role

# Who may work in which queue on the local day :today: holders of posts, and who stands in for one of them.
HELD = """(
    select account, agency, role, unit, cast(null as text) as instead_of, id as nth from post
    where held_from <= :today and (held_to is null or held_to >= :today)
    union all
    select s.substitute, s.agency, s.role, p.unit, s.absent, 1000000000 + s.id from substitution s
    join post p on p.account = s.absent and p.agency = s.agency and p.role = s.role
        and p.held_from <= :today and (p.held_to is null or p.held_to >= :today)
    where s.from_on <= :today and s.to_on >= :today and s.ended_at is null
)"""


def agency_names(session: Session) -> dict[str, str]:
    """Code -> name of every agency (a province has some hundreds)."""
    return {row.code: row.name for row in session.execute(select(agency.c.code, agency.c.name))}


def agency_phone(session: Session, code: str) -> str:
    """Where to call an agency; "" if it has given no number."""
    return session.scalar(select(agency.c.phone).where(agency.c.code == code)) or ""


def account_names(session: Session, usernames: Collection[str]) -> dict[str, str]:
    """Account -> name of its holder."""
    if not usernames:
        return {}
    rows = session.execute(
        select(account.c.username, account.c.name).where(account.c.username.in_(usernames))
    )
    return {row.username: row.name for row in rows}


def agencies_with(session: Session, role: str, near: str) -> list[dict[str, str]]:
    """Agencies where somebody holds the role, the neighbours (same parent) of `near` first."""
    rows = session.execute(
        text("""
        select a.code, a.name from agency a
        where a.active and exists (select 1 from post p where p.agency = a.code and p.role = :role)
        order by (a.parent is not distinct from (select parent from agency where code = :near)) desc, a.sort_key
        """),
        {"role": role, "near": near},
    ).mappings()
    return [dict(row) for row in rows]


def role_names(session: Session) -> dict[str, str]:
    """Code -> Vietnamese name of every role."""
    return {row.code: row.name for row in session.execute(select(role.c.code, role.c.name))}


def title(session: Session, username: str, at: str, on: date) -> str:
    """The title of somebody's post on a day: that at the agency `at` if there is one, else the first that has a title."""
    held = session.scalar(
        select(post.c.title)
        .where(post.c.account == username, post.c.title != "", post.c.held_from <= on)
        .where(or_(post.c.held_to.is_(None), post.c.held_to >= on))
        .order_by(post.c.agency != at, post.c.id)
        .limit(1)
    )
    return held or ""


def label(session: Session, item: object) -> str:
    """Words for a multi-instance item: an agency code becomes its name; of a record, its first text that is a name."""
    names = agency_names(session) if item is not None else {}
    values = item.values() if isinstance(item, dict) else [item]
    texts = [names.get(value, value) for value in values if isinstance(value, str) and value]
    known = [names[value] for value in values if isinstance(value, str) and value in names]
    return (known or texts or [""])[0]


def contact(session: Session, username: str) -> dict[str, str]:
    """What an account says about its holder: name, id_number, phone, email, address ("" where unknown)."""
    names = ("name", "id_number", "phone", "email", "address")
    row = session.execute(
        select(*(account.c[name] for name in names)).where(account.c.username == username)
    ).one()
    return {name: value or "" for name, value in zip(names, row, strict=True)}
