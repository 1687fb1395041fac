"""Forgetting a person: what a closed dossier holds of its people is emptied, the log and its proof stay whole.

Events name digests, so erasing bodies changes no row of the log and no hash. Nghị định 13/2023/NĐ-CP art. 16 lets a
person ask for it; archive law decides when (dossiers are kept first), which is why an admin gives the order.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from casework import errors, petitions
from casework.permits import FORBIDDEN
from engine.actor import Actor
from engine.rejection import Rejected
from store.folding import dossier_key
from store.tables import (
    answers,
    attachment,
    attachment_body,
    certified_copy,
    collection,
    dossier,
    dossier_sight,
    look_log,
    notification,
    shipment,
)

STILL_OPEN = Rejected(
    "dossier_open",
    "Chỉ xóa được dữ liệu cá nhân của hồ sơ đã kết thúc.",
    "Expected a closed dossier, but it is still being handled.",
)


def erase(session: Session, actor: Actor, code: str, reason: str, *, now: datetime) -> Rejected | None:
    """Empty every body, file, notice and name of one closed dossier; commits. Leaves one row in the look log."""
    if actor.kind != "admin":
        return FORBIDDEN
    if not reason.strip():
        return errors.REASON_REQUIRED
    if code.startswith("PA-"):
        return _petition(session, actor, code, reason, now)
    row = session.execute(
        select(dossier.c.id, dossier.c.closed).where(dossier.c.code == code).with_for_update()
    ).first()
    if row is None or not row.closed:
        session.rollback()
        return errors.UNKNOWN_DOSSIER if row is None else STILL_OPEN
    _empty(session, row.id, code)
    session.execute(
        insert(look_log).values(
            at=now, account=actor.id, page=f"erase: {reason.strip()[:200]}", dossiers=[code]
        )
    )
    session.commit()
    return None


def _petition(session: Session, actor: Actor, code: str, reason: str, now: datetime) -> Rejected | None:
    """The same for a complaint or proposal that is finished."""
    if not petitions.erase(session, code):
        session.rollback()
        return petitions.UNKNOWN
    page = f"erase: {reason.strip()[:200]}"
    session.execute(insert(look_log).values(at=now, account=actor.id, page=page, dossiers=[code]))
    session.commit()
    return None


def _empty(session: Session, dossier_id: int, code: str) -> None:
    session.execute(update(answers).where(answers.c.dossier_id == dossier_id).values(body=None))
    nobody = {"applicant_name": "", "applicant_account": None}
    session.execute(update(dossier).where(dossier.c.id == dossier_id).values(**nobody))
    bare = dossier_key("", code)
    session.execute(
        update(dossier_sight).where(dossier_sight.c.dossier_id == dossier_id).values(search_key=bare)
    )
    session.execute(delete(collection).where(collection.c.dossier_id == dossier_id))
    session.execute(
        update(shipment).where(shipment.c.dossier_id == dossier_id).values(recipient=None, trail=[])
    )
    session.execute(update(certified_copy).where(certified_copy.c.dossier_id == dossier_id).values(title=""))
    session.execute(delete(notification).where(notification.c.dossier_id == dossier_id))
    session.execute(delete(attachment).where(attachment.c.dossier_id == dossier_id))
    named = exists().where(attachment.c.sha256 == attachment_body.c.sha256)
    session.execute(delete(attachment_body).where(~named))
