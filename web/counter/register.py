"""Registers, to read and as PDF: of dossiers (Mẫu 06) for a period, of certified copies for a year."""

from __future__ import annotations

import io
from datetime import date

from flask import abort, current_app, g, render_template, request, send_file, url_for

from assembly.clock import local_today, now
from casework import certified, looks, printing, registers, sheets
from engine.local import LOCAL
from engine.rejection import Rejected
from store.db import db
from store.queries import dossiers
from web import spreadsheet
from web.counter import blueprint, clerks
from web.errors import refusal
from web.i18n import gettext
from web.show import STATUS_NAMES

ON_A_PAGE = 150


@blueprint.get("/so-theo-doi")
@clerks
def register():
    """Dossiers received in a period, page by page (`?trang=`); today if none is named."""
    agency, first, last, found = _asked()
    nth = max(request.args.get("trang", 1, type=int), 1)
    shown = found[(nth - 1) * ON_A_PAGE : nth * ON_A_PAGE]
    looks.record(db.session, g.actor, "counter/register", [row["code"] for row in shown], now=now())
    return render_template(
        "counter/register.html",
        agency=agency,
        first=first,
        last=last,
        rows=[row | {"returned_at": registers.returned_at(row)} for row in shown],
        total=len(found),
        nth=nth,
        more=len(found) > nth * ON_A_PAGE,
        full=len(found) >= registers.MOST_ROWS,
    )


@blueprint.get("/so-theo-doi.pdf")
@clerks
def register_pdf():
    """Mẫu 06."""
    agency, first, last, found = _asked()
    looks.record(db.session, g.actor, "counter/register.pdf", [row["code"] for row in found], now=now())
    content = registers.pdf(db.session, agency, first, last, found, now=now())
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("counter.register"))
    name = f"so-theo-doi-{agency}-{first}-{last}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name)


@blueprint.get("/so-theo-doi.xlsx")
@clerks
def register_file():
    """The same rows as a workbook."""
    agency, first, last, found = _asked()
    looks.record(db.session, g.actor, "counter/register.xlsx", [row["code"] for row in found], now=now())
    heads = (
        gettext("Hồ sơ"),
        gettext("Tên thủ tục"),
        gettext("Người nộp"),
        gettext("Địa chỉ"),
        gettext("Điện thoại"),
        gettext("Tiếp nhận lúc"),
        gettext("Hẹn trả"),
        gettext("Trả kết quả lúc"),
        gettext("Trạng thái"),
    )
    rows = (
        (
            row["code"],
            row["procedure"],
            row["applicant"],
            row["address"],
            row["phone"],
            row["received_at"],
            row["due_at"],
            registers.returned_at(row),
            str(STATUS_NAMES.get(row["status"], row["status"])),
        )
        for row in found
    )
    return spreadsheet.answer(
        f"so-theo-doi-{agency}-{first}-{last}", heads, rows, cut=len(found) >= registers.MOST_ROWS
    )


@blueprint.get("/so-chung-thuc")
@clerks
def certified_register():
    """The register of certified copies of a year, or of a month."""
    agency, year, month, found = _certified("counter/certified")
    cut = len(found) >= certified.MOST
    return render_template(
        "counter/certified.html", agency=agency, year=year, month=month, rows=found, cut=cut
    )


@blueprint.get("/so-chung-thuc.pdf")
@clerks
def certified_pdf():
    """The same on paper."""
    agency, year, month, found = _certified("counter/certified.pdf")
    today = local_today()
    content = certified.pdf(db.session, agency, year, found, on=today)
    if isinstance(content, Rejected):
        return refusal(content, back=url_for("counter.certified_register"))
    name = f"so-chung-thuc-{agency}-{year}{f'-{month:02d}' if month else ''}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", download_name=name)


@blueprint.get("/so-chung-thuc/<code>/loi-chung.pdf")
@clerks
def certified_words(code: str):
    """The words of certification of a dossier's paper copies, to be signed by hand and bound to them."""
    row = dossiers.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["agency"]["code"] not in g.desks:
        abort(404)
    codes = certified.on_paper(db.session, row["id"], [one["code"] for one in row["results"]])
    if not codes:
        abort(404)
    looks.record(db.session, g.actor, "counter/certified.words", [code], now=now())
    base = current_app.config["SETTINGS"].public_url
    made = []
    for one in codes:
        content = printing.result_of_dossier(db.session, row, one, public_url=base, now=now(), on_paper=True)
        if isinstance(content, Rejected):
            return refusal(content, back=url_for("counter.certified_register"))
        made.append(content)
    whole = io.BytesIO(sheets.together(made))
    return send_file(whole, mimetype="application/pdf", download_name=f"{code}-loi-chung.pdf")


def _certified(look: str):
    agency = request.args.get("agency") or g.desks[0]
    if agency not in g.desks:
        abort(403)
    year = max(2000, min(request.args.get("nam", now().astimezone(LOCAL).year, type=int), 2999))
    month = request.args.get("thang", type=int)
    month = month if month in range(1, 13) else None
    found = certified.register(db.session, agency, year, month=month)
    looks.record(db.session, g.actor, look, sorted({row["code"] for row in found}), now=now())
    return agency, year, month, found


def _asked():
    agency = request.args.get("agency") or g.desks[0]
    if agency not in g.desks:
        abort(403)
    today = local_today()
    first, last = registers.period(asked_day("tu", today), asked_day("den", today))
    found = registers.rows(db.session, agency, first, last)
    return agency, first, last, found


def asked_day(name: str, otherwise: date) -> date:
    """A date of the address; what is none counts as not given."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
