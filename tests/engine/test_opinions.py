"""Another unit's opinion while a step goes on: its own task and limit, answer or silence; the token stays."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine import events as e
from engine.actor import CLOCK
from tests.builders import DISTRICT, officer
from tests.engine.case import Case, given
from tests.engine.procedures import ONE_STOP, simple

ASKER, ASKED = officer("officer"), officer("consult", DISTRICT)


@pytest.fixture
def asked() -> Case:
    """Whoever appraises has asked the district; two working days to answer."""
    case = given(simple()).does("nhan", "accept")
    appraising = case.task("tham_dinh")
    case.when(c.ClaimTask(case.holder(appraising), appraising.no))
    return case.when(
        c.AskOpinion(
            case.holder(appraising), appraising.no, DISTRICT, "consult", "Có vướng không?", "2 working_day"
        )
    ).accepted()


def question(case: Case):
    return next(task for task in case.state.tasks.values() if task.kind == "opinion")


def asker(case: Case):
    task = next(task for task in case.state.tasks.values() if task.kind == "appraise")
    return case.holder(task), task


def test_a_question_waits_in_the_other_queue_and_nothing_moves(asked: Case):
    before = asked.state.flow
    event = asked.event(e.OpinionAsked)
    assert (event.agency, event.role, event.due_at) == (DISTRICT, "consult", "2023-06-19T02:00:00+00:00")
    assert asked.bodies[event.question] == {"text": "Có vướng không?"}
    assert asked.state.status == "processing"
    asked.when(c.ClaimTask(ASKED, question(asked).no)).then(e.TaskClaimed)
    asked.when(c.GiveOpinion(ASKED, question(asked).no, "Không vướng.")).then(e.TimerDisarmed, e.OpinionGiven)
    assert asked.state.flow == before
    assert asked.open == ["tham_dinh"]
    assert not asked.state.timers


def test_the_step_ends_before_the_answer_only_by_who_says_so(asked: Case):
    """Not by oversight: the refusal names who is asked, and the question then falls away with the step."""
    by, task = asker(asked)
    refused = asked.when(c.CompleteTask(by, task.no, "approve")).then_rejected("opinion_open")
    assert "Huyện" in refused.vi
    assert refused.problems[0].where == "without_opinions"
    knowing = c.CompleteTask(by, task.no, "approve", without_opinions=True)
    asked.when(knowing).then(e.TaskCompleted, e.TimerDisarmed, e.TaskCancelled)
    assert asked.open == ["ky"]
    assert not asked.state.timers


def test_silence_is_on_the_record_and_decides_nothing(asked: Case):
    timer = asked.event(e.TimerArmed).timer_id
    asked.when(c.FireTimer(CLOCK, timer), at="2023-06-19 08:59").then_rejected("no_timer")
    asked.when(c.FireTimer(CLOCK, timer), at="2023-06-19 09:00").then(e.TimerFired, e.OpinionLapsed)
    assert asked.open == ["tham_dinh"]
    asked.when(c.FireTimer(CLOCK, timer)).then_rejected("no_timer")


def test_the_limit_stands_still_with_the_dossier(asked: Case):
    leader = officer("leader")
    asked.when(c.StopDossier(leader, "Chờ thanh tra."), at="2023-06-15 10:00").accepted()
    asked.when(c.ResumeDossier(leader, "Xong."), at="2023-06-16 10:00").accepted()
    assert question(asked).due_at == "2023-06-20T02:00:00+00:00"
    (timer,) = asked.state.timers.values()
    assert timer.due_at == question(asked).due_at


def test_an_opinion_is_no_step(asked: Case):
    """It cannot be completed, sent back or asked about; who asked may take it back, others may not."""
    number = question(asked).no
    asked.when(c.ClaimTask(ASKED, number)).accepted()
    asked.when(c.CompleteTask(ASKED, number)).then_rejected("opinion_task")
    asked.when(c.ReturnTask(ASKED, number, "nhan", "Nhầm.")).then_rejected("opinion_task")
    asked.when(c.RecallTask(ASKED, number, "Nhầm.")).then_rejected("not_recallable")
    asked.when(c.AskOpinion(ASKED, number, DISTRICT, "consult", "?", "1 working_day")).then_rejected(
        "opinion_task"
    )
    asked.when(c.CancelOpinion(ASKED, number)).then_rejected("task_taken")
    by, task = asker(asked)
    asked.when(c.GiveOpinion(by, task.no, "Tự trả lời.")).then_rejected("opinion_task")
    asked.when(c.CancelOpinion(by, number)).then(e.TimerDisarmed, e.TaskCancelled)
    assert asked.open == ["tham_dinh"]


@pytest.mark.parametrize(
    ("question", "limit", "where"),
    [
        (" ", "2 working_day", "question"),
        ("?", "0 working_day", "limit"),
        ("?", "3 month", "limit"),
        ("?", "", "limit"),
    ],
)
def test_a_question_has_words_and_a_limit_in_working_time(question: str, limit: str, where: str):
    case = given(simple()).claims("nhan")
    refused = case.when(
        c.AskOpinion(officer(ONE_STOP), 1, DISTRICT, "consult", question, limit)
    ).then_rejected("answers_invalid")
    assert refused.problems[0].where == where


def test_withdrawal_takes_the_question_along(asked: Case):
    asked.when(c.WithdrawDossier(officer(ONE_STOP), "Đơn xin rút.")).accepted()
    assert not asked.state.tasks
    assert not asked.state.timers
