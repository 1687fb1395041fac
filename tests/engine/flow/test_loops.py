"""Loop characteristics (BPMN 2.0.2 §10.3.8, §13.3.6, §13.3.7)."""

from engine import flow
from tests.engine.flow.journey import Journey

UNITS = {"units": [{"code": "A"}, {"code": "B"}, {"code": "C"}]}


def test_parallel_instances_open_at_once_with_their_items():
    """§13.3.7: one instance per item; over when all are."""
    j = Journey('start s\nuser u loop=parallel collection="=units" variable=unit\nend e\ns -> u -> e', UNITS)
    assert [(c.item, c.index) for c in j.of(flow.TokenArrived)] == [
        ({"code": "A"}, 0),
        ({"code": "B"}, 1),
        ({"code": "C"}, 2),
    ]
    j.done("u", 1).done("u", 0)
    assert not j.ended
    assert j.done("u", 2).ended


def test_sequential_instances_open_one_after_the_other():
    """§13.3.7."""
    j = Journey("start s\nuser u loop=sequential collection=units\nend e\ns -> u -> e", UNITS)
    for index in range(3):
        assert [w.index for w in j.waiting()] == [index]
        j.done("u")
    assert j.ended


def test_the_completion_condition_ends_the_rest():
    """§13.3.7: evaluated each time an instance completes."""
    j = Journey(
        'start s\nuser u loop=parallel count=5 until="nrOfCompletedInstances >= 2 and nrOfActiveInstances = 3 and nrOfInstances = 5"\nend e\ns -> u -> e'
    )
    j.done("u", 3)
    assert j.done("u", 0).ended
    assert [c.reason for c in j.of(flow.TokenLeft)] == ["completed", "cancelled", "cancelled", "cancelled"]


def test_the_completion_condition_sees_the_outcome():
    """The scope's values of the completing step."""
    j = Journey('start s\nuser u loop=parallel count=3 until="outcome = \\"no\\""\nend e\ns -> u -> e')
    j.values["outcome"] = "no"
    assert j.done("u").ended


def test_an_empty_collection_passes():
    """§13.3.7: no instance, the activity completes."""
    assert Journey(
        "start s\nuser u loop=parallel collection=units\nuser v\ns -> u -> v", {"units": []}
    ).open() == ["v"]


def test_a_collection_that_is_no_list_is_an_incident():
    """Repaired by data and `resume`."""
    j = Journey("start s\nuser u loop=parallel collection=units\nend e\ns -> u -> e")
    assert [i.code for i in j.of(flow.Incident)] == ["loop_value_wrong"]
    assert j.resume(units=[1, 2]).open() == ["u", "u"]


def test_a_boundary_event_stands_on_the_whole_loop():
    """§13.5.3: one timer, all instances cancelled."""
    j = Journey(
        "start s\nuser u loop=parallel count=3\nboundary b on=u timer=P1D\nuser v\nend e\ns -> u -> e\nb -> v"
    )
    assert len(j.waiting("timer")) == 1
    assert j.wait(days=1).open() == ["v"]


def test_a_sub_process_may_be_multi_instance():
    """Each instance has its own tokens and sees its own item."""
    j = Journey(
        'start s\nsub p1 loop=parallel collection="=units" variable=unit {\nxor x\nuser a b\nx -> a if unit.code = "B"\nx -> b default\n}\nend e\ns -> p1 -> e',
        UNITS,
    )
    assert j.open() == ["a", "b", "b"]
    assert [w.item["code"] for w in j.waiting() if w.element_id == "a"] == ["B"]
    j.done("b").done("a")
    assert j.done("b").ended


def test_terminate_in_one_instance_ends_only_that_one():
    """Table 10.88: the scope is the instance."""
    j = Journey(
        "start s\nsub p1 loop=parallel count=2 {\nand g\nuser a b\nend t terminate\ng -> a -> t\ng -> b\n}\nend e\ns -> p1 -> e"
    )
    assert j.done("a").open() == ["a", "b"]
    assert j.done("a").ended


def test_a_standard_loop_repeats_while_its_condition_holds():
    """§13.3.6: after each round, or before each with testBefore."""
    text = 'start s\nuser u loop=standard while="again" maximum=3 %s\nend e\ns -> u -> e'
    j = Journey(text % "", {"again": True})
    for _ in range(3):
        assert j.open() == ["u"]
        j.done("u")
    assert j.ended
    assert Journey(text % "test=before", {"again": False}).ended
    j = Journey(text % "", {"again": False})
    assert j.done("u").ended


def test_loops_of_automatic_tasks_see_their_counter():
    """`loopCounter` counts from 1."""
    j = Journey(
        'start s\nscript f formula="total + loopCounter" result=total loop=sequential count=4\nend e\ns -> f -> e',
        {"total": 0},
    )
    assert j.values["total"] == 10
