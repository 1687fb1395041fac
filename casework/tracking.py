"""Public tracking: the course of a dossier for whoever holds its code and its secret, without signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework import accounts
from engine.rejection import Rejected
from store.queries import dossiers

NOT_FOUND = Rejected(
    "unknown_dossier",
    "Không tìm thấy hồ sơ với mã hồ sơ và mã tra cứu này. Hai mã được in trên giấy tiếp nhận.",
    "No dossier has this code and secret. Both stand on the receipt.",
)
TOO_MANY = Rejected(
    "rate_limited",
    "Nhập sai quá nhiều lần. Vui lòng chờ 10 phút rồi thử lại.",
    "Too many wrong attempts. Please wait 10 minutes and try again.",
)


def track(
    session: Session, code: str, secret: str, *, now: datetime, address: str = ""
) -> dict[str, object] | Rejected:
    """The dossier's course without names. The secret is short: guessing is counted by dossier and by address."""
    guessed = f"track:{code}"[:100]
    if accounts.too_many_failures(session, guessed, address, now=now):
        return TOO_MANY
    found = dossiers.track(session, code, secret, now=now)
    if isinstance(found, Rejected):
        accounts.note_failure(session, guessed, address, now=now)
        return NOT_FOUND
    return found
