"""A dossier comes in and is received, or not."""

from __future__ import annotations

from engine import commands as c
from engine import events as e
from engine.declared import ComponentGiven
from engine.definition import Value
from tests.builders import APPLICANT, DISTRICT, component, fee, form, text_field
from tests.engine.case import Case, given
from tests.engine.procedures import simple


def test_a_submitted_dossier_waits_at_the_one_stop_shop_to_be_received_within_8_working_hours():
    """NĐ 45/2020: eight working hours from the online submission."""
    case = Case(simple()).submit()
    case.then(e.DossierSubmitted, e.AnswersRecorded, e.StatusChanged("submitted"), e.TaskOpened)
    assert case.state.reception_due_at == "2023-06-16T02:00:00+00:00"  # 9:00 the next morning
    assert (case.task("nhan").agency, case.task("nhan").role) == ("H23.30.05", "one_stop")


def test_at_the_counter_there_is_no_reception_limit():
    assert Case(simple()).submit(channel="counter").state.reception_due_at is None


def test_an_unknown_agency_is_rejected():
    Case(simple()).submit(agency="H99").then_rejected("unknown_agency")


def test_an_agency_of_another_level_does_not_receive():
    Case(simple(receiving=Value("commune"))).submit(agency=DISTRICT).then_rejected("not_receiving")
    Case(simple(receiving=Value.of('=agency.level = "commune"'))).submit().accepted()


def test_all_problems_of_the_e_form_are_reported_at_once():
    e_form = form("to_khai", text_field("ho_ten", True), text_field("noi_sinh", True))
    refused = (
        Case(simple(start_form="to_khai", forms={"to_khai": e_form}))
        .submit({"la": 1})
        .then_rejected("answers_invalid")
    )
    assert {problem.where for problem in refused.problems} >= {"ho_ten", "noi_sinh", "la"}


def test_answers_without_an_e_form_are_rejected():
    Case(simple()).submit({"x": 1}).then_rejected("unknown_key")


def test_personal_data_stays_out_of_the_events():
    """Events hold digests; bodies go to the erasable rows."""
    e_form = form("to_khai", text_field("ho_ten", True))
    case = Case(simple(start_form="to_khai", forms={"to_khai": e_form})).submit({"ho_ten": "Trần Thị Bí Mật"})
    assert "Bí Mật" not in str(case.happened)
    assert "Nguyễn Văn An" not in str(case.happened)
    assert case.document().answers["to_khai"] == {"ho_ten": "Trần Thị Bí Mật"}


def test_required_papers_that_miss_are_named_and_unknown_ones_refused():
    definition = simple(components=(component("so_do"), component("uy_quyen", '=dossier.channel = "post"')))
    refused = Case(definition).submit().then_rejected("component_missing")
    assert [problem.where for problem in refused.problems] == ["so_do"]
    Case(definition).submit(components=(ComponentGiven("la", originals=1),)).then_rejected("unknown_key")
    Case(definition).submit(components=(ComponentGiven("so_do", copies=1),)).then(
        e.ComponentReceived("so_do", (), copies=1)
    )


def test_fees_follow_the_answers():
    e_form = form("to_khai", {"type": "number", "id": "n", "key": "ban", "label": "Số bản"})
    definition = simple(
        start_form="to_khai",
        forms={"to_khai": e_form},
        fees=(fee("ban_sao", "=8000 * answers.to_khai.ban"), fee("nop", "20000")),
    )
    Case(definition).submit({"ban": 3}).then(e.FeeSet("ban_sao", 24000, 1), e.FeeSet("nop", 20000, 1))


def test_acceptance_starts_the_clock_and_prints_the_receipt():
    case = given(simple()).does("nhan", "accept")
    case.then(e.TaskCompleted, e.ClockStarted, e.StatusChanged("received"), e.PaperIssued("01"), e.TaskOpened)
    assert case.state.status == "processing"
    assert case.state.clock.due_at == "2023-06-20T02:00:00+00:00"


def test_refusal_at_reception_ends_with_status_3_and_its_paper():
    case = given(simple()).does("nhan", "refuse")
    case.then(e.PaperIssued, e.StatusChanged("not_received"), e.DossierClosed)
    assert case.event(e.DossierClosed).end_kind == "not_received"
    assert [event.paper for event in case.happened if isinstance(event, e.PaperIssued)] == ["03"]
    assert case.state.closed


def test_a_supplement_before_reception_keeps_status_1_and_stops_no_clock():
    case = given(simple()).does("nhan", "supplement")
    assert (case.state.status, case.state.sub_status) == ("submitted", "waiting_supplement")
    case.then(e.SupplementRequested, e.PaperIssued).then_not(e.ClockPaused)
    case.does("bo_sung_truoc").does("nhan", "accept")
    assert (case.state.status, case.state.sub_status) == ("processing", "")


def test_a_closed_dossier_takes_no_further_orders():
    case = given(simple()).does("nhan", "refuse")
    case.when(c.WithdrawDossier(APPLICANT, "thôi")).then_rejected("dossier_closed")
