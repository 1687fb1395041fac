"""Administration: versions of procedures (check, publish), incidents, what the outbox holds."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup

from assembly.clock import local_today, now
from bpmn import bundle
from bpmn.picture import UnreadablePicture, draw
from bpmn.problem import BundleUnreadable
from casework import definitions, gate, halted, looks, publish
from casework import migration as migrating
from engine.commands import MigrateDossier, RepairIncident
from engine.rejection import Problem, Rejected
from store import outbox
from store.db import db
from store.queries import catalogue, dossiers
from store.queries import halted as stopped
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
    if made.english:
        flash(
            gettext(
                "Đã cập nhật bản tiếng Anh của %(code)s phiên bản %(version)s.",
                code=made.code,
                version=made.version,
            )
        )
        return redirect(url_for("admin.procedures"))
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


@blueprint.get("/procedures/<code>/<int:version>/migration")
@admins
def migration(code: str, version: int):
    """`?to=` another version: what would become of the dossiers that run on this one. Asked by htmx, how far an order is."""
    if request.headers.get("HX-Request"):
        return render_template("admin/_migration.html", **_progress(code, version))
    return _migration(code, version)


@blueprint.post("/procedures/<code>/<int:version>/migration")
@admins
def migrate(code: str, version: int):
    """Every running dossier of this version is to go over: one job each. `as.<step>` names a step's counterpart."""
    to = request.form.get("to", type=int)
    if to is None or not {to, version} <= {one["version"] for one in _versions(code)}:
        abort(404)
    reason, renamed = request.form.get("reason", ""), _renamed()
    answer = migrating.begin(db.session, g.actor, code, version, to, reason, renamed=renamed, now=now())
    if isinstance(answer, Rejected):
        field = "reason" if answer.code == "reason_required" else ""
        return _migration(code, version, [Problem(field, answer.code, answer.vi, answer.en)]), 422
    return redirect(url_for("admin.migration", code=code, version=version, to=to, of=answer))


def _migration(code: str, version: int, problems=()):
    versions = _versions(code)
    here = next((one for one in versions if one["version"] == version), None)
    if here is None:
        abort(404)
    others = [one["version"] for one in versions if one["version"] != version]
    to = request.values.get("to", type=int) or next(iter(others), None)
    progress = _progress(code, version)
    places, tried, renamed = [], [], {}
    if to in others and not progress["waiting"]:
        places = migrating.places(db.session, code, version, to)
        renamed = _renamed() if "named" in request.values else {p.step.element_id: p.likely for p in places}
        renamed = {step: name for step, name in renamed.items() if name}
        answer = migrating.trial(db.session, g.actor, code, version, to, renamed=renamed, now=now())
        if isinstance(answer, Rejected):
            problems = [*problems, Problem("", answer.code, answer.vi, answer.en)]
        else:
            tried = answer
    looks.record(db.session, g.actor, "admin/migration", [one.dossier_code for one in tried], now=now())
    return render_template(
        "admin/migration.html",
        here=here,
        others=others,
        to=to,
        places=places,
        renamed=renamed,
        tried=tried,
        held=[one for one in tried if one.rejected],
        moves=Counter(step for one in tried if not one.rejected for step in one.steps),
        most=migrating.TRIED,
        problems=list(dict.fromkeys(problems)),
        **progress,
    )


def _renamed() -> dict[str, str]:
    """Old step → new step, as the form has it."""
    return {name[3:]: to for name, to in request.values.items() if name.startswith("as.") and to}


def _progress(code: str, version: int) -> dict:
    """Orders not yet carried out, of how many; the page asks again while there are any."""
    waiting = migrating.waiting(db.session, code)
    return {
        "code": code,
        "version": version,
        "waiting": waiting,
        "of": max(request.args.get("of", 0, type=int), waiting),
    }


def _versions(code: str) -> list[dict]:
    return [one for one in catalogue.versions(db.session) if one["code"] == code]


@blueprint.get("/incidents")
@admins
def incidents():
    return render_template(
        "admin/incidents.html",
        incidents=dossiers.incidents(db.session),
        versions=catalogue.versions(db.session),
        halted=[row | {"repeatable": halted.repeatable(row)} for row in stopped.found(db.session)],
        halted_total=stopped.total(db.session),
        notes=stopped.notes(db.session),
        waiting=outbox.waiting(db.session),
    )


@blueprint.post("/incidents/<code>")
@admins
def repair(code: str):
    """It tries again where it stands: on its own version, or on the mended one that was chosen."""
    reason, to = request.form.get("reason", "").strip(), request.form.get("version", type=int)
    order = MigrateDossier(g.actor, to, reason, repairs=True) if to else RepairIncident(g.actor, reason)
    answer = gate.handle(db.session, code, order, now=now())
    if isinstance(answer, Rejected):
        return refusal(answer, back=url_for("admin.incidents"))
    flash(gettext("Hồ sơ %(code)s đã chạy tiếp.", code=code))
    return redirect(url_for("admin.incidents"))


@blueprint.post("/incidents/jobs/<kind>/<ref>")
@admins
def halted_job(kind: str, ref: str):
    """Work in the background that had stopped: `do` is "again" (tried again at once) or "settle" (with a note)."""
    if request.form.get("do") == "again":
        refused = halted.again(db.session, g.actor, ref, now=now())
        told = gettext("Đã cho thử lại; tải lại trang sau ít giây để xem kết quả.")
    else:
        note = request.form.get("note", "")
        refused = halted.settle(db.session, g.actor, kind, ref, note, now=now())
        told = gettext("Đã ghi là xử lý xong.")
    if refused:
        return refusal(refused, back=url_for("admin.incidents"))
    flash(told)
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
