"""Who may do what: every command has its line in the one table, and strangers get nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.permits import TABLE, Relation, dispatchers, may_submit, orders, permit
from engine import commands as c
from engine.actor import CLOCK, SYSTEM, Actor, Post, holder
from engine.commands import Command, SubmitDossier
from engine.state import State, StepRecord, Task
from store.queries import dossiers
from tests.casework.town import WARD, Town

HERE, THERE = "H23.30.05", "H23.31"


def officer(agency: str, role: str, id: str = "") -> Actor:
    return Actor(id or f"{role}.{agency}", "officer", posts=(Post(agency, role),))


APPLICANT = Actor("lan", "applicant")
CLERK = officer(HERE, "one_stop_officer")
EXPERT = officer(HERE, "civil_status_officer", "binh")
CHIEF = officer(HERE, "leader")
FAR_CLERK = officer(THERE, "one_stop_officer")
FAR_EXPERT = officer(THERE, "civil_status_officer")
ADMIN = Actor("admin", "admin")
PARTNER = Actor("civil-status", "partner")
EVERYBODY = {
    "applicant": APPLICANT,
    "other applicant": Actor("minh", "applicant"),
    "clerk": CLERK,
    "expert": EXPERT,
    "chief": CHIEF,
    "far clerk": FAR_CLERK,
    "far expert": FAR_EXPERT,
    "admin": ADMIN,
    "partner": PARTNER,
    "clock": CLOCK,
    "system": SYSTEM,
    "receipt": holder("x"),
    "other receipt": holder("y"),
}
TASK = Task(2, "t2", "tham_dinh", "appraise", HERE, "civil_status_officer", "claimed", "2023-06-15T02:00:00+00:00", None, assignee="binh")  # fmt: skip
OFFERED = Task(3, "t3", "y_kien", "consult", THERE, "civil_status_officer", "offered", "2023-06-15T02:00:00+00:00", None, offered_by=HERE, from_task=1, from_element="tiep_nhan")  # fmt: skip
OWN = Task(4, "t4", "bo_sung", "supplement", "", "applicant", "open", "2023-06-15T02:00:00+00:00", None)
SIGNING = Task(5, "t5", "ky", "sign", HERE, "leader", "open", "2023-06-15T02:00:00+00:00", None)
STATE = State(
    dossier_code="x",
    agency=HERE,
    tasks={2: TASK, 3: OFFERED, 4: OWN, 5: SIGNING},
    steps={"tiep_nhan": (StepRecord("accept", "2023-06-15T02:00:00+00:00", CLERK.id, HERE, 1),)},
)
RELATION = Relation(
    STATE,
    ("lan", None),
    frozenset({"one_stop_officer", "division_head"}),
    frozenset({"leader"}),
    frozenset({HERE, THERE}),
    receipt=holder("x").id,
)

MAY: dict[str, set[str]] = {
    "ClaimTask 2": {"expert"},
    "CompleteTask 2": {"expert"},
    "ReleaseTask 2": {"expert", "clerk", "clock"},  # the clock: for who has left the post
    "AssignTask 2": {"clerk", "chief", "clock"},  # the clock: when a substitution ends
    "ReturnTask 2": {"expert", "clerk"},
    "ClaimTask 3": {"far expert"},
    "RefuseHandOver 3": {"far expert"},
    "RerouteTask 3": {"far clerk"},
    "RecallTask 3": {"clerk"},
    "PassOnTask 5": {"chief"},
    "PassOnTask 2": set(),
    "CompleteTask 4": {"applicant", "receipt"},
    "CompleteTask 1": {"applicant", "receipt", "clerk", "expert", "chief", "far clerk", "far expert"},
    "WithdrawDossier": {"system", "applicant", "clerk"},
    "StopDossier": {"system", "clerk", "chief", "far clerk"},
    "ResumeDossier": {"system", "clerk", "chief", "far clerk"},
    "ExtendDeadline": {"clerk", "chief", "far clerk"},
    "Apologise": {"clerk", "chief", "far clerk"},
    "AmendAnswers": {"clerk", "expert"},
    "RepairIncident": {"admin"},
    "MigrateDossier": {"admin"},
    "FireTimer": {"clock"},
    "DeliverMessage": {"partner", "system"},
    "FinishJob": {"partner", "system"},
    "FailJob": {"partner", "system"},
}
OTHER_FIELDS = {
    "AssignTask": ("binh",),
    "ReturnTask": ("tiep_nhan", "x"),
    "RefuseHandOver": ("x",),
    "RerouteTask": (THERE,),
    "RecallTask": ("x",),
    "ExtendDeadline": (1, "x"),
    "Apologise": ("2023-07-01", "x"),
    "AmendAnswers": ("to_khai", {}, "x"),
    "FireTimer": ("t",),
    "MigrateDossier": (2, "x"),
    "DeliverMessage": ("m",),
    "FinishJob": ("t",),
    "FailJob": ("t", "e", "x"),
    "ClaimTask": (),
    "ReleaseTask": (),
    "CompleteTask": (),
}


@pytest.mark.parametrize("line", MAY)
def test_exactly_these_may(line: str) -> None:
    """Everybody else is told `forbidden`; a task that is gone is the engine's to explain to whoever knew it."""
    name, _, number = line.partition(" ")
    fields = ((int(number),) if number else ()) + OTHER_FIELDS.get(name, ("x",))
    allowed = {
        who
        for who, actor in EVERYBODY.items()
        if permit(actor, getattr(c, name)(actor, *fields), RELATION) is None
    }
    assert allowed == MAY[line]


def test_the_counter_that_took_it_in_takes_money_and_remits_none() -> None:
    """Non-boundary: cash is taken at either counter; what is exempt or goes back, the deciding agency says."""
    relation = replace(RELATION, state=replace(STATE, via=THERE))

    def may(command: Command) -> bool:
        return permit(command.by, command, relation) is None

    for clerk, own in ((CLERK, True), (FAR_CLERK, False)):
        assert may(c.PayFees(clerk, "TT1", 8000, "cash", "r1"))
        assert may(c.ExemptFee(clerk, "le_phi", "x")) is own
        assert may(c.TakeBackExemption(clerk, "le_phi", "x")) is own
        assert may(c.OrderRefund(clerk, "TT1", "x")) is own


def test_every_command_has_its_line() -> None:
    """A new command that nobody thought of is nobody's; the submission has a rule of its own."""
    kinds = {
        kind
        for kind in vars(c).values()
        if isinstance(kind, type) and issubclass(kind, Command) and kind is not Command
    }
    assert set(TABLE) == kinds - {SubmitDossier}


def test_applicants_file_online_and_counters_file_the_rest() -> None:
    """What comes over the counter or by post is filed by a dispatcher of the agency that receives it."""
    roles = RELATION.dispatching
    assert may_submit(APPLICANT, HERE, "online", roles) is None
    assert may_submit(CLERK, HERE, "counter", roles) is None
    assert may_submit(CLERK, HERE, "post", roles) is None
    for actor, channel in [
        (APPLICANT, "counter"),
        (CLERK, "online"),
        (FAR_CLERK, "counter"),
        (EXPERT, "counter"),
    ]:
        refused = may_submit(actor, HERE, channel, roles)
        assert refused
        assert refused.code == "forbidden"


def test_pages_offer_what_the_gate_would_take(town: Town) -> None:
    """Buttons are hints: they follow the same roles and the dossier's own standing."""
    code = town.received()
    chief = town.officer(WARD, "leader")
    expert = town.officer(WARD, "civil_status_officer")
    row = dossiers.one(town.session, chief, code, now=town.now)
    assert isinstance(row, dict)
    offered = orders(town.session, chief, row)
    assert (offered["stop"], offered["resume"], offered["repair"]) == (True, False, False)
    assert not any(orders(town.session, expert, row).values())
    assert "one_stop_officer" in dispatchers(town.session)
