"""Timers, silence, external tasks, incidents, child dossiers, messages."""

from __future__ import annotations

from typing import Any

from engine import commands as c
from engine import events as e
from engine.actor import CLOCK, SYSTEM, Actor
from tests.builders import COMMUNE, DISTRICT, NEIGHBOUR, OTHER, definition, form, officer, step, text_field
from tests.engine.case import Case, given
from tests.engine.procedures import consulting, cross_level, simple

PARTNER = Actor("ho.tich", "partner")
ADMIN = Actor("admin", "admin")


def timer(case: Case) -> str:
    (timer_id,) = case.state.timers
    return timer_id


def test_silence_past_the_limit_counts_as_agreed():
    """NĐ 31/2021 art. 6: the agency that did not answer is deemed to agree; the one that did keeps its answer."""
    case = given(consulting()).does("nhan").does("hoi", "object", agency=NEIGHBOUR).does("khao_sat")
    case.when(c.FireTimer(CLOCK, timer(case)), at="2023-06-18 09:00")
    case.then(e.TimerFired, e.TaskCompleted, e.TaskOpened)
    done = case.event(e.TaskCompleted)
    assert (done.silent, done.outcome, done.agency, done.by) == (True, "agree", OTHER, "clock")
    assert [(one.outcome, one.silent) for one in case.state.steps["hoi"]] == [
        ("object", False),
        ("agree", True),
    ]
    assert case.open == ["tong_hop"]


def test_a_reply_that_never_came_hands_nothing_over():
    """The dossier never left who asked: the next step there opens at once, and is no hand-over of the silent agency."""
    case = given(consulting()).does("nhan").does("khao_sat").claims("hoi", agency=NEIGHBOUR)
    case.when(c.FireTimer(CLOCK, timer(case)), at="2023-06-18 09:00").then_not(e.DossierHandedOver)
    task = case.task("tong_hop")
    assert (task.agency, task.status, task.offered_by) == (COMMUNE, "open", None)


def test_after_silence_a_third_agency_is_offered_the_work_by_who_asked():
    elsewhere = {"tong_hop": step("draft", agency=DISTRICT)}
    case = given(consulting(steps=elsewhere)).does("nhan").does("khao_sat")
    case.when(c.FireTimer(CLOCK, timer(case)), at="2023-06-18 09:00")
    assert case.event(e.DossierHandedOver).from_agency == COMMUNE
    assert (case.task("tong_hop").status, case.task("tong_hop").offered_by) == ("offered", COMMUNE)


def waiting_elsewhere(**more: Any) -> Case:
    """The district's step has a limit and no silence rule: when it is over, somebody of the district looks into it."""
    drawn = """
        start s
        user nhan
        user huyen
        user xem
        boundary b on=huyen timer=P1D
        end e f
        s -> nhan -> huyen -> e
        b -> xem -> f
    """
    steps = {"nhan": step("receive"), "huyen": step("appraise", agency=DISTRICT)}
    return given(definition(drawn, {**steps, "xem": step("work", "leader", **more)})).does("nhan")


def test_a_limit_that_passes_leaves_accepted_work_where_it_is_and_never_accepted_work_with_its_sender():
    case = waiting_elsewhere(agency=DISTRICT).claims("huyen")
    case.when(c.FireTimer(CLOCK, timer(case)), at="2023-06-16 09:00").then_not(e.DossierHandedOver)
    assert case.task("xem").status == "open"
    case = waiting_elsewhere()
    case.when(c.FireTimer(CLOCK, timer(case)), at="2023-06-16 09:00").then_not(e.DossierHandedOver)
    assert (case.task("xem").agency, case.task("xem").status) == (COMMUNE, "open")


def test_a_late_twin_of_a_timer_is_rejected_and_an_early_one_too():
    case = given(consulting()).does("nhan")
    timer_id = timer(case)
    case.when(c.FireTimer(CLOCK, timer_id), at="2023-06-17 09:00").then_rejected("no_timer")
    case.when(c.FireTimer(CLOCK, timer_id), at="2023-06-18 09:00").accepted()
    case.when(c.FireTimer(CLOCK, timer_id)).then_rejected("no_timer")


def test_a_reminder_without_interruption_silences_nobody():
    drawn = """
        start s
        user nhan
        user hoi
        user nhac
        boundary b on=hoi timer=P1D non-interrupting
        end e f
        s -> nhan -> hoi -> e
        b -> nhac -> f
    """
    steps = {"nhan": step("receive"), "hoi": step("consult"), "nhac": step("notify")}
    case = given(definition(drawn, steps, silences={"b": "agree"})).does("nhan")
    case.when(c.FireTimer(CLOCK, timer(case)), at="2023-06-16 09:00").then(e.TimerFired, e.TaskOpened)
    case.then_not(e.TaskCompleted)
    assert case.open == ["hoi", "nhac"]


def at_partner() -> Case:
    return given(cross_level()).does("nhan").does("xa").does("huyen", "done").does("nop_thue")


def test_an_external_task_asks_the_partner_and_its_answer_moves_on():
    case = at_partner()
    case.then(e.JobRequested)
    (token,) = case.state.jobs
    case.when(c.FinishJob(PARTNER, token, {"registration_number": "58/2023"})).then(
        e.JobFinished, e.TaskOpened
    )
    assert case.document().variables == {"so": {"registration_number": "58/2023"}}
    case.when(c.FinishJob(PARTNER, token, {})).then_rejected("no_job")


def test_a_failure_the_diagram_catches_takes_its_way():
    case = at_partner()
    (token,) = case.state.jobs
    case.when(c.FailJob(PARTNER, token, "khong_hop_le", "Trùng số định danh.")).then(
        e.JobFailed, e.DossierClosed
    )
    assert (case.state.status, case.state.jobs) == ("stopped", {})


def test_a_failure_nobody_catches_is_an_incident_and_the_job_is_kept():
    case = at_partner()
    (token,) = case.state.jobs
    case.when(c.FailJob(PARTNER, token, "500", "Máy chủ đối tác lỗi.")).then(e.JobFailed, e.IncidentRaised)
    case.when(c.RepairIncident(ADMIN, "đối tác đã hoạt động lại")).then(e.IncidentCleared, e.JobRequested)
    assert case.state.incident is None
    case.when(c.FinishJob(PARTNER, token, {})).accepted()


def test_a_gateway_without_a_way_out_is_an_incident_and_repair_tries_again():
    """Nothing is lost: an admin mends the data, the same token goes on."""
    drawn = """
        start s
        user nhan sau
        xor g
        end e
        s -> nhan -> g
        g -> sau if answers.phieu.huong = "di_tiep"
        sau -> e
    """
    e_form = form("phieu", text_field("huong"))
    steps = {"nhan": step("receive", form="phieu"), "sau": step("work")}
    case = given(definition(drawn, steps, forms={"phieu": e_form})).does("nhan", answers={"huong": "lạc"})
    case.then(e.TaskCompleted, e.IncidentRaised)
    case.when(c.RepairIncident(ADMIN, "thử lại")).then(e.IncidentCleared, e.IncidentRaised)
    case.when(c.AmendAnswers(ADMIN, "phieu", {"huong": "di_tiep"}, "sửa hướng xử lý")).then(e.TaskOpened)
    case.when(c.RepairIncident(ADMIN, "đã sửa")).then(e.IncidentCleared).then_not(e.IncidentRaised)
    case.when(c.RepairIncident(ADMIN, "nữa")).then_rejected("no_incident")


def test_an_endless_loop_undoes_the_step_and_loses_no_answers():
    drawn = """
        start s
        user nhan
        xor a
        task t
        s -> nhan -> a -> t -> a
    """
    e_form = form("phieu", text_field("y_kien"))
    steps = {"nhan": step("receive", form="phieu")}
    case = given(definition(drawn, steps, forms={"phieu": e_form})).does("nhan", answers={"y_kien": "đã xem"})
    case.then(e.AnswersRecorded, e.IncidentRaised).then_not(e.TaskCompleted, e.ClockStarted)
    assert case.event(e.IncidentRaised).code == "endless_loop"
    assert case.open == ["nhan"]
    assert case.document().answers["phieu"] == {"y_kien": "đã xem"}
    case.when(c.RepairIncident(ADMIN, "đã sửa dữ liệu")).then(e.IncidentCleared)


def test_a_call_to_a_procedure_opens_a_child_and_waits_for_its_result():
    drawn = "start s\nuser nhan\ncall con procedure=1.004222\nuser tra\nend e\ns -> nhan -> con -> tra -> e"
    steps = {"nhan": step("receive"), "tra": step("return_result")}
    case = given(
        definition(drawn, steps, children={"con": "1.004222"}, job_results={"con": "thuong_tru"})
    ).does("nhan")
    child = case.event(e.ChildOpened)
    assert child.procedure_code == "1.004222"
    case.when(c.FinishJob(SYSTEM, child.token_id, {"end_kind": "returned"})).then(e.JobFinished, e.TaskOpened)
    assert case.document().variables["thuong_tru"] == {"end_kind": "returned"}


def test_a_message_reaches_who_waits_for_it():
    drawn = 'start s\nuser nhan tra\ncatch m message=da_nop correlation="=dossier.code"\nend e\ns -> nhan -> m -> tra -> e'
    case = given(definition(drawn, {"nhan": step("receive"), "tra": step("return_result")}))
    case.when(c.DeliverMessage(SYSTEM, "da_nop", case.state.dossier_code)).then_rejected("no_message")
    case.does("nhan").then(e.MessageAwaited)
    case.when(c.DeliverMessage(SYSTEM, "da_nop", "khác")).then_rejected("no_message")
    case.when(c.DeliverMessage(SYSTEM, "da_nop", case.state.dossier_code, {"so_tien": 5})).then(
        e.MessageReceived, e.MessageCleared, e.TaskOpened
    )
    assert case.document().variables == {"so_tien": 5}


def test_a_partners_answer_is_not_lost_while_the_dossier_is_stopped():
    case = at_partner()
    (token,) = case.state.jobs
    case.when(c.StopDossier(officer("leader"), "chờ")).when(c.FinishJob(PARTNER, token, {})).then(
        e.JobFinished, e.TaskOpened
    )
    case.claims("tra").then_rejected("dossier_stopped")
    case.when(c.ResumeDossier(officer("leader"), "tiếp"))
    assert case.state.status == "resolved"


def test_answers_are_amended_on_the_record():
    e_form = form("to_khai", text_field("ho_ten", True))
    case = given(simple(start_form="to_khai", forms={"to_khai": e_form}), answers={"ho_ten": "Trần An"})
    amend = c.AmendAnswers(officer("one_stop"), "to_khai", {"ho_ten": "Trần Ân"}, "sai dấu", seen_version=1)
    case.when(amend).then(e.AnswersRecorded)
    case.when(amend).then_rejected("stale_version")
    case.when(c.AmendAnswers(officer("one_stop"), "la", {}, "x")).then_rejected("unknown_key")
