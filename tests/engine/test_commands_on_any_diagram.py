"""Withdraw, stop, resume, extend, apologise: valid on any diagram, also under parallel branches."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine import events as e
from tests.builders import APPLICANT, officer
from tests.engine.case import Case, given
from tests.engine.procedures import consulting, simple

LEADER = officer("leader")


def parallel() -> Case:
    return given(consulting(extension_max_days=10)).does("nhan")


def test_withdrawal_clears_every_branch():
    case = parallel().when(c.WithdrawDossier(APPLICANT, "không còn nhu cầu"))
    case.then(
        e.TaskCancelled,
        e.TimerDisarmed,
        e.StatusChanged("withdrawn", "", case.said("không còn nhu cầu")),
        e.DossierClosed,
        e.ClockEnded,
    )
    assert not case.state.tasks
    assert not case.state.timers
    assert case.state.closed


def test_a_withdrawal_needs_a_reason():
    parallel().when(c.WithdrawDossier(APPLICANT, "")).then_rejected("reason_required")


def test_a_dossier_with_a_result_is_not_withdrawn():
    case = given(simple()).does("nhan", "accept").does("tham_dinh", "approve").does("ky", "sign")
    case.when(c.WithdrawDossier(APPLICANT, "thôi")).then_rejected("dossier_closed")


def test_a_stop_blocks_every_task_and_sets_timers_aside():
    case = parallel().when(c.StopDossier(LEADER, "chờ kết luận thanh tra"))
    case.then(e.DossierStopped, e.TimerDisarmed, e.StatusChanged, e.ClockPaused)
    assert (case.state.status, case.event(e.ClockPaused).cause) == ("stopped", "stopped")
    case.claims("khao_sat").then_rejected("dossier_stopped")
    case.when(c.StopDossier(LEADER, "nữa")).then_rejected("dossier_stopped")
    assert not case.state.timers


def test_resumption_moves_timers_deadlines_and_the_due_date():
    """Stopped for one working day from Friday to Monday: everything is later by what was lost."""
    case = parallel()
    (timer_id, before), due_at = next(iter(case.state.timers.items())), case.task("hoi").due_at
    case.when(c.StopDossier(LEADER, "chờ"), at="2023-06-16 09:00")
    case.when(c.ResumeDossier(LEADER, "xong"), at="2023-06-19 09:00")
    case.then(
        e.DossierResumed,
        e.StatusChanged("processing", "", case.said("xong")),
        e.TimerArmed,
        e.TaskDueSet,
        e.ClockResumed,
    )
    assert before.due_at == "2023-06-18T02:00:00+00:00"
    assert case.state.timers[timer_id].due_at == "2023-06-21T02:00:00+00:00"
    assert (due_at, case.task("hoi").due_at) == ("2023-06-19T02:00:00+00:00", "2023-06-20T02:00:00+00:00")
    assert case.state.clock.due_at == "2023-06-21T02:00:00+00:00"
    case.does("khao_sat").accepted()


def test_a_stop_during_a_supplement_comes_back_to_the_supplement():
    case = given(simple()).does("nhan", "accept").does("tham_dinh", "supplement")
    case.when(c.StopDossier(LEADER, "chờ")).when(c.ResumeDossier(LEADER, "tiếp"))
    assert case.state.status == "supplement"
    assert case.state.clock.pauses[-1].to_at is None


def test_only_a_stopped_dossier_is_resumed():
    parallel().when(c.ResumeDossier(LEADER, "x")).then_rejected("not_stopped")


def test_an_extension_is_once_bounded_and_before_the_due_date():
    case = parallel()
    case.when(c.ExtendDeadline(LEADER, 11, "phức tạp")).then_rejected("extension_not_allowed")
    case.when(c.ExtendDeadline(LEADER, 5, "phức tạp")).then(e.DeadlineExtended)
    assert (
        case.state.clock.due_at == "2023-06-26T10:00:00+00:00"
    )  # 20/6 + 5 days = Sunday → Monday's closing time
    assert case.state.clock.original_due_at == "2023-06-20T02:00:00+00:00"
    case.when(c.ExtendDeadline(LEADER, 1, "nữa")).then_rejected("extension_not_allowed")
    late = parallel().when(c.ExtendDeadline(LEADER, 5, "phức tạp"), at="2023-06-21 08:00")
    late.then_rejected("extension_not_allowed")


def test_an_apology_promises_a_new_date_once_and_leaves_the_due_date():
    case = parallel()
    due_at = case.state.clock.due_at
    case.when(c.Apologise(LEADER, "2023-06-22", "thiếu nhân sự")).then(e.Apologised, e.PaperIssued("04"))
    assert (case.state.clock.due_at, case.state.promised_on) == (due_at, "2023-06-22")
    case.when(c.Apologise(LEADER, "2023-06-23", "nữa")).then_rejected("apology_once")


@pytest.mark.parametrize("day", ["2023-06-19", "2023-06-24", "hôm nào đó"])
def test_an_apology_promises_a_working_day_after_the_due_date(day: str):
    parallel().when(c.Apologise(LEADER, day, "x")).then_rejected("answers_invalid")


def test_a_stop_before_reception_comes_back_to_status_1():
    case = given(simple()).when(c.StopDossier(LEADER, "chờ")).when(c.ResumeDossier(LEADER, "tiếp"))
    assert case.state.status == "submitted"
    case.does("nhan", "accept").accepted()
