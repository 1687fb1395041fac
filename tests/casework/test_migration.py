"""Running dossiers carried over to a new version: tried out, ordered, one job each; every table still follows from the log."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

from sqlalchemy import select

from casework import deliver, gate, migration
from casework.gate import Accepted
from casework.publish import Published
from engine.commands import ClaimTask, CompleteTask, MigrateDossier
from engine.rejection import Rejected
from national.ports import Partners
from store import rebuild, verify
from store.tables import answers, dossier, outbox, task
from tests.casework.test_publish import ADMIN, FILES, publish_it, zipped
from tests.casework.town import BIRTH, WARD, Town
from tests.fakes.partners import FakeMailer, FakeWebhook

WHY = "Quyết định 1868/QĐ-UBND"


def carry_out(town: Town) -> None:
    """What the workers do."""
    partners = Partners(FakeMailer(), FakeWebhook())
    for job in town.session.scalars(select(outbox.c.job_id).where(outbox.c.topic == "migrate")).all():
        deliver.deliver(town.session, partners, job, town.now)


def versions(town: Town) -> dict[str, int]:
    rows = town.session.execute(select(dossier.c.code, dossier.c.procedure_version))
    return {row.code: row.procedure_version for row in rows}


def new_version(town: Town, *, diagram: bytes | None = None, **changed: bytes) -> None:
    changed |= {"process.bpmn": diagram} if diagram else {}
    assert isinstance(publish_it(town, zipped(**changed), code=BIRTH), Published)


def trial(town: Town, **more: Any) -> list[migration.Trial]:
    found = migration.trial(town.session, ADMIN, BIRTH, 1, 2, now=town.now, **more)
    assert not isinstance(found, Rejected), found
    return found


def test_all_that_can_go_on_do_and_the_log_tells_it(town: Town) -> None:
    """One at the counter, one appraised and claimed; both finish what they are at on version 2."""
    fresh, appraised = town.submitted(), town.received()
    officer = town.officer(WARD, "civil_status_officer")
    task = town.task_no(appraised, "tham_dinh")
    assert isinstance(town.give(appraised, ClaimTask(officer, task)), Accepted)
    new_version(town)
    tried = trial(town)
    assert [(one.dossier_code, one.rejected) for one in tried] == [(fresh, None), (appraised, None)]
    assert versions(town) == {fresh: 1, appraised: 1}, "a trial keeps nothing"

    refused = migration.begin(town.session, ADMIN, BIRTH, 1, 2, " ", now=town.now)
    assert isinstance(refused, Rejected)
    assert migration.begin(town.session, ADMIN, BIRTH, 1, 2, WHY, now=town.now) == 2
    assert migration.waiting(town.session, BIRTH) == 2
    carry_out(town)
    assert migration.waiting(town.session, BIRTH) == 0
    assert versions(town) == {fresh: 2, appraised: 2}
    assert trial(town) == []
    done = town.give(appraised, CompleteTask(officer, task, "approve", {}))
    assert isinstance(done, Accepted), done
    assert done.state.procedure_version == 2
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_what_cannot_go_on_stays_and_says_why(town: Town) -> None:
    """The step where one dossier waits belongs to somebody else in the new version; the other goes."""
    waiting, fresh = town.received(), town.submitted()
    drawn = FILES["process.bpmn"].replace(
        b'name="role" value="civil_status_officer"', b'name="role" value="clerk"'
    )
    new_version(town, diagram=drawn)
    reasons = {one.dossier_code: one.rejected for one in trial(town)}
    assert reasons[fresh] is None
    assert reasons[waiting] is not None
    assert "vai trò" in reasons[waiting].vi
    migration.begin(town.session, ADMIN, BIRTH, 1, 2, WHY, now=town.now)
    carry_out(town)
    assert versions(town) == {waiting: 1, fresh: 2}


def test_a_step_that_was_renamed_is_found_again_everywhere(town: Town) -> None:
    """The likeliest counterpart is suggested; with it the dossier goes over, and what is done keeps its name."""
    past, waiting = town.received(), town.received()
    officer = town.officer(WARD, "civil_status_officer")
    town.complete(past, "tham_dinh", officer, "approve")
    assert isinstance(town.give(waiting, ClaimTask(officer, town.task_no(waiting, "tham_dinh"))), Accepted)
    redrawn = {name: re.sub(rb"\btham_dinh\b", b"xem_xet", text) for name, text in FILES.items()}
    redrawn["procedure.toml"] = redrawn["procedure.toml"].replace(b"version = 1\n", b"version = 2\n", 1)
    new_version(town, **redrawn)
    (place,) = migration.places(town.session, BIRTH, 1, 2)
    assert (place.step.element_id, place.likely) == ("tham_dinh", "xem_xet")
    _, unnamed = trial(town)
    assert unnamed.rejected
    assert place.step.name in unnamed.rejected.vi
    renamed = {"tham_dinh": "xem_xet"}
    _, named = trial(town, renamed=renamed)
    assert (named.rejected, named.steps) == (None, [(place.step.name, place.step.name)])
    wrong = migration.trial(town.session, ADMIN, BIRTH, 1, 2, renamed={"tham_dinh": "ky"}, now=town.now)
    assert isinstance(wrong, Rejected)
    officers_order = migration.begin(town.session, officer, BIRTH, 1, 2, WHY, renamed=renamed, now=town.now)
    assert isinstance(officers_order, Rejected)

    migration.begin(town.session, ADMIN, BIRTH, 1, 2, WHY, renamed=renamed, now=town.now)
    payloads = town.session.scalars(select(outbox.c.payload).where(outbox.c.topic == "migrate")).all()
    assert WHY not in str(payloads), "the grounds stand with the dossier's data"
    carry_out(town)
    assert versions(town) == {past: 2, waiting: 2}
    told = [body for body in town.session.scalars(select(answers.c.body)) if body == WHY]
    assert len(told) == 2, "each dossier has them once, under the digest that its log names"
    named_before = town.session.scalars(select(task.c.element_id).where(task.c.kind == "appraise")).all()
    assert named_before == ["xem_xet", "xem_xet"]
    done = town.give(waiting, CompleteTask(officer, town.task_no(waiting, "xem_xet"), "approve", {}))
    assert isinstance(done, Accepted), done
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_who_waited_for_the_dossier_meanwhile_is_served_on_the_new_version(town: Town) -> None:
    """The lock's own row is then of version 2, what was joined to it of version 1: it is read once more."""
    code = town.submitted()
    new_version(town)
    clerk = town.officer(WARD, "one_stop_officer")
    answers: list[object] = []

    def claim() -> None:
        with town.new_session() as session:
            answers.append(gate.handle(session, code, ClaimTask(clerk, 1), now=town.now))

    with town.new_session() as session:
        session.execute(select(dossier.c.id).where(dossier.c.code == code).with_for_update())
        waiting = threading.Thread(target=claim)
        waiting.start()
        blocked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        until = time.monotonic() + 30
        while not town.session.connection().exec_driver_sql(blocked).scalar() and time.monotonic() < until:
            town.session.rollback()
        answer = gate.handle(session, code, MigrateDossier(ADMIN, 2, WHY), now=town.now)
        assert isinstance(answer, Accepted)
    waiting.join()
    (claimed,) = answers
    assert isinstance(claimed, Accepted), claimed
    assert claimed.state.procedure_version == 2
