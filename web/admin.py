"""Administration: versions of procedures (check, publish), incidents, what the outbox holds."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup

from assembly.clock import local_today, now
from bpmn import bundle
from bpmn.picture import UnreadablePicture, draw
from bpmn.problem import BundleUnreadable
from casework import definitions, gate, publish
from engine.commands import RepairIncident
from engine.rejection import Rejected
from store import outbox
from store.db import db
from store.queries import catalogue, dossiers
from web import pictures
from web.errors import refusal
from web.gated import admins

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/procedures")
@admins
def procedures():
    return _page()


@blueprint.post("/procedures")
@admins
def check():
    """Check an uploaded bundle and, if asked and without errors, publish it."""
    upload = request.files.get("bundle")
    content = upload.stream.read() if upload else b""
    if not content:
        return _page(sentence=gettext("Chưa chọn tệp.")), 422
    name = upload.filename or "bundle.zip"
    report = publish.check(name, content)
    if isinstance(report, Rejected):
        return refusal(report, back=url_for("admin.procedures"))
    more = {"report": report.to_json(), "picture": _picture(name, content, report.to_json())}
    if request.form.get("do") != "publish":
        return _page(**more), 200 if report.accepted else 422
    made = publish.publish(
        db.session,
        g.actor,
        content,
        code=report.code,
        decision_number=request.form.get("decision_number", "").strip(),
        effective_from=_day(request.form.get("effective_from")),
        now=now(),
    )
    if isinstance(made, Rejected):
        return _page(sentence=made.vi if str(get_locale()) == "vi" else made.en, **more), 422
    flash(gettext("Đã công bố %(code)s phiên bản %(version)s.", code=made.code, version=made.version))
    return _page(published=made, **more), 201


@blueprint.get("/procedures/<code>/<int:version>")
@admins
def version(code: str, version: int):
    try:
        definition = definitions.get(db.session, code, version)
    except LookupError:
        abort(404)
    nothing = {"steps": []}
    return render_template(
        "admin/version.html",
        definition=definition,
        picture=pictures.of(db.session, definition, nothing),
        picture_text=pictures.in_words(db.session, definition, nothing),
    )


@blueprint.get("/incidents")
@admins
def incidents():
    return render_template(
        "admin/incidents.html", incidents=dossiers.incidents(db.session), waiting=outbox.waiting(db.session)
    )


@blueprint.post("/incidents/<code>")
@admins
def repair(code: str):
    answer = gate.handle(
        db.session, code, RepairIncident(g.actor, request.form.get("reason", "").strip()), now=now()
    )
    if isinstance(answer, Rejected):
        return refusal(answer, back=url_for("admin.incidents"))
    flash(gettext("Hồ sơ %(code)s đã chạy tiếp.", code=code))
    return redirect(url_for("admin.incidents"))


def _page(**more):
    return render_template(
        "admin/procedures.html",
        versions=catalogue.versions(db.session),
        today=local_today().isoformat(),
        decision_number=request.form.get("decision_number", ""),
        **{"report": None, "published": None, "picture": "", "sentence": "", **more},
    )


def _picture(name: str, content: bytes, report: dict) -> Markup:
    """The uploaded diagram with the elements of the findings marked."""
    found = {finding["element"]: "found" for finding in report["findings"] if finding["element"]}
    try:
        xml = content if name.endswith(".bpmn") else bundle.read(content).files["process.bpmn"]
        return Markup(draw(xml, found))  # noqa: S704 (draw escapes every text)
    except (UnreadablePicture, BundleUnreadable, LookupError):
        return Markup("")


def _day(given: str | None) -> date:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return local_today()
