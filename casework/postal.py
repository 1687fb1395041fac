"""The public postal service (bưu chính công ích, Quyết định 45/2016/QĐ-TTg): wanted, ordered with a waybill, tracked.

Who wants it says where to; an officer orders it; the post reports (docs/wire/postal.md). Recipients are personal data and
stand in `shipment` only: outbox rows name the shipment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from casework import reference
from engine.actor import Actor
from engine.rejection import Problem, Rejected
from engine.rules import fees
from national.ports import Parcel, ParcelNews, Postal
from store import load, outbox
from store.queries import dossiers
from store.tables import shipment

Direction = Literal["pick_up", "deliver"]

RECIPIENT = ("name", "phone", "address")
ON_THE_WAY = ("ordered", "accepted", "in_transit", "failed")
"""What the post has, or will fetch: also what found nobody, which it brings once more or returns."""

OPEN = ("wanted", *ON_THE_WAY)
REPORTED = ("accepted", "in_transit", "delivered", "failed", "returned")
"""What the post may report, in the order of a parcel's way; what happened last counts, whenever it is heard."""

NO_SHIPMENT = Rejected(
    "unknown_shipment", "Không có bưu gửi này ở quầy của bạn.", "There is no such shipment at your counter."
)
NOT_WANTED = Rejected(
    "shipment_ordered",
    "Bưu gửi này đã gửi bưu cục hoặc đã kết thúc.",
    "Expected a shipment that waits to be ordered.",
)
NOT_BACK = Rejected(
    "shipment_not_back",
    "Chỉ ghi nhận lại bưu gửi mà bưu điện báo giao không được.",
    "Expected a shipment that the post could not deliver.",
)
NOT_BY_POST = Rejected(
    "return_not_offered",
    "Thủ tục này không trả kết quả qua bưu chính.",
    "Expected a procedure whose result the post may bring.",
)
ENDED_ALREADY = Rejected(
    "dossier_closed",
    "Hồ sơ đã kết thúc, không gửi qua bưu chính được nữa.",
    "Expected a dossier in progress, but it has ended.",
)


def check(given: Mapping[str, str]) -> list[Problem]:
    """What is missing or wrong with an address to send to (fields `post.name`, `post.phone`, `post.address`)."""
    found = []
    if not given.get("name"):
        found.append(Problem("post.name", "required", "Chưa ghi người nhận.", "The recipient is missing."))
    if not re.fullmatch(r"\+?\d{9,14}", re.sub(r"[ .]", "", given.get("phone", ""))):
        vi = "Bưu tá cần số điện thoại đúng của người nhận."
        found.append(Problem("post.phone", "pattern", vi, "The postman needs a valid phone number."))
    if len(given.get("address", "")) < 10:
        vi = "Ghi đủ địa chỉ: số nhà, đường hoặc thôn, xã, huyện, tỉnh."
        found.append(Problem("post.address", "required", vi, "The full address is needed."))
    return found


def want(
    session: Session, dossier_code: str, direction: Direction, recipient: Mapping[str, str], *, now: datetime
) -> int:
    """Somebody wants papers fetched or the result brought. One open shipment a direction: wanted again, its address is
    changed while it has not been ordered. Answers its id; the caller commits."""
    dossier_id = dossiers.ids(session, dossier_code)
    told = {name: recipient.get(name, "") for name in RECIPIENT}
    there = session.execute(
        select(shipment.c.id, shipment.c.state)
        .where(shipment.c.dossier_id == dossier_id, shipment.c.direction == direction)
        .order_by(shipment.c.id.desc())
        .limit(1)
        .with_for_update()
    ).first()
    if there is None or there.state not in OPEN:  # one that was cancelled meanwhile, too
        row = {"dossier_id": dossier_id, "direction": direction, "state": "wanted", "recipient": told}
        new = insert(shipment).values(**row, wanted_at=now, updated_at=now).returning(shipment.c.id)
        shipment_id = int(session.execute(new).scalar_one())
    else:
        shipment_id = int(there.id)
        if there.state == "wanted":
            session.execute(
                update(shipment).where(shipment.c.id == shipment_id).values(recipient=told, updated_at=now)
            )
    return shipment_id


def ask(
    session: Session,
    code: str,
    direction: Direction,
    recipient: Mapping[str, str],
    ways: Collection[str],
    *,
    now: datetime,
) -> Rejected | None:
    """A parcel asked for after filing: for the first time, with another address, or again after one came back; commits.

    `ways`: how the procedure's result may go back. Nothing changes about a parcel that the post has been told of.
    """
    if problems := tuple(check(recipient)):
        return Rejected(
            "answers_invalid", "Địa chỉ gửi chưa đủ.", "The address is not complete.", problems=problems
        )
    if direction == "deliver" and "post" not in ways:
        return NOT_BY_POST
    loaded = load.locked(session, code)  # two who ask at once are one parcel
    refused = None
    if loaded is None or loaded.state.closed:
        refused = ENDED_ALREADY
    else:
        wanted = want(session, code, direction, recipient, now=now)
        if any(one["id"] == wanted and one["state"] in ON_THE_WAY for one in of_dossier(session, loaded.id)):
            refused = NOT_WANTED
    if refused:
        session.rollback()
        return refused
    session.commit()
    return None


def order(
    session: Session, actor: Actor, agencies: Collection[str], shipment_id: int, *, now: datetime
) -> Rejected | None:
    """Order the postman; commits. With a result he collects what is still owed: it goes to nobody who has not paid. The
    waybill comes with the post's answer."""
    row = _of_counter(session, agencies, shipment_id, "wanted", NOT_WANTED)
    if isinstance(row, Rejected):
        return row
    found = load.present(session, row.code) if row.direction == "deliver" else None
    owed = sum(fees.due(found[0]).values()) if found else 0
    _move(session, row, "ordered", now=now, ordered_by=actor.id, cod_vnd=owed)
    outbox.put(session, "postal.order", {"shipment": shipment_id}, now=now, dossier_id=row.dossier_id)
    session.commit()
    return None


def cancel(
    session: Session, agencies: Collection[str], shipment_id: int, *, now: datetime
) -> Rejected | None:
    """The person comes to the counter after all; commits. Only while nothing was ordered."""
    row = _of_counter(session, agencies, shipment_id, "wanted", NOT_WANTED)
    if isinstance(row, Rejected):
        return row
    _move(session, row, "cancelled", now=now)
    session.commit()
    return None


def got_back(
    session: Session, agencies: Collection[str], shipment_id: int, *, now: datetime
) -> Rejected | None:
    """The counter has a parcel again that found nobody, whatever the post says of it; commits. It may be sent once more."""
    row = _of_counter(session, agencies, shipment_id, "failed", NOT_BACK)
    if isinstance(row, Rejected):
        return row
    step = {"at": now.isoformat(), "state": "returned", "place": ""}
    _move(session, row, "returned", now=now, trail=[*row.trail, step])
    session.commit()
    return None


def place(session: Session, post: Postal, shipment_id: int, key: str, *, now: datetime) -> str:
    """Tell the post of an ordered shipment and note its waybill; the caller commits. Raises Unreachable."""
    row = session.execute(
        text("""
        select s.*, d.code, a.name as agency_name, a.address as agency_address, a.phone as agency_phone
        from shipment s join dossier d on d.id = s.dossier_id join agency a on a.code = coalesce(d.via, d.agency)
        where s.id = :id for update of s
        """),
        {"id": shipment_id},
    ).one()
    if row.state != "ordered" or row.recipient is None:
        return "skipped"
    person = {name: str(row.recipient.get(name, "")) for name in RECIPIENT}
    where = row.agency_address or row.agency_name
    office = {"name": row.agency_name, "phone": row.agency_phone, "address": where}
    fetched = row.direction == "pick_up"
    parcel = Parcel(key, row.code, person if fetched else office, office if fetched else person, row.cod_vnd)
    placed = post.order(parcel)
    session.execute(
        update(shipment)
        .where(shipment.c.id == shipment_id)
        .values(waybill=placed.waybill, postage_vnd=placed.postage_vnd, updated_at=now)
    )
    return placed.waybill


def refused(session: Session, shipment_id: int, sentence: str, *, now: datetime) -> None:
    """The post will not carry it: back to the counter, which reads why and mends the address. The caller commits."""
    row = _locked(session, "s.id = :id", id=shipment_id)
    assert row is not None
    step = {"at": now.isoformat(), "state": "refused", "place": sentence[:200]}
    _move(session, row, "wanted", now=now, trail=[step])
    _tell_counter(session, row, "post_refused", now)


def reported(session: Session, news: ParcelNews, *, now: datetime) -> bool:
    """The post says where a parcel is; commits. A repeat changes nothing; False for a waybill that is not ours."""
    row = _locked(session, "s.waybill = :waybill", waybill=news.waybill) if news.waybill else None
    if row is None:
        session.rollback()
        return False
    entry = {"at": news.at.isoformat(), "state": news.state, "place": news.place}
    if entry not in row.trail:
        trail = sorted([*row.trail, entry], key=_when)
        last = next(one["state"] for one in reversed(trail) if one["state"] in REPORTED)
        _move(session, row, last, now=now, trail=trail, newest=trail[-1] is entry)
    session.commit()
    return True


def _move(
    session: Session, row: Any, state: str, *, now: datetime, newest: bool = True, **values: object
) -> None:
    """A shipment (locked) is in this state from now on. That it failed is told at each try, that it is back only once: to
    the applicant, who waits for it, and to the counter; not of what was heard late (`newest`)."""
    session.execute(
        update(shipment).where(shipment.c.id == row.id).values(state=state, updated_at=now, **values)
    )
    if newest and (state == "failed" or (state == "returned" and row.state != state)):
        topic = f"{row.direction}_{state}"
        told = {"topic": topic, "to": "applicant"}
        outbox.put(session, "notice", told, now=now, dossier_id=row.dossier_id)
        _tell_counter(session, row, topic, now)


def _tell_counter(session: Session, row: Any, topic: str, now: datetime) -> None:
    """Whoever works at the dossier's counter; the notice leads to its list of parcels."""
    role = reference.load(session, now).facts.law.dispatcher_role
    told = {"topic": topic, "to": f"agency:{row.counter}:{role}", "place": "/quay/buu-chinh"}
    outbox.put(session, "notice", told, now=now, dossier_id=row.dossier_id)


def _when(step: Mapping[str, str]) -> tuple[datetime, int]:
    """News in the order in which it happened; of one moment, in the order of a parcel's way."""
    way = REPORTED.index(step["state"]) if step["state"] in REPORTED else -1
    return datetime.fromisoformat(step["at"]), way


def of_dossier(session: Session, dossier_id: int) -> list[dict[str, Any]]:
    """The shipments of one dossier, oldest first."""
    rows = session.execute(
        select(shipment).where(shipment.c.dossier_id == dossier_id).order_by(shipment.c.id)
    )
    return [dict(row) for row in rows.mappings()]


def at_counter(session: Session, agencies: Collection[str], *, limit: int = 200) -> list[dict[str, Any]]:
    """Shipments of these counters: what is to be ordered first, then what came back, what is on its way, what ended lately.

    A result is to be ordered once it is ready (`ready`): its return step (`task_id`) waits; fetched papers are looked at
    in the step that receives them. `came_back`: to be sent again, which nobody has asked for yet; what found nobody is not back.
    """
    rows = session.execute(
        text("""
        select s.*, d.code, d.procedure_code, p.name as procedure, d.status, t.id as task_id,
               (s.direction = 'pick_up' or t.id is not null) as ready,
               s.state = 'returned' and back.open as came_back
        from shipment s join dossier d on d.id = s.dossier_id join procedure p on p.code = d.procedure_code
        left join task t on t.dossier_id = d.id and t.state < 2
          and t.kind = case s.direction when 'deliver' then 'return_result' else 'receive' end
        cross join lateral (select s.state in ('failed', 'returned') and not d.closed and not exists (
            select 1 from shipment n where n.dossier_id = s.dossier_id and n.direction = s.direction and n.id > s.id
            ) as open) back
        where (d.agency = any(:agencies) or d.via = any(:agencies))
          and (s.state in ('wanted', 'ordered', 'accepted', 'in_transit') or back.open or s.updated_at > :recent)
        order by array_position(array['wanted', 'failed', 'returned', 'ordered', 'accepted', 'in_transit'], s.state) nulls last, s.id
        limit :limit
        """),
        {"agencies": sorted(agencies), "limit": limit, "recent": _recent(session)},
    ).mappings()
    return [dict(row) for row in rows]


def _recent(session: Session) -> datetime:
    moment: datetime = session.execute(text("select now() - interval '14 days'")).scalar_one()
    return moment


def _of_counter(
    session: Session, agencies: Collection[str], shipment_id: int, was: str, otherwise: Rejected
) -> Any:
    """A shipment of these counters in the state `was`, locked; else rolled back, with `otherwise`."""
    row = _locked(session, "s.id = :id", id=shipment_id)
    here = row is not None and not {row.agency, row.counter}.isdisjoint(agencies)
    if here and row.state == was:
        return row
    session.rollback()
    return otherwise if here else NO_SHIPMENT


def _locked(session: Session, where: str, **values: object) -> Any:
    """One shipment with its dossier's code and agencies, locked; None if there is none."""
    return session.execute(
        text(f"""
        select s.id, s.state, s.direction, s.trail, s.dossier_id, d.code, d.agency, coalesce(d.via, d.agency) as counter
        from shipment s join dossier d on d.id = s.dossier_id where {where} for update of s
        """),  # noqa: S608 (a condition of this module)
        values,
    ).first()
