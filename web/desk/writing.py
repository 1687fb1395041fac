"""A result's text: written from a template with the dossier's data, kept in versions, compared, remarked on, seen as it prints."""

from __future__ import annotations

import struct

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assembly.clock import now
from assembly.statuses import http_status
from casework import looks
from casework.documents import drafting, reading
from engine.rejection import Problem, Rejected
from store.db import db
from web.desk import blueprint
from web.errors import refusal
from web.gated import officers
from web.patience import again, patience

TYPESET_SECONDS = 30.0  # a picture is a file: it waits for the typesetter


@blueprint.get("/tasks/<int:task_id>/documents/<result>")
@officers
def document(task_id: int, result: str):
    """`?version=` an earlier one to read; `?from=` and `?to=` two to compare."""
    return _page(_shown(task_id, result))


@blueprint.post("/tasks/<int:task_id>/documents/<result>")
@officers
def save_document(task_id: int, result: str):
    shown = _shown(task_id, result)
    if isinstance(shown, Rejected):
        return refusal(shown, back=url_for("desk.home"))
    texts = {part.key: request.form.get(part.key, "") for part in shown["result"].texts}
    seen = request.form.get("seen", type=int)
    answer = reading.save(db.session, g.actor, shown, texts, seen=seen, now=now())
    if isinstance(answer, Rejected):
        problems = answer.problems or (Problem("", answer.code, answer.vi, answer.en),)
        return _page(shown, texts, problems, http_status(answer.code))
    flash(gettext("Đã lưu bản %(number)s.", number=answer.number))
    return redirect(url_for("desk.document", task_id=task_id, result=result))


@blueprint.post("/tasks/<int:task_id>/documents/<result>/remarks")
@officers
def remark(task_id: int, result: str):
    shown = _shown(task_id, result)
    if isinstance(shown, Rejected):
        return refusal(shown, back=url_for("desk.home"))
    if refused := reading.remark(db.session, g.actor, shown, request.form.get("remark", ""), now=now()):
        problem = Problem("remark", refused.code, refused.vi, refused.en)
        return _page(shown, problems=(problem,), status=http_status(refused.code))
    flash(gettext("Đã ghi góp ý."))
    return redirect(url_for("desk.document", task_id=task_id, result=result))


@blueprint.get("/tasks/<int:task_id>/documents/<result>/<int:page>.png")
@officers
def document_picture(task_id: int, result: str, page: int):
    """One page of the document as it will print; `?version=` of an earlier version."""
    made = _pictures(_shown(task_id, result), TYPESET_SECONDS)
    if isinstance(made, Rejected):
        return refusal(made)
    if made is None or not 1 <= page <= len(made):
        abort(404)
    return Response(made[page - 1], content_type="image/png")


@blueprint.get("/tasks/<int:task_id>/documents/<result>/pages")
@officers
def document_pages(task_id: int, result: str):
    """A part of a page (htmx): the pages of the document as it will print, or that it is being typeset."""
    shown = _shown(task_id, result)
    made = _pictures(shown, patience())
    if isinstance(made, Rejected):
        return render_template("desk/_pages.html", refused=made)
    return render_template(
        "desk/_pages.html",
        again=again(),
        task=shown["task"],
        result=shown["result"],
        version=request.args.get("version", type=int),
        sizes=None if made is None else [_size(one) for one in made],
    )


def _pictures(shown, seconds: float) -> tuple[bytes, ...] | Rejected | None:
    """The pages of the version that the address names, if they are there in this time."""
    if isinstance(shown, Rejected):
        return shown
    looks.record(db.session, g.actor, "desk/document/picture", [shown["dossier"]["code"]], now=now())
    version = _version(shown, request.args.get("version", type=int))
    public_url = current_app.config["SETTINGS"].public_url
    return reading.pictures(db.session, shown, version.texts, public_url=public_url, patience=seconds)


def _size(png: bytes) -> tuple[int, int]:
    """Width and height of a picture, so that the page keeps its place before it comes."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _shown(task_id: int, result: str):
    return reading.document(db.session, g.actor, task_id, now=now(), code=result)


def _version(shown, number: int | None):
    return next((one for one in shown["versions"] if one.number == number), shown["version"])


def _page(shown, texts=None, problems=(), status: int = 200):
    if isinstance(shown, Rejected):
        return refusal(shown, back=url_for("desk.home"))
    looks.record(db.session, g.actor, "desk/document", [shown["dossier"]["code"]], now=now())
    version = _version(shown, request.args.get("version", type=int))
    older, newer = request.args.get("from", type=int), request.args.get("to", type=int)
    compared = None
    if older is not None and newer is not None:
        compared = drafting.compare(shown["result"], _version(shown, older), _version(shown, newer))
    page = render_template(
        "desk/document.html",
        **shown,
        shown_version=version,
        texts=texts or version.texts,
        problems=problems,
        compared=compared,
        older=older,
        newer=newer,
    )
    return page, status
