"""Many people at one dossier: the row lock lets one through at a time, the version tells the others."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import select

from casework import definitions, gate, reference
from casework.gate import Accepted
from engine import decide
from engine.commands import ClaimTask, CompleteTask, WithdrawDossier
from engine.decision import Decision
from engine.rejection import Rejected
from store import journal, load, rebuild, verify
from store.tables import task
from tests.casework.town import WARD, Town


def test_twenty_officers_claim_one_task_and_one_wins(town: Town) -> None:
    """The others are told that it is taken."""
    code = town.submitted()
    clerk = town.officer(WARD, "one_stop_officer")

    def claim(number: int) -> str:
        with town.new_session() as session:
            officer = replace(clerk, id=f"officer{number}")
            answer = gate.handle(session, code, ClaimTask(officer, 1), now=town.now)
            return answer.code if isinstance(answer, Rejected) else "won"

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(claim, range(20)))
    assert answers == ["task_taken"] * 19 + ["won"]
    assert verify.verify_log(town.session).rows == 2


def test_the_second_to_complete_is_told_that_it_is_done(town: Town) -> None:
    """A double click, or two browser windows."""
    code = town.received()
    clerk = town.officer(WARD, "one_stop_officer")
    answer = town.give(code, CompleteTask(clerk, 1, "accept"))
    assert isinstance(answer, Rejected)
    assert answer.code == "task_done"


def test_a_version_that_was_seen_too_long_ago_is_stale(town: Town) -> None:
    """Somebody claimed and released meanwhile: the page shows yesterday's task."""
    code = town.submitted()
    clerk = town.officer(WARD, "one_stop_officer")
    seen = town.session.scalar(select(task.c.version))
    assert isinstance(town.give(code, ClaimTask(clerk, 1, seen_version=seen)), Accepted)
    answer = town.give(code, CompleteTask(clerk, 1, "accept", seen_version=seen))
    assert isinstance(answer, Rejected)
    assert answer.code == "stale_version"


def test_commands_of_many_at_one_dossier_leave_a_whole_log(town: Town) -> None:
    """Claims and a withdrawal in a crowd: whatever order they came in, tables and log agree."""
    code = town.submitted()
    clerk, citizen = town.officer(WARD, "one_stop_officer"), town.applicant()

    def act(number: int) -> None:
        with town.new_session() as session:
            command = (
                WithdrawDossier(citizen, "Thôi")
                if number == 7
                else ClaimTask(replace(clerk, id=f"officer{number}"), 1)
            )
            gate.handle(session, code, command, now=town.now)

    with ThreadPoolExecutor(15) as pool:
        list(pool.map(act, range(15)))
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_who_waited_for_the_lock_decides_on_what_the_first_one_left(town: Town) -> None:
    """Snapshot and row are of the same command, also for a statement that began before that command's commit."""
    code = town.submitted()
    clerk = town.officer(WARD, "one_stop_officer")
    with town.new_session() as first, town.new_session() as second, ThreadPoolExecutor(1) as pool:
        held = load.locked(first, code)
        assert held
        waiting = pool.submit(load.locked, second, code)
        time.sleep(0.2)
        assert not waiting.done()
        command = ClaimTask(clerk, 1)
        known = reference.load(first, town.now).facts
        definition = definitions.get(first, held.procedure_code, held.procedure_version)
        decision = decide.decide(definition, held.state, held.document, known, command, town.now)
        assert isinstance(decision, Decision)
        journal.write(first, held.id, command, decision, at=town.now, head=held.head, known=held.bodies)
        first.commit()
        seen = waiting.result(timeout=10)
        assert seen
        assert (seen.state.seq, seen.state.tasks[1].assignee) == (2, clerk.id)
        assert seen.head != held.head
        second.rollback()
