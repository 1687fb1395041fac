"""A worker that signs is killed (SIGKILL) at every point where it hurts; afterwards every document has one signature in
effect and the book has no gap."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from casework.documents import files, signing
from casework.documents.checking import check
from engine.commands import WithdrawDossier
from national.ports import Signing, Unreachable
from national.simulators.remote_signing import Service
from national.simulators.time_stamp import Stamps
from store.queries import dossiers
from store.tables import document_file, outbox, result_book, signing_batch
from store.tables import signing as items
from tests.casework.town import WARD, Town
from tests.documents.conftest import SECRET, Desk
from tests.documents.work import asked, carry_out, confirmation_before, public_id, result_of, states

ROOT = Path(__file__).resolve().parents[2]
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


def worker(town: Town, providers: Providers, secret: str = SECRET) -> subprocess.Popen[str]:
    """A process that carries out what is due of signing."""
    due = select(outbox.c.job_id).where(outbox.c.done_at.is_(None), outbox.c.topic.like("sign.%"))
    jobs = [str(job) for job in town.session.scalars(due.order_by(outbox.c.id))]
    town.session.rollback()
    request = {
        "database": town.session.get_bind().url.render_as_string(hide_password=False),  # type: ignore[union-attr]
        "now": town.now.isoformat(),
        "signing": providers.url,
        "token": TOKEN,
        "secret": secret,
        "jobs": jobs,
    }
    argv = [sys.executable, "-m", "tests.documents.killed", json.dumps(request)]
    pipe = subprocess.PIPE
    started = subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    providers.victim = started.pid
    return started


def killed(process: subprocess.Popen[str]) -> None:
    """It has died by SIGKILL."""
    with process:
        assert process.wait(SECONDS) == -signal.SIGKILL


def finished(town: Town, providers: Providers) -> None:
    """New workers carry out what is left, as after a restart."""
    providers.path = ""
    while town.session.scalar(
        select(outbox.c.id).where(outbox.c.done_at.is_(None), outbox.c.topic.like("sign.%")).limit(1)
    ):
        process = worker(town, providers)
        process.communicate("\n" * 10, timeout=SECONDS)
        assert process.returncode == 0
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
    ("path", "at"),
    [("signatures/signHash", 1), ("/tsa", 1), ("/tsa", 2)],
    ids=["while-signing", "in-the-first-document", "between-two-documents"],
)
def test_killed_while_a_batch_is_signed(
    town: Town, desk: Desk, providers: Providers, path: str, at: int
) -> None:
    """Nothing of it is kept, neither files nor numbers; the next worker signs all with the same PIN."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(2)]
    batch = asked(town, town.officer(WARD, "clerk"), *(public_id(town, code, "vao_so") for code in codes))
    kept = len(town.session.scalars(select(document_file.c.sha256)).all())
    providers.path, providers.at = path, at
    killed(worker(town, providers))
    assert states(town, batch) == [("waiting", "")] * 2
    assert len(town.session.scalars(select(document_file.c.sha256)).all()) == kept
    assert town.session.scalars(select(result_book.c.last)).all() == []
    finished(town, providers)
    assert states(town, batch) == [("done", "")] * 2
    sealed_once(town, desk, codes)


def test_killed_between_the_effects_of_two_documents(town: Town, desk: Desk, providers: Providers) -> None:
    """One step is completed, the other's signature waits; then killed again inside the second's transaction."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(2)]
    batch = asked(town, town.officer(WARD, "clerk"), *(public_id(town, code, "vao_so") for code in codes))
    carry_out(town, desk.signing, "sign.batch")
    assert states(town, batch) == [("signed", "")] * 2
    first = worker(town, providers)
    assert first.stdout is not None
    assert first.stdout.readline() == "done\n"
    first.kill()
    killed(first)
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
        killed(second)
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
    process = worker(town, providers, secret="another")
    assert process.communicate("\n" * 10, timeout=SECONDS)[0] == "done\n"
    assert states(town, batch) == [("failed", "pin_lost")]
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None
    again = asked(town, clerk, public_id(town, codes[0], "vao_so"))
    finished(town, providers)
    assert states(town, again) == [("done", "")]
    sealed_once(town, desk, codes)


@pytest.mark.parametrize("why", ["wrong PIN", "withdrawn", "asked twice", "account closed"])
def test_a_number_taken_for_nothing_is_given_next(town: Town, desk: Desk, why: str) -> None:
    """Whatever became of the document that had it."""
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
    number = "02" if why == "asked twice" else "01"
    assert result_of(town, codes[1], result=PAPER)["number"] == f"{number}/UBND-XNTTHN"


def test_a_pin_does_not_wait_for_a_silent_service(town: Town, desk: Desk) -> None:
    """After an hour the batch fails by name and the PIN is gone."""
    code = confirmation_before(town, "ky")
    batch = asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"))
    away = Signing(desk.signing.service, Silent(), "http://motcua.test", SECRET, "Bản thử")
    assert carry_out(town, away) == ["postponed"]
    town.now += signing.PATIENCE - timedelta(seconds=1)
    assert carry_out(town, away) == ["postponed"]
    town.now += timedelta(minutes=5)
    assert carry_out(town, away) == ["done"]
    assert states(town, batch) == [("failed", "signing_unreachable")]
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None


class Silent:
    """Time stamps that do not answer."""

    def answer(self, query: bytes) -> bytes:
        raise Unreachable("the time stamps are away")
