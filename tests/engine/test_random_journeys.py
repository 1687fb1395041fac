"""Random orders on random procedures: whatever people do, nothing is raised and nothing gets out of step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine import flow
from engine.actor import CLOCK, SYSTEM, Actor, Post
from engine.state import Task
from tests.builders import APPLICANT, COMMUNE, DISTRICT, NEIGHBOUR, OTHER
from tests.engine.case import Case
from tests.engine.procedures import consulting, cross_level, simple

PROCEDURES = (simple(extension_max_days=5), consulting(extension_max_days=5), cross_level())
AGENCIES = (COMMUNE, DISTRICT, NEIGHBOUR, OTHER)
ROLES = ("officer", "leader", "one_stop")
EVERYBODY = Actor("moi.nguoi", "officer", "", tuple(Post(a, r) for a in AGENCIES for r in ROLES))
ORDERS = (
    "claim", "complete", "complete", "complete", "complete", "release", "refuse", "reroute", "recall", "return", "timer",
    "finish", "fail", "stop", "resume", "resume", "extend", "apologise", "repair", "withdraw",
)  # fmt: skip
NEEDS_A_TASK = frozenset({"claim", "complete", "release", "refuse", "reroute", "recall", "return"})


@given(
    st.sampled_from(PROCEDURES),
    st.lists(
        st.tuples(st.sampled_from(ORDERS), st.integers(0, 999), st.integers(0, 4000)), min_size=8, max_size=40
    ),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_is_decided_or_rejected_and_the_state_agrees_with_the_diagram(procedure, orders):
    """After every command: live tasks are the diagram's waiting tokens, timers its timers, the clock fits the status."""
    case = Case(procedure).submit().accepted()
    for order, choice, minutes in orders:
        case.now += timedelta(minutes=minutes)
        command = _command(case, order, choice)
        if command is not None:
            case.when(command)
            _check(case)


def _command(case: Case, order: str, choice: int) -> c.Command | None:
    tasks = list(case.state.tasks.values())
    if order in NEEDS_A_TASK:
        return _task_command(case, order, choice, tasks[choice % len(tasks)]) if tasks else None
    timers, jobs = list(case.state.timers), list(case.state.jobs)
    match order:
        case "timer" if timers:
            return c.FireTimer(CLOCK, timers[choice % len(timers)])
        case "finish" if jobs:
            return c.FinishJob(SYSTEM, jobs[0], {"so": choice})
        case "fail" if jobs:
            return c.FailJob(SYSTEM, jobs[0], "khong_hop_le" if choice % 2 else "500", "Lỗi.")
        case "stop":
            return c.StopDossier(EVERYBODY, "chờ")
        case "resume":
            return c.ResumeDossier(EVERYBODY, "tiếp")
        case "extend":
            return c.ExtendDeadline(EVERYBODY, choice % 7, "phức tạp")
        case "apologise":
            return c.Apologise(EVERYBODY, f"2023-07-{choice % 28 + 1:02}", "thiếu người")
        case "repair":
            return c.RepairIncident(EVERYBODY, "sửa")
        case "withdraw" if choice % 5 == 0:
            return c.WithdrawDossier(APPLICANT, "thôi")
    return None


def _task_command(case: Case, order: str, choice: int, task: Task) -> c.Command:
    outcomes = case.definition.steps[task.element_id].outcomes
    outcome = outcomes[choice % len(outcomes)].code if outcomes else None
    if order == "complete" and task.role != "applicant" and task.assignee is None:
        order = "claim"
    earlier = list(case.definition.steps)[choice % len(case.definition.steps)]
    commands: dict[str, c.Command] = {
        "claim": c.ClaimTask(EVERYBODY, task.no),
        "complete": c.CompleteTask(EVERYBODY, task.no, outcome),
        "release": c.ReleaseTask(EVERYBODY, task.no),
        "refuse": c.RefuseHandOver(EVERYBODY, task.no, "không thuộc thẩm quyền"),
        "reroute": c.RerouteTask(EVERYBODY, task.no, AGENCIES[choice % 4], reason="đúng địa bàn"),
        "recall": c.RecallTask(EVERYBODY, task.no, "nhầm"),
        "return": c.ReturnTask(EVERYBODY, task.no, earlier, "thiếu"),
    }
    return commands[order]


def _check(case: Case) -> None:
    state = case.state
    if state.flow:
        waits = flow.waiting(case.definition.flow, state.flow)
        assert {task.token_id for task in state.tasks.values()} == {
            one.id for one in waits if one.kind == "human"
        }
        assert set(state.timers) | set(state.held_timers) == {one.id for one in waits if one.kind == "timer"}
        assert set(state.jobs) == {one.id for one in waits if one.kind in ("external", "call")}
    assert bool(state.tasks) <= (not state.closed)
    assert all(case.definition.steps[task.element_id].kind == task.kind for task in state.tasks.values())
    kinds, running = (
        {task.kind for task in state.tasks.values()},
        [p for p in state.clock.pauses if p.to_at is None],
    )
    if state.clock.started_at and not state.clock.ended_at:
        assert bool(running) == bool(kinds & {"supplement", "pay"} or state.stopped_from is not None)
    else:
        assert not running
    assert (state.status == "stopped" and not state.closed) == (state.stopped_from is not None)
    assert set(state.open_supplements) == {t.no for t in state.tasks.values() if t.kind == "supplement"}
    assert state.supplements <= 1
    assert state.early_supplements <= 1


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_two_runs_of_the_same_orders_agree(procedure):
    """`decide` reads no clock and no chance: the same orders give the same events."""
    logs = []
    for _ in range(2):
        case = Case(procedure).submit(agency=COMMUNE)
        for number in range(30):
            case.now += timedelta(minutes=97)
            if command := _command(case, ORDERS[number * 7 % 11], number):
                case.when(command)
        logs.append(case.log)
    assert logs[0] == logs[1]
