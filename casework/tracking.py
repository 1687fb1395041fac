"""Public tracking: the course of a dossier for whoever holds its code and its secret, without signing in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework import accounts, looks
from engine.rejection import Rejected
from store.queries import dossiers

NOT_FOUND = Rejected(
    "unknown_dossier",
    "Không tìm thấy hồ sơ với mã hồ sơ và mã tra cứu này. Hai mã được in trên giấy tiếp nhận.",
    "No dossier has this code and secret. Both stand on the receipt.",
)
TOO_MANY = Rejected(
    "rate_limited",
    "Nhập sai quá nhiều lần. Vui lòng thử lại vào ngày mai, hoặc đăng nhập để xem hồ sơ của mình.",
    "Too many wrong attempts. Please try again tomorrow, or sign in to see your own dossier.",
)

# Four digits protect nothing by themselves: these limits do. At twenty a day a guesser finds one in five hundred of the
# secrets aimed at, from however many addresses; who tries one secret on many codes soon uses the address up.
GUESSES = accounts.Limits(together=10, of_name=20, of_address=200, window=timedelta(days=1))


def track(
    session: Session, code: str, secret: str, *, now: datetime, address: str = ""
) -> dict[str, object] | Rejected:
    """The dossier's course without names. The secret is short: guessing is counted by dossier and by address.

    The look is logged; commits.
    """
    code = code.replace("\x00", "")
    guessed = f"track:{code}"[:100]
    if accounts.too_many_failures(session, guessed, address, GUESSES, now=now):
        return TOO_MANY
    found = dossiers.track(session, code, secret, now=now)
    if isinstance(found, Rejected):
        accounts.note_failure(session, guessed, address, now=now)
        return NOT_FOUND
    looks.record(session, None, "tracking", [code], now=now)
    return found
