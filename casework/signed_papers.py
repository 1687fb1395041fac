"""Papers that must be signed files: a component with `signed = true` (docs/dialect.md).

The law asks for it where a file takes the paper's place (Luật Giao dịch điện tử 2023, Điều 10 and 23: a document whose wholeness
and maker can be known). Paper that was counted at a counter carries its own signature; its scan needs none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.definition import Component, Definition
from engine.events import ComponentReceived, Event
from engine.rejection import Problem, Rejected
from store.tables import attachment

CODE = "signature_required"
GOOD = ("valid", "valid_unchecked")
APPLYING = ("applicant", "holder")
"""Kinds of actors who hand in files, not paper."""
WORDS: Mapping[str, tuple[str, str]] = {
    "unsigned": (
        "tệp chưa có chữ ký số; hãy ký số tệp PDF rồi tải lên lại",
        "the file carries no digital signature; sign the PDF and upload it again",
    ),
    "changed": (
        "tệp đã bị sửa sau khi ký số; hãy ký số lại rồi tải lên",
        "the file was changed after it was signed; sign it again and upload it",
    ),
    "expired": (
        "chứng thư số đã hết hạn khi ký; hãy ký bằng chứng thư còn hạn rồi tải lên lại",
        "the certificate had expired when it signed; sign with a valid one and upload the file again",
    ),
    "revoked": (
        "chứng thư số đã bị thu hồi; hãy ký bằng chứng thư khác rồi tải lên lại",
        "the certificate was revoked; sign with another one and upload the file again",
    ),
    "unknown": (
        "chứng thư số không do tổ chức được công nhận cấp; hãy ký bằng chứng thư được công nhận rồi tải lên lại",
        "the certificate is of no recognised authority; sign with a recognised one and upload the file again",
    ),
    "broken": (
        "chữ ký số của tệp bị hỏng; hãy ký số lại rồi tải lên",
        "the file's digital signature is broken; sign it again and upload it",
    ),
    "unreadable": (
        "chưa kiểm tra được chữ ký số của tệp; hãy tải lên lại sau ít phút",
        "the file's digital signature could not be checked; upload it again in a few minutes",
    ),
}


def fault(judged: Mapping[str, Any] | None) -> Rejected | None:
    """What is wrong with a file as a signed one (`judged` of casework.documents.uploaded); None if nothing is."""
    if judged is None:
        return Rejected(CODE, *WORDS["unsigned"])
    if judged["verdict"] in GOOD:
        return None
    standings = [
        one["standing"] for one in judged["signatures"] if one["standing"] not in ("valid", "unchecked")
    ]
    return Rejected(CODE, *WORDS[standings[0] if standings else "unreadable"])


def unsigned(session: Session, definition: Definition, by: Actor, events: Iterable[Event]) -> Rejected | None:
    """Refuses papers that were to be signed files and are not: every component with its file, at once."""
    asked = {part.code: part for part in definition.components if part.signed}
    if not asked:
        return None
    problems: list[Problem] = []
    for event in events:
        if isinstance(event, ComponentReceived) and event.code in asked and _as_file(event, by):
            problems += _problems(session, asked[event.code], event)
    if not problems:
        return None
    return Rejected(
        CODE,
        "Có giấy tờ phải nộp bằng tệp đã ký số: " + " ".join(one.vi for one in problems),
        "Some papers must be digitally signed files: " + " ".join(one.en for one in problems),
        tuple(problems),
    )


def _as_file(event: ComponentReceived, by: Actor) -> bool:
    """The file itself is the paper: an applicant's always (also of who answers by the receipt), an officer's where no paper
    was counted and nothing is reused."""
    on_paper = event.originals or event.certified or event.copies
    return bool(event.attachments) and (by.kind in APPLYING or not (on_paper or event.digitised >= 2))


def _problems(session: Session, part: Component, event: ComponentReceived) -> list[Problem]:
    rows = session.execute(
        select(attachment.c.name, attachment.c.signatures)
        .where(attachment.c.id.in_([uuid.UUID(one) for one in event.attachments]))
        .where(attachment.c.signed_by.is_(None))  # our own officer signed that scan
        .order_by(attachment.c.uploaded_at, attachment.c.name)
    )
    wrong = [(row.name[-80:], found) for row in rows if (found := fault(row.signatures))]
    return [
        Problem(
            part.code,
            CODE,
            f"{part.name}: tệp “{name}”: {no.vi}.",
            f"{part.name}: the file “{name}”: {no.en}.",
        )
        for name, no in wrong
    ]
