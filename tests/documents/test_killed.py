"""A worker that signs is killed (SIGKILL) at every point where it hurts; afterwards every document has one signature in
effect and the book has no gap."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from casework import deliver
from casework.documents import batches, files, scans
from casework.documents.checking import check
from engine.commands import WithdrawDossier
from national.demo_ca import PIN
from national.ports import Signing, Unreachable
from national.simulators.remote_signing import Service
from national.simulators.time_stamp import Stamps
from store.queries import counter, dossiers, halted
from store.tables import (
    attachment,
    attachment_body,
    document_file,
    outbox,
    reserved_number,
    result_book,
    signing_batch,
    signing_call,
    signing_piece,
)
from store.tables import signing as items
from tests.casework.town import WARD, Town
from tests.documents.conftest import SECRET, Desk
from tests.documents.killed import Request as Work
from tests.documents.killed import Worker
from tests.documents.test_scans import PNG, files_of, pdf, scanned
from tests.documents.work import SIGNING, asked, carry_out, confirmation_before, public_id, result_of, states

TOKEN = "for tests"
PAPER = "giay_xac_nhan"
SECONDS = 60.0


class Providers:
    """Signing service and time stamps over HTTP, which kill who asks at the `at`-th request for `path`."""

    def __init__(self, folder: Path) -> None:
        self.service, self.stamps = Service(folder, TOKEN), Stamps(folder)
        self.path, self.at, self.victim = "", 0, 0
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    @Request.application
    def _answer(self, request: Request) -> Response:  # type: ignore[misc]
        if self.path and request.path.endswith(self.path):
            self.at -= 1
            if self.at == 0:
                os.kill(self.victim, signal.SIGKILL)
        return self.stamps.answer(request) if request.path == "/tsa" else self.service.answer(request)


@pytest.fixture
def providers(desk: Desk, town: Town) -> Iterator[Providers]:
    opened = Providers(desk.folder)
    clerk = town.officer(WARD, "clerk")
    opened.service.enrol(f"seal:{WARD}", "Ủy ban nhân dân phường Thạch Khôi", "UBND phường Thạch Khôi")
    opened.service.enrol(f"person:{clerk.id}", clerk.name, "UBND phường Thạch Khôi")
    yield opened
    opened.close()


def worker(town: Town, providers: Providers, secret: str = SECRET, poison: object = None) -> Worker:
    """A process that carries out what is due of signing."""
    town.session.rollback()
    due = select(outbox.c.job_id).where(outbox.c.done_at.is_(None), outbox.c.topic.in_(SIGNING))
    jobs = tuple(town.session.scalars(due.order_by(outbox.c.id)))
    town.session.rollback()
    database = town.session.get_bind().url.render_as_string(hide_password=False)  # type: ignore[union-attr]
    started = Worker(Work(database, town.now, providers.url, TOKEN, secret, jobs, poison))
    providers.victim = started.pid
    return started


def finished(town: Town, providers: Providers) -> None:
    """New workers carry out what is left, as after a restart."""
    providers.path = ""
    while town.session.scalar(
        select(outbox.c.id).where(outbox.c.done_at.is_(None), outbox.c.topic.in_(SIGNING)).limit(1)
    ):
        worker(town, providers).finished()
        town.session.rollback()


def sealed_once(town: Town, desk: Desk, codes: list[str]) -> None:
    """Each has one number and one seal that counts; numbers run from 1 without a gap; no PIN is left."""
    town.session.rollback()
    found = [result_of(town, code, result=PAPER) for code in codes]
    assert sorted(one["number"] for one in found) == [
        f"{n:02d}/UBND-XNTTHN" for n in range(1, len(codes) + 1)
    ]
    assert town.session.execute(select(result_book.c.last, result_book.c.returned)).all() == [
        (len(codes), [])
    ]
    for empty in (reserved_number, signing_piece, signing_call):
        assert town.session.scalar(select(func.count()).select_from(empty)) == 0, empty.name
    assert (
        town.session.scalars(select(signing_batch.c.pin).where(signing_batch.c.pin.is_not(None))).all() == []
    )
    for code, one in zip(codes, found, strict=True):
        steps = town.session.scalar(
            text(
                "select count(*) from task t join dossier d on d.id = t.dossier_id"
                " where d.code = :code and t.kind = 'stamp' and t.state = 2"
            ),
            {"code": code},
        )
        assert steps == 1
        pdf = files.content(town.session, dossiers.ids(town.session, code), PAPER, one["file"])
        assert pdf is not None
        checked = check(pdf, desk.anchors)
        assert (checked.verdict, len(checked.signatures)) == ("valid", 2)


@pytest.mark.parametrize(
    ("path", "at", "signed"),
    [("signatures/signHash", 1, 0), ("/tsa", 1, 0), ("/tsa", 2, 1)],
    ids=["while-signing", "in-the-first-document", "between-two-documents"],
)
def test_killed_while_a_batch_is_signed(
    town: Town, desk: Desk, providers: Providers, path: str, at: int, signed: int
) -> None:
    """Numbers stay with their documents, what is signed stays signed; the next worker does the rest with the same PIN."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(2)]
    batch = asked(town, town.officer(WARD, "clerk"), *(public_id(town, code, "vao_so") for code in codes))
    kept = len(town.session.scalars(select(document_file.c.sha256)).all())
    providers.path, providers.at = path, at
    worker(town, providers).killed()
    assert states(town, batch) == [("signed", "")] * signed + [("waiting", "")] * (2 - signed)
    assert len(town.session.scalars(select(document_file.c.sha256)).all()) == kept + signed
    reserved = town.session.execute(select(reserved_number.c.number, reserved_number.c.dossier_id)).all()
    assert reserved == list(enumerate((dossiers.ids(town.session, code) for code in codes), start=1))
    finished(town, providers)
    assert states(town, batch) == [("done", "")] * 2
    sealed_once(town, desk, codes)
    assert providers.service.authorised == (2 if path.startswith("sign") else 1)


def test_a_document_that_kills_every_worker_stands_as_failed(
    town: Town, desk: Desk, providers: Providers
) -> None:
    """Begun three times, then left: the others of the batch are sealed, the officer and the admin are told by name."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(3)]
    clerk = town.officer(WARD, "clerk")
    batch = asked(town, clerk, *(public_id(town, code, "vao_so") for code in codes))
    poison = public_id(town, codes[1], "vao_so")
    for _ in range(batches.MOST_TRIES):
        worker(town, providers, poison=poison).killed()
    worker(town, providers, poison=poison).finished()
    finished(town, providers)
    assert states(town, batch) == [("done", ""), ("failed", "worker_killed"), ("done", "")]
    assert [row["dossier"] for row in halted.found(town.session)] == [codes[1]]
    asked(town, clerk, poison)
    finished(town, providers)
    sealed_once(town, desk, codes)


def test_a_batch_that_kills_every_worker_stands_as_failed(
    town: Town, desk: Desk, providers: Providers
) -> None:
    """No single document is to blame: handed out again five times, then all of it has failed, and its number is kept."""
    code = confirmation_before(town, "vao_so", desk.signing)
    batch = asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    for time_ in range(deliver.MOST_DEATHS + 1):
        _handed_out(town, time_ + 1)
        providers.path, providers.at = "signatures/signHash", 1
        worker(town, providers).killed()
    assert states(town, batch) == [("waiting", "")]
    _handed_out(town, deliver.MOST_DEATHS + 2)
    finished(town, providers)
    assert states(town, batch) == [("failed", "worker_killed")]
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None
    assert [row["kind"] for row in halted.found(town.session)] == ["document", "job"]
    asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    finished(town, providers)
    sealed_once(town, desk, [code])


def _handed_out(town: Town, times: int) -> None:
    """As the relay counts it."""
    town.session.execute(update(outbox).where(outbox.c.done_at.is_(None)).values(dispatches=times))
    town.session.commit()


def test_scans_killed_in_mid_signing_are_signed_once(town: Town, desk: Desk, providers: Providers) -> None:
    """The first is signed and stays so; the next worker signs the second, and every file has one signature."""
    officer = town.officer(WARD, "one_stop_officer")
    providers.service.enrol(f"person:{officer.id}", officer.name, "UBND phường Thạch Khôi")
    code = scanned(town, officer, pdf(), pdf(rotate=90), PNG)
    ids = [uuid.UUID(one["id"]) for one in files_of(town, code)]
    batch = scans.ask(town.session, officer, [WARD], [*map(str, ids)], PIN, secret=SECRET, now=town.now)
    assert isinstance(batch, uuid.UUID)
    providers.path, providers.at = "/tsa", 2
    worker(town, providers).killed()
    poison = max(ids, key=str)
    assert sorted(one["state"] for one in counter.scans_of_batch(town.session, batch)) == [
        "signed",
        "waiting",
        "waiting",
    ]
    worker(town, providers, poison=poison).finished()
    finished(town, providers)
    after = files_of(town, code)
    assert {one["signed_by"] for one in after} == {officer.name}
    made = town.session.execute(
        select(attachment.c.id, attachment_body.c.content)
        .join(attachment_body, attachment_body.c.sha256 == attachment.c.sha256)
        .where(attachment.c.signed_by == officer.id)
    ).all()
    assert sorted(str(row.id) for row in made) == sorted(one["id"] for one in after), (
        "none was made for nothing"
    )
    for row in made:
        checked = check(bytes(row.content), desk.anchors)
        assert (checked.verdict, len(checked.signatures)) == ("valid", 1)
    assert providers.service.authorised == 1


def test_killed_between_the_effects_of_two_documents(town: Town, desk: Desk, providers: Providers) -> None:
    """One step is completed, the other's signature waits; then killed again inside the second's transaction."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(2)]
    batch = asked(town, town.officer(WARD, "clerk"), *(public_id(town, code, "vao_so") for code in codes))
    carry_out(town, desk.signing, "sign.batch")
    assert states(town, batch) == [("signed", "")] * 2
    first = worker(town, providers)
    assert first.said() == "done"
    first.kill()
    first.killed()
    town.session.rollback()
    assert sorted(states(town, batch)) == [("done", ""), ("signed", "")]

    waiting = town.session.scalar(select(items.c.dossier_id).where(items.c.state == "signed"))
    with town.new_session() as holder:
        holder.execute(text("select 1 from dossier where id = :id for update"), {"id": waiting})
        second = worker(town, providers)
        blocked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        deadline = time.monotonic() + SECONDS
        while not town.session.scalar(text(blocked)):
            town.session.rollback()
            assert time.monotonic() < deadline, "the worker never came to the dossier"
            time.sleep(0.05)
        second.kill()
        second.killed()
    town.session.rollback()
    assert sorted(states(town, batch)) == [("done", ""), ("signed", "")]
    finished(town, providers)
    assert states(town, batch) == [("done", "")] * 2
    sealed_once(town, desk, codes)


def test_a_changed_secret_is_said_and_the_batch_asked_for_again(
    town: Town, desk: Desk, providers: Providers
) -> None:
    """The sealed PIN cannot be read: it is emptied, the items say so, the tasks are still the clerk's."""
    codes = [confirmation_before(town, "vao_so", desk.signing)]
    clerk = town.officer(WARD, "clerk")
    batch = asked(town, clerk, public_id(town, codes[0], "vao_so"))
    assert worker(town, providers, secret="another").finished() == ["done"]
    assert states(town, batch) == [("failed", "pin_lost")]
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None
    again = asked(town, clerk, public_id(town, codes[0], "vao_so"))
    finished(town, providers)
    assert states(town, again) == [("done", "")]
    sealed_once(town, desk, codes)


@pytest.mark.parametrize("why", ["wrong PIN", "withdrawn", "asked twice", "account closed"])
def test_a_number_stays_with_its_document_and_none_is_lost(town: Town, desk: Desk, why: str) -> None:
    """Whatever became of the signature; only a dossier that has ended without it leaves its number to the next."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(2)]
    clerk = town.officer(WARD, "clerk")
    task = public_id(town, codes[0], "vao_so")
    asked(town, clerk, task, pin="999999" if why == "wrong PIN" else "123456")
    carry_out(town, desk.signing, "sign.batch")
    if why == "withdrawn":
        town.give(codes[0], WithdrawDossier(town.applicant(), "Không còn nhu cầu"))
    if why == "asked twice":
        twin = asked(town, clerk, task)
        carry_out(town, desk.signing, "sign.batch")
        carry_out(town, desk.signing)
        assert ("failed", "task_done") in states(town, twin)
    if why == "account closed":
        with town.owner() as connection:
            connection.execute(text("update account set active = false where username = :u"), {"u": clerk.id})
    carry_out(town, desk.signing)
    with town.owner() as connection:
        connection.execute(text("update account set active = true where username = :u"), {"u": clerk.id})
    asked(town, clerk, public_id(town, codes[1], "vao_so"))
    carry_out(town, desk.signing)
    number = "01" if why == "withdrawn" else "02"
    assert result_of(town, codes[1], result=PAPER)["number"] == f"{number}/UBND-XNTTHN"
    if why in ("wrong PIN", "account closed"):
        asked(town, clerk, task)
        carry_out(town, desk.signing)
        assert result_of(town, codes[0], result=PAPER)["number"] == "01/UBND-XNTTHN"
    assert town.session.scalar(select(func.count()).select_from(reserved_number)) == 0


def test_a_pin_does_not_wait_for_a_silent_service(town: Town, desk: Desk) -> None:
    """After an hour the batch fails by name and the PIN is gone."""
    code = confirmation_before(town, "ky")
    batch = asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"))
    away = Signing(desk.signing.service, Silent(), "http://motcua.test", SECRET, "Bản thử")
    assert carry_out(town, away) == ["postponed"]
    town.now += batches.PATIENCE - timedelta(seconds=1)
    assert carry_out(town, away) == ["postponed"]
    town.now += timedelta(minutes=5)
    assert carry_out(town, away) == ["done"]
    assert states(town, batch) == [("failed", "signing_unreachable")]
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None


class Silent:
    """Time stamps that do not answer."""

    def answer(self, query: bytes) -> bytes:
        raise Unreachable("the time stamps are away")
