"""Running dossiers carried over to a new version: tried out, ordered, one job each; every table still follows from the log."""

from __future__ import annotations

import threading
import time

from sqlalchemy import select

from casework import deliver, gate, migration
from casework.gate import Accepted
from casework.publish import Published
from engine.commands import ClaimTask, CompleteTask, MigrateDossier
from engine.rejection import Rejected
from national.ports import Partners
from store import rebuild, verify
from store.tables import dossier, outbox
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


def new_version(town: Town, *, diagram: bytes | None = None) -> None:
    changed = {"process.bpmn": diagram} if diagram else {}
    assert isinstance(publish_it(town, zipped(**changed), code=BIRTH), Published)


def test_all_that_can_go_on_do_and_the_log_tells_it(town: Town) -> None:
    """One at the counter, one appraised and claimed; both finish what they are at on version 2."""
    fresh, appraised = town.submitted(), town.received()
    officer = town.officer(WARD, "civil_status_officer")
    task = town.task_no(appraised, "tham_dinh")
    assert isinstance(town.give(appraised, ClaimTask(officer, task)), Accepted)
    new_version(town)
    tried = migration.trial(town.session, ADMIN, BIRTH, 1, 2, now=town.now)
    assert [(one.dossier_code, one.rejected) for one in tried] == [(fresh, None), (appraised, None)]
    assert versions(town) == {fresh: 1, appraised: 1}, "a trial keeps nothing"

    refused = migration.begin(town.session, ADMIN, BIRTH, 1, 2, " ", now=town.now)
    assert isinstance(refused, Rejected)
    assert migration.begin(town.session, ADMIN, BIRTH, 1, 2, WHY, now=town.now) == 2
    assert migration.waiting(town.session, BIRTH) == 2
    carry_out(town)
    assert migration.waiting(town.session, BIRTH) == 0
    assert versions(town) == {fresh: 2, appraised: 2}
    assert migration.trial(town.session, ADMIN, BIRTH, 1, 2, now=town.now) == []
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
    reasons = {
        one.dossier_code: one.rejected
        for one in migration.trial(town.session, ADMIN, BIRTH, 1, 2, now=town.now)
    }
    assert reasons[fresh] is None
    assert reasons[waiting] is not None
    assert "vai trò" in reasons[waiting].vi
    migration.begin(town.session, ADMIN, BIRTH, 1, 2, WHY, now=town.now)
    carry_out(town)
    assert versions(town) == {waiting: 1, fresh: 2}


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
