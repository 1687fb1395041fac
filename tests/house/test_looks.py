"""Every page and call that shows a dossier writes the look log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from store.look_kinds import KINDS
from store.tables import look_log
from tests.casework.town import WARD
from tests.flows.conftest import counter
from tests.flows.counter import CITIZEN, Counter
from tests.security.conftest import unbuilt_assets
from tests.security.people import browser, clerk, file_of, file_one

__all__ = ["counter", "unbuilt_assets"]

# Addresses that take a dossier, a task or a file: by endpoint, with who asks. A new one is added here.
SHOWS = {
    "citizen.my_dossiers": CITIZEN,
    "citizen.dossier": CITIZEN,
    "citizen.stored_file": CITIZEN,
    "citizen.deadline": CITIZEN,
    "citizen.looks_at": CITIZEN,
    "citizen.receipt": CITIZEN,
    "citizen.declared": CITIZEN,
    "citizen.attachment": CITIZEN,
    "counter.filed": "clerk",
    "counter.digitise": "clerk",
    "desk.home": "clerk",
    "desk.queue": "clerk",
    "desk.queue_file": "clerk",
    "desk.task": "clerk",
    "desk.dossiers": "clerk",
    "desk.dossier": "clerk",
    "desk.deadline": "clerk",
    "desk.paper": "clerk",
    "desk.attachment": "clerk",
    "desk.attachment_signatures": "clerk",
    "counter.first_page": "clerk",
    "counter.home": "clerk",
    "counter.step": "clerk",
    "dossiers.index": CITIZEN,
    "dossiers.one": CITIZEN,
    "dossiers.events": CITIZEN,
    "dossiers.deadline": CITIZEN,
    "dossiers.looks_at": CITIZEN,
    "results.paper": "clerk",
    "payments.bill": CITIZEN,
    "conversations.read": CITIZEN,
    "colleagues.opinions": "clerk",
    "colleagues.notes": "clerk",
    "tasks.index": "clerk",
    "tasks.one": "clerk",
    "attachments.one": CITIZEN,
}
# Shown only when a result is handed over, a task is the applicant's, or somebody leads: tested in their own rooms.
ELSEWHERE = {
    "desk.document",
    "desk.document_picture",
    "desk.document_pages",
    "citizen.petition",
    "petitions.one",
    "desk.petition",
    "citizen.payment_receipt",
    "citizen.result",
    "citizen.paper",
    "citizen.answer",
    "desk.result",
    "results.one",
    "documents.index",
    "documents.one",
    "documents.compare",
    "counter.certified_words",
    "counter.handed_slip",
}
NAMING = {"code", "task_id", "attachment_id", "queue"}
NO_DOSSIER = {
    "citizen.procedure",
    "citizen.blank_form",
    "procedures.one",
    "auth.language",
    "admin.version",
    "admin.migration",
    "migrations.progress",
    "citizen.begin",
    "desk.counters",
}


def test_every_showing_address_is_known_here(counter: Counter) -> None:
    """An address with a dossier, task or file in it is in one of the lists above."""
    unknown = {
        rule.endpoint
        for rule in counter.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments & NAMING
    } - set(SHOWS)
    assert unknown - ELSEWHERE - NO_DOSSIER == set()


def test_the_table_of_looks_knows_every_name_that_the_log_keeps() -> None:
    """And no other: what a page shows decides how its looks are told. A formatted name stands there by its first words."""
    rooms = (
        path
        for room in ("api", "casework", "web")
        for path in (Path(__file__).parents[2] / room).rglob("*.py")
    )
    named = {name for path in rooms for name in _names(ast.parse(path.read_text(encoding="utf-8")))}
    assert named == set(KINDS)


def _names(module: ast.Module) -> Iterator[str]:
    """What is given to `looks.record` as its page, at once or as `look` to a function that hands it on."""
    hands_on = {
        function.name: [one.arg for one in function.args.args].index("look")
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef) and any(one.arg == "look" for one in function.args.args)
    }
    for call in ast.walk(module):
        if not isinstance(call, ast.Call):
            continue
        if ast.unparse(call.func) == "looks.record":
            yield from _said(call.args[2])
        elif isinstance(call.func, ast.Name) and call.func.id in hands_on:
            yield from _said(call.args[hands_on[call.func.id]])


def _said(page: ast.expr) -> Iterator[str]:
    if isinstance(page, ast.Subscript):
        page = page.value
    if isinstance(page, ast.JoinedStr) and isinstance(first := page.values[0], ast.Constant):
        yield str(first.value)
    elif isinstance(page, ast.JoinedStr):  # the papers that a filing offers, in both of its rooms
        assert ast.unparse(page) == "f'{filing.room}/papers'"
        yield from ("citizen/papers", "counter/papers")
    elif isinstance(page, ast.Constant):
        yield str(page.value)
    else:
        assert ast.unparse(page) == "look", f"{ast.unparse(page)}: a name that nobody can look up"


def test_every_look_leaves_a_row(counter: Counter) -> None:
    """Who, which page, which dossier: one row more after each view."""
    dossier = file_one(counter)
    worker = counter.sign_in(clerk(counter))
    task = dossier["tasks"][0]["id"]  # type: ignore[index]
    assert worker.post(f"/tasks/{task}/claim").status_code == 200
    known = {
        "code": dossier["code"],
        "task_id": task,
        "attachment_id": file_of(dossier),
        "queue": f"{WARD}:one_stop_officer",
        "paper": "05",
    }
    for endpoint, who in SHOWS.items():
        rule = next(r for r in counter.app.url_map.iter_rules(endpoint) if "GET" in (r.methods or ()))
        with counter.app.test_request_context():
            address = counter.app.url_for(endpoint, **{name: known[name] for name in rule.arguments})
        name = clerk(counter) if who == "clerk" else who
        before = looks(counter)
        if address.startswith("/api/v1"):
            more = {"queue": known["queue"]} if endpoint == "tasks.index" else {}
            answer = counter.sign_in(name).get(address.removeprefix("/api/v1"), **more)
        else:
            answer = browser(counter, name).get(address)
        assert answer.status_code == 200, (endpoint, answer.status_code)
        assert looks(counter) == before + 1, endpoint


def looks(counter: Counter) -> int:
    with counter.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(look_log)) or 0
