"""Queues and tasks: what waits for an officer, and what the officer does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api import answers, schemas, shapes
from api.blueprint import IF_MATCH, Blueprint
from api.dossiers import components, receiver
from api.errors import Refusal
from api.session import actor, signed_in
from assembly.clock import now
from casework import deskwork, gate, looks
from engine import commands
from engine.rejection import Rejected
from store.db import db
from store.queries import inbox
from store.tables.work import task_key

blueprint = Blueprint("tasks", __name__, description="Queues and tasks")

NOT_YOURS = Rejected(
    "forbidden", "Bạn không có vị trí nào ở hàng đợi này.", "You hold no post in this queue."
)

NO_DOSSIER = 2**42  # beyond every row id, and still a bigint


@blueprint.route("/queues", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Queues)
def queues():
    """The caller's queues with exact counts."""
    return answers.json({"items": inbox.queues(db.session, actor(), now=now())})


@blueprint.route("/tasks", methods=["GET"])
@signed_in
@blueprint.arguments(schemas.TaskQuery, location="query")
@blueprint.response(200, shapes.TaskPage)
def index(query: dict[str, Any]):
    """A queue's live tasks by due date."""
    agency, _, role = query["queue"].partition(":")
    if not actor().holds(agency, role):
        raise Refusal(NOT_YOURS)
    found = inbox.page(
        db.session,
        actor(),
        agency,
        role,
        now=now(),
        chosen=query["filter"],
        q=query["q"],
        cursor=query["cursor"],
        limit=query["limit"],
    )
    looks.record(db.session, actor(), "api/tasks", [row["dossier"] for row in found["items"]], now=now())  # type: ignore[attr-defined]
    return answers.json(found)


@blueprint.route("/tasks/<int:task_id>", methods=["GET"])
@signed_in
@blueprint.response(200, shapes.Task)
def one(task_id: int):
    """One task with its outcomes, its e-form and the dossier."""
    row = _task(task_id)
    looks.record(db.session, actor(), "api/task", [row["dossier"]], now=now())
    return answers.json(row, version=row["version"])


def order(
    path: str, schema: type, make: Callable[[Any, int, dict[str, Any]], commands.Command], doc: str
) -> None:
    """Register `POST /tasks/{id}/{path}`: a command on one task, answered by the task as it then is."""

    @blueprint.route(f"/tasks/<int:task_id>/{path}", methods=["POST"], endpoint=path)
    @signed_in
    @blueprint.arguments(schema())  # made once: a schema's class would be built again for every request
    @blueprint.doc(summary=doc, parameters=[IF_MATCH])
    @blueprint.response(200, shapes.Completed if path == "complete" else shapes.TaskState)
    def view(body: dict[str, Any], task_id: int):
        dossier_id, task_no = task_key(task_id)
        body["seen_version"] = answers.seen_version(body)
        done = gate.handle(db.session, min(dossier_id, NO_DOSSIER), make(actor(), task_no, body), now=now())
        if isinstance(done, Rejected) and done.code == "unknown_dossier":
            raise Refusal(deskwork.UNKNOWN)
        task = deskwork.after(answers.accepted(done), task_no)
        if path != "complete":
            return answers.json(task, version=task["version"])
        dossier = {"code": done.dossier_code, "status": done.state.status, "due_at": done.state.clock.due_at}
        return answers.json({"task": task, "dossier": dossier, "opened": deskwork.opened(done)})


order(
    "claim",
    schemas.Seen,
    lambda by, no, b: commands.ClaimTask(by, no, b["seen_version"]),
    "Take the task; accepts a hand-over.",
)
order(
    "release",
    schemas.Seen,
    lambda by, no, b: commands.ReleaseTask(by, no, b["seen_version"]),
    "Give it back to the queue.",
)
order(
    "complete",
    schemas.Completion,
    lambda by, no, b: commands.CompleteTask(
        by,
        no,
        b["outcome"],
        b["answers"],
        components(b["components"]),
        note=b["note"],
        seen_version=b["seen_version"],
        ticked=tuple(b["ticked"]),
        without_opinions=b["without_opinions"],
        receiver=receiver(b["receiver"]),
        returned=tuple(b["returned"]),
    ),
    "End the step with an outcome and its answers.",
)
order(
    "assign",
    schemas.Assignment,
    lambda by, no, b: commands.AssignTask(by, no, b["to"], seen_version=b["seen_version"]),
    "Give the task to an officer of the queue.",
)
order(
    "refuse",
    schemas.Reason,
    lambda by, no, b: commands.RefuseHandOver(by, no, b["reason"], b["seen_version"]),
    "Decline a hand-over; the task goes back to the sender's dispatcher.",
)
order(
    "reroute",
    schemas.Reroute,
    lambda by, no, b: commands.RerouteTask(by, no, b["agency"], b["role"], b["reason"], b["seen_version"]),
    "Offer a refused task to another agency.",
)
order(
    "return",
    schemas.Return,
    lambda by, no, b: commands.ReturnTask(by, no, b["to_element"], b["reason"], b["seen_version"]),
    "Send the work back to an earlier step.",
)
order(
    "recall",
    schemas.Reason,
    lambda by, no, b: commands.RecallTask(by, no, b["reason"]),
    "Take back work that nobody has claimed yet.",
)
order(
    "opinions",
    schemas.Question,
    lambda by, no, b: commands.AskOpinion(
        by, no, b["agency"], b["role"], b["question"], b["limit"], b["seen_version"]
    ),
    "Ask another queue for an opinion while the step goes on.",
)
order(
    "opinion",
    schemas.OpinionAnswer,
    lambda by, no, b: commands.GiveOpinion(by, no, b["answer"], b["seen_version"]),
    "Answer what another unit asked; the task is the question's own.",
)
order(
    "take-back",
    schemas.Seen,
    lambda by, no, b: commands.CancelOpinion(by, no),
    "Take a question back; the task is the question's own.",
)
order(
    "delegate",
    schemas.Delegation,
    lambda by, no, b: commands.DelegateTask(
        by, no, b["to"], words=b["words"], seen_version=b["seen_version"]
    ),
    "A colleague of the queue does the work; it comes back.",
)
order(
    "pass-on",
    schemas.PassingOn,
    lambda by, no, b: commands.PassOnTask(
        by, no, b["to"], reason=b["reason"], seen_version=b["seen_version"]
    ),
    "A leader gives the task to another leader of the queue for good, with the reason.",
)
order(
    "hand-back",
    schemas.HandBack,
    lambda by, no, b: commands.HandBackTask(by, no, b["words"], b["seen_version"]),
    "Delegated work goes back to its owner.",
)


def _task(task_id: int) -> dict[str, Any]:
    return answers.granted(deskwork.task(db.session, actor(), task_id, now=now()))
