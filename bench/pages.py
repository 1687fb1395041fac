"""Every page and list that answers GET, for everybody who may open it: server time and weight.

The map of addresses is walked, not a list of ours: a page added tomorrow is measured tomorrow. What stands in an address
(a code, a task, a file) is taken from the data; each person of `pages_data.PEOPLE` asks for it, and whoever is let in is
measured. A page that nobody could open, that breaks or whose address nothing tells, is counted and named.

    ./motcua bench pages                            both parts; the databases are kept, so that a fill is paid once
    MOTCUA_BENCH_ONLY=large ./motcua bench pages    one part alone; the other's figures stay
    MOTCUA_BENCH_TIMES=40                           looks at each page that is not plainly within its budget (20)

Twenty looks tell a p95 by their second worst: two hiccups of a shared machine pass for a slow page. What seems over its
budget is therefore looked at a hundred times in all, and every look counts.
"""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, insert, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from assembly.settings import Settings
from bench import pages_data
from bench.database import VAR, database
from bench.pages_data import PEOPLE
from casework import branches
from casework.documents import checking, reading
from store.db import db, make_engine
from store.migrate import upgrade
from store.tables import access_token
from wsgi import create_app

TIMES = int(os.environ.get("MOTCUA_BENCH_TIMES", "20"))
TRIED, MEASURED = 5, 2  # objects that a person tries of each kind, and those measured
FEW = 5  # looks that are enough where none takes a third of the budget
MANY = 5  # times as many looks before a page is told to be over its budget
BUDGETS = {"demo": 50.0, "large": 100.0}  # milliseconds
HEAVIEST = 200.0  # kB of a page, without its pictures
# They answer by leading elsewhere, or need another system's word first.
ELSEWHERE = {"auth.language", "auth.oidc", "auth.oidc_callback", "auth.oidc_sign_out", "auth.join", "static"}
ELSEWHERE |= {"citizen.supplement", "citizen.check_kept", "health.healthz", "notices.read"}

# They need a receipt, a draft saved twice, or somebody who signed for a result: not in the data.
FOREIGN = {"citizen.payment_receipt", "counter.handed_slip", "documents.compare"}

# What stands in an address, as columns of a statement, the best objects first; by endpoint, else by its arguments.
MINE = "d.applicant_account = 'nguyenvanhung'"
OBJECTS: dict[str, str] = {
    "code": "select code from dossier where id < 1000000 order by id % 7, id desc",
    "task_id": "select id as task_id from task where state < 2 and dossier_id < 1000000 order by id % 5, id desc",
    "queue": "select distinct agency || ':' || role as queue from post where account = any(:people)",
    "code paper": "select d.code, p.paper from paper p join dossier d on d.id = p.dossier_id order by d.id % 7",
    "code result": "select d.code, r.code as result from result r join dossier d on d.id = r.dossier_id"
    " where d.id < 1000000 order by r.handed_at nulls last",
    "result task_id": "select t.id as task_id, r.code as result from result r join task t on t.dossier_id = r.dossier_id"
    " and t.state < 2 where t.dossier_id < 1000000 order by (t.kind <> 'draft'), t.id desc",
    "page result task_id": "select t.id as task_id, r.code as result, 1 as page from result r"
    " join task t on t.dossier_id = r.dossier_id and t.state < 2 where t.dossier_id < 1000000 order by t.id desc",
    "attachment_id": "select id as attachment_id from attachment"
    " order by media_type <> 'application/pdf', dossier_id nulls first",
    "draft_id": "select id as draft_id from draft where task_id is null order by account",
    "agency": "select 'H23.30.05' as agency",
    "agency day number": "select agency, day, number from ticket order by number",
    "list_id": "select id as list_id from hand_over_list order by id desc",
    "code version": "select procedure_code as code, version from procedure_version order by 1",
    "code reference": "select d.code, p.reference from fee_payment p join dossier d on d.id = p.dossier_id"
    " where d.id < 1000000",
    "reference": "select reference from payment_session",
    "document_code": "select check_code as document_code from document",
    "batch": "select id as batch from signing_batch",
    "notice": "select id as notice from notification where account = any(:people) order by id desc",
    "paper": "select '01' as paper",
    "citizen.procedure": "select code from procedure order by code",
    "citizen.begin": "select code from procedure order by code",
    "procedures.one": "select code from procedure order by code",
    "citizen.blank_form": "select '1.001193' as code, 'to_khai_khai_sinh' as key",
    "citizen.petition": "select code from petition where account is not null order by id",
    "petitions.one": "select code from petition where account is not null order by id",
    "desk.petition": "select code from petition order by id",
    "citizen.answer": "select t.id as task_id from task t join dossier d on d.id = t.dossier_id"
    f" where t.state < 2 and t.role = 'applicant' and {MINE}",
    "counter.step": "select t.id as task_id from task t where t.state < 2 and t.kind in ('receive', 'return_result')"
    " and t.dossier_id < 1000000 order by t.kind, t.agency <> 'H23.30.05', t.id desc",
    "static": "select 'img/mark.svg' as filename",
}
# Ways of looking at the same page that ask the database for something else; {code} is a dossier with a receipt.
WAYS: dict[str, tuple[str, ...]] = {
    "desk.dossiers": ("", "q=nguyen+duc+quynh", "status=processing"),
    "desk.queue": ("", "q=nguyen+duc", "filter=overdue", "procedure=1.001193"),
    "desk.below": ("", "agency=H23.30"),
    "desk.agency": ("", "officer="),
    "citizen.catalogue": ("", "q=khai+sinh"),
    "citizen.my_dossiers": ("",),
    "dossiers.index": ("", "q=nguyen+duc"),
    "tasks.index": ("queue=H23.30.05:one_stop_officer", "queue=H23.30.05:civil_status_officer"),
    "desk.print_papers": ("code={code}",),
    "counter.results": ("", "q=nguyen"),
}
TRUST = VAR / "bench" / "trust"  # whose signatures count
FILES = ("application/pdf", "image/", "application/vnd.")


@dataclass(frozen=True)
class Page:
    """How one person's look at one address went."""

    endpoint: str
    who: str
    address: str
    kind: str
    bytes: int
    p95_ms: float
    cpu_ms: float
    statements: int


def run() -> dict[str, float]:
    """Of each part: pages, those over budget, broken or shut, worst and median p95, the heaviest, the ten slowest by name."""
    figures: dict[str, float] = {}
    for name in _parts():
        with database(f"pages_{name}") as url:
            print(f"  {name}: filling what is missing …", flush=True)
            _prepare(
                url, int(os.environ.get("MOTCUA_BENCH_ROWS", pages_data.DOSSIERS)) if name == "large" else 0
            )
            wrong: list[str] = []
            found = list(_walk(url, BUDGETS[name], wrong))
        figures |= _told(name, found, wrong)
    return figures


def carried(figures: dict[str, float]) -> dict[str, float]:
    """Of the figures of an earlier run those of the part that is not measured now."""
    return {key: value for key, value in figures.items() if key.partition("_")[0] not in _parts()}


def _parts() -> list[str]:
    return [name for name in BUDGETS if os.environ.get("MOTCUA_BENCH_ONLY", name) == name]


def _prepare(url: str, bulk: int) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        if not _any(connection, "notification"):  # the last thing that is played
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
    upgrade(url)
    with Session(engine) as session:
        if not _any(session, "notification"):
            print(f"  {pages_data.play(session)} dossiers played")
        pages_data.sign_one(session, TRUST)
        pages_data.underway(session)
        filled = session.scalar(text("select exists (select 1 from dossier where id >= 1000000)"))
    if bulk and not filled:
        pages_data.fill(engine, bulk)


def _any(database: Connection | Session, table: str) -> bool:
    known = database.scalar(text("select to_regclass(:table) is not null"), {"table": table})
    return bool(known and database.scalar(text(f"select exists (select 1 from {table})")))


def _walk(url: str, budget: float, wrong: list[str]) -> Iterator[Page]:
    settings = Settings(
        database_url=url,
        redis_url="redis://127.0.0.1:1/0",
        secret_key="bench",
        var=VAR,
        trust_folder=TRUST,
    )
    for works in (checking._judged, reading._typeset, branches._counted):
        works._seconds = 0.0  # each look is the first: nothing is remembered from the one before
    app = create_app(settings)
    counted = _count_statements(app)
    began = time.monotonic()
    with Session(make_engine(url)) as session:
        people = {who: _client(app, session, account) for who, account in PEOPLE.items()}
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        rules = sorted((rule for rule in rules if rule.endpoint not in ELSEWHERE), key=lambda rule: rule.rule)
        for nth, rule in enumerate(rules):
            if nth % 20 == 0:
                print(f"  {nth} of {len(rules)} addresses, {time.monotonic() - began:.0f} s", flush=True)
            try:
                pages = list(_looks(app, session, rule, people, counted, budget))
            except (LookupError, RuntimeError) as problem:
                wrong.append(str(problem))
                continue
            if not pages and rule.endpoint not in FOREIGN:
                wrong.append(f"{rule.endpoint}: nobody could open it; the data lack it, or it is broken")
            yield from pages


def _looks(
    app: Flask,
    session: Session,
    rule: Rule,
    people: dict[str, tuple[FlaskClient, dict[str, str]]],
    counted: list[int],
    budget: float,
) -> Iterator[Page]:
    addresses = list(_addresses(app, session, rule))
    for who, (client, headers) in people.items():
        opened = (one for one in addresses if _opens(client, one, headers, rule.endpoint))
        for address in list(islice(opened, MEASURED * len(WAYS.get(rule.endpoint, ("",))))):
            yield _measured(rule.endpoint, who, address, client, headers, counted, budget)


def _addresses(app: Flask, session: Session, rule: Rule, most: int = TRIED * 2) -> Iterator[str]:
    wanted = OBJECTS.get(rule.endpoint) or OBJECTS.get(" ".join(sorted(rule.arguments)))
    if not rule.arguments:
        rows: list[dict[str, Any]] = [{}]
    elif wanted is None:
        raise LookupError(f"nothing says what {rule.rule} is about: name it in bench/pages.py")
    else:
        given = {"people": [name for name in PEOPLE.values() if name]}
        found = session.execute(text(f"{wanted} limit {most}"), given if ":people" in wanted else {})
        rows = [dict(row) for row in found.mappings()]
    code = session.scalar(
        text(
            "select max(d.code) from paper p join dossier d on d.id = p.dossier_id"
            " where p.paper = '01' and d.agency = 'H23.30.05'"
        )
    )
    with app.test_request_context():
        for row in rows:
            for way in WAYS.get(rule.endpoint, ("",)):
                values = {
                    name: str(value) if hasattr(value, "isoformat") else value for name, value in row.items()
                }
                yield app.url_for(rule.endpoint, **values) + (f"?{way.format(code=code)}" if way else "")


def _opens(client: FlaskClient, address: str, headers: dict[str, str], endpoint: str) -> bool:
    answer = client.get(address, headers=headers)
    if answer.status_code >= 500:
        raise RuntimeError(f"{endpoint} {address}: {answer.status}")
    return answer.status_code == 200


def _measured(
    endpoint: str,
    who: str,
    address: str,
    client: FlaskClient,
    headers: dict[str, str],
    counted: list[int],
    budget: float,
) -> Page:
    answer = client.get(address, headers=headers)
    counted[0] = 0
    client.get(address, headers=headers)
    statements, taken, busy = counted[0], [], []
    kind = answer.content_type.partition(";")[0]
    held, wanted = not kind.startswith(FILES), min(FEW, TIMES)
    while len(taken) < wanted:
        started, cpu = time.perf_counter(), time.thread_time()
        if client.get(address, headers=headers).status_code != 200:
            raise RuntimeError(f"{endpoint} {address}: opens no more")
        taken.append((time.perf_counter() - started) * 1e3)
        busy.append((time.thread_time() - cpu) * 1e3)
        if held and len(taken) == TIMES and _p95(taken) > budget:
            wanted = TIMES * MANY
        elif held and wanted < TIMES and taken[-1] > budget / 3:
            wanted = TIMES
    p95 = _p95(taken)
    return Page(endpoint, who, address, kind, len(answer.data), p95, statistics.median(busy), statements)


def _p95(taken: list[float]) -> float:
    """By the nearest rank."""
    return sorted(taken)[math.ceil(len(taken) * 0.95) - 1]


def _client(app: Flask, session: Session, account: str) -> tuple[FlaskClient, dict[str, str]]:
    """A browser signed in as an account, and the header with which a program is."""
    client = app.test_client()
    if not account:
        return client, {}
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    session.execute(
        insert(access_token).values(
            hash=hashlib.sha256(token.encode()).digest(),
            account=account,
            kind="session",
            created_at=now,
            expires_at=now + timedelta(hours=2),
        )
    )
    session.commit()
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client, {"Authorization": f"Bearer {token}"}


def _count_statements(app: Flask) -> list[int]:
    counted = [0]

    def one_more(*_: object) -> None:
        counted[0] += 1

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", one_more)
    return counted


def _told(name: str, found: list[Page], wrong: list[str]) -> dict[str, float]:
    """The table, slowest first: of each address the look that took longest; then what is over budget or wrong."""
    slowest: dict[str, Page] = {}
    heaviest: dict[str, float] = {}
    for page in sorted(found, key=lambda page: page.p95_ms):
        slowest[page.endpoint] = page
        heaviest[page.endpoint] = max(page.bytes / 1e3, heaviest.get(page.endpoint, 0.0))
    slowest = dict(sorted(slowest.items(), key=lambda one: -one[1].p95_ms))
    pages = {end: page for end, page in slowest.items() if not page.kind.startswith(FILES)}
    print(f"  {'p95 ms':>8} {'CPU ms':>7} {'SQL':>4} {'kB':>7}")
    over: list[str] = []
    for endpoint, page in slowest.items():
        slow = endpoint in pages and page.p95_ms > BUDGETS[name]
        heavy = page.kind == "text/html" and heaviest[endpoint] > HEAVIEST
        mark = " <- OVER BUDGET" if slow or heavy else " (file)" if endpoint not in pages else ""
        print(
            f"  {page.p95_ms:8.1f} {page.cpu_ms:7.1f} {page.statements:4} {heaviest[endpoint]:7.1f}"
            f"  {endpoint} as {page.who}: {page.address}{mark}"
        )
        over += [endpoint] if slow or heavy else []
    print(f"  over budget ({BUDGETS[name]:g} ms, {HEAVIEST:g} kB): {', '.join(over) or 'none'}")
    for sentence in wrong:
        print(f"  WRONG: {sentence}")
    html = [heaviest[end] for end, page in pages.items() if page.kind == "text/html"]
    worst = [page.p95_ms for page in pages.values()]
    figures = {
        f"{name}_pages": float(len(slowest)),
        f"{name}_worst_p95_ms": max(worst),
        f"{name}_over_budget": float(len(over)),
        f"{name}_broken_or_shut": float(len(wrong)),
        f"{name}_median_p95_ms": statistics.median(worst),
        f"{name}_heaviest_kb": max(html),
    }
    return figures | {f"{name}_p95_ms[{end}]": page.p95_ms for end, page in list(pages.items())[:10]}
