"""The snapshot: small, flat in age, and never lost when something goes wrong."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgpack
import pytest

from engine import flow
from tests.engine.flow.journey import MONDAY, Journey

LOOP = "start s\nxor m x\nuser w\nboundary b on=w timer=P1D\nend e late\ns -> m -> w -> x\nx -> m if again\nx -> e default\nb -> late"


def test_three_thousand_loops_change_neither_size_nor_result():
    """SpiffWorkflow stops silently after 333 passes of three nodes; its snapshot grows with every one."""
    j = Journey(LOOP, {"again": True})
    for _ in range(100):
        j.done("w")
    young = len(j.snapshot)
    for _ in range(3_000):
        assert j.open() == ["w"]
        j.done("w")
    assert abs(len(j.snapshot) - young) <= 8  # the counter's bytes
    j.values["again"] = False
    assert j.done("w").ended


def test_the_same_input_gives_the_same_output():
    """Ids come from the snapshot's counter: a step can be replayed."""
    j = Journey(LOOP, {"again": True})
    token = j.token("w")
    first = flow.complete(j.spec, j.snapshot, token, j.scope, j.now)
    assert first == flow.complete(j.spec, j.snapshot, token, j.scope, j.now)


def test_dossiers_share_the_spec_and_nothing_else():
    """Running one changes nothing for the others."""
    j = Journey(LOOP, {"again": True})
    fresh = flow.start(j.spec, j.scope, MONDAY).snapshot
    for _ in range(5):
        j.done("w")
    assert flow.start(j.spec, j.scope, MONDAY).snapshot == fresh


def test_running_changes_nothing_in_the_spec():
    """SpiffWorkflow's event sub-processes rewire the spec when they start; ours is read-only for all dossiers."""

    def picture(spec):
        return [
            {k: list(v) if isinstance(v, (list, tuple)) else v for k, v in vars(node).items()}
            for node in spec.nodes
        ] + [dict(vars(spec.root)), list(spec.root.task_specs)]

    j = Journey(
        "start s\nuser u\nboundary b on=u timer=P1D non-interrupting\nuser v\nor g j\nend e\ns -> g\ng -> u if true\n"
        "u -> j\ng -> j default\nj -> e\nb -> v\nevent-sub es {\nstart m message=M non-interrupting\nuser w\nm -> w\n}"
    )
    before = picture(j.spec)
    j.wait(days=1).message("M").done("w").done("u").done("v")
    assert j.ended
    assert picture(j.spec) == before


def test_loop_items_keep_their_types():
    """Numbers, dates, durations and contexts come back as they were."""
    items = [
        Decimal("1.10"),
        date(2026, 1, 5),
        datetime(2026, 1, 5, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        timedelta(days=2, hours=3),
        {"a": [1, None, "x"]},
    ]
    j = Journey("start s\nuser u loop=parallel collection=items\nend e\ns -> u -> e", {"items": items})
    assert [w.item for w in j.waiting()] == items


def test_a_foreign_snapshot_is_told():
    """Another format or no snapshot at all is an error of the caller, not a crash deep inside."""
    j = Journey(LOOP, {"again": True})
    for bad in (
        b"",
        b"\x00",
        msgpack.packb([99, 0, 0, False, []]),
        msgpack.packb([1, 0, 0, False, [[0, [[1, 999]]]]]),
    ):
        with pytest.raises(flow.BadSnapshot):
            flow.waiting(j.spec, bad)


def test_an_endless_automatic_loop_undoes_the_step():
    """The position before the step is kept, and the incident says where."""
    j = Journey(
        "start s\nuser u\nxor m x\nend e\ns -> u -> m -> x\nx -> m if go\nx -> e default", {"go": True}
    )
    before = j.snapshot
    j.done("u")
    assert [c.code for c in j.changes] == ["endless_loop"]
    assert j.snapshot == before
    j.values["go"] = False
    assert j.done("u").ended


def test_an_endless_loop_at_the_start_can_be_resumed():
    """Nothing came before: the tokens stand at the start."""
    j = Journey("start s\nxor m x\nend e\ns -> m -> x\nx -> m if go\nx -> e default", {"go": True})
    assert not j.ended
    assert [c.code for c in j.changes] == ["endless_loop"]
    assert j.resume(go=False).ended


def test_a_fork_bomb_is_stopped():
    """Tokens that multiply are stopped like steps that never end."""
    j = Journey("start s\nuser u\ntask a b c\ns -> u -> a\na -> b\na -> c\nb -> a\nc -> a")
    j.done("u")
    assert [c.code for c in j.changes] == ["endless_loop"]
    assert j.open() == ["u"]


def test_nested_multi_instance_is_bounded():
    """A thousand times a thousand instances do not fit."""
    j = Journey(
        "start s\nuser u\nsub p1 loop=parallel count=1000 {\nuser v loop=parallel count=1000\n}\ns -> u -> p1"
    )
    j.done("u")
    assert j.open() == ["u"]
    assert [c.code for c in j.changes] == ["endless_loop"]


def test_a_failing_script_keeps_its_place():
    """The token waits at the task; `resume` runs it again."""
    j = Journey("start s\nrule r decision=d result=x\nuser u\ns -> r -> u")
    assert [c.code for c in j.of(flow.Incident)] == ["no_decisions"]
    j.scope_extras["decide"] = lambda ref, values: 5
    assert j.resume().open() == ["u"]
    assert j.values["x"] == 5


def test_a_stuck_token_may_be_moved_by_an_admin():
    """Back to the step before."""
    j = Journey("start s\nuser u\nrule r decision=d result=x\nend e\ns -> u -> r -> e").done("u")
    assert [w.kind for w in j.waiting()] == ["stuck"]
    assert j.move("r", "u").open() == ["u"]
