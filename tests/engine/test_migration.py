"""A running dossier goes on on another version of its procedure, or stays where it is and says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine import commands as c
from engine import events as e
from engine.actor import CLOCK, Actor
from engine.definition import Definition, Result, Value
from engine.rules import migration
from tests.builders import definition, form, officer, step, text_field
from tests.engine.case import given
from tests.engine.procedures import ONE_STOP, SIMPLE, cross_level, simple

ADMIN = Actor("admin", "admin")


def version(number: int = 2, **changed: Any) -> Definition:
    return replace(simple(**changed), version=number)


def order(target: Definition | None, reason: str = "Quyết định 12/QĐ-UBND") -> c.MigrateDossier:
    return c.MigrateDossier(ADMIN, target.version if target else 9, reason, target)


def test_everything_stays_where_it_is_and_the_new_rules_govern():
    """The claimed task, its deadline and the statutory clock stay; the next outcome is judged by the new version."""
    case = given(simple()).does("nhan", "accept").claims("tham_dinh")
    task, clock = case.task("tham_dinh"), case.state.clock
    target = version(
        steps={
            "tham_dinh": step("appraise", outcomes="approve supplement refuse", time_limit="1 working_hour")
        }
    )
    case.when(order(target)).then(e.DossierMigrated(1, 2, case.said("Quyết định 12/QĐ-UBND"), "admin"))
    case.then_not(e.TaskOpened, e.TaskCancelled, e.StatusChanged)
    assert (case.state.procedure_version, case.task("tham_dinh"), case.state.clock) == (2, task, clock)
    case.definition = target
    case.does("tham_dinh", "approve").does("ky", "sign").does("tra")
    assert case.state.status == "returned"


def test_a_limit_that_only_the_new_version_has_counts_from_now():
    drawn = "start s\nuser nhan\nuser lam\nend e\ns -> nhan -> lam -> e\n"
    limit = "user xem\nend f\nboundary b on=lam timer=P2D\nb -> xem -> f"
    steps = {"nhan": step("receive"), "lam": step("work")}
    old = definition(drawn, steps)
    new = replace(definition(drawn + limit, {**steps, "xem": step("work", "leader")}), version=2)
    case = given(old).does("nhan").when(order(new)).then(e.DossierMigrated, e.TimerArmed)
    case.definition = new
    (timer,) = case.state.timers
    case.when(c.FireTimer(CLOCK, timer), at="2023-06-17 10:00").then(e.TaskCancelled, e.TaskOpened)
    assert case.open == ["xem"]


@pytest.mark.parametrize(
    ("target", "named"),
    [
        (None, "phiên bản khác"),
        (version(1), "phiên bản khác"),
        (version(steps={"tham_dinh": step("verify", outcomes="approve supplement refuse")}), "tham_dinh"),
        (
            version(steps={"tham_dinh": step("appraise", "leader", outcomes="approve supplement refuse")}),
            "tham_dinh",
        ),
        (replace(cross_level(), version=2), "tham_dinh"),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_happens(target: Definition | None, named: str):
    case = given(simple()).does("nhan", "accept")
    assert named in case.when(order(target)).then_rejected("cannot_migrate").vi
    assert case.state.procedure_version == 1


def stuck(way_out: str) -> Definition:
    """A dossier passes `nhan` and comes to a choice whose only way out is taken if `way_out` holds."""
    drawn = f"start s\nuser nhan sau\nxor g\nend e\ns -> nhan -> g\ng -> sau if {way_out}\nsau -> e"
    return definition(drawn, {"nhan": step("receive"), "sau": step("work")})


def test_a_dossier_that_its_diagram_holds_up_goes_on_by_the_mended_version():
    """No data helps where the drawing is wrong: carried over, it goes on from the element where it stands."""
    case = given(stuck("false")).does("nhan")
    assert (case.open, case.state.incident) == ([], ("g", "no_flow_true"))
    mended = replace(stuck("true"), version=2)
    case.when(order(mended)).then(e.DossierMigrated, e.IncidentCleared, e.TaskOpened)
    assert (case.open, case.state.incident, case.state.procedure_version) == (["sau"], None, 2)
    case.definition = mended
    assert case.does("sau").state.status == "returned"


def test_a_repair_carries_nothing_over_that_does_not_stand_still():
    """Who is not stuck goes over by the order for a whole version, which was tried first."""
    case = given(stuck("true"))
    mended = replace(stuck("true"), version=2)
    case.when(replace(order(mended), repairs=True)).then_rejected("no_incident")
    case = given(stuck("false")).does("nhan")
    case.when(replace(order(mended), repairs=True)).then(e.DossierMigrated, e.IncidentCleared, e.TaskOpened)


def test_a_version_that_holds_it_up_as_well_is_in_the_way():
    case = given(stuck("false")).does("nhan")
    refused = case.when(order(replace(stuck("1 = 2"), version=2))).then_rejected("cannot_migrate")
    assert "vẫn đứng lại" in refused.vi
    assert (case.state.incident, case.state.procedure_version) == (("g", "no_flow_true"), 1)


def test_a_job_that_failed_is_asked_where_the_mended_version_asks():
    """What still waits for its answer is not asked elsewhere; what failed may be."""
    drawn = "start s\nuser nhan\nexternal goi topic=so\nend e\ns -> nhan -> goi -> e"
    steps = {"nhan": step("receive")}
    old = definition(drawn, steps, topics={"goi": "so.cu"})
    new = replace(definition(drawn, steps, topics={"goi": "so.moi"}), version=2)
    case = given(old).does("nhan")
    case.when(order(new)).then_rejected("cannot_migrate")
    (token,) = case.state.jobs
    case.when(c.FailJob(Actor("so.cu", "partner"), token, "500", "không còn")).then(e.IncidentRaised)
    case.when(order(new)).then(e.IncidentCleared, e.JobRequested(token, "goi", "so.moi"))


def renaming(*, name: str = "Thẩm định hồ sơ", kind: str = "appraise") -> Definition:
    """Version 2 of `simple`, its step `tham_dinh` redrawn as `xem_xet`."""
    drawn = SIMPLE.replace("tham_dinh", "xem_xet")
    steps = {id: one for id, one in simple().steps.items() if id != "tham_dinh"}
    new = replace(step(kind, outcomes="approve supplement refuse"), name=name)
    return replace(
        definition(drawn, {**steps, "xem_xet": new}, ends=dict(simple().ends)),
        version=2,
    )


def test_a_step_with_another_id_is_found_by_the_name_it_is_given():
    """Task, sender and what the step came to before go by the new id; the token goes on from there."""
    old = version(1, steps={"tham_dinh": replace(simple().steps["tham_dinh"], name="Thẩm định")})
    target = renaming()
    assert migration.suggested(old, target) == {"tham_dinh": "xem_xet"}
    assert [one.element_id for one in migration.missing(old, target)] == ["tham_dinh"]
    case = given(old).does("nhan", "accept").claims("tham_dinh")
    task, named = case.task("tham_dinh"), replace(order(target), renamed={"tham_dinh": "xem_xet"})
    assert "“Thẩm định”" in case.when(order(target)).then_rejected("cannot_migrate").vi
    case.when(named).then(e.DossierMigrated)
    assert case.task("xem_xet") == replace(task, element_id="xem_xet")
    case.definition = target
    assert case.does("xem_xet", "approve").open == ["ky"]

    later = given(old).does("nhan", "accept").does("tham_dinh", "approve").when(named)
    assert later.task("ky").from_element == "xem_xet"
    assert [record.outcome for record in later.state.steps["xem_xet"]] == ["approve"]
    assert "tham_dinh" not in later.state.steps
    later.definition = target
    assert later.does("ky", "return", note="sai tên").open == ["xem_xet"]


@pytest.mark.parametrize(
    ("renamed", "named"),
    [
        ({"khong_co": "xem_xet"}, "khong_co"),
        ({"tham_dinh": "khong_co"}, "khong_co"),
        ({"tham_dinh": "ky"}, "ky"),
        ({"nhan": "nhan_lai", "tham_dinh": "nhan"}, "nhan"),
    ],
)
def test_names_that_no_dossier_could_go_by_are_refused(renamed: dict[str, str], named: str):
    case = given(simple()).does("nhan", "accept")
    command = replace(order(renaming()), renamed=renamed)
    assert named in case.when(command).then_rejected("cannot_migrate").vi


def test_nothing_is_suggested_for_a_step_of_another_kind_or_name():
    assert migration.suggested(simple(), renaming(kind="verify")) == {}
    assert migration.suggested(simple(), renaming(name="Đóng dấu")) == {}


def test_answers_and_partners_need_their_place():
    """An e-form that was answered must still be there; what a partner is asked must not change under way."""
    e_form = form("phieu", text_field("y_kien"))
    filled = simple(
        forms={"phieu": e_form},
        steps={"nhan": step("receive", ONE_STOP, outcomes="accept supplement refuse", form="phieu")},
    )
    case = given(filled).does("nhan", "accept", answers={"y_kien": "đủ"})
    assert "phieu" in case.when(order(version())).then_rejected("cannot_migrate").vi
    waiting = given(cross_level()).does("nhan").does("xa").does("huyen", "done").does("nop_thue")
    elsewhere = replace(cross_level(), version=2, topics={"dang_ky": "tax.register"})
    assert "dang_ky" in waiting.when(order(elsewhere)).then_rejected("cannot_migrate").vi


@pytest.mark.parametrize(("before", "after"), [("=[1, 2]", "=[1]"), (None, "=[1]"), ("=[1]", None)])
def test_documents_that_were_made_keep_their_list(before: str | None, after: str | None):
    """Which of several a document is stands in its code: of another list it would be another, or none."""

    def results(each: str | None) -> tuple[Result, ...]:
        return (Result("giay", "Giấy chứng nhận", each=Value.of(each) if each else None),)

    case = given(simple(results=results(before))).does("nhan", "accept").does("tham_dinh", "approve")
    case.does("ky", "sign")
    changed = case.when(order(version(results=results(after)))).then_rejected("cannot_migrate")
    assert "giay" in changed.vi
    case.when(order(version(results=results(before)))).then(e.DossierMigrated)
    early = given(simple(results=results(before))).does("nhan", "accept")
    early.when(order(version(results=results(after)))).then(e.DossierMigrated)


def test_a_reason_is_needed_and_a_stopped_dossier_waits():
    case = given(simple()).does("nhan", "accept")
    case.when(order(version(), " ")).then_rejected("reason_required")
    case.when(c.StopDossier(officer("leader"), "chờ")).when(order(version())).then_rejected("dossier_stopped")
