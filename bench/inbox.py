"""The inbox at 10 million tasks, 500 thousand of them open, over 3 million dossiers.

`./motcua bench inbox` fills a database of its own (`MOTCUA_BENCH_ROWS` tasks, default 10 million; some minutes
and about 6 GB) on the embedded server, or on `MOTCUA_BENCH_DATABASE_URL`, and times the queries that the pages use.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assembly.settings import Settings
from bench.database import VAR, database
from bpmn import bundle
from casework import demo
from engine.actor import Actor, Post
from store.db import make_engine
from store.migrate import upgrade
from store.queries import inbox
from store.tables import access_token, procedure_version
from wsgi import create_app

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
ROWS = int(os.environ.get("MOTCUA_BENCH_ROWS", "10000000"))
AGENCIES, ROLES = 300, 8

# Agency 1 is the worst: a fifth of all work. Open tasks are the last twentieth.
FILL = """
set session_replication_role = replica;
insert into calendar(code, name, hours) values ('', 'bench', '{{"0": [["07:30", "11:30"], ["13:30", "17:30"]]}}')
    on conflict do nothing;
insert into agency(code, name, level, sort_key)
    select 'B' || n, 'Cơ quan ' || n, 'commune', 'b' || n from generate_series(1, {agencies}) n;
insert into role(code, name) select 'r' || n, 'Vai trò ' || n from generate_series(1, {roles}) n;
insert into law_profile(code, name, effective_from, body) values ('b', 'Luật đo', '2020-01-01', '{{"reception_limit": "8 working_hour"}}');
insert into account(username, password_hash, kind, name, created_at, sort_key)
    values ('officer3', '', 'officer', 'Cán bộ đo', now(), 'c');
insert into post(account, agency, role, held_from) values ('officer3', 'B1', 'r1', '2020-01-01');
insert into procedure(code, name, field, level, search_key, sort_key)
    values ('9.000001', 'Thủ tục đo', 'Đo', 'commune', 'thu tuc do', 'd');
insert into procedure_step(procedure_code, version, element_id, name, kind, role)
    values ('9.000001', 1, 'tham_dinh', 'Thẩm định', 'appraise', 'r1');
insert into dossier(id, code, procedure_code, procedure_version, agency, channel, status, seq, submitted_at,
                    due_at, applicant_name, secret) overriding system value
    select n, 'B' || agency || '-' || n, '9.000001', 1, 'B' || agency, 'online', 'processing', 3,
           now() - interval '1 day', timestamptz '2026-01-05' + (n % 30) * interval '1 day', name, '1234'
    from (
        select n, (case when n % 5 = 0 then 1 else 1 + n % {agencies} end) as agency,
               (array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi'])[1 + n % 8] || ' ' ||
               (array['Văn', 'Thị', 'Đức', 'Minh', 'Ngọc'])[1 + (n / 8) % 5] || ' ' ||
               (array['An', 'Bình', 'Cường', 'Dũng', 'Giang', 'Hà', 'Quỳnh', 'Sơn', 'Tú', 'Yến'])[1 + (n / 40) % 10]
               as name
        from generate_series(1, {dossiers}) n
    ) d;
insert into dossier_sight(agency, dossier_id, search_key)
    select agency, id,
           (array['nguyen', 'tran', 'le', 'pham', 'hoang', 'vu', 'dang', 'bui'])[1 + id % 8] || ' ' ||
           (array['van', 'thi', 'duc', 'minh', 'ngoc'])[1 + (id / 8) % 5] || ' ' ||
           (array['an', 'binh', 'cuong', 'dung', 'giang', 'ha', 'quynh', 'son', 'tu', 'yen'])[1 + (id / 40) % 10]
           || ' ' || lower(code)
    from dossier;
insert into task(id, dossier_id, token_id, element_id, procedure_code, kind, agency, role, state, assignee, opened_at,
                 due_at, sort_at, version)
    select d::bigint * 1048576 + t, d, 't' || t, 'tham_dinh', '9.000001', 'appraise', agency, 'r' || (1 + n / 11 % {roles}),
           case when n > {rows} - {open} then case when n % 3 = 0 then 1 else 0 end else 2 end,
           case when n % 3 = 0 then 'officer' || n % 5000 end, timestamptz '2026-01-05' - (n % 60) * interval '1 hour',
           due, due, 1
    from (
        select n, 1 + n % {dossiers} as d, 1 + n / {dossiers} as t,
               'B' || (case when (1 + n % {dossiers}) % 5 = 0 then 1 else 1 + (1 + n % {dossiers}) % {agencies} end) as agency,
               timestamptz '2026-01-05' + ((n::bigint * 7919) % 43200 - 4320) * interval '1 minute' as due
        from generate_series(1, {rows}) n
    ) x;
"""


def run() -> dict[str, float]:
    """Milliseconds at the median unless the name says p95."""
    with database("inbox") as url:
        engine = make_engine(url)
        with engine.connect() as connection:
            filled = connection.scalar(text("select to_regclass('task') is not null")) and connection.scalar(
                text("select exists (select 1 from task)")
            )
        upgrade(url)
        if not filled:
            _fill(url)
        with Session(engine) as session:
            return _measure(session) | _pages(url, session)


def _fill(url: str) -> None:
    dossiers, opened = ROWS * 3 // 10, ROWS // 20
    engine = make_engine(url)
    script = FILL.format(agencies=AGENCIES, roles=ROLES, dossiers=dossiers, rows=ROWS, open=opened)
    with engine.begin() as connection:
        for statement in filter(str.strip, script.split(";\n")):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")


def _measure(session: Session) -> dict[str, float]:
    worst = Actor("officer3", "officer", "", (Post("B1", "r1"),))
    usual = Actor("officer3", "officer", "", (Post("B37", "r2"),))

    def page(actor: Actor, **more: str) -> Callable[[], object]:
        post = actor.posts[0]
        return lambda: inbox.page(session, actor, post.agency, post.role, now=NOW, **more)  # type: ignore[arg-type]

    second = inbox.page(session, worst, "B1", "r1", now=NOW)["next"]
    search = _times(page(worst, q="nguyen duc quynh"), 60)
    return {
        "page_query_ms": _statement(session, page(usual)),
        "page_ms": _median(page(usual)),
        "page_worst_ms": _median(page(worst)),
        "page_second_ms": _median(page(worst, cursor=str(second))),
        "page_overdue_ms": _median(page(worst, chosen="overdue")),
        "page_mine_ms": _median(page(worst, chosen="mine")),
        "counts_worst_ms": _median(lambda: inbox.queue(session, worst, "B1", "r1", now=NOW)),
        "counts_ms": _median(lambda: inbox.queue(session, usual, "B37", "r2", now=NOW)),
        "search_ms": statistics.median(search),
        "search_p95_ms": sorted(search)[int(len(search) * 0.95)],
    }


def _statement(session: Session, what: Callable[[], object]) -> float:
    """The page's own statement, prepared, without what Python makes of its rows."""
    seen: list[tuple[str, object]] = []

    def keep(_connection: object, _cursor: object, statement: str, given: object, *_rest: object) -> None:
        seen.append((statement, given))

    event.listen(session.get_bind(), "before_cursor_execute", keep)
    what()
    event.remove(session.get_bind(), "before_cursor_execute", keep)
    driver = session.connection().connection.driver_connection
    assert driver is not None
    statement, given = seen[-1]
    return _median(lambda: driver.execute(statement, given, prepare=True).fetchall())


def _pages(url: str, session: Session) -> dict[str, float]:
    """The whole page of the worst queue through the application: sign-in, look log, template and all."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    session.execute(
        insert(access_token).values(
            hash=hashlib.sha256(token.encode()).digest(),
            account="officer3",
            kind="session",
            created_at=now,
            expires_at=now + timedelta(hours=1),
        )
    )
    # The page reads the steps' definitions: those of a shipped diagram stand for the procedure that was measured.
    content = bundle.pack(dict(bundle.read(demo.PROCEDURES / "1.001193" / "v1").files))
    version = {"procedure_code": "9.000001", "version": 1, "digest": "bench", "bundle": content}
    version |= {"manifest": {}, "receiving": [], "state": "published", "decision_number": "đo"}
    version |= {"effective_from": now.date(), "published_by": "bench", "published_at": now}
    session.execute(insert(procedure_version).values(version).on_conflict_do_nothing())
    session.commit()
    settings = Settings(database_url=url, redis_url="redis://127.0.0.1:1/0", secret_key="bench", var=VAR)
    client = create_app(settings).test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = token

    def page() -> None:
        answer = client.get("/desk/queues/B1:r1")
        assert answer.status_code == 200, answer.status

    taken = sorted(_times(page, 200))
    return {"http_page_ms": statistics.median(taken), "http_page_p95_ms": taken[int(len(taken) * 0.95)]}


def _times(what: Callable[[], object], times: int) -> list[float]:
    for _ in range(3):
        what()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        what()
        taken.append((time.perf_counter() - started) * 1e3)
    return taken


def _median(what: Callable[[], object]) -> float:
    return statistics.median(_times(what, 100))
