"""Acting for somebody else: for one's child, a company, or by a letter of authorisation with its scope and dates.

The represented person is the applicant, the representative acts (Civil Code 91/2015/QH13, articles 134 to 141): a child
until the eighteenth birthday (art. 21, 136), an organisation or another person by a paper that the officer checks at
reception (art. 137, 138, 140). Who may act on a dossier now is read from here by `store.visible.own` and the gate.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, update
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.declared import Person
from engine.local import local_day
from engine.rejection import Problem, Rejected
from store.tables import account, attachment, identity, mandate

FIELDS = ("capacity", "name", "id_number", "born_on", "phone", "address", "valid_from", "valid_to")
CAPACITIES = ("child", "company", "authorised")
OF_AGE = 18  # years (Civil Code, art. 20)
MOST = 50  # mandates in force of one representative
INVALID = Rejected(
    "mandate_invalid",
    "Bạn không đại diện cho người này, hoặc giấy tờ đại diện đã hết hạn hay không dùng cho thủ tục này.",
    "Expected a mandate of yours that is in force and covers this procedure.",
)


def declare(
    session: Session,
    actor: Actor,
    given: Mapping[str, str],
    *,
    procedures: Sequence[str] = (),
    paper: str = "",
    now: datetime,
) -> str | Rejected:
    """The actor acts for somebody from now on; commits. `paper`: the actor's own upload. The mandate's id."""
    today = local_day(now)
    dates: dict[str, date | None] = {}
    problems = list(_problems(given, dates, paper, today))
    file = _own_paper(session, actor, paper)
    if paper and file is None:
        problems.append(
            _problem("paper", "unknown_attachment", "Không có tệp này.", "There is no such file.")
        )
    if len(_in_force(session, actor, today)) >= MOST:
        problems.append(_problem("", "too_large", f"Tối đa {MOST} người được đại diện.", f"At most {MOST}."))
    if problems:
        return Rejected("answers_invalid", "Có chỗ cần sửa.", "Some fields need correction.", tuple(problems))
    born = dates["born_on"]
    grown_up = born and _birthday(born, OF_AGE)
    until = dates["valid_to"]
    if given["capacity"] == "child" and grown_up:
        until = min(grown_up, until or grown_up)
    new = uuid.uuid4()
    session.execute(
        insert(mandate).values(
            id=new,
            representative=actor.id,
            capacity=given["capacity"],
            name=given["name"].strip(),
            id_number=given.get("id_number", "").strip(),
            born_on=born,
            phone=given.get("phone", "").strip(),
            address=given.get("address", "").strip(),
            paper=file,
            procedures=list(procedures),
            valid_from=dates["valid_from"] or today,
            valid_to=until,
            created_at=now,
        )
    )
    session.commit()
    return str(new)


def usable(
    session: Session, actor: Actor, mandate_id: str, procedure: str, *, now: datetime
) -> tuple[Person, Person] | Rejected:
    """(represented, representative) if the actor may file this procedure by the mandate today."""
    row = one(session, actor, mandate_id)
    today = local_day(now)
    if row is None or not in_force(row, today) or (row["procedures"] and procedure not in row["procedures"]):
        return INVALID
    mine = session.execute(select(account).where(account.c.username == actor.id)).one()
    represented = Person(
        name=row["name"],
        kind="business" if row["capacity"] == "company" else "citizen",
        id_number=row["id_number"],
        phone=row["phone"],
        address=row["address"],
        account=_proved_account(session, row["id_number"]),
    )
    representative = Person(
        name=mine.name,
        kind="business" if mine.kind == "business" else "citizen",
        id_number=mine.id_number,
        phone=mine.phone,
        email=mine.email,
        address=mine.address,
        account=actor.id,
        capacity=row["capacity"],
        paper=str(row["paper"] or ""),
    )
    return represented, representative


def renewed(session: Session, actor: Actor, mandate_id: str, procedure: str, *, now: datetime) -> str:
    """The mandate that stands in today for one that a draft was begun with: itself, or the newest for the same person
    where its own is over."""
    row = one(session, actor, mandate_id)
    if row is None or not isinstance(usable(session, actor, mandate_id, procedure, now=now), Rejected):
        return mandate_id
    same = ("capacity", "name", "id_number", "born_on")
    rows = offered(session, actor, procedure, now=now)
    return next((str(new["id"]) for new in rows if all(new[key] == row[key] for key in same)), mandate_id)


def mine(session: Session, actor: Actor) -> list[RowMapping]:
    """Whom the actor acts for, or did, newest first."""
    rows = select(mandate).where(mandate.c.representative == actor.id).order_by(mandate.c.created_at.desc())
    return list(session.execute(rows.limit(200)).mappings())


def of_me(session: Session, actor: Actor) -> list[RowMapping]:
    """Who acts for the actor: mandates that name the number which the identity provider vouches for."""
    number = _proved_number(session, actor)
    if not number:
        return []
    rows = (
        select(mandate, account.c.name.label("representative_name"))
        .join(account, account.c.username == mandate.c.representative)
        .where(mandate.c.id_number == number, mandate.c.representative != actor.id)
        .order_by(mandate.c.created_at.desc())
        .limit(200)
    )
    return list(session.execute(rows).mappings())


def offered(session: Session, actor: Actor, procedure: str, *, now: datetime) -> list[RowMapping]:
    """Those in force today that cover the procedure."""
    today = local_day(now)
    return [
        row
        for row in _in_force(session, actor, today)
        if not row["procedures"] or procedure in row["procedures"]
    ]


def one(session: Session, actor: Actor, mandate_id: str) -> RowMapping | None:
    """The actor's own mandate."""
    try:
        wanted = uuid.UUID(mandate_id)
    except ValueError:
        return None
    found = select(mandate).where(mandate.c.id == wanted, mandate.c.representative == actor.id)
    return session.execute(found).mappings().first()


def revoke(session: Session, actor: Actor, mandate_id: uuid.UUID, *, now: datetime) -> Rejected | None:
    """Either side ends it: from now on the representative neither sees nor does anything by it; commits."""
    number = _proved_number(session, actor)
    theirs = mandate.c.representative == actor.id
    if number:
        theirs = or_(theirs, mandate.c.id_number == number)
    done = session.execute(
        update(mandate)
        .where(mandate.c.id == mandate_id, theirs, mandate.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=actor.id)
    )
    session.commit()
    return None if done.rowcount else INVALID  # type: ignore[attr-defined]


def in_force(row: Mapping[str, Any] | RowMapping, today: date) -> bool:
    """Not revoked, and today within its dates (the same as `store.visible.in_force`, for a row at hand)."""
    begins, ends = row["valid_from"], row["valid_to"]
    assert isinstance(begins, date)
    return row["revoked_at"] is None and begins <= today and (not isinstance(ends, date) or today <= ends)


def _in_force(session: Session, actor: Actor, today: date) -> list[RowMapping]:
    return [row for row in mine(session, actor) if in_force(row, today)]


def _problems(given: Mapping[str, str], dates: dict[str, date | None], paper: str, today: date):  # type: ignore[no-untyped-def]
    capacity, number = given.get("capacity", ""), given.get("id_number", "").strip()
    if capacity not in CAPACITIES:
        yield _problem("capacity", "required", "Chọn bạn đại diện cho ai.", "Choose for whom you act.")
    if not 2 <= len(given.get("name", "").strip()) <= 200:
        yield _problem("name", "required", "Điền họ tên hoặc tên tổ chức.", "Give the name.")
    for key in ("phone", "address"):
        if len(given.get(key, "")) > 300:
            yield _problem(key, "too_long", "Nội dung quá dài.", "Too long.")
    for key in ("born_on", "valid_from", "valid_to"):
        try:
            dates[key] = date.fromisoformat(given[key]) if given.get(key) else None
        except ValueError:
            dates[key] = None
            yield _problem(key, "not_a_date", "Ngày không đúng.", "This is not a date.")
    born, begins, ends = dates["born_on"], dates["valid_from"], dates["valid_to"]
    if capacity == "child":
        if born is None:
            yield _problem(
                "born_on", "required", "Điền ngày sinh của con.", "Give the child's date of birth."
            )
        elif born > today or _birthday(born, OF_AGE) <= today:
            yield _problem(
                "born_on",
                "not_a_child",
                "Chỉ đại diện cho người chưa đủ 18 tuổi; người đã đủ 18 tuổi cần giấy ủy quyền.",
                "Only a child under 18; somebody of age needs a letter of authorisation.",
            )
    pattern = "[0-9]{10}(-[0-9]{3})?" if capacity == "company" else "[0-9]{12}"
    if (number or capacity != "child") and not re.fullmatch(pattern, number):
        words = ("Mã số thuế gồm 10 chữ số.", "A tax code has 10 digits.")
        words = (
            words
            if capacity == "company"
            else ("Số định danh gồm 12 chữ số.", "An identifier has 12 digits.")
        )
        yield _problem("id_number", "pattern", *words)
    if capacity in ("company", "authorised") and not paper:
        yield _problem(
            "paper",
            "component_missing",
            "Đính kèm giấy ủy quyền, giấy giới thiệu.",
            "Attach the letter of authorisation.",
        )
    if capacity == "authorised" and ends is None:
        yield _problem(
            "valid_to", "required", "Giấy ủy quyền có giá trị đến ngày nào?", "Until when is it valid?"
        )
    if ends is not None and (ends < today or (begins is not None and ends < begins)):
        yield _problem("valid_to", "min", "Giấy tờ đại diện đã hết hạn.", "The mandate is over.")


def _problem(where: str, code: str, vi: str, en: str) -> Problem:
    return Problem(where, code, vi, en)


def _birthday(born: date, years: int) -> date:
    """The day on which somebody is so old; who was born on 29 February, on 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def _own_paper(session: Session, actor: Actor, paper: str) -> uuid.UUID | None:
    try:
        wanted = uuid.UUID(paper)
    except ValueError:
        return None
    return session.scalar(
        select(attachment.c.id).where(attachment.c.id == wanted, attachment.c.owner == actor.id)
    )


def _proved_number(session: Session, actor: Actor) -> str:
    """The actor's number, if the identity provider vouches for it: a local account's is only said."""
    found = select(account.c.id_number).join(identity, identity.c.account == account.c.username)
    return str(session.scalar(found.where(account.c.username == actor.id).limit(1)) or "")


def _proved_account(session: Session, number: str) -> str | None:
    """The account of the represented person, where the number is proved: they see what is filed for them."""
    if not number:
        return None
    found = select(account.c.username).join(identity, identity.c.account == account.c.username)
    return session.scalar(found.where(account.c.id_number == number, account.c.active).limit(1))
