"""Claiming and completing human tasks."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine import events as e
from engine import snapshot
from engine.definition import Result, Value
from tests.builders import form, officer, step, text_field
from tests.engine.case import given
from tests.engine.procedures import ONE_STOP, simple


def test_two_officers_on_one_task_the_second_is_rejected():
    case = given(simple()).claims("nhan", by=officer(ONE_STOP, name="lan"))
    refused = case.claims("nhan", by=officer(ONE_STOP, name="minh")).then_rejected("task_taken")
    assert "lan" in refused.vi


def test_a_task_must_be_claimed_before_it_is_completed():
    case = given(simple())
    case.when(c.CompleteTask(officer(ONE_STOP), case.task("nhan").no, "accept")).then_rejected(
        "task_not_claimed"
    )


def test_a_done_task_is_told_from_one_that_never_was():
    case = given(simple()).does("nhan", "accept")
    case.when(c.ClaimTask(officer(ONE_STOP), 1)).then_rejected("task_done")
    case.when(c.ClaimTask(officer(ONE_STOP), 77)).then_rejected("unknown_task")


def test_a_stale_version_is_rejected():
    case = given(simple()).claims("nhan")
    case.when(c.ReleaseTask(officer(ONE_STOP), 1, seen_version=1)).then_rejected("stale_version")
    case.when(c.ReleaseTask(officer(ONE_STOP), 1, seen_version=2)).then(e.TaskReleased(1))
    assert case.task("nhan").status == "open"


def test_only_the_holder_gives_a_task_back():
    case = given(simple()).claims("nhan")
    case.when(c.ReleaseTask(officer(ONE_STOP, name="khac"), 1)).then_rejected("task_taken")


def test_a_head_assigns_and_reassigns():
    case = given(simple()).claims("nhan")
    case.when(c.AssignTask(officer("head"), 1, "minh", "Minh")).then(
        e.TaskAssigned(1, "minh", "Minh", "head.H23.30.05")
    )
    assert case.task("nhan").assignee == "minh"


def test_an_outcome_must_be_one_of_the_step():
    case = given(simple()).claims("nhan")
    case.when(c.CompleteTask(officer(ONE_STOP), 1)).then_rejected("outcome_required")
    refused = case.when(c.CompleteTask(officer(ONE_STOP), 1, "bay")).then_rejected("outcome_unknown")
    assert "accept" in refused.vi


def test_the_e_form_of_a_step_is_checked_and_kept():
    e_form = form("phieu", text_field("y_kien", True))
    definition = simple(
        forms={"phieu": e_form}, steps={"tham_dinh": step("appraise", outcomes="approve", form="phieu")}
    )
    case = given(definition).does("nhan", "accept").does("tham_dinh")
    case.then_rejected("answers_invalid")
    case.does("tham_dinh", answers={"y_kien": "Đủ điều kiện"}).then(e.AnswersRecorded, e.TaskCompleted)
    assert case.document().answers["phieu"] == {"y_kien": "Đủ điều kiện"}


def test_the_whole_way_ends_with_the_result_returned():
    """Statuses 1 → 2 → 4 → 9 → 10; the clock ends when the result is ready."""
    case = given(simple()).does("nhan", "accept").does("tham_dinh", "approve").does("ky", "sign")
    case.then(
        e.ResultIssued("giay", "signed", signer="leader.H23.30.05", agency="H23.30.05"),
        e.StatusChanged("resolved"),
        e.ClockEnded,
    )
    assert case.event(e.ClockEnded).on_time is True
    case.does("tra").then(e.ResultIssued("giay", "handed"), e.StatusChanged("returned"), e.DossierClosed)
    assert case.state.status == "returned"


def test_a_result_of_each_item_is_one_document_an_item():
    """Each has its own code, number and title; all are signed, and one is revoked alone."""
    copies = Result(
        "ban_sao",
        "Bản sao",
        number=Value.of("=item.so"),
        each=Value.of('=[{ten: "Bằng", so: 7}, {ten: "Sổ", so: 8}]'),
        each_title=Value.of("=item.ten"),
    )
    case = given(simple(results=(copies,), steps={"tra": step("stamp", ONE_STOP)}))
    case.does("nhan", "accept").does("tham_dinh", "approve").does("ky", "sign").does("tra")
    issued = [event for event in case.happened if isinstance(event, e.ResultIssued)]
    assert [(one.code, one.number) for one in issued] == [("ban_sao.1", "7"), ("ban_sao.2", "8")]
    assert [case.bodies[one.about_digest] for one in issued] == ["Bằng", "Sổ"]
    case.when(c.RevokeResult(officer("leader"), "ban_sao.2", "Nhầm"))
    assert case.state.results == {"ban_sao.1": "numbered", "ban_sao.2": "revoked"}


COPIES = Result("ban_sao", "Bản sao", each=Value.of("=[1, 2]"))
BOOK_FORM = form("phieu", text_field("so_ky_hieu"))


@pytest.mark.parametrize(("results", "accepted"), [((Result("giay", "Giấy"),), True), ((COPIES,), False)])
def test_a_number_is_typed_for_one_document_only(results: tuple[Result, ...], accepted: bool):
    stamp = step("stamp", ONE_STOP, form="phieu", outcomes="done return")
    case = given(simple(results=results, forms={"phieu": BOOK_FORM}, steps={"tra": stamp}))
    case.does("nhan", "accept").does("tham_dinh", "approve").does("ky", "sign")
    case.does("tra", "done", answers={"so_ky_hieu": "12/GCN"})
    if accepted:
        assert case.accepted().event(e.ResultIssued).number == "12/GCN"
    else:
        assert [one.where for one in case.then_rejected("answers_invalid").problems] == ["so_ky_hieu"]
        case.does("tra", "return", answers={"so_ky_hieu": "12/GCN"}, note="sai tên").accepted()


def test_what_the_clerk_sends_back_is_not_numbered():
    """By the step's first outcome alone it is; the other owes its reason."""
    definition = simple(steps={"tra": step("stamp", ONE_STOP, outcomes="done return")})
    case = given(definition).does("nhan", "accept").does("tham_dinh", "approve").does("ky", "sign")
    case.does("tra", "return").then_rejected("reason_required")
    case.does("tra", "return", note="sai tên").then_not(e.ResultIssued)
    assert case.state.results == {"giay": "signed"}


def test_lateness_of_a_limit_in_days_is_judged_by_the_date():
    """Due on 20/6 at 9:00: the result at 16:00 of that day is on time, the next morning is not."""
    ready = given(simple()).does("nhan", "accept").does("tham_dinh", "approve")
    assert ready.does("ky", "sign", when="2023-06-20 16:00").event(e.ClockEnded).on_time is True
    late = given(simple()).does("nhan", "accept").does("tham_dinh", "approve")
    assert late.does("ky", "sign", when="2023-06-21 08:00").event(e.ClockEnded).on_time is False


def test_a_signature_refused_signs_nothing():
    case = (
        given(simple())
        .does("nhan", "accept")
        .does("tham_dinh", "approve")
        .does("ky", "return", note="sai tên")
    )
    case.then_not(e.ResultIssued)
    assert case.open == ["tham_dinh"]


def test_an_assignee_of_the_diagram_gets_the_step_at_once():
    definition = simple(steps={"tham_dinh": step("appraise", assignee='="lan"', outcomes="approve")})
    case = given(definition).does("nhan", "accept")
    assert (case.task("tham_dinh").assignee, case.task("tham_dinh").status) == ("lan", "claimed")


def test_the_state_does_not_grow_with_loops():
    """Records of a step live until it is entered again (flat after 1,000 loops)."""
    case = (
        given(simple())
        .does("nhan", "accept")
        .does("tham_dinh", "approve")
        .does("ky", "return", note="sai tên")
    )
    early = len(snapshot.dump(case.state))
    for _ in range(60):
        case.does("tham_dinh", "approve").does("ky", "return", note="sai tên")
    assert len(snapshot.dump(case.state)) <= early + 12  # only counters grow by digits


def test_steps_are_seen_by_formulas():
    definition = simple(
        steps={
            "ky": step(
                "sign",
                "leader",
                agency='=if steps.tham_dinh.outcome = "approve" then "H23.30" else "H23"',
                outcomes="sign",
            )
        }
    )
    assert given(definition).does("nhan", "accept").does("tham_dinh", "approve").task("ky").agency == "H23.30"
