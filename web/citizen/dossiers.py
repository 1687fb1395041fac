"""The applicant's own dossiers: list, one with its course, supplement, withdrawal."""

from __future__ import annotations

import io

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from assembly.clock import now
from casework import (
    attachments,
    bills,
    conversation,
    deadlines,
    definitions,
    drafts,
    gate,
    looks,
    postal,
    ratings,
    record,
)
from casework.documents import slips
from engine.commands import WithdrawDossier
from engine.rejection import Problem, Rejected
from store.db import db
from store.queries import dossiers as rows
from store.queries import looked, payments
from store.queries.conversation import unread
from web import parcels, pictures, printed, timeline
from web.citizen import blueprint, handed_in
from web.conversation import post as post_conversation
from web.errors import refusal
from web.gated import signed_in
from web.show import PAPER_NAMES


@blueprint.get("/ho-so")
@signed_in
def my_dossiers():
    found = rows.page(db.session, g.actor, cursor=request.args.get("cursor"))
    looks.record(db.session, g.actor, "citizen/dossiers", [row["code"] for row in found["items"]], now=now())
    return render_template(
        "citizen/dossiers.html",
        items=found["items"],
        next=found["next"],
        drafts=drafts.mine(db.session, g.actor),
        asked_of=rows.waiting_for_applicant(db.session, [row["code"] for row in found["items"]]),
        owed_of=payments.owed(db.session, [row["code"] for row in found["items"]]),
        unread_of=unread(db.session, [row["code"] for row in found["items"]], g.actor.id),
    )


@blueprint.get("/ho-so/<code>")
@signed_in
def dossier(code: str):
    return _page(code)


@blueprint.post("/ho-so/<code>/trao-doi")
@signed_in
def say(code: str):
    """A word to the agencies at work on the dossier."""
    refused = post_conversation(code)
    if refused is not None:
        return _page(code, [Problem("text", refused.code, refused.vi, refused.en)], 422)
    return redirect(url_for("citizen.dossier", code=code) + "#conversation")


@blueprint.get("/tep/<uuid:attachment_id>")
@signed_in
def attachment(attachment_id):
    """A file of the applicant's own dossier."""
    found = attachments.read(db.session, g.actor, attachment_id, now=now())
    if isinstance(found, Rejected):
        return refusal(found)
    return send_file(io.BytesIO(found.content), mimetype=found.media_type, download_name=found.name)


@blueprint.post("/ho-so/<code>/rut")
@signed_in
def withdraw(code: str):
    reason = request.form.get("reason", "").strip()
    answer = gate.handle(db.session, code, WithdrawDossier(g.actor, reason), now=now())
    if isinstance(answer, Rejected):
        return _page(code, [Problem("", answer.code, answer.vi, answer.en)], 422)
    flash(gettext("Đã rút hồ sơ %(code)s.", code=code))
    return redirect(url_for("citizen.dossier", code=code))


@blueprint.post("/ho-so/<code>/buu-chinh")
@signed_in
def parcel(code: str):
    """The applicant asks the post to fetch papers or to bring the result."""
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["sight"] != "own":
        abort(404)
    definition = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    if refused := parcels.ask(code, definition.return_by):
        return refusal(refused, back=url_for("citizen.dossier", code=code))
    flash(gettext("Đã ghi nhận. Bộ phận Một cửa gọi bưu tá khi giấy tờ sẵn sàng."))
    return redirect(url_for("citizen.dossier", code=code) + "#post")


@blueprint.get("/ho-so/<code>/thoi-han")
@signed_in
def deadline(code: str):
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row)
    looks.record(db.session, g.actor, "citizen/deadline", [code], now=now())
    return render_template(
        "deadline.html",
        why=deadlines.explain(db.session, code, now=now()),
        ended=row["closed"],
        code=code,
        back=url_for("citizen.dossier", code=code),
    )


@blueprint.get("/ho-so/<code>/luot-xem")
@signed_in
def looks_at(code: str):
    """Who looked at it, when, and by what right."""
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected) or row["sight"] != "own":
        abort(404)
    looks.record(db.session, g.actor, "citizen/looks", [code], now=now())
    return render_template(
        "citizen/looks.html", dossier=row, days=looked.by_day(db.session, row["id"], code, g.actor.id)
    )


@blueprint.get("/ho-so/<code>/ket-qua/<result>")
@signed_in
def result(code: str, result: str):
    """The applicant's own result as PDF, once it is handed over."""
    return printed.result(code, result, url_for("citizen.dossier", code=code))


@blueprint.get("/ho-so/<code>/phieu/<any('01', '02', '03', '04'):paper>")
@signed_in
def paper(code: str, paper: str):
    """A slip that an agency gave the applicant: the signed file, or as it is signed by hand."""
    return printed.paper(code, paper, url_for("citizen.dossier", code=code))


def _page(code: str, problems=(), status: int = 200):
    row = rows.one(db.session, g.actor, code, now=now())
    if isinstance(row, Rejected):
        return refusal(row, back=url_for("citizen.my_dossiers"))
    looks.record(db.session, g.actor, "citizen/dossier", [code], now=now())
    definition = definitions.get(db.session, row["procedure"]["code"], row["procedure"]["version"])
    log = rows.events(db.session, row["id"], row["sight"])
    shipments = postal.of_dossier(db.session, row["id"]) if row["sight"] == "own" else []
    page = render_template(
        "citizen/dossier.html",
        dossier=row,
        refused=record.reason(log, definition, row, "03") if row["closed"] else "",
        slips=[
            {**one, "name": PAPER_NAMES[one["code"]]} for one in row["papers"] if one["code"] in slips.PAPERS
        ],
        problems=problems,
        shipments=shipments,
        by_post=parcels.offered(row, shipments, definition.return_by) if row["sight"] == "own" else [],
        rateable=row["sight"] == "own" and ratings.may_rate(db.session, row),
        said=conversation.read(db.session, g.actor, row),
        bill=bills.of_dossier(db.session, row, now=now()),
        had=handed_in.shown(row, definition) if row["sight"] == "own" else None,
        mine=[task for task in row["tasks"] if task["role"] == "applicant"],
        elsewhere=[task for task in row["tasks"] if task["role"] != "applicant"],
        picture=pictures.of(db.session, definition, row),
        picture_text=pictures.in_words(db.session, definition, row),
        rows=timeline.rows(db.session, log, definition, public=True),
    )
    return page, status
