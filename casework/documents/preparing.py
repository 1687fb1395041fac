"""A task made ready to be signed: the document typeset with room for everybody, or the signed file with its number.

Runs in the worker: it loads pyHanko and typesets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from casework import definitions
from casework.documents import books, content, drafting, files, seal_pictures, signature_pictures
from casework.documents.checking import SEAL
from casework.papers import PaperFailed, render_mark
from engine import papers
from engine.actor import Actor
from engine.definition import Result
from engine.local import LOCAL, local_day
from engine.rejection import Rejected
from national.ports import Holder, Signing
from store.queries import colleagues, dossiers, inbox, people

SEAL_POINTS = 102.0  # 36 mm, the size of a commune's and a district's seal
SIGNER, NUMBER, DATE, COPY = "NguoiKy", "So", "Ngay", "BanSao"  # fields of the PDF; the seal's: checking.SEAL
FIELDS = {NUMBER: "number", DATE: "date", COPY: "copy"}  # filled in with the seal, in the room of that kind


@dataclass(frozen=True)
class Piece:
    """One document ready to be signed: a result, or a scan (`code` "")."""

    dossier_id: int
    code: str
    to_sign: Any  # casework.documents.pades.ToSign
    digest: str | None = None
    number: str = ""
    rooms: Sequence[Mapping[str, Any]] = ()


class NotSigned(Exception):
    """This item cannot be signed; the code is shown with it."""


def prepared(session: Session, outside: Signing, actor: Actor, task_id: int, now: datetime) -> list[Piece]:
    """The documents of a task, its numbers reserved for them. Raises NotSigned."""
    task = inbox.task(session, task_id)
    if task is None or task["done"] is not None or task["assignee"] != actor.id:
        raise NotSigned("task_done" if task is None or task["done"] else "task_taken")
    if colleagues.asking(session, task_id):
        raise NotSigned("opinion_open")
    row = dossiers.one(session, actor, task["dossier"], now=now)
    if isinstance(row, Rejected):
        raise NotSigned(row.code)
    definition = definitions.get(session, task["procedure"]["code"], task["procedure_version"])
    step = definition.steps[task["step"]["id"]]
    agency = people.agency_names(session).get(task["agency"], task["agency"])
    prepare = _signature if step.kind == "sign" else _stamp
    results = papers.known(drafting.of_step(session, row["id"], definition, step, now=now))
    if not results:
        raise NotSigned("unknown_document")
    if not papers.by_key(results):
        raise NotSigned("signed_on_paper")
    pieces = []
    try:
        for result in papers.by_key(results):
            known = next((one for one in row["results"] if one["code"] == result.code), None)
            pieces.append(prepare(_Work(session, outside, actor, task, agency, row, result, known, now)))
    except PaperFailed as failed:
        raise NotSigned(failed.code) from failed
    except LookupError:
        raise NotSigned("no_template") from None
    return pieces


@dataclass(frozen=True)
class _Work:
    """One result of a task; `known`: what stands on record of it."""

    session: Session
    outside: Signing
    actor: Actor
    task: Mapping[str, Any]
    agency_name: str
    row: Mapping[str, Any]
    result: Result
    known: Mapping[str, Any] | None
    now: datetime


def _signature(work: _Work) -> Piece:
    """The document typeset, with room for number, date and seal; the signer's signature between title and name."""
    from casework.documents.pades import ToSign

    session, row, result, actor, now = work.session, work.row, work.result, work.actor, work.now
    wanted = work.known["digest"] if work.known else None
    version = drafting.pinned(session, row["id"], result, wanted, now=now)
    title = content.title(session, row, actor.id, now)
    made = content.typeset(
        session,
        row,
        result,
        version.texts,
        public_url=work.outside.public_url,
        signer=(actor.name, title),
        signed_on=local_day(now),
        electronic=True,
    )
    places = {room["kind"]: box(room) for room in made.rooms}
    if "signature" not in places:
        raise NotSigned("no_room_to_sign")
    place = places["signature"]
    mark, width = written(session, work.outside, actor, place.width, place.height)
    keep = {field: places[kind] for field, kind in FIELDS.items() if kind in places}
    to_sign = ToSign(
        made.pdf,
        Holder(actor.id, "person", actor.name, work.agency_name, title),
        SIGNER,
        place,
        mark,
        keep=keep,
        keep_signatures={SEAL: seal_box(place, width)},
        place=content.place_of(row["agency"]["name"]),
    )
    return Piece(row["id"], result.code, to_sign, version.digest, rooms=made.rooms)


def seal_box(place: Any, width: float) -> Any:
    """Where the seal goes beside a signature of that width: it covers about a third of it, from the left (NĐ 30/2020, phụ
    lục I, mục II.8)."""
    from casework.documents.pades import Box

    left, middle = place.x + (place.width - width) / 2 + width / 3 - SEAL_POINTS, place.y + place.height / 2
    return Box(place.page, left, middle - SEAL_POINTS / 2, SEAL_POINTS, SEAL_POINTS)


def sealed(
    session: Session, outside: Signing, agency: tuple[str, str], pdf: bytes, fill: Mapping[str, Any]
) -> Any:
    """The seal of an agency (code and name) put into a signed file, in the field that was kept for it."""
    from casework.documents.pades import Box, ToSign

    code, name = agency
    mark = seal_pictures.drawn(session, code, name, SEAL_POINTS, outside.mark)
    unused = Box(1, 0, 0, SEAL_POINTS, SEAL_POINTS)
    return ToSign(pdf, Holder(code, "seal", name, name), SEAL, unused, mark, fill=fill)


def written(
    session: Session, outside: Signing, actor: Actor, width: float, height: float
) -> tuple[bytes, float]:
    """How an officer's signature looks in its room, and how wide it is there.

    A demo draws strokes of its own for who has uploaded none; the law wants the true ones.
    """
    picture = signature_pictures.of(session, actor.id)
    if picture is not None:
        mark = render_mark("signature", width, height, picture=list(picture))
        return mark, min(width, height * signature_pictures.aspect(picture))
    if not outside.mark:
        raise NotSigned("no_signature_picture")
    strokes = list(sha256(actor.name.encode()).digest()[:16])
    return render_mark("signature", width, height, strokes=strokes), width


def _stamp(work: _Work) -> Piece:
    """The signed file gets its number and date, on a copy also what it is, then the agency's seal."""
    from casework.documents.pades import Fill

    session, row, result, known = work.session, work.row, work.result, work.known
    pdf = files.content(session, row["id"], result.code, known["file"]) if known else None
    if known is None or pdf is None:
        raise NotSigned("signed_on_paper")
    rooms = files.rooms(session, row["id"], result.code, known["file"])
    places = {room["kind"]: box(room) for room in rooms}
    book = books.book_of(work.task["agency"], result, work.now)
    number = (
        "" if result.number is not None else books.reserve(session, book, row["id"], result.code, work.now)
    )
    said = {
        NUMBER: [number.removesuffix(f"/{result.symbol}")],
        DATE: [content.place_and_date(content.place_of(row["agency"]["name"]), local_day(work.now))],
        COPY: copy_mark(work.agency_name, work.now),
    }
    fill = {
        field: Fill(", ".join(said[field]), _drawn(kind, places[kind], said[field]))
        for field, kind in FIELDS.items()
        if kind in places and any(said[field])
    }
    to_sign = sealed(session, work.outside, (work.task["agency"], work.agency_name), pdf, fill)
    return Piece(row["id"], result.code, to_sign, known["digest"], number, rooms)


def copy_mark(agency: str, at: datetime) -> list[str]:
    """What stands at the top right of an electronic copy: its form, who copies, when to the second with the time zone
    (NĐ 30/2020/NĐ-CP, phụ lục I, phần II, mục I.3)."""
    local = at.astimezone(LOCAL)
    return ["SAO Y", agency, f"{local:%d/%m/%Y %H:%M:%S} {local.isoformat()[-6:]}"]


def _drawn(kind: str, place: Any, lines: Sequence[str]) -> bytes:
    if kind == "copy":
        return render_mark("corner", place.width, place.height, lines=list(lines))
    return render_mark(kind, place.width, place.height, text=lines[0])


def box(room: Mapping[str, Any]):  # type: ignore[no-untyped-def]
    from casework.documents.pades import Box

    return Box(int(room["page"]), room["x"], room["y"], room["width"], room["height"])
