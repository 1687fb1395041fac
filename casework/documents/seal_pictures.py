"""The picture of an agency's seal, kept by an admin; and which officers of an agency have put in their signature.

NĐ 30/2020/NĐ-CP, phụ lục I, mục II.8: the seal red, in its true size, PNG on a transparent ground. An officer's signature is
the officer's own to put in (signature_pictures); an admin sees that there is one, and takes it away from who has left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from casework.documents import signature_pictures
from casework.documents.signature_pictures import MAX_BYTES, MAX_SIDE, TooLarge
from casework.papers import PaperFailed, render_mark, render_sample
from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.rejection import Rejected
from store.tables import agency, agency_seal, look_log, signature_picture

RED = (208, 2, 27)
KEPT = (850, 850)  # 36 mm at 600 dots an inch
MIN_SIDE = 300
ROUND = 1.15  # of the longer to the shorter side

OFFICERS = text("""
    select a.username, a.name, a.active, string_agg(distinct nullif(p.title, ''), ', ') as titles, s.set_at
    from post p join account a on a.username = p.account left join signature_picture s on s.account = a.username
    where p.agency = :agency group by a.username, a.name, a.active, s.set_at
    order by s.set_at is null, a.name
""")

NOT_PNG = Rejected(
    "picture_type",
    "Ảnh con dấu phải là tệp PNG còn đọc được.",
    "Expected a seal as a PNG file that can be read.",
)
TOO_LARGE = Rejected(
    "picture_size",
    f"Ảnh con dấu tối đa 1 MB và {MAX_SIDE} điểm ảnh mỗi chiều.",
    f"Expected at most 1 MB and {MAX_SIDE} pixels a side.",
)
NO_SEAL = Rejected(
    "picture_empty",
    f"Không thấy hình dấu tròn, hoặc hình nhỏ hơn {MIN_SIDE} × {MIN_SIDE} điểm ảnh. "
    "Hãy đóng dấu rõ trên giấy trắng, quét 600 điểm/inch và cắt sát con dấu.",
    f"Expected a round seal of at least {MIN_SIDE} × {MIN_SIDE} pixels on white or transparent ground.",
)


def of(session: Session, agency_code: str) -> bytes | None:
    """The picture of this agency's seal (PNG)."""
    found = session.scalar(select(agency_seal.c.png).where(agency_seal.c.agency == agency_code))
    return bytes(found) if found is not None else None


def set_at(session: Session, agency_code: str) -> datetime | None:
    """When this agency's seal was put in; None without one."""
    found: datetime | None = session.scalar(
        select(agency_seal.c.set_at).where(agency_seal.c.agency == agency_code)
    )
    return found


def drawn(session: Session, agency_code: str, name: str, size: float, note: str) -> bytes:
    """How the seal looks on a document (a PDF of that size): its picture, else one drawn with the agency's name."""
    picture = of(session, agency_code)
    more = {"picture": list(picture)} if picture is not None else {}
    return render_mark("seal", size, size, name=name, note=note, **more)


def keep(
    session: Session, actor: Actor, agency_code: str, uploaded: bytes, *, now: datetime
) -> Rejected | None:
    """An agency's seal, in place of an earlier one; commits. Documents sealed before keep theirs."""
    if actor.kind != "admin":
        return FORBIDDEN
    made = red(uploaded)
    if isinstance(made, Rejected):
        return made
    row = {"agency": agency_code, "png": made, "set_by": actor.id, "set_at": now}
    session.execute(
        upsert(agency_seal).values(**row).on_conflict_do_update(index_elements=["agency"], set_=row)
    )
    _note(session, actor, f"seal set: {agency_code}", now)
    session.commit()
    return None


def remove(session: Session, actor: Actor, agency_code: str, *, now: datetime) -> Rejected | None:
    """Forget an agency's seal; commits."""
    if actor.kind != "admin":
        return FORBIDDEN
    session.execute(delete(agency_seal).where(agency_seal.c.agency == agency_code))
    _note(session, actor, f"seal removed: {agency_code}", now)
    session.commit()
    return None


def remove_signature(session: Session, actor: Actor, username: str, *, now: datetime) -> Rejected | None:
    """Forget an officer's signature, as when somebody has left; commits."""
    if actor.kind != "admin":
        return FORBIDDEN
    session.execute(delete(signature_picture).where(signature_picture.c.account == username))
    _note(session, actor, f"signature removed: {username}", now)
    session.commit()
    return None


def red(uploaded: bytes) -> bytes | Rejected:
    """A seal's ink, red on nothing, cut to its edges."""
    if len(uploaded) > MAX_BYTES:
        return TOO_LARGE
    try:
        found = signature_pictures.strokes(uploaded)
    except TooLarge:
        return TOO_LARGE
    except ValueError:
        return NOT_PNG
    if found is None or min(found.size) < MIN_SIDE or max(found.size) > ROUND * min(found.size):
        return NO_SEAL
    return signature_pictures.coloured(found, RED, KEPT)


def agencies(session: Session) -> Sequence[Mapping[str, Any]]:
    """Agencies at work with {code, name, set_at}: when their seal was put in, null without one."""
    rows = session.execute(
        select(agency.c.code, agency.c.name, agency_seal.c.set_at)
        .outerjoin(agency_seal, agency_seal.c.agency == agency.c.code)
        .where(agency.c.active)
        .order_by(agency.c.sort_key)
    ).mappings()
    return [dict(row) for row in rows]


def officers(session: Session, agency_code: str) -> Sequence[Mapping[str, Any]]:
    """Who holds or held a post at an agency: {username, name, active, titles, set_at}, `set_at` of their signature."""
    rows = session.execute(OFFICERS, {"agency": agency_code}).mappings()
    return [dict(row) for row in rows]


def sample(session: Session, agency_code: str, name: str, note: str) -> bytes | Rejected:
    """A page as it looks once it is sealed (PNG), with the signature of nobody."""
    picture = of(session, agency_code)
    data = {"agency": {"name": name}, "picture": list(picture) if picture else None, "note": note}
    try:
        return render_sample(data)
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa xem trước được: {failed.sentence}", failed.sentence)


def _note(session: Session, actor: Actor, page: str, now: datetime) -> None:
    session.execute(insert(look_log).values(at=now, account=actor.id, page=page, dossiers=[]))
