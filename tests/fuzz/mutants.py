"""Mutants of good diagrams: what the gate accepts must run, and never come to rest where nobody is waited for.

    python -m tests.fuzz.mutants --seeds 2000 [--first 0]

A mutant is a shipped procedure's diagram, or a sound random one, with one to three things deleted, doubled, retargeted
or renamed. The gate answers within its time and never raises. An accepted one is started and played at random: each
rest waits for somebody or something, or is told as an incident, or is the end.
"""

from __future__ import annotations

import argparse
import copy
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from bpmn import check
from bpmn.diagram import BPMN, FLOW_NODES
from engine import flow
from tests.engine.flow.drawing import bpmn
from tests.fuzz.generate import Generator

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
PROCEDURES = Path(__file__).parents[2] / "bpmn" / "procedures"
SECONDS = 5.0
STEPS = 60
NODES = tuple(f"{{{BPMN}}}{name}" for name in sorted(FLOW_NODES))
FLOW = f"{{{BPMN}}}sequenceFlow"
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
SWITCHES = (
    "cancelActivity",
    "isInterrupting",
    "triggeredByEvent",
    "isSequential",
    "default",
    "calledElement",
)


class Wrong(AssertionError):
    """The gate raised or took too long, or an accepted mutant is stuck where nobody sees it."""


def play(seed: int) -> str:
    """One mutant; answers `refused`, `ended`, `incident` or `waits`. Raises Wrong."""
    chance = random.Random(seed)
    xml = mutant(chance, seed)
    begun = time.process_time()
    report = check.check_bytes("mutant.bpmn", xml)
    spent = time.process_time() - begun
    if spent > SECONDS:
        raise Wrong(f"the gate took {spent:.1f} s")
    if not report.accepted:
        return "refused"
    root = etree.fromstring(xml)
    executable = [p.get("id") for p in root.iter(f"{{{BPMN}}}process") if p.get("isExecutable") == "true"]
    return _run(flow.parse({"mutant.bpmn": xml}, str(executable[0])), chance)


def mutant(chance: random.Random, seed: int) -> bytes:
    """A good diagram with one to three changes; without its picture, which plays no part."""
    shipped = sorted(PROCEDURES.glob("*/v*/process.bpmn"))
    if chance.random() < 0.5:
        source = chance.choice(shipped).read_bytes()
    else:
        source = bpmn(Generator(seed, depth=3, sound=chance.random() < 0.7).text)
    root = etree.fromstring(source)
    for picture in [e for e in root if not str(e.tag).startswith(f"{{{BPMN}}}")]:
        root.remove(picture)
    for listed in list(root.iter(f"{{{BPMN}}}incoming", f"{{{BPMN}}}outgoing")):
        listed.getparent().remove(listed)
    for _ in range(chance.randint(1, 3)):
        chance.choice(CHANGES)(root, chance)
    return bytes(etree.tostring(root))


def _drop_flow(root: etree._Element, chance: random.Random) -> None:
    flows = list(root.iter(FLOW))
    if flows:
        gone = chance.choice(flows)
        gone.getparent().remove(gone)


def _drop_node(root: etree._Element, chance: random.Random) -> None:
    """Its flows go with it, or are joined over the gap."""
    node = _one(root, chance)
    if node is None:
        return
    before = [f for f in root.iter(FLOW) if f.get("targetRef") == node.get("id")]
    after = [f for f in root.iter(FLOW) if f.get("sourceRef") == node.get("id")]
    if before and after and chance.random() < 0.7:
        for one in before:
            one.set("targetRef", after[0].get("targetRef"))
        gone = after
    else:
        gone = before + after
    for one in [*gone, node]:
        if one.getparent() is not None:
            one.getparent().remove(one)


def _double(root: etree._Element, chance: random.Random) -> None:
    """A twin beside it with ids of its own and, for a node, the same ways in and out."""
    node = _one(root, chance)
    if node is None:
        return
    twin = copy.deepcopy(node)
    for inner in twin.iter():
        for name in ("id", "sourceRef", "targetRef", "attachedToRef", "default"):
            if inner.get(name) and (name != "attachedToRef" or inner is not twin):
                inner.set(name, f"{inner.get(name)}_twin")
    node.addnext(twin)
    for one in list(root.iter(FLOW)):
        for end in ("sourceRef", "targetRef"):
            if one.get(end) == node.get("id") and not str(one.get("id")).endswith("_twin"):
                way = copy.deepcopy(one)
                way.set("id", f"{one.get('id')}_{end}_twin")
                way.set(end, str(twin.get("id")))
                one.addnext(way)


def _retarget(root: etree._Element, chance: random.Random) -> None:
    flows = list(root.iter(FLOW))
    if flows:
        one = chance.choice(flows)
        near = [n for n in one.getparent() if n.tag in NODES]
        other = chance.choice(near if near and chance.random() < 0.9 else list(root.iter(*NODES)))
        one.set(chance.choice(("sourceRef", "targetRef", "targetRef")), str(other.get("id")))


def _other_kind(root: etree._Element, chance: random.Random) -> None:
    gateways = [n for n in root.iter(*NODES) if n.tag.rpartition("}")[2] in GATEWAYS]
    if gateways:
        chance.choice(gateways).tag = f"{{{BPMN}}}{chance.choice(GATEWAYS)}"


def _reattach(root: etree._Element, chance: random.Random) -> None:
    borders = list(root.iter(f"{{{BPMN}}}boundaryEvent"))
    other = _one(root, chance)
    if borders and other is not None:
        chance.choice(borders).set("attachedToRef", str(other.get("id")))


def _switch(root: etree._Element, chance: random.Random) -> None:
    found = [(e, name) for e in root.iter() for name in SWITCHES if e.get(name)]
    if found:
        element, name = chance.choice(found)
        value = str(element.get(name))
        if value in ("true", "false"):
            element.set(name, "false" if value == "true" else "true")
        else:
            del element.attrib[name]


def _undo_condition(root: etree._Element, chance: random.Random) -> None:
    conditions = list(root.iter(f"{{{BPMN}}}conditionExpression", f"{{{BPMN}}}completionCondition"))
    if conditions:
        gone = chance.choice(conditions)
        gone.getparent().remove(gone)


def _move_in(root: etree._Element, chance: random.Random) -> None:
    """A node into or out of a sub-process; its flows stay."""
    node, scopes = _one(root, chance), list(root.iter(f"{{{BPMN}}}process", f"{{{BPMN}}}subProcess"))
    scope = chance.choice(scopes)
    if node is not None and scope not in list(node.iter()):
        scope.append(node)


def _more_flow(root: etree._Element, chance: random.Random) -> None:
    node = _one(root, chance)
    if node is not None:
        other = chance.choice([n for n in node.getparent() if n.tag in NODES])
        ends = {"sourceRef": str(node.get("id")), "targetRef": str(other.get("id"))}
        etree.SubElement(node.getparent(), FLOW, {"id": f"more_{chance.randrange(10**6)}", **ends})


CHANGES: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    _drop_flow, _drop_node, _drop_node, _double, _retarget, _retarget, _other_kind, _other_kind, _reattach, _switch,
    _undo_condition, _move_in, _more_flow, _more_flow,
)  # fmt: skip


def _one(root: etree._Element, chance: random.Random) -> etree._Element | None:
    nodes = list(root.iter(*NODES))
    return chance.choice(nodes) if nodes else None


def _run(spec: flow.FlowSpec, chance: random.Random) -> str:
    now, incident = NOW, False
    try:
        moved = flow.start(spec, _scope(chance), now)
    except flow.FlowRejected:
        return "waits"  # several ways to begin
    for _ in range(STEPS):
        incident = incident or any(isinstance(change, flow.Incident) for change in moved.changes)
        if moved.ended:
            return "ended"
        waiting = [w for w in flow.waiting(spec, moved.snapshot) if w.kind != "stuck"]
        if not waiting:
            if incident:
                return "incident"
            raise Wrong(f"nothing waits, nothing was told, and it has not ended: {moved.changes[-6:]}")
        one = chance.choice([w for w in waiting if w.kind != "timer"] or waiting)
        if chance.random() < 0.2:
            one = chance.choice(waiting)
        now = max(now, one.due_at or now)
        moved = _happens(spec, moved.snapshot, one, _scope(chance), now)
    return "waits"


def _happens(
    spec: flow.FlowSpec, snapshot: bytes, one: flow.Waiting, scope: flow.Scope, now: datetime
) -> flow.Moved:
    match one.kind:
        case "timer":
            return flow.fire_timer(spec, snapshot, one.id, scope, now)
        case "message":
            return flow.deliver(spec, snapshot, str(one.name), scope, now, one.correlation)
        case "signal":
            return flow.signal(spec, snapshot, str(one.name), scope, now)
        case "conditional":
            return flow.resume(spec, snapshot, scope, now)
    return flow.complete(spec, snapshot, one.id, scope, now)


def _scope(chance: random.Random) -> flow.Scope:
    """Every decision falls at random: the outcome is any, the rest is null as for a form not filled in."""
    outcome = chance.choice(("accept", "refuse", "supplement", "agree", "object", "sign", "done", None))
    units = [{"don_vi": "H23.30.05"}, {"don_vi": "H23.30.02"}]
    values = {"outcome": outcome, "coin": chance.randint(1, 3), "answers": {"to_khai": {"noi_cu_tru": units}}}
    return flow.Scope(values, decide=lambda ref, names: None, working=lambda duration, start: start)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=2000)
    arguments.add_argument("--first", type=int, default=0)
    given = arguments.parse_args()
    outcomes: Counter[str] = Counter()
    for seed in range(given.first, given.first + given.seeds):
        try:
            outcomes[play(seed)] += 1
        except Exception as error:
            outcomes["wrong"] += 1
            print(f"seed {seed}: {error!r}")
    print(dict(outcomes))
    return int(bool(outcomes["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
