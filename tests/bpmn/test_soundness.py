"""Soundness by state space: what is found, that the way shown is right, and that the short cut sees what all sees."""

from __future__ import annotations

import random
import time

import pytest

from bpmn import check, soundness
from bpmn.diagram import Diagram
from bpmn.problem import Finding
from bpmn.statespace import MAX_STATES, Clusters, Space, explore, explored
from bpmn.tokens import Net, nets
from tests.bpmn.drawings import draw, xml

TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


def boundary(id_: str, host: str, interrupting: bool = True) -> str:
    cancel = "true" if interrupting else "false"
    return (
        f'<boundaryEvent id="{id_}" attachedToRef="{host}" cancelActivity="{cancel}">{TIMER}</boundaryEvent>'
    )


def flow(source: str, target: str) -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def found(d: Diagram) -> list[tuple[str, str]]:
    return [(finding.rule.removeprefix("soundness-"), finding.element) for finding in soundness.findings(d)]


def first(d: Diagram) -> Finding:
    return soundness.findings(d)[0]


def test_sequence_choice_and_parallel_block_are_sound() -> None:
    """The ordinary patterns (WCP 1-5) are never refused."""
    assert found(draw("start:s user:a end:e", "s>a a>e")) == []
    assert found(draw("start:s xor:x user:a user:b xor:y end:e", "s>x x>a x>b a>y b>y y>e")) == []
    assert found(draw("start:s par:x user:a user:b par:y end:e", "s>x x>a x>b a>y b>y y>e")) == []


def test_choice_joined_by_a_parallel_gateway_is_stuck() -> None:
    """The finding names the join and shows a shortest way to it."""
    finding = first(draw("start:s xor:x user:a user:b par:j end:e", "s>x x>a x>b a>j b>j j>e"))
    assert (finding.rule, finding.element) == ("soundness-deadlock", "j")
    assert finding.trace in (("x", "a"), ("x", "b"))
    assert "x → a" in finding.en or "x → b" in finding.en


def test_parallel_branches_merged_by_choice_run_twice() -> None:
    assert ("double", "y") in found(
        draw("start:s par:x user:a user:b xor:y end:e", "s>x x>a x>b a>y b>y y>e")
    )


def test_a_loop_without_exit_is_a_livelock() -> None:
    assert found(draw("start:s xor:x xor:m user:a end:e", "s>x x>e x>m m>a a>m")) == [("livelock", "m")]


def test_inclusive_split_is_joined_by_an_inclusive_join() -> None:
    """The join waits for those branches that were taken (BPMN 2.0.2 §13.4.3), and only for them."""
    flows = "s>x x>a?c1 x>b?c2 a>j b>j j>e"
    assert found(draw("start:s inc:x user:a user:b inc:j end:e", flows)) == []
    assert ("deadlock", "j") in found(draw("start:s inc:x user:a user:b par:j end:e", flows))


def test_two_inclusive_joins_that_wait_for_each_other_are_stuck() -> None:
    """The vicious circle of OR joins (Dumas, Grosskopf, Hettel, Wynn 2007)."""
    stuck = found(
        draw("start:s par:x inc:o inc:q user:a user:b end:e", "s>x x>a x>b a>o b>q q>o o>q o>e q>e")
    )
    assert stuck[0][0] == "deadlock"
    assert stuck[0][1] in ("o", "q")


def test_interrupting_boundary_round_a_parallel_join_is_stuck() -> None:
    """The deadline takes the token off its branch, the join waits for ever."""
    d = draw(
        "start:s par:x user:a user:b par:j end:e end:late_end",
        "s>x x>a x>b a>j b>j j>e",
        boundary("late", "a") + flow("late", "late_end"),
    )
    assert found(d) == [("deadlock", "j")]
    assert first(d).trace[-1] in ("late_end", "late", "b")


def test_non_interrupting_boundary_with_its_own_end_is_sound() -> None:
    """A reminder goes its own way."""
    more = boundary("remind", "a", False) + flow("remind", "letter")
    assert found(draw("start:s user:a end:e end:letter", "s>a a>e", more)) == []


def test_non_interrupting_boundary_that_joins_the_main_way_doubles_it() -> None:
    more = boundary("remind", "a", False) + flow("remind", "m")
    assert ("double", "m") in found(draw("start:s user:a xor:m user:b end:e", "s>a a>m m>b b>e", more))


def test_a_reminder_in_a_loop_is_sound() -> None:
    """The way of a reminder may be gone again while the first is still on it: that doubles no main step."""
    more = boundary("remind", "a", False) + flow("remind", "letter") + flow("letter", "told")
    d = draw("start:s xor:m user:a xor:x end:e user:letter end:told", "s>m m>a a>x x>m x>e", more)
    assert found(d) == []


def test_terminate_ends_all_branches() -> None:
    """Whoever comes first ends the dossier: nothing is stuck."""
    more = '<endEvent id="all"><terminateEventDefinition/></endEvent>' + flow("b", "all")
    assert found(draw("start:s par:x user:a user:b end:e", "s>x x>a x>b a>e", more)) == []


def test_sub_processes_are_judged_by_themselves() -> None:
    """A join that starves inside a sub-process is found there."""
    inner = (
        '<subProcess id="sub"><startEvent id="s1"/><exclusiveGateway id="x1"/><userTask id="a1"/><userTask id="b1"/>'
        '<parallelGateway id="j1"/><endEvent id="e1"/>'
        + flow("s1", "x1") + flow("x1", "a1") + flow("x1", "b1") + flow("a1", "j1") + flow("b1", "j1") + flow("j1", "e1")
        + "</subProcess>"
    )  # fmt: skip
    more = inner + flow("s", "sub") + flow("sub", "e")
    assert found(draw("start:s end:e", "", more)) == [("deadlock", "j1")]


def test_an_error_that_nothing_throws_is_a_dead_way() -> None:
    sub = '<subProcess id="sub"><startEvent id="s1"/><endEvent id="e1"/>' + flow("s1", "e1") + "</subProcess>"
    event = '<boundaryEvent id="err" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>'
    more = sub + event + flow("s", "sub") + flow("sub", "e") + flow("err", "e2")
    assert found(draw("start:s end:e end:e2", "", more)) == [("dead", "err"), ("dead", "e2")] or set(
        found(draw("start:s end:e end:e2", "", more))
    ) == {("dead", "err"), ("dead", "e2")}


def blocks(branches: int, length: int) -> bytes:
    """A parallel block of many branches, each a chain of choices: 3·length+1 nodes a branch."""
    nodes, flows = ["start:s", "par:x", "par:j", "end:e"], ["s>x", "j>e"]
    for b in range(branches):
        last = "x"
        for i in range(length):
            name = f"{b}_{i}"
            nodes += [f"xor:c{name}", f"user:a{name}", f"user:b{name}", f"xor:m{name}"]
            flows += [
                f"{last}>c{name}",
                f"c{name}>a{name}",
                f"c{name}>b{name}",
                f"a{name}>m{name}",
                f"b{name}>m{name}",
            ]
            last = f"m{name}"
        flows.append(f"{last}>j")
    return xml(" ".join(nodes), " ".join(flows))


def test_parallel_branches_add_up_instead_of_multiplying() -> None:
    """12 branches of 24 nodes: 13 ** 12 states in full, a few hundred looked at."""
    d = draw_bytes(blocks(12, 6))
    assert len(d.nodes) == 292
    (net,) = nets(d)
    space = explore(net)
    assert space.complete
    assert len(space.came) < 1_000
    assert found(d) == []


def draw_bytes(data: bytes) -> Diagram:
    from bpmn import reading

    return reading.read(data, "test.bpmn")


def test_the_gate_judges_300_nodes_within_two_seconds() -> None:
    """The budget is 2 s; measured exactly in bench/gate.py."""
    start = time.process_time()
    report = check.check_bytes("big.bpmn", blocks(12, 6))
    assert time.process_time() - start < 2
    assert "soundness-budget" not in {finding.rule for finding in report.findings}


def tangled(seed: int) -> Diagram:
    """A random small diagram: gateways of all kinds joined at random, some boundary events, sound or not."""
    rng = random.Random(seed)
    kinds = [rng.choice(["user", "user", "xor", "par", "inc"]) for _ in range(rng.randint(3, 9))]
    names = [f"n{i}" for i in range(len(kinds))]
    flows = [f"s>{names[0]}"]
    for i, name in enumerate(names):
        later = [*names[i + 1 :], "e"]
        targets = {rng.choice(later) for _ in range(1 if kinds[i] == "user" else rng.randint(1, 3))}
        if rng.random() < 0.15 and i:
            targets.add(rng.choice(names[1:]))
        flows += [f"{name}>{target}" for target in sorted(targets)]
    reached = {f.split(">")[1] for f in flows}
    flows += [f"{names[0]}>{name}" for name in names[1:] if name not in reached]
    more = ""
    for name, kind in zip(names, kinds, strict=True):
        if kind == "user" and rng.random() < 0.3:
            more += boundary(f"b_{name}", name, rng.random() < 0.5) + flow(
                f"b_{name}", rng.choice([*names, "e"])
            )
    nodes = " ".join(
        ["start:s", "end:e", *(f"{kind}:{name}" for kind, name in zip(kinds, names, strict=True))]
    )
    return draw(nodes, " ".join(dict.fromkeys(flows)), more)


def verdict(net: Net, space: Space) -> object:
    """Unsound; or for ever on the way; or sound, with what ran."""
    if space.stuck or space.doubled:
        return "stuck or doubled"
    alive, todo = set(space.finals), list(space.finals)
    while todo:
        for marking in space.before.get(todo.pop(), ()):
            if marking not in alive:
                alive.add(marking)
                todo.append(marking)
    return "livelock" if any(marking not in alive for marking in space.came) else frozenset(space.fired)


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_the_short_cut_sees_what_all_states_show(start: int) -> None:
    """Random diagrams: exploring one cluster at a time finds a fault exactly where the full state space has one."""
    for seed in range(start, start + 100):
        (net,) = nets(tangled(seed))
        full = explored(net, None, MAX_STATES)
        short = explored(net, Clusters(net), MAX_STATES)
        if not full.complete:
            continue
        assert short.complete
        assert verdict(net, full) == verdict(net, short), seed
