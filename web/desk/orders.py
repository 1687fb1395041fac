"""Orders on one task: claim, release, assign, refuse, reroute, recall, send back, ask others, delegate."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from assembly.clock import now
from casework import deskwork, gate
from casework.accepted import Accepted
from engine import commands
from engine.events import TaskAssigned
from engine.rejection import Rejected
from store.db import db
from store.tables.work import task_key
from web.auth import local
from web.desk import blueprint
from web.desk.tasks import brief, met
from web.gated import officers

Then = Callable[[dict, Accepted], str]


def back_to_task(row: dict, done: Accepted) -> str:
    return url_for("desk.task", task_id=row["id"])


def back_to_queue(row: dict, done: Accepted) -> str:
    """The queue that the task lay in, if it is one of the actor's own: orders may reach into others."""
    mine = g.actor.holds(row["agency"], row["role"])
    return url_for("desk.queue", queue=row["queue"]) if mine else url_for("desk.home")


def on_to_what_opened(row: dict, done: Accepted) -> str:
    """The step that the order opened again, if it is in the actor's hands."""
    mine = [task["id"] for task in deskwork.opened(done) if task["assignee"] == g.actor.id]
    if mine:
        return url_for("desk.task", task_id=mine[0])
    return url_for("desk.dossier", code=row["dossier"])


def _order(
    path: str, make: Callable[[int], commands.Command], said: LazyString, then: Then = back_to_task
) -> None:
    """Register `POST /desk/tasks/<id>/<path>`: one command, then on to where its giver goes on working."""

    @blueprint.post(f"/tasks/<int:task_id>/{path}", endpoint=path.replace("-", "_"))
    @officers
    def view(task_id: int):
        row = brief(task_id)
        answer = gate.handle(db.session, row["dossier"], make(task_key(task_id)[1]), now=now())
        if isinstance(answer, Rejected):
            return met(task_id, answer)
        flash(str(said))
        return redirect(then(row, answer))


def _seen() -> int | None:
    return request.form.get("seen_version", type=int)


def _reason() -> str:
    return request.form.get("reason", "").strip()


_order("claim", lambda no: commands.ClaimTask(g.actor, no, _seen()), lazy_gettext("Bạn đã nhận việc này."))
_order(
    "release",
    lambda no: commands.ReleaseTask(g.actor, no, _seen()),
    lazy_gettext("Đã trả việc lại hàng đợi."),
    back_to_queue,
)
_order(
    "refuse",
    lambda no: commands.RefuseHandOver(g.actor, no, _reason(), _seen()),
    lazy_gettext("Đã trả hồ sơ lại bên gửi."),
    back_to_queue,
)
_order(
    "reroute",
    lambda no: commands.RerouteTask(g.actor, no, request.form.get("agency", ""), None, _reason(), _seen()),
    lazy_gettext("Đã chuyển hồ sơ."),
    back_to_queue,
)
_order(
    "recall",
    lambda no: commands.RecallTask(g.actor, no, _reason()),
    lazy_gettext("Đã thu hồi, việc lại ở chỗ bạn."),
    on_to_what_opened,
)
_order(
    "send-back",
    lambda no: commands.ReturnTask(g.actor, no, request.form.get("to_element", ""), _reason(), _seen()),
    lazy_gettext("Đã trả về bước trước."),
    back_to_queue,
)
_order(
    "ask",
    lambda no: commands.AskOpinion(g.actor, no, *_asked_queue(), _text("question"), _limit(), _seen()),
    lazy_gettext("Đã gửi câu hỏi. Việc này vẫn ở chỗ bạn."),
)
_order(
    "answer",
    lambda no: commands.GiveOpinion(g.actor, no, _text("answer"), _seen()),
    lazy_gettext("Đã gửi ý kiến trả lời."),
    back_to_queue,
)
_order(
    "withdraw-question",
    lambda no: commands.CancelOpinion(g.actor, no),
    lazy_gettext("Đã rút câu hỏi."),
    lambda row, done: url_for("desk.task", task_id=row["from_task"]),
)
_order(
    "hand-back",
    lambda no: commands.HandBackTask(g.actor, no, _text("words"), _seen()),
    lazy_gettext("Đã trả việc ủy thác."),
)


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _asked_queue() -> tuple[str, str]:
    agency, _, role = request.form.get("queue", "").partition(":")
    return agency, role


def _limit() -> str:
    unit = request.form.get("unit")
    return f"{_text('amount')} {unit if unit in ('working_hour', 'working_day') else ''}"


@blueprint.post("/tasks/<int:task_id>/delegate")
@officers
def delegate(task_id: int):
    row = brief(task_id)
    done = gate.handle(
        db.session,
        row["dossier"],
        commands.DelegateTask(
            g.actor, task_key(task_id)[1], request.form.get("to", ""), "", _text("words"), _seen()
        ),
        now=now(),
    )
    if isinstance(done, Rejected):
        return met(task_id, done)
    flash(gettext("Đã ủy thác. Làm xong, đồng nghiệp trả việc lại cho bạn."))
    return redirect(url_for("desk.task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/assign")
@officers
def assign(task_id: int):
    row = brief(task_id)
    order = commands.AssignTask(
        g.actor, task_key(task_id)[1], request.form.get("to", ""), seen_version=_seen()
    )
    answer = gate.handle(db.session, row["dossier"], order, now=now())
    if isinstance(answer, Rejected):
        return met(task_id, answer)
    name = next(event.to_name for event in answer.events if isinstance(event, TaskAssigned))
    flash(gettext("Đã giao việc cho %(name)s.", name=name))
    return redirect(local(request.form.get("back")) or url_for("desk.task", task_id=task_id))
