"""One command is one commit: everything of it, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from casework import gate
from casework.gate import Accepted
from engine.commands import AssignTask, ClaimTask, CompleteTask, RepairIncident, StopDossier, WithdrawDossier
from engine.rejection import Rejected
from store import rebuild, verify
from store.tables import answers, dossier, dossier_sight, event_log, outbox, task, timer
from tests.casework.town import WARD, Town


def code_of(answer: Accepted | Rejected) -> str:
    assert isinstance(answer, Rejected), answer
    return answer.code


def test_the_birth_registration_runs_from_filing_to_the_result(town: Town) -> None:
    """Filed, received, appraised: tables, log and outbox say the same at every step."""
    code = town.submitted()
    assert code == f"{WARD}-230615-0001"
    checked = ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
    clerk = town.officer(WARD, "one_stop_officer")
    town.complete(code, "tiep_nhan", clerk, "accept", da_kiem_tra=checked)
    row = town.session.execute(select(dossier).where(dossier.c.code == code)).one()
    assert (row.status, row.seq, row.closed) == ("processing", 3, False)
    assert row.due_at is not None
    assert row.applicant_account == town.applicant().id
    assert row.applicant_name == town.applicant().name
    officer = town.officer(WARD, "civil_status_officer")
    town.complete(code, "tham_dinh", officer, "approve", da_doi_chieu=["csdl_dan_cu", "giay_to_sinh"])
    topics = town.session.scalars(select(outbox.c.topic).order_by(outbox.c.id)).all()
    assert "civil-status.register" in topics
    assert verify.verify_log(town.session).ok
    assert not rebuild.differences(town.session)


def test_a_rejected_command_leaves_no_trace(town: Town) -> None:
    """Not a row more, and the dossier's lock is free for the next."""
    code = town.submitted()
    before = counts(town)
    stranger = town.officer("H23.31", "one_stop_officer")
    assert code_of(town.give(code, ClaimTask(stranger, 1))) == "unknown_dossier"
    assert code_of(town.give(code, CompleteTask(town.officer(WARD, "one_stop_officer"), 1))) != "forbidden"
    assert counts(town) == before


def test_orders_that_belong_together_are_carried_out_together_or_not_at_all(town: Town) -> None:
    """A step claimed and completed in one go: what refuses the second leaves nothing of the first; both are rows of the log."""
    code, clerk = town.submitted(), town.officer(WARD, "one_stop_officer")
    before, claim = counts(town), ClaimTask(clerk, 1)
    refused = gate.handle(town.session, code, claim, CompleteTask(clerk, 1, "khong_co"), now=town.now)
    assert (code_of(refused), counts(town)) == ("outcome_unknown", before)
    checked = {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]}
    done = gate.handle(town.session, code, claim, CompleteTask(clerk, 1, "accept", checked), now=town.now)
    assert isinstance(done, Accepted), done
    assert {"TaskClaimed", "TaskCompleted"} <= {type(event).__name__ for event in done.events}
    assert (done.seq, counts(town)["event_log"]) == (3, before["event_log"] + 2)
    assert not rebuild.differences(town.session)


def test_no_dossier_no_command(town: Town) -> None:
    """A code that was never allotted is unknown, whoever asks."""
    assert code_of(town.give("H23-230615-9999", WithdrawDossier(town.applicant(), "x"))) == "unknown_dossier"


@pytest.mark.parametrize("text", ["\x00", "a\ud800b"])
def test_what_no_database_text_can_hold_is_refused(town: Town, text: str) -> None:
    """NUL and lone surrogates come from broken or hostile clients, in any text of any command."""
    code = town.submitted()
    assert code_of(town.give(code, WithdrawDossier(town.applicant(), text))) == "answers_invalid"


def test_a_declaration_has_a_size(town: Town) -> None:
    """More than a megabyte of answers is nobody's declaration."""
    code = town.submitted()
    assert code_of(town.give(code, WithdrawDossier(town.applicant(), "x" * 1_000_001))) == "too_large"


def test_a_task_is_assigned_only_to_somebody_of_its_queue(town: Town) -> None:
    """The dispatcher names an officer of the same queue; the list then shows that officer's name."""
    code = town.submitted()
    clerk = town.officer(WARD, "one_stop_officer")
    elsewhere = town.officer(WARD, "civil_status_officer")
    assert code_of(town.give(code, AssignTask(clerk, 1, elsewhere.id))) == "forbidden"
    assert isinstance(
        town.give(code, AssignTask(clerk, 1, clerk.id, "a name that a client made up")), Accepted
    )
    row = town.session.execute(select(task.c.assignee, task.c.assignee_name)).one()
    assert tuple(row) == (clerk.id, clerk.name)


def test_only_an_admin_repairs_and_only_a_leader_or_dispatcher_stops(town: Town) -> None:
    """The table of permits, where it is easiest to get wrong."""
    code = town.received()
    officer = town.officer(WARD, "civil_status_officer")
    assert code_of(town.give(code, RepairIncident(officer, "x"))) == "forbidden"
    assert code_of(town.give(code, StopDossier(officer, "x"))) == "forbidden"
    assert code_of(town.give(code, StopDossier(town.applicant(), "x"))) == "forbidden"
    assert isinstance(town.give(code, StopDossier(town.officer(WARD, "leader"), "Thiếu căn cứ")), Accepted)


def test_only_the_applicant_or_the_receiving_counter_withdraws(town: Town) -> None:
    """Another citizen's account gets nowhere; the own one ends all tasks and timers."""
    code = town.received()
    stranger = replace(town.applicant(), id="somebody-else")
    assert code_of(town.give(code, WithdrawDossier(stranger, "x"))) == "unknown_dossier"
    assert isinstance(town.give(code, WithdrawDossier(town.applicant(), "Không còn nhu cầu")), Accepted)
    row = town.session.execute(select(dossier.c.status, dossier.c.closed)).one()
    assert tuple(row) == ("withdrawn", True)
    assert town.session.scalar(select(func.count()).select_from(task).where(task.c.state < 2)) == 0
    assert town.session.scalar(select(func.count()).select_from(timer)) == 0


def test_personal_data_stands_in_answers_only(town: Town) -> None:
    """Neither the event log nor the outbox knows the applicant's name or number."""
    code = town.received()
    said = town.session.scalars(select(event_log.c.events)).all()
    told = town.session.scalars(select(outbox.c.payload)).all()
    for secret in (town.applicant().name, "030088001234", "NGUYỄN MINH ANH"):
        assert secret not in str(said)
        assert secret not in str(told)
        assert secret in str(town.session.scalars(select(answers.c.body)).all()) or secret == "030088001234"
    assert code in str(said)


def test_agencies_that_had_to_do_with_a_dossier_are_remembered(town: Town) -> None:
    """Sight begins with reception and grows with each queue the work comes to."""
    town.received()
    assert town.session.scalars(select(dossier_sight.c.agency)).all() == [WARD]
    key = town.session.scalar(select(dossier_sight.c.search_key))
    assert key
    assert key.endswith(" 230615 0001")


def test_a_handled_command_is_told_with_its_events(town: Town) -> None:
    """The answer carries what happened, so that a page need not read it again."""
    code = town.submitted()
    answer = gate.handle(
        town.session, code, ClaimTask(town.officer(WARD, "one_stop_officer"), 1), now=town.now
    )
    assert isinstance(answer, Accepted)
    assert answer.seq == 2
    assert [type(event).__name__ for event in answer.events][:1] == ["TaskClaimed"]


def counts(town: Town) -> dict[str, int]:
    tables = (dossier, event_log, task, timer, answers, outbox)
    found = {t.name: town.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}
    town.session.rollback()
    return found
