"""The API as its callers meet it: Flask's test client, people of the demo province, a clock that tests set.

Nothing here reaches behind the API but three things that are the house's own processes: the clock's turn, the
delivery of jobs to (fake) partners, and counts of rows. Every answer is held against the OpenAPI document.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import func, literal, select, union_all, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api import shapes
from assembly.settings import Settings
from casework import clockwork, deliver, demo_data
from national.ports import Partners
from store.db import make_engine
from store.tables import metadata, outbox, system_clock, timer
from tests.builders import PDF
from tests.signed_file import trusted
from wsgi import create_app

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
CITIZEN = "nguyenvanhung"
PARTNER_SECRET = "a-secret-shared-with-the-civil-status-system"
BOOKKEEPING = {"look_log", "access_token", "sign_in_failure", "alembic_version"}
ROWS = union_all(
    *(
        select(literal(name), func.count()).select_from(table)
        for name, table in metadata.tables.items()
        if name not in BOOKKEEPING
    )
)


class Counter:
    """One running system. `at` sets its clock; `sign_in` gives a caller."""

    def __init__(self, database_url: str, var: Path) -> None:
        settings = Settings(
            database_url,
            "redis://127.0.0.1:1/0",
            "flows",
            var,
            demo=True,
            civil_status_url="http://127.0.0.1:1/",
            civil_status_secret=PARTNER_SECRET,
        )
        trusted(settings.demo_keys)
        self.app = create_app(settings)
        self.engine = make_engine(database_url)
        self.people = {person.username: person for person in demo_data.read().people}
        self._callers: dict[str, Caller] = {}
        self.keys = itertools.count(1)
        self.at("2023-06-15T08:30")

    def close(self) -> None:
        from store.db import db

        with self.app.app_context():
            db.engine.dispose()
        self.engine.dispose()

    # -- time -----------------------------------------------------------------------------------------------

    def at(self, when: str | datetime) -> None:
        """It is now this moment (text is local time). No timer fires: `let_time_pass` is for that."""
        moment = when if isinstance(when, datetime) else datetime.fromisoformat(when)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=LOCAL)
        self.now = moment
        with self.engine.begin() as connection:
            connection.execute(update(system_clock).values(offset=moment - datetime.now(UTC)))

    def let_time_pass(self, to: str | datetime) -> None:
        """The clock turns at each due timer on the way, as its process would do."""
        end = to if isinstance(to, datetime) else datetime.fromisoformat(to)
        end = end if end.tzinfo else end.replace(tzinfo=LOCAL)
        for _ in range(1000):
            with Session(self.engine) as session:
                due = session.scalar(select(func.min(timer.c.due_at)).where(timer.c.tried_at.is_(None)))
                if due is None or due > end:
                    break
                clockwork.turn(session, max(due, self.now))
        with Session(self.engine) as session:
            clockwork.mark_overdue(session, end)
        self.at(end)

    def after(self, **delta: float) -> None:
        """Some minutes, hours or days later; timers due by then fire."""
        self.let_time_pass(self.now + timedelta(**delta))

    def deliver(self, outside: Partners) -> list[str]:
        """Every job of the outbox once, as a worker does: what became of each."""
        with Session(self.engine) as session:
            open_jobs = session.scalars(select(outbox.c.job_id).where(outbox.c.done_at.is_(None))).all()
            return [deliver.deliver(session, outside, job, self.now) for job in open_jobs]

    # -- people ---------------------------------------------------------------------------------------------

    def sign_in(self, username: str) -> Caller:
        """A caller with a token that holds at this moment, by POST /tokens."""
        caller = self._callers.get(username)
        if caller is None or not caller.since <= self.now < caller.since + timedelta(hours=11):
            body = {"username": username, "password": demo_data.read().password}
            answer = self.anybody().post("/tokens", body)
            assert answer.status_code == 201, answer.json
            caller = self._callers[username] = Caller(self, answer.json["token"], self.now)
        return caller

    def anybody(self) -> Caller:
        return Caller(self, None, self.now)

    def officer(self, agency: str, role: str) -> str:
        """Somebody who holds the post."""
        return next(
            name
            for name, person in sorted(self.people.items())
            if any(post.agency == agency and post.role == role for post in person.posts)
        )

    # -- what is stored ---------------------------------------------------------------------------------------

    def rows(self) -> dict[str, int]:
        """How many rows each table has, bookkeeping (looks, tokens) apart."""
        with self.engine.connect() as connection:
            return dict(connection.execute(ROWS).all())


class Caller:
    """Somebody at the API with (or without) a bearer token. Paths are under /api/v1."""

    def __init__(self, counter: Counter, token: str | None, since: datetime) -> None:
        self.counter, self.token, self.since = counter, token, since

    def call(self, method: str, path: str, **how: Any) -> TestResponse:
        headers = dict(how.pop("headers", None) or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        with self.counter.app.test_client(use_cookies=False) as client:
            answer = client.open(f"/api/v1{path}", method=method, headers=headers, **how)
        if answer.is_json:
            assert not misshapen(self.counter.app, answer), (
                method,
                path,
                misshapen(self.counter.app, answer),
            )
        return answer

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        """`headers`: names with underscores (`If_Match="3"`)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", path, json={} if body is None else body, headers=named)

    def upload(self, path: str, part: str, name: str, content: bytes, **fields: str) -> TestResponse:
        return self.call("POST", path, data={part: (io.BytesIO(content), name), **fields})

    # -- what callers do most --------------------------------------------------------------------------------

    def attach(self, content: bytes = PDF) -> str:
        answer = self.upload("/attachments", "file", "giay.pdf", content)
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def submit(self, body: Mapping[str, object], key: str | None = None) -> TestResponse:
        return self.post("/dossiers", body, Idempotency_Key=key or f"key-{next(self.counter.keys)}")

    def dossier(self, code: str) -> dict[str, Any]:
        answer = self.get(f"/dossiers/{code}")
        assert answer.status_code == 200, answer.json
        return answer.json  # type: ignore[no-any-return]


def misshapen(app: Flask, answer: TestResponse) -> Mapping[str, Any]:
    """What of an answer is not as the OpenAPI document says: keys that are missing, of another type, or untold."""
    if answer.status_code >= 400:
        return shapes.Problem().validate(answer.json)  # type: ignore[no-any-return, arg-type]
    endpoint, _ = app.url_map.bind("localhost").match(answer.request.path, answer.request.method)
    told = getattr(app.view_functions[endpoint], "_apidoc", None)
    if told is None:  # the document itself
        return {}
    [as_documented] = told["response"]["responses"][answer.status_code]
    return as_documented["schema"].validate(answer.json)  # type: ignore[no-any-return]
