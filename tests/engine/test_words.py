"""What must be said in words is asked for by the rules themselves, whatever way an order comes in."""

from __future__ import annotations

import dataclasses

import pytest

from engine import commands as c
from engine import events as e
from engine.actor import SYSTEM
from engine.decide import RULES
from engine.rules.words import REASONED
from tests.builders import definition, form, step, text_field
from tests.engine.case import Case, given
from tests.engine.procedures import ONE_STOP, simple

AREA = {"type": "textarea", "id": "f_can_gi", "key": "can_gi", "label": "Cần gì"}


def written(*fields: dict) -> Case:
    """The three-step procedure, its reception and appraisal with an e-form of these fields."""
    steps = {
        "nhan": step("receive", ONE_STOP, outcomes="accept supplement refuse", form="phieu"),
        "tham_dinh": step("appraise", outcomes="approve supplement refuse", form="phieu"),
    }
    return given(simple(steps=steps, forms={"phieu": form("phieu", *fields)}))


def test_every_order_with_a_reason_is_refused_without_one():
    """What carries a reason is reasoned: a new command with one joins the list, or says here why not."""
    carrying = {kind for kind in RULES if "reason" in {one.name for one in dataclasses.fields(kind)}}
    assert carrying == REASONED


@pytest.mark.parametrize("kind", [c.StopDossier, c.WithdrawDossier, c.AllowSupplement])
def test_the_refusal_names_the_field(kind):
    [problem] = given(simple()).when(kind(SYSTEM, " ")).then_rejected("reason_required").problems
    assert problem.where == "reason"


@pytest.mark.parametrize("outcome", ["supplement", "refuse"])
def test_a_slip_says_what_is_missing_or_why_not(outcome):
    case = written(AREA).does("nhan", outcome, answers={"can_gi": "  "})
    [problem] = case.then_rejected("reason_required").problems
    assert problem.where == "can_gi"
    assert case.open == ["nhan"]
    case.does("nhan", outcome, answers={"can_gi": "Thiếu trang 2."}).then(e.TaskCompleted)


def test_who_receives_owes_no_words():
    written(AREA).does("nhan", "accept").accepted()


def test_a_request_by_an_outcome_of_another_name_owes_words_too():
    """What the diagram makes of it counts, not what the outcome is called."""
    steps = {
        "nhan": step("receive", ONE_STOP, outcomes="du them", form="phieu"),
        "bo_sung": step("supplement", "applicant"),
    }
    lines = """
    start s
    user nhan bo_sung
    xor x
    end e
    s -> nhan -> x
    x -> bo_sung if outcome = "them"
    bo_sung -> nhan
    x -> e default
    """
    case = given(definition(lines, steps, forms={"phieu": form("phieu", AREA)}))
    case.does("nhan", "them").then_rejected("reason_required")
    case.does("nhan", "them", answers={"can_gi": "Bản vẽ"}).then(e.SupplementRequested)


def test_a_line_of_text_is_room_enough_and_a_form_without_room_asks_for_none():
    case = written(text_field("ly_do")).does("nhan", "refuse")
    assert case.then_rejected("reason_required").problems[0].where == "ly_do"
    case.does("nhan", "refuse", answers={"ly_do": "Không đúng nơi"}).accepted()
    tick = {"type": "checkbox", "id": "f_du", "key": "du", "label": "Đủ"}
    written(tick).does("nhan", "refuse").accepted()


def test_room_that_the_form_hides_is_not_asked_for():
    hidden = AREA | {"conditional": {"hide": "=true"}}
    written(hidden).does("nhan", "refuse").accepted()


def test_who_sends_a_draft_back_says_why():
    case = given(simple()).does("nhan", "accept").does("tham_dinh", "approve").does("ky", "return")
    assert case.then_rejected("reason_required").problems[0].where == "note"
    case.does("ky", "return", note="Sai tên đường.").accepted()
    assert case.open == ["tham_dinh"]
