"""Every page and call that shows a dossier writes the look log."""

from __future__ import annotations

from sqlalchemy import func, select

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
