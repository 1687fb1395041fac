"""Applicant and officers write to each other: words are kept erasable, the other side is told, nothing else moves."""

from __future__ import annotations

from engine import commands as c
from engine import events as e
from tests.builders import APPLICANT, COMMUNE, officer
from tests.engine.case import given
from tests.engine.procedures import simple


def test_the_applicants_word_is_told_to_whoever_holds_the_dossier():
    case = given(simple()).does("nhan", "accept")
    tasks, clock = case.state.tasks, case.state.clock
    case.when(c.PostToConversation(APPLICANT, "  Khi nào có kết quả?  "))
    said, notice = case.event(e.ConversationPosted), case.event(e.NoticeDue)
    assert (said.agency, notice.to) == ("", f"agency:{COMMUNE}:officer")
    assert case.bodies[said.digest]["text"] == "Khi nào có kết quả?"
    assert (case.state.tasks, case.state.clock) == (tasks, clock)


def test_the_officers_word_is_told_to_the_applicant_in_the_agencys_name():
    case = given(simple()).when(c.PostToConversation(officer("one_stop"), "Mời ông/bà gửi bản vẽ rõ hơn."))
    assert (case.event(e.ConversationPosted).agency, case.event(e.NoticeDue).to) == (COMMUNE, "applicant")


def test_while_everything_waits_for_the_applicant_the_one_stop_shop_is_told():
    case = given(simple()).does("nhan", "supplement")
    case.when(c.PostToConversation(APPLICANT, "Thiếu giấy gì?"))
    assert case.event(e.NoticeDue).to == f"agency:{COMMUNE}:one_stop"


def test_nothing_and_too_much_are_refused():
    case = given(simple())
    case.when(c.PostToConversation(APPLICANT, " \n ")).then_rejected("text_required")
    case.when(c.PostToConversation(APPLICANT, "a" * 4001)).then_rejected("text_required")
    case.when(c.PostToConversation(APPLICANT, "ảnh", ("1", "2", "3", "4", "5", "6"))).then_rejected(
        "too_large"
    )


def test_the_same_words_twice_are_two_contributions():
    """Each has a body of its own: erased or not, it can be shown."""
    case = given(simple()).when(c.PostToConversation(APPLICANT, "Alo?"))
    first = case.event(e.ConversationPosted)
    case.when(c.PostToConversation(APPLICANT, "Alo?"))
    assert case.event(e.ConversationPosted).digest != first.digest


def test_ticked_items_are_on_record():
    case = given(simple()).does("nhan", "accept").does("tham_dinh", "supplement")
    case.does("bo_sung", ticked=(2, 1, 2))
    assert case.event(e.SupplementAnswered).ticked == (1, 2)
