"""Supplement and payment: once by law, and the clock stands still meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from engine import events as e
from engine.actor import holder
from engine.definition import SupplementRule
from engine.rules import clock, supplement
from tests.builders import officer
from tests.engine.case import Case, given
from tests.engine.procedures import cross_level, simple


def asked() -> Case:
    return given(simple()).does("nhan", "accept").does("tham_dinh", "supplement", when="2023-06-16 09:00")


def test_a_request_pauses_the_clock_and_prints_form_02():
    case = asked()
    case.then(e.SupplementRequested, e.PaperIssued("02", 3), e.StatusChanged("supplement"), e.ClockPaused)
    assert case.event(e.ClockPaused).cause == "supplement"


def test_an_answer_leaves_the_remaining_time():
    """One of three days was used: two remain from Wednesday 21/6 9:00."""
    case = asked().does("bo_sung", when="2023-06-21 09:00")
    case.then(e.SupplementAnswered, e.StatusChanged("processing"), e.ClockResumed)
    assert case.state.clock.due_at == "2023-06-23T02:00:00+00:00"


def test_a_second_request_is_rejected():
    case = asked().does("bo_sung").does("tham_dinh", "supplement")
    case.then_rejected("supplement_once")
    assert case.open == ["tham_dinh"]


def test_a_leader_may_allow_one_more_with_a_reason():
    """Who may is the permit's to say; the log keeps by whom and why."""
    leader = officer("leader")
    case = asked().does("bo_sung")
    case.when(c.AllowSupplement(leader, " ")).then_rejected("reason_required")
    case.when(c.AllowSupplement(leader, "bản vẽ bị rách")).then(
        e.SupplementAllowed(leader.id, case.event(e.SupplementAllowed).at, case.said("bản vẽ bị rách"))
    )
    case.does("tham_dinh", "supplement").then(e.SupplementRequested)
    case.does("bo_sung").does("tham_dinh", "supplement").then_rejected("supplement_once")


def test_before_and_after_reception_are_counted_apart():
    case = given(simple()).does("nhan", "supplement").does("bo_sung_truoc").does("nhan", "accept")
    case.does("tham_dinh", "supplement").accepted()
    early = given(simple()).does("nhan", "supplement").does("bo_sung_truoc").does("nhan", "supplement")
    early.then_rejected("supplement_once")


def test_a_financial_duty_pauses_the_clock_too():
    case = given(cross_level()).does("nhan").does("xa").does("huyen", "done")
    assert case.state.status == "financial"
    assert case.event(e.ClockPaused).cause == "financial"
    case.now += timedelta(days=7)
    case.does("nop_thue").then(e.StatusChanged("processing"), e.ClockResumed)


def test_the_explanation_names_the_pause():
    case = asked().does("bo_sung", when="2023-06-21 09:00")
    explained = clock.explanation(case.definition, case.state, case.facts)
    assert explained
    assert explained.due_at
    assert explained.due_at.isoformat() == case.state.clock.due_at
    assert any("chờ bổ sung giấy tờ (Mẫu 02)" in line.reason for line in explained.intervals)


def test_going_back_to_the_applicants_step_asks_again_and_is_rejected():
    """Neither recall nor return is a way around the rule of one request."""
    case = asked().does("bo_sung")
    case.when(c.RecallTask(officer("officer"), case.task("tham_dinh").no, "x")).then_rejected(
        "not_recallable"
    )
    case.claims("tham_dinh")
    by, no = officer("officer"), case.task("tham_dinh").no
    case.when(c.ReturnTask(by, no, "bo_sung", "thiếu")).then_rejected("supplement_once")


@pytest.mark.parametrize(
    ("rule", "channel", "may"),
    [
        ("not_online", "counter", True),
        ("not_online", "post", True),
        ("not_online", "online", False),
        ("always", "online", True),
        ("never", "counter", False),
    ],
)
def test_the_procedure_says_whether_a_receipt_is_enough_to_answer(rule, channel, may):
    """Without an account: only what was asked for, never another step of the applicant's."""
    case = given(simple(supplement=SupplementRule(by_receipt=rule)), channel=channel)
    case.does("nhan", "accept").does("tham_dinh", "supplement")
    assert supplement.by_receipt(case.definition, channel) is may
    case.when(c.CompleteTask(holder(case.state.dossier_code), case.task("bo_sung").no))
    if may:
        assert any(isinstance(event, e.SupplementAnswered) for event in case.happened)
    else:
        case.then_rejected("sign_in_required")


def test_a_receipt_never_does_another_step():
    """A form to fill in or a consent is the applicant's own."""
    case = given(cross_level(), channel="counter").does("nhan").does("xa").does("huyen", "done")
    [task] = [task for task in case.state.tasks.values() if task.role == "applicant"]
    case.when(c.CompleteTask(holder(case.state.dossier_code), task.no)).then_rejected("sign_in_required")
