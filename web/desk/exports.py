"""Lists of the desk as workbooks: a queue as it is filtered, the agency's open work, the register of results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import abort, g, request
from markupsafe import Markup

from assembly.clock import now
from casework import looks
from casework.documents import publicly
from store.db import db
from store.queries import agency as live
from store.queries import documents, inbox
from web import spreadsheet
from web.desk import blueprint, results
from web.gated import officers
from web.i18n import gettext
from web.names import agency_name, procedure_name

AT_ONCE = 500


@blueprint.get("/queues/<queue>/export.xlsx")
@officers
def queue_file(queue: str):
    """All pages of the queue, with the filter, the search and the procedure of the address."""
    agency, _, role = queue.partition(":")
    if not g.actor.holds(agency, role):
        abort(403)
    at = now()
    return _tasks(f"hang-doi-{agency}-{role}", "desk/queue.xlsx", _queue(agency, role, at), at)


@blueprint.get("/agency.xlsx")
@officers
def agency_file():
    """The open work of an agency that the reader leads or gives out; `officer` and `step` as on its page."""
    wanted = request.args.get("agency")
    here = next((one for one in live.led(db.session, g.actor) if wanted in (None, one["code"])), None)
    if here is None:
        abort(403)
    at = now()
    procedure, _, element = request.args.get("step", "").partition("/")
    officer, step = request.args.get("officer"), (procedure, element) if element else None
    found = live.tasks(
        db.session, here["code"], now=at, officer=officer, step=step, limit=spreadsheet.MOST_ROWS + 1
    )
    pieces = (found[first : first + AT_ONCE] for first in range(0, len(found), AT_ONCE))
    return _tasks(f"viec-{here['code']}", "desk/agency.xlsx", pieces, at)


@blueprint.get("/results.xlsx")
@officers
def results_file():
    """The register of results of the period that its page shows."""
    since, until = results.period()
    heads = (
        gettext("Số"),
        gettext("Ngày"),
        gettext("Văn bản"),
        gettext("Hồ sơ"),
        gettext("Cơ quan"),
        gettext("Người nộp"),
        gettext("Người ký"),
        gettext("Hiệu lực"),
        gettext("Mã kiểm tra"),
    )
    return spreadsheet.answer(
        f"so-ket-qua-{since}-{until}",
        heads,
        (
            (
                row["number"],
                row["issued_on"],
                row["name"],
                row["dossier"],
                row["agency_name"],
                row["applicant_name"],
                row["signer_name"],
                _standing(row),
                row["check_code"],
            )
            for row in _told("desk/results.xlsx", _results(since, until))
        ),
    )


def _results(since: date, until: date) -> Iterator[list[dict[str, Any]]]:
    agencies, cursor = sorted(g.actor.agencies()), None
    while True:
        page = documents.register(
            db.session, agencies, since=since, until=until, cursor=cursor, limit=AT_ONCE
        )
        yield page["items"]
        if (cursor := page["next"]) is None:
            return


def _queue(agency: str, role: str, at: datetime) -> Iterator[list[dict[str, Any]]]:
    chosen, cursor = request.args.get("filter", "all"), None
    while True:
        page = inbox.page(
            db.session,
            g.actor,
            agency,
            role,
            now=at,
            chosen=chosen if chosen in inbox.FILTERS else "all",
            q=request.args.get("q", "")[:200],
            procedure=request.args.get("procedure", "")[:20],
            cursor=cursor,
            limit=AT_ONCE,
        )
        yield page["items"]
        if (cursor := page["next"]) is None:
            return


def _told(look: str, pieces: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The rows one by one; each piece is on the record before it goes out."""
    for piece in pieces:
        looks.record(db.session, g.actor, look, [row["dossier"] for row in piece], now=now())
        yield from piece


def _tasks(name: str, look: str, pieces: Iterable[list[dict[str, Any]]], at: datetime):
    heads = (
        gettext("Hồ sơ"),
        gettext("Tên thủ tục"),
        gettext("Việc"),
        gettext("Người nộp"),
        gettext("Đến lúc"),
        gettext("Hạn của bước"),
        gettext("Hẹn trả"),
        gettext("Người giữ"),
        gettext("Nơi chuyển"),
        gettext("Tình trạng"),
    )
    return spreadsheet.answer(name, heads, (_task(row, at) for row in _told(look, pieces)))


def _task(row: dict[str, Any], at: datetime) -> tuple[spreadsheet.Cell, ...]:
    late = row["due_at"] is not None and row["due_at"] < at
    return (
        row["dossier"],
        _plain(procedure_name(row["procedure"]["code"], row["procedure"]["name"])),
        row["step"]["name"],
        row["applicant"],
        row["opened_at"],
        row["due_at"],
        row["dossier_due_at"],
        row["assignee_name"] or row["assignee"] or "",
        _plain(agency_name(row["offered_by"])) if row["offered_by"] else "",
        gettext("quá hạn") if late else "",
    )


def _standing(row: dict[str, Any]) -> str:
    names = {
        "valid": gettext("còn hiệu lực"),
        "expired": gettext("hết hiệu lực"),
        "replaced": gettext("đã thay thế"),
    }
    return names.get(publicly.standing(row, now()), gettext("đã thu hồi"))


def _plain(name: str | Markup) -> str:
    """A name without the mark of its language."""
    return name.striptags() if isinstance(name, Markup) else name
