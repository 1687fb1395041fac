"""Work crosses agencies: offered, accepted, refused, routed anew, recalled, returned."""

from __future__ import annotations

from engine import commands as c
from engine import events as e
from tests.builders import COMMUNE, DISTRICT, NEIGHBOUR, OTHER, officer
from tests.engine.case import Case, given
from tests.engine.procedures import ONE_STOP, consulting, cross_level, definition, step


def handed_over() -> Case:
    return given(cross_level()).does("nhan").does("xa")


def test_a_step_in_another_agency_is_offered_there():
    case = handed_over()
    task = case.task("huyen")
    case.then(
        e.TaskOpened, e.DossierHandedOver(task.no, COMMUNE, DISTRICT, "huyen", case.event(e.TaskCompleted).at)
    )
    assert (task.status, task.offered_by, task.agency) == ("offered", COMMUNE, DISTRICT)


def test_claiming_accepts_the_hand_over():
    handed_over().claims("huyen").then(e.HandOverAccepted, e.TaskClaimed)


def test_a_refused_hand_over_goes_to_the_senders_dispatcher_and_the_token_stays():
    case = handed_over()
    before = case.task("huyen")
    case.when(c.RefuseHandOver(officer("officer", DISTRICT), before.no, "không thuộc thẩm quyền")).then(
        e.HandOverRefused
    )
    task = case.task("huyen")
    assert (task.status, task.agency, task.role) == ("refused", COMMUNE, ONE_STOP)
    assert task.token_id == before.token_id
    case.claims("huyen", by=officer(ONE_STOP)).then_rejected("hand_over_refused")


def test_a_refusal_needs_a_reason_and_an_offer():
    case = handed_over()
    no = case.task("huyen").no
    case.when(c.RefuseHandOver(officer("officer", DISTRICT), no, " ")).then_rejected("reason_required")
    case.claims("huyen").when(c.RefuseHandOver(officer("officer", DISTRICT), no, "x")).then_rejected(
        "not_handed_over"
    )


def test_a_refused_task_is_routed_to_another_agency_with_its_own_role():
    case = handed_over()
    no = case.task("huyen").no
    case.when(c.RefuseHandOver(officer("officer", DISTRICT), no, "không thuộc thẩm quyền"))
    case.when(c.RerouteTask(officer(ONE_STOP), no, "H99", reason="x")).then_rejected("unknown_agency")
    case.when(c.RerouteTask(officer(ONE_STOP), no, NEIGHBOUR, reason="x")).then(
        e.TaskRerouted, e.DossierHandedOver
    )
    task = case.task("huyen")
    assert (task.status, task.agency, task.role, task.offered_by) == (
        "offered",
        NEIGHBOUR,
        "officer",
        COMMUNE,
    )
    case.does("huyen", "done").accepted()


def test_unclaimed_work_is_recalled_into_the_senders_hands():
    case = handed_over()
    case.when(c.RecallTask(officer("officer"), case.task("huyen").no, "ghi nhầm"))
    case.then(e.TaskReturned, e.TaskCancelled, e.TaskOpened, e.TaskClaimed)
    assert case.open == ["xa"]
    assert case.task("xa").assignee == "officer.H23.30.05"


def asked_at_once() -> Case:
    """An officer's step sent on to two agencies."""
    steps = {
        "nhan": step("receive", ONE_STOP, outcomes="accept"),
        "xa": step("appraise"),
        "hoi": step("consult", agency="=co_quan", outcomes="agree object"),
        "tra": step("return_result", ONE_STOP),
    }
    drawn = """
        start s
        user nhan xa tra
        user hoi loop=parallel collection="=hoi_ai" variable=co_quan
        script ai formula='["H23.30.06", "H23.30.07"]' result=hoi_ai
        boundary im_lang on=hoi timer=P3D
        xor m
        end e
        s -> nhan -> xa -> ai -> hoi -> m -> tra -> e
        im_lang -> m
        """
    return given(definition(drawn, steps, silences={"im_lang": "agree"})).does("nhan").does("xa")


def test_what_went_to_several_agencies_is_recalled_from_all_of_them():
    """None of the other instances stays behind, and the limit of silence is off; done again, all are asked anew."""
    case = asked_at_once()
    case.when(c.RecallTask(officer("officer"), case.task("hoi").no, "thiếu bản vẽ"))
    case.then(e.TaskReturned, e.TaskCancelled, e.TaskCancelled, e.TaskOpened, e.TaskClaimed)
    assert [one.reason for one in case.happened if isinstance(one, e.TaskCancelled)] == [
        "recalled",
        "recalled",
    ]
    assert case.open == ["xa"]
    assert case.task("xa").assignee == "officer.H23.30.05"
    assert case.does("xa").open == ["hoi", "hoi"]


def test_what_one_of_several_has_claimed_or_answered_is_not_recalled():
    """An answer is not thrown away, nor work that somebody has begun."""
    claimed = asked_at_once().claims("hoi")
    for task in claimed.state.tasks.values():
        claimed.when(c.RecallTask(officer("officer"), task.no, "x")).then_rejected("not_recallable")
    answered = asked_at_once().does("hoi", "agree", agency=NEIGHBOUR)
    answered.when(c.RecallTask(officer("officer"), answered.task("hoi").no, "x")).then_rejected(
        "move_illegal"
    )


def test_claimed_work_is_not_recalled():
    case = handed_over().claims("huyen")
    case.when(c.RecallTask(officer("officer"), case.task("huyen").no, "ghi nhầm")).then_rejected(
        "not_recallable"
    )


def test_work_is_returned_to_an_earlier_step():
    case = handed_over().claims("huyen")
    by, no = officer("officer", DISTRICT), case.task("huyen").no
    case.when(c.ReturnTask(by, no, "tra", "thiếu")).then_rejected("move_illegal")
    case.when(c.ReturnTask(by, no, "xa", "thiếu bản vẽ")).then(
        e.TaskReturned(no, "xa", case.said("thiếu bản vẽ"), by.id)
    )
    assert (case.task("xa").offered_by, case.task("xa").status) == (DISTRICT, "offered")


def test_a_branch_is_not_returned_past_its_fork():
    case = given(consulting()).does("nhan").claims("khao_sat")
    case.when(c.ReturnTask(officer("officer"), case.task("khao_sat").no, "nhan", "x")).then_rejected(
        "move_illegal"
    )


def test_each_agency_of_a_list_gets_its_own_task():
    case = given(consulting()).does("nhan")
    assert case.open == ["hoi", "hoi", "khao_sat"]
    assert {task.agency for task in case.state.tasks.values() if task.element_id == "hoi"} == {
        NEIGHBOUR,
        OTHER,
    }
    case.does("hoi", "agree", agency=NEIGHBOUR).does("hoi", "object", agency=OTHER).does("khao_sat")
    assert case.open == ["tong_hop"]
    assert [record.outcome for record in case.state.steps["hoi"]] == ["agree", "object"]


def test_an_agency_nobody_knows_leaves_the_step_with_the_dispatcher():
    """A past residence outside the province must not trap the officer: somebody routes it by hand."""
    case = given(consulting(), channel="post").does("nhan")
    task = case.task("hoi")
    assert (task.status, task.agency, task.role) == ("refused", COMMUNE, ONE_STOP)
    case.when(c.RerouteTask(officer(ONE_STOP), task.no, OTHER, reason="x")).accepted()
    assert case.task("hoi").status == "offered"
