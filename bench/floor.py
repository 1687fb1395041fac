"""The floor under task completion: a hand-written endpoint that authenticates and does the same writes, nothing else.

No form, no rules, no engine: the row lock, one statement that writes what a completed step writes, one commit.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import orjson
from flask import Flask, Response, request
from sqlalchemy import text

from assembly import flask_app
from casework import accounts
from store.db import db

BODY = bytes(1_000)  # a snapshot of the usual size
WRITES = text("""
    with done as (
        update task set state = 2, ended_at = :now, ended_by = :by, outcome = 'done', digest = :digest,
               version = version + 1 where id = :id
    ), opened as (
        insert into task(id, dossier_id, token_id, element_id, kind, agency, role, state, assignee, assignee_name,
                         opened_at, due_at, sort_at, from_task, version)
        values (:next, :dossier, :token, 'b', 'work', 'H23.30.05', 'one_stop_officer', 1, :by, :by, :now, :now, :now,
                :id, 1)
    ), altered as (
        update dossier set seq = seq + 1, status = 'processing' where id = :dossier
    ), kept as (
        update dossier_snapshot set seq = seq + 1, body = :body, digests = :digests, head = :hash
        where dossier_id = :dossier
    ), answered as (
        insert into answers(dossier_id, digest, form, body, recorded_at)
        values (:dossier, :digest, 'phieu', cast(:answers as jsonb), :now) on conflict do nothing
    )
    insert into event_log(dossier_id, seq, at, actor, actor_kind, command, events, prev_hash, hash)
    values (:dossier, :seq, :now, :by, 'officer', 'CompleteTask', cast(:events as json), :hash, :hash)
""")
EVENTS = orjson.dumps(
    [{"type": f"Event{n}", "v": 1, "task_no": 1, "at": "2026-01-05T03:00:00+00:00"} for n in range(6)]
)


def create_app() -> Flask:
    app = flask_app()

    @app.post("/floor/<int:task_id>/<int:step>")
    def complete(task_id: int, step: int) -> Response:
        now = datetime.now(UTC)
        actor = accounts.actor_of(
            db.session, request.headers["Authorization"].removeprefix("Bearer "), now=now
        )
        if actor is None:
            return Response(status=401)
        answers = orjson.dumps(request.get_json()["answers"])
        dossier = task_id >> 20
        db.session.execute(text("select id from dossier where id = :id for update"), {"id": dossier}).one()
        digest = hashlib.sha256(answers + bytes([step])).hexdigest()
        db.session.execute(
            WRITES,
            {
                "now": now,
                "by": actor.id,
                "digest": digest,
                "id": task_id,
                "next": task_id + 1,
                "dossier": dossier,
                "token": f"f{task_id}",
                "body": BODY,
                "digests": [digest],
                "hash": hashlib.sha256(EVENTS).digest(),
                "answers": answers.decode(),
                "events": EVENTS.decode(),
                "seq": 1_000 + step,
            },
        )
        db.session.commit()
        return Response(orjson.dumps({"task": {"id": task_id}}), content_type="application/json")

    return app
