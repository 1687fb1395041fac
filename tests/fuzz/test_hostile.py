"""Broken diagrams: whatever is cut out, doubled or renamed, the answer is a spec or a refusal, never a crash."""

import random
from datetime import UTC, datetime

import pytest
from lxml import etree

from engine import flow
from tests.engine.flow.drawing import bpmn
from tests.fuzz.generate import Generator

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
WORDS = [
    "",
    "p",
    "=",
    "=1 +",
    "null",
    "R/PT1S",
    "P99999999999D",
    "-1",
    "\u202e",
    "../../etc",
    "{{x}}",
    "true",
    "x" * 3_000,
]


def break_one(root: etree._Element, chance: random.Random) -> None:
    """Breaks one thing in the tree."""
    elements = [e for e in root.iter() if e.getparent() is not None]
    victim, other = chance.choice(elements), chance.choice(elements)
    match chance.randint(0, 5):
        case 0:
            victim.getparent().remove(victim)
        case 1 if victim.attrib:
            victim.set(chance.choice(list(victim.attrib)), chance.choice(WORDS))
        case 2 if victim.attrib:
            del victim.attrib[chance.choice(list(victim.attrib))]
        case 3:
            victim.text = chance.choice(WORDS)
        case 4:
            victim.tag = other.tag
        case _ if other not in list(victim.iter()):
            victim.append(etree.fromstring(etree.tostring(other)))


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_a_broken_diagram_is_refused_or_runs(first):
    """Every problem has a sentence in both languages; what is accepted starts without an exception."""
    for seed in range(first, first + 100):
        chance = random.Random(seed)
        root = etree.fromstring(bpmn(Generator(seed % 50, depth=3).text))
        for _ in range(chance.randint(1, 3)):
            break_one(root, chance)
        problems = judge(etree.tostring(root))
        assert all(p.sentence_vi and len(p.sentence_vi) < 4_000 for p in problems)


def judge(xml: bytes) -> tuple[flow.Problem, ...]:
    """The problems of a diagram; one without any is started."""
    try:
        spec = flow.parse({"broken.bpmn": xml}, "p")
    except flow.FlowRefused as refusal:
        return refusal.problems
    start(spec)
    return ()


def start(spec: flow.FlowSpec) -> None:
    for coin in (1, 2, 3):
        try:
            moved = flow.start(spec, flow.Scope({"coin": coin}), NOW)
        except flow.FlowRejected:
            continue  # several ways to begin
        flow.waiting(spec, moved.snapshot)
