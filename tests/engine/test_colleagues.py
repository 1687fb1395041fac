"""Delegation, substitution and notes: who did it, and for whom, is on the record."""

from __future__ import annotations

from engine import commands as c
from engine import events as e
from engine.actor import Actor, Post
from tests.builders import COMMUNE, DISTRICT, officer
from tests.engine.case import Case, given
from tests.engine.procedures import ONE_STOP, cross_level, simple

LAN, MINH = officer(ONE_STOP, name="lan"), officer(ONE_STOP, name="minh")
INSTEAD_OF_LAN = Actor(
    "hoa", "officer", "Hoa", (Post(COMMUNE, "clerk"), Post(COMMUNE, ONE_STOP, None, LAN.id))
)


def test_a_delegated_task_comes_back_to_its_owner():
    case = given(simple()).claims("nhan", by=LAN)
    event = case.when(c.DelegateTask(LAN, 1, MINH.id, "Minh", "Đối chiếu bản gốc giúp.")).event(
        e.TaskDelegated
    )
    assert case.bodies[event.words] == {"text": "Đối chiếu bản gốc giúp."}
    assert (case.task("nhan").assignee, case.task("nhan").owner) == (MINH.id, LAN.id)
    case.when(c.DelegateTask(MINH, 1, "khac")).then_rejected("not_delegable")
    case.when(c.HandBackTask(MINH, 1, "Khớp.")).then(e.TaskHandedBack)
    assert (case.task("nhan").assignee, case.task("nhan").owner) == (LAN.id, None)
    case.when(c.HandBackTask(LAN, 1)).then_rejected("not_delegated")


def test_the_owner_takes_a_delegated_task_back_and_a_stranger_does_not():
    case = given(simple()).claims("nhan", by=LAN).when(c.DelegateTask(LAN, 1, MINH.id, "Minh"))
    case.when(c.HandBackTask(officer(ONE_STOP, name="khac"), 1)).then_rejected("task_taken")
    case.when(c.CompleteTask(LAN, 1, "accept")).then_rejected("task_taken")
    case.when(c.HandBackTask(LAN, 1)).then(e.TaskHandedBack)
    case.when(c.CompleteTask(LAN, 1, "accept")).accepted()


def test_a_task_assigned_anew_owes_nothing_to_its_old_owner():
    case = given(simple()).claims("nhan", by=LAN).when(c.DelegateTask(LAN, 1, MINH.id, "Minh"))
    case.when(c.AssignTask(officer("head"), 1, "khac", "Khác")).accepted()
    assert case.task("nhan").owner is None


def to_sign() -> tuple[Case, Actor]:
    case = given(simple()).does("nhan", "accept").does("tham_dinh", "approve")
    return case, case.holder(case.task("ky"))


def test_a_leader_passes_on_for_good_and_says_why():
    """Unclaimed or the own: the other leader holds it, owes it to nobody, is told, and reads the reason."""
    case, leader = to_sign()
    no = case.task("ky").no
    case.when(c.PassOnTask(leader, no, "pho", "Phó", " ")).then_rejected("reason_required")
    case.when(c.PassOnTask(leader, no, leader.id, "", "x")).then_rejected("not_delegable")
    case.when(c.PassOnTask(leader, no, "pho", "Phó", "Tôi đi họp tỉnh.")).then(e.TaskAssigned, e.NoticeDue)
    assert case.bodies[case.event(e.TaskAssigned).words] == {"text": "Tôi đi họp tỉnh."}
    assert (case.event(e.NoticeDue).topic, case.event(e.NoticeDue).to) == ("passed_on", "account:pho")
    assert (case.task("ky").assignee, case.task("ky").owner) == ("pho", None)
    case.when(c.PassOnTask(leader, no, "khac", "Khác", "x")).then_rejected("task_taken")


def test_what_another_agency_sent_is_accepted_by_passing_it_on():
    """A leader away gives the deputy what nobody has taken over yet, without claiming it first."""
    case = given(cross_level()).does("nhan").does("xa")
    leader, no = officer("officer", DISTRICT), case.task("huyen").no
    case.when(c.PassOnTask(leader, no, "pho", "Phó", "Tôi đi họp.")).then(
        e.HandOverAccepted, e.TaskAssigned, e.NoticeDue
    )
    assert (case.task("huyen").assignee, case.task("huyen").status) == ("pho", "claimed")


def test_what_another_leader_works_on_is_not_passed_on():
    case, leader = to_sign()
    case.claims("ky", by=officer("leader", name="pho"))
    case.when(c.PassOnTask(leader, case.task("ky").no, "khac", "Khác", "x")).then_rejected("task_taken")


def test_a_substitute_does_the_work_of_who_is_away_and_the_log_says_so():
    case = given(simple()).claims("nhan", by=LAN)
    case.when(c.CompleteTask(INSTEAD_OF_LAN, 1, "accept")).then(
        e.ActedInstead(1, "hoa", LAN.id, COMMUNE, ONE_STOP), e.TaskCompleted
    )


def test_a_substitute_claims_for_the_queue_and_not_from_others():
    case = given(simple()).when(c.ClaimTask(INSTEAD_OF_LAN, 1)).then(e.ActedInstead, e.TaskClaimed)
    case = given(simple()).claims("nhan", by=MINH)
    case.when(c.CompleteTask(INSTEAD_OF_LAN, 1, "accept")).then_rejected("task_taken")


def test_own_work_is_nobodys_substitution():
    both = Actor("hoa", "officer", "Hoa", (Post(COMMUNE, ONE_STOP), Post(COMMUNE, ONE_STOP, None, LAN.id)))
    given(simple()).when(c.ClaimTask(both, 1)).then_not(e.ActedInstead)


def test_a_note_keeps_its_words_out_of_the_log():
    case = given(simple()).when(c.WriteNote(LAN, COMMUNE, "Đã gọi điện, hẹn sáng mai."))
    note = case.event(e.NoteWritten)
    assert case.bodies[note.text] == {"text": "Đã gọi điện, hẹn sáng mai."}
    assert "gọi điện" not in repr(case.happened)
    case.when(c.WriteNote(LAN, COMMUNE, "  ")).then_rejected("answers_invalid")
