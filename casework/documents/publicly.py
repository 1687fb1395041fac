"""What anybody may learn of an issued document: is it valid, expired, revoked or replaced; is this file still what was signed.

By its check code (60 random bits, printed on it) or by the file itself. Names of applicants are never told.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from casework import accounts, looks
from casework.documents.checking import MAX_BYTES, Anchors, Checked, asked, check
from engine.local import local_day
from engine.rejection import Rejected
from store.queries import documents

Standing = Literal["valid", "expired", "revoked", "replaced", "not_issued"]

UNKNOWN = Rejected(
    "unknown_document",
    "Không có văn bản nào mang mã này. Hãy xem lại mã in cạnh mã QR ở chân trang đầu.",
    "There is no document with this code. It stands beside the QR code at the foot of the first page.",
)
NOT_REGISTERED = Rejected(
    "unknown_document",
    "Mã của văn bản thay thế không có trong sổ kết quả.",
    "No document of the register has the check code of the one that replaces it.",
)
TOO_MANY = Rejected(
    "rate_limited",
    "Kiểm tra quá nhiều lần. Vui lòng thử lại sau.",
    "Too many checks. Please try again later.",
)
NO_FILE = Rejected("attachment_type", "Hãy chọn tệp PDF cần kiểm tra.", "Choose the PDF to check.")
TOO_LARGE = Rejected("too_large", "Tệp lớn hơn 20 MB.", "The file is larger than 20 MB.")
GUESSES = accounts.Limits(together=30, of_name=100_000, of_address=100, window=timedelta(hours=1))


@dataclass(frozen=True)
class Found:
    """A document of the register and how it stands today."""

    standing: Standing
    document: Mapping[str, Any]


def by_code(session: Session, code: str, *, now: datetime, address: str = "") -> Found | Rejected:
    """The document with this code, however it was typed; wrong guesses are counted by address. Commits."""
    if accounts.too_many_failures(session, "document", address, GUESSES, now=now):
        return TOO_MANY
    row = documents.by_check_code(session, written(code))
    if row is None:
        accounts.note_failure(session, "document", address, now=now)
        return UNKNOWN
    looks.record(session, None, "document/check", [row["dossier"]], now=now)
    return Found(standing(row, now), row)


def written(typed: str) -> str:
    """A check code as it is printed, however it was typed."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper())[:12]
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def replacement(session: Session, typed: str) -> str | Rejected:
    """The check code of the document that takes another's place, however it was typed; "" if there is none."""
    code = written(typed)
    return NOT_REGISTERED if code and documents.by_check_code(session, code) is None else code


def kept(session: Session, found: Found, anchors: Anchors, *, patience: float) -> Checked | None:
    """What the signatures of the file that the house keeps of a document are worth (`checking.asked`); None: signed on
    paper, or erased."""
    pdf = documents.signed_file(session, found.document["check_code"])
    return None if pdf is None else asked(pdf, anchors, patience=patience)


def by_file(
    session: Session, pdf: bytes, anchors: Anchors, *, now: datetime, address: str = ""
) -> tuple[Checked, Found | None] | Rejected:
    """What a file's signatures are worth, and the document of the register that it is, byte for byte. Commits.

    Each check counts as a try: it costs a process. They are counted apart from wrong passwords of the same address.
    """
    address = f"file {address}" if address else ""
    if accounts.too_many_failures(session, "document-file", address, GUESSES, now=now):
        return TOO_MANY
    if not pdf:
        return NO_FILE
    if len(pdf) > MAX_BYTES:
        return TOO_LARGE
    accounts.note_failure(session, "document-file", address, now=now)
    checked = check(pdf, anchors)
    code = documents.by_file(session, hashlib.sha256(pdf).hexdigest())
    row = documents.by_check_code(session, code) if code else None
    if row is not None:
        looks.record(session, None, "document/check", [row["dossier"]], now=now)
    return checked, Found(standing(row, now), row) if row else None


def standing(row: Mapping[str, Any], now: datetime) -> Standing:
    """How a result stands on the day of `now`."""
    if row["stage"] in (None, "drafted"):
        return "not_issued"
    if row["revoked_at"] is not None:
        return "replaced" if row["replaced_by"] else "revoked"
    if row["valid_to"] is not None and local_day(now) > row["valid_to"]:
        return "expired"
    return "valid"
