"""Constructs inside each other: what is thrown, waited for or ended in one scope does to the others what BPMN says."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import flow
from tests.engine.flow.journey import MONDAY, Journey

CALLS = (
    "process inner {\nstart i\nuser work\nxor x\nend ok\nend bad error=E1\nend say escalation=S1\n"
    'i -> work -> x\nx -> ok if way = "ok"\nx -> bad if way = "bad"\nx -> say default\n}\n'
    "process middle {\nstart m\ncall deep calls=inner\nend md\nm -> deep -> md\n}\n"
)


@pytest.mark.parametrize(
    ("way", "open_"), [("ok", ["after"]), ("bad", ["mended"]), ("say", ["after", "heard"])]
)
def test_errors_and_escalations_go_out_through_call_activities(way: str, open_: list[str]):
    """By their codes, past the borders of other codes; an escalation that does not interrupt lets the call complete."""
    j = Journey(
        CALLS
        + "start s\ncall c calls=middle\nuser after mended heard other\nend e f g h\ns -> c -> after -> e\n"
        + "boundary b1 on=c error=E1\nboundary b2 on=c error=E2\nboundary b3 on=c escalation=S1 non-interrupting\n"
        + "b1 -> mended -> f\nb2 -> other -> g\nb3 -> heard -> h",
        {"way": way},
    )
    assert j.done("work").open() == open_


def test_an_error_of_one_instance_ends_all_instances():
    """§13.5.3: the border belongs to the activity, not to the instance."""
    j = Journey(
        'start s\nsub p1 loop=parallel collection="=units" variable=unit {\nstart i\nuser u\nxor x\nend ok\nend bad error=E\n'
        "i -> u -> x\nx -> bad if unit = 2\nx -> ok default\n}\nuser mend after\nend e f\nboundary b on=p1 error=E\n"
        "s -> p1 -> after -> e\nb -> mend -> f",
        {"units": [1, 2, 3]},
    )
    assert j.done("u", 0).open() == ["u", "u"]
    assert j.done("u", 1).open() == ["mend"]


def test_an_escalation_of_an_instance_is_heard_beside_the_others():
    j = Journey(
        'start s\nsub p1 loop=sequential collection="=units" {\nstart i\nthrow t escalation=Up\nuser u\nend x\ni -> t -> u -> x\n}\n'
        "user told\nend e f\nboundary b on=p1 escalation=Up non-interrupting\ns -> p1 -> e\nb -> told -> f",
        {"units": ["a", "b"]},
    )
    assert j.open() == ["told", "u"]
    assert j.done("u").open() == ["told", "told", "u"]


def test_the_completion_condition_takes_the_other_instances_and_their_timers():
    j = Journey(
        'start s\nsub p1 loop=parallel count="=3" until="nrOfCompletedInstances = 2" {\nstart i\nuser u r\nend x y\n'
        "boundary t on=u timer=P1D non-interrupting\ni -> u -> x\nt -> r -> y\n}\nuser after\nend e\ns -> p1 -> after -> e"
    )
    assert len(j.waiting("timer")) == 3
    assert j.done("u", 0).done("u", 2).open() == ["after"]
    assert j.waiting("timer") == []


def test_terminate_in_a_called_process_ends_that_process_only():
    j = Journey(
        "process sub {\nstart i\nand g\nuser a b\nend x terminate\ni -> g -> a -> x\ng -> b\n}\n"
        "start s\nand g2 h\ncall c calls=sub\nuser side\nend e\ns -> g2 -> c -> h -> e\ng2 -> side -> h"
    )
    assert j.done("a").open() == ["side"]
    assert j.done("side").ended


def test_an_interrupting_event_sub_process_takes_the_work_of_its_scope_and_the_caller_goes_on():
    j = Journey(
        "process sub {\nstart i\nuser a\nend x\ni -> a -> x\nevent-sub es {\nstart m message=Stop\nuser close\nend y\nm -> close -> y\n}\n}\n"
        "start s\ncall c calls=sub\nuser after\nend e\ns -> c -> after -> e"
    )
    assert j.message("Stop").open() == ["close"]
    assert j.done("close").open() == ["after"]


def test_a_condition_becomes_true_inside_a_loop_with_the_items_of_that_instance():
    j = Journey(
        'start s\nsub p1 loop=parallel collection="=units" variable=unit {\nstart i\nuser u w\nend x y\n'
        'boundary b on=u condition="limit > unit"\ni -> u -> x\nb -> w -> y\n}\nend e\ns -> p1 -> e',
        {"units": [1, 5], "limit": 0},
    )
    assert j.open() == ["u", "u"]
    j.values["limit"] = 3
    assert j.resume().open() == ["u", "w"]


def test_a_repeating_reminder_of_an_event_sub_process_stops_with_its_scope():
    j = Journey(
        "start s\nsub p1 {\nstart i\nuser u\nend x\ni -> u -> x\nevent-sub es {\nstart t cycle=R/P1D non-interrupting\nuser r\nend y\nt -> r -> y\n}\n}\n"
        "user after\nend e\ns -> p1 -> after -> e"
    )
    assert j.wait(days=2).open() == ["r", "r", "u"]
    assert j.done("u").done("r").done("r").open() == ["after"]
    assert j.waiting("timer") == []


def test_what_each_instance_leaves_is_collected_in_order():
    """Table 10.27: whichever instance is done first."""
    j = Journey(
        'start s\nuser u loop=parallel collection="=units" output=answers_ each=said\nuser after\nend e\ns -> u -> after -> e',
        {"units": ["a", "b", "c"]},
    )
    for index, said in ((2, "no"), (0, "yes"), (1, "perhaps")):
        j.done("u", index, said=said)
        for change in j.of(flow.VariableSet):
            j.values[change.name] = change.value
    assert j.values["answers_"] == ["yes", "perhaps", "no"]
    assert j.open() == ["after"]


def test_each_round_of_a_working_time_cycle_asks_the_calendar():
    """Here working time runs half as fast as the clock."""

    def working(duration: str, start: datetime) -> datetime:
        assert duration == "PT4H"
        return start + timedelta(hours=8)

    text = "start s\nuser u r\nboundary b on=u cycle=R2/PT4H calendar=working non-interrupting\nend e f\ns -> u -> e\nb -> r -> f"
    j = Journey(text, working=working)
    assert [w.due_at for w in j.waiting("timer")] == [MONDAY + timedelta(hours=8)]
    assert j.wait(hours=8).open() == ["r", "u"]
    assert [w.due_at for w in j.waiting("timer")] == [MONDAY + timedelta(hours=16)]
    assert j.wait(hours=8).open() == ["r", "r", "u"]
    assert j.waiting("timer") == []


@pytest.mark.parametrize(
    ("cycle", "due"),
    [
        ("R/2026-01-01T01:00:00Z/P1D", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("R/2025-12-31T02:00:00Z/P1D", datetime(2026, 1, 4, 2, tzinfo=UTC)),
        ("R2/2025-12-31T02:00:00Z/P1D", datetime(2026, 1, 1, 2, tzinfo=UTC)),
        ("R/2025-11-05T01:00:00Z/P1M", datetime(2026, 1, 5, 1, tzinfo=UTC)),
    ],
)
def test_rounds_of_before_the_token_came_are_not_made_up_for(cycle: str, due: datetime):
    """One is, as a date in the past is; a cycle that began years ago does not flood the dossier."""
    text = f"start s\nuser u r\nboundary b on=u cycle={cycle} non-interrupting\nend e f\ns -> u -> e\nb -> r -> f"
    j = Journey(text)
    assert [w.due_at for w in j.waiting("timer")] == [due]
