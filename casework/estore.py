"""The personal e-store (kho quản lý dữ liệu điện tử của tổ chức, cá nhân; Decree 45/2020/NĐ-CP, art. 16): what the state
holds of somebody already, offered instead of asked for again.

A view, not a copy (but for what the owner put in, casework/own_papers.py): results handed over and papers handed in with the owner's own dossiers, each with its code, owner,
validity and source dossier. Erasing a dossier empties its part of the store; who may see the dossier as its own may see
the paper. Taking one into a filing makes a twin that belongs to the new dossier, noted there as reused (digitisation
status 2 or 3) with its source: the chain of reuse.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, Text, any_, cast, func, select
from sqlalchemy.orm import Session

from casework import attachments, looks, own_papers, printing
from casework.documents.checking import Anchors
from engine import papers
from engine.actor import Actor
from engine.definition import Component
from engine.local import local_day
from engine.rejection import Rejected
from store import visible
from store.queries import dossiers
from store.tables import attachment, component_given, dossier, procedure, procedure_version, result

MOST = 200
REUSED = {"component": 2, "result": 3, "own": 0}
_MONTHS = re.compile(r"^0*(\d{1,3}) (ngày|tháng|năm)\b")
GONE = Rejected(
    "unknown_attachment",
    "Không có giấy tờ này trong kho của bạn, hoặc giấy tờ đã hết hiệu lực.",
    "Expected a paper of your store that is still valid.",
)


@dataclass(frozen=True)
class Stored:
    """One paper. `ref` names it in a form; `valid_to` is the last day, None where no end is known; `revoked_at`: it counts
    no more since then, and what was issued instead has the check code `replaced_by` ("" = nothing)."""

    ref: str
    kind: Literal["result", "component", "own"]
    code: str
    name: str
    dossier: str
    procedure: str
    procedure_code: str
    on: datetime
    number: str = ""
    validity: str = ""
    valid_to: date | None = None
    revoked_at: datetime | None = None
    replaced_by: str = ""
    file: str = ""
    media_type: str = "application/pdf"
    pages: int | None = None

    def valid(self, today: date) -> bool:
        return self.revoked_at is None and (self.valid_to is None or today <= self.valid_to)


def of(session: Session, actor: Actor, *, own: bool = False) -> list[Stored]:
    """What stands in the actor's store, newest first. The caller records the look.

    `own`: with what they uploaded themselves, for their own eyes and filings: nobody has looked at it.
    """
    found = [*_results(session, actor), *_components(session, actor)]
    if own:
        found += map(_own, own_papers.of(session, actor))
    return sorted(found, key=lambda one: one.on, reverse=True)


def fitting(stored: Iterable[Stored], component: Component, today: date) -> list[Stored]:
    """Those that may stand for a required paper: the same code, or what the manifest says replaces it; still valid."""
    codes = {component.code, component.replaced_by}
    return [
        one
        for one in stored
        if papers.of_manifest(one.code) in codes and one.media_type in component.media and one.valid(today)
    ]


def take(
    session: Session,
    actor: Actor,
    component: Component,
    ref: str,
    *,
    public_url: str,
    trust: Anchors | None = None,
    now: datetime,
    keeper: Actor | None = None,
) -> dict[str, object] | Rejected:
    """The paper of the actor's store as a file of a new filing, with `source` and `digitised`; commits, the look is logged.

    `trust`: whom the signatures of a result are judged by. `keeper`: the officer who files at the counter for the owner who stands there; the file is theirs until it is filed.
    """
    keeper = keeper or actor
    today = local_day(now)
    one = next(
        (
            found
            for found in fitting(of(session, actor, own=keeper is actor), component, today)
            if found.ref == ref
        ),
        None,
    )
    if one is None:
        return GONE
    looks.record(session, keeper, f"store/{one.code}", [one.dossier] if one.dossier else [], now=now)
    if one.kind == "result":
        row = dossiers.one(session, actor, one.dossier, now=now)
        content = (
            row
            if isinstance(row, Rejected)
            else printing.result_of_dossier(session, row, one.code, public_url=public_url, now=now)
        )
        if isinstance(content, Rejected):
            return content
        kept = attachments.keep(session, keeper, f"{one.name}.pdf", content, trust=trust, now=now)
        if isinstance(kept, Rejected):
            return kept
    else:
        kept = attachments.copy_of(session, keeper, one.file, now=now)
        session.commit()
    names = ("id", "name", "size", "media_type", "pages", "signatures")
    return {name: kept[name] for name in names} | {
        "source": f"{one.dossier or 'người nộp tự tải lên'} · {one.name}",
        "digitised": REUSED[one.kind],
    }


def _results(session: Session, actor: Actor) -> list[Stored]:
    rows = session.execute(
        select(
            dossier.c.code.label("dossier"),
            procedure.c.name.label("procedure"),
            dossier.c.procedure_code,
            result.c.code,
            result.c.number,
            result.c.handed_at,
            result.c.signed_at,
            result.c.valid_to,
            result.c.revoked_at,
            result.c.replaced_by,
            result.c.title,
            procedure_version.c.manifest["results"].label("results"),
        )
        .join(dossier, dossier.c.id == result.c.dossier_id)
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .join(procedure_version, _pinned())
        .where(visible.own(actor), result.c.stage == "handed")
        .order_by(dossier.c.id.desc(), func.length(result.c.code), result.c.code)
        .limit(MOST)
    ).mappings()
    return [_result(row) for row in rows]


def _result(row: RowMapping) -> Stored:
    code = papers.of_manifest(row["code"])
    told: dict[str, Any] = next((one for one in row["results"] if one["code"] == code), {})
    begins = row["signed_at"] or row["handed_at"]
    return Stored(
        ref=f"result:{row['dossier']}:{row['code']}",
        kind="result",
        code=row["code"],
        name=papers.called(told.get("name", row["code"]), row["title"]),
        dossier=row["dossier"],
        procedure=row["procedure"],
        procedure_code=row["procedure_code"],
        on=row["handed_at"],
        number=row["number"],
        validity=told.get("validity", ""),
        valid_to=row["valid_to"] or _ends(told.get("validity", ""), local_day(begins)),
        revoked_at=row["revoked_at"],
        replaced_by=row["replaced_by"],
    )


def _components(session: Session, actor: Actor) -> list[Stored]:
    rows = session.execute(
        select(
            dossier.c.code.label("dossier"),
            procedure.c.name.label("procedure"),
            dossier.c.procedure_code,
            component_given.c.code,
            component_given.c.received_at,
            attachment.c.id,
            attachment.c.sha256,
            attachment.c.media_type,
            attachment.c.pages,
            procedure_version.c.manifest["components"].label("components"),
        )
        .join(dossier, dossier.c.id == component_given.c.dossier_id)
        .join(procedure, procedure.c.code == dossier.c.procedure_code)
        .join(procedure_version, _pinned())
        .join(attachment, attachment.c.dossier_id == dossier.c.id)
        .where(
            visible.own(actor),
            # A paper of a dossier that was never received is nothing anybody has looked at.
            dossier.c.received_at.is_not(None),
            cast(attachment.c.id, Text) == any_(component_given.c.attachments),
        )
        .order_by(dossier.c.id.desc())
        .limit(MOST)
    ).mappings()
    first = {
        (row["code"], row["sha256"]): row for row in rows
    }  # the oldest: a paper reused is still that one
    return [
        Stored(
            ref=f"component:{row['id']}",
            kind="component",
            code=row["code"],
            name=next((one["name"] for one in row["components"] if one["code"] == row["code"]), row["code"]),
            dossier=row["dossier"],
            procedure=row["procedure"],
            procedure_code=row["procedure_code"],
            on=row["received_at"],
            file=str(row["id"]),
            media_type=row["media_type"],
            pages=row["pages"],
        )
        for row in first.values()
    ]


def _own(row: Mapping[str, Any]) -> Stored:
    return Stored(
        ref=f"own:{row['id']}",
        kind="own",
        code=row["code"],
        name=row["name"],
        dossier="",
        procedure="",
        procedure_code="",
        on=row["added_at"],
        valid_to=row["valid_to"],
        file=str(row["id"]),
        media_type=row["media_type"],
        pages=row["pages"],
    )


def _pinned() -> ColumnElement[bool]:
    return (procedure_version.c.procedure_code == dossier.c.procedure_code) & (
        procedure_version.c.version == dossier.c.procedure_version
    )


def _ends(validity: str, begins: date) -> date | None:
    """The last day of `06 tháng kể từ ngày cấp`; None where the words name no length."""
    found = _MONTHS.match(validity)
    if not found:
        return None
    amount, unit = int(found[1]), found[2]
    if unit == "ngày":
        return date.fromordinal(begins.toordinal() + amount)
    months = begins.year * 12 + begins.month - 1 + amount * (12 if unit == "năm" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(begins.day, calendar.monthrange(year, month + 1)[1]))
