"""Orders on one task: claim, release, assign, refuse, reroute, recall, send back."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from assembly.clock import now
from casework import gate
from engine import commands
from engine.rejection import Rejected
from store.db import db
from store.queries import inbox
from store.tables.work import task_key
from web.auth import local
from web.desk import blueprint
from web.desk.tasks import brief, met
from web.gated import officers


def _order(path: str, make: Callable[[int], commands.Command], said: LazyString, stay: bool = True) -> None:
    """Register `POST /desk/tasks/<id>/<path>`: one command, then back to the task (or to its queue)."""

    @blueprint.post(f"/tasks/<int:task_id>/{path}", endpoint=path.replace("-", "_"))
    @officers
    def view(task_id: int):
        row = brief(task_id)
        answer = gate.handle(db.session, row["dossier"], make(task_key(task_id)[1]), now=now())
        if isinstance(answer, Rejected):
            return met(task_id, answer)
        flash(str(said))
        return redirect(
            url_for("desk.task", task_id=task_id) if stay else url_for("desk.queue", queue=row["queue"])
        )


def _seen() -> int | None:
    return request.form.get("seen_version", type=int)


def _reason() -> str:
    return request.form.get("reason", "").strip()


_order("claim", lambda no: commands.ClaimTask(g.actor, no, _seen()), lazy_gettext("Bạn đã nhận việc này."))
_order(
    "release",
    lambda no: commands.ReleaseTask(g.actor, no, _seen()),
    lazy_gettext("Đã trả việc lại hàng đợi."),
    stay=False,
)
_order(
    "refuse",
    lambda no: commands.RefuseHandOver(g.actor, no, _reason(), _seen()),
    lazy_gettext("Đã trả hồ sơ lại bên gửi."),
    stay=False,
)
_order(
    "reroute",
    lambda no: commands.RerouteTask(g.actor, no, request.form.get("agency", ""), None, _reason(), _seen()),
    lazy_gettext("Đã chuyển hồ sơ."),
    stay=False,
)
_order(
    "recall",
    lambda no: commands.RecallTask(g.actor, no, _reason()),
    lazy_gettext("Đã thu hồi việc đã chuyển."),
    stay=False,
)
_order(
    "send-back",
    lambda no: commands.ReturnTask(g.actor, no, request.form.get("to_element", ""), _reason(), _seen()),
    lazy_gettext("Đã trả về bước trước."),
    stay=False,
)


@blueprint.post("/tasks/<int:task_id>/assign")
@officers
def assign(task_id: int):
    row = brief(task_id)
    to = request.form.get("to", "")
    names = {
        c["username"]: c["name"] for c in inbox.colleagues(db.session, row["agency"], row["role"], now=now())
    }
    if to not in names:
        abort(400)
    answer = gate.handle(
        db.session,
        row["dossier"],
        commands.AssignTask(g.actor, task_key(task_id)[1], to, names[to], _seen()),
        now=now(),
    )
    if isinstance(answer, Rejected):
        return met(task_id, answer)
    flash(gettext("Đã giao việc cho %(name)s.", name=names[to]))
    return redirect(local(request.form.get("back")) or url_for("desk.task", task_id=task_id))
