"""Supplement and payment: once by law, and the clock stands still meanwhile (DOMAIN §4.3)."""

from __future__ import annotations

from datetime import timedelta

from engine import commands as c
from engine import events as e
from engine.actor import Actor, Post
from engine.rules import clock
from tests.builders import COMMUNE, officer
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


def test_only_a_leader_overrides_and_only_with_a_reason():
    case = asked().does("bo_sung").claims("tham_dinh")
    case.when(c.CompleteTask(officer("officer"), 4, "supplement", override="cần thêm bản vẽ")).then_rejected(
        "supplement_once"
    )
    chief = Actor("chu.tich", "officer", "Chủ tịch", (Post(COMMUNE, "leader"),))
    case.when(c.AssignTask(chief, 4, "chu.tich"))
    case.when(c.CompleteTask(chief, 4, "supplement")).then_rejected("supplement_once")
    case.when(c.CompleteTask(chief, 4, "supplement", override="cần thêm bản vẽ")).accepted()
    assert case.event(e.SupplementRequested).override == "cần thêm bản vẽ"


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
