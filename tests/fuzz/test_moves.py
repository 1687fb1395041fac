"""`move` on random sound processes: whatever is legal keeps the process sound."""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from engine import flow
from tests.engine.flow.drawing import bpmn
from tests.fuzz.generate import Generator

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def wander(seed: int) -> Counter[str]:
    """Plays one process with random moves between its steps, then to its end; counts the moves."""
    spec = flow.parse({"p": bpmn(Generator(seed, sound=True).text)}, "p")
    chance = random.Random(seed)
    moved = flow.start(spec, flow.Scope({"coin": 2}), NOW)
    counted: Counter[str] = Counter()
    for step in range(200):
        waiting = flow.waiting(spec, moved.snapshot)
        places = Counter((w.element_id, w.path, str(w.item)) for w in waiting)
        assert not places or max(places.values()) == 1, f"two tokens in one place: {places}"
        if moved.ended:
            return counted
        token = chance.choice(waiting)
        assert token.kind == "human", token
        if step < 60 and chance.random() < 0.4:
            target = chance.choice(
                [e for e in spec.elements.values() if e.type in ("userTask", "subProcess", "callActivity")]
            )
            try:
                moved = flow.move(spec, moved.snapshot, token.id, target.id, flow.Scope({"coin": 2}), NOW)
                counted["legal"] += 1
                continue
            except flow.FlowRejected as rejected:
                counted[rejected.code] += 1
        scope = flow.Scope({"coin": chance.randint(1, 3) if step < 60 else 1})
        moved = flow.complete(spec, moved.snapshot, token.id, scope, NOW)
    raise AssertionError(f"seed {seed} did not end")


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_a_legal_move_never_breaks_the_process(first):
    """No join starves, no token doubles, the end is reached; and some moves are legal, some are not."""
    counted: Counter[str] = Counter()
    for seed in range(first, first + 100):
        counted += wander(seed)
    assert counted["legal"] > 25
    assert counted["move_illegal"] > 50
    assert set(counted) == {"legal", "move_illegal"}
