"""Runs random processes on the engine and on the oracle side by side, step by step.

    python -m tests.fuzz.run --seeds 5000 [--first 0]

Each seed runs both ways at once: *saved*, where every command loads a snapshot and saves one, as in production, and
*live*, where one running diagram takes all commands and is never loaded. After each step both must report the same
changes and what waits as the oracle does, and the live one must save to the very bytes of the other. The saved one is
also re-encoded from a second load and migrated onto its own version, neither of which may change a byte.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from datetime import UTC, datetime

from engine import flow
from engine.flow import acts, codec
from engine.flow.running import Running
from engine.flow.scripts import Names
from tests.engine.flow.drawing import bpmn
from tests.fuzz.generate import Generator
from tests.fuzz.oracle import Game

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
STEPS = 60


class Difference(AssertionError):
    """The engine and the oracle disagree."""


def play(seed: int, steps: int = STEPS) -> str:
    """One seed; answers how it went (`ended`, `resting`, `steps`). Raises Difference."""
    generator = Generator(seed)
    spec = flow.parse({"fuzz.bpmn": bpmn(generator.text)}, "p")
    driver = _Driver(spec, generator, random.Random(seed + 1))
    for _ in range(steps):
        driver.compare()
        if driver.game.ended():
            return "ended"
        if not driver.act():
            return "resting"
    driver.compare()
    return "steps"


class _Driver:
    def __init__(self, spec: flow.FlowSpec, generator: Generator, chance: random.Random) -> None:
        self.spec = spec
        self.chance = chance
        self.now = NOW
        self.coin = self.settled = chance.randint(1, 3)
        self.game = Game(generator.main, NOW, self.coin)
        self.log: list[str] = [f"start coin={self.coin}"]
        self.moved = flow.start(spec, self._scope(), NOW)
        self.live = Running(spec, Names(self._scope(), NOW), NOW)
        acts.begin(self.live)
        acts.set_off(self.live)

    def compare(self) -> None:
        waiting = flow.waiting(self.spec, self.moved.snapshot)
        self._same("live: changes", tuple(self.live.changes), self.moved.changes)
        self._same("live: waiting", acts.waiting(self.live), waiting)
        self._same("live: ended", self.live.completed, self.moved.ended)
        self._same("live: snapshot", codec.save(self.live), self.moved.snapshot)
        opened = sorted((w.element_id, str(w.item or "")) for w in waiting if w.kind == "human")
        timers = sorted(
            (w.due_at, w.element_id, str(w.item or "")) for w in waiting if w.kind == "timer" and w.due_at
        )
        messages = sorted((str(w.name), str(w.item or "")) for w in waiting if w.kind == "message")
        stuck = sorted(w.element_id for w in waiting if w.kind == "stuck")
        self._same("open", opened, self.game.open())
        self._same("timers", timers, self.game.timers())
        self._same("messages", messages, self.game.messages())
        self._same("ended", self.moved.ended, self.game.ended())
        self._same("stuck", len(stuck) > 0, any(t for t in self._stuck()))
        again = codec.save(codec.load(self.spec, self.moved.snapshot, Names(self._scope(), self.now)))
        self._same("snapshot", again, self.moved.snapshot)
        onto_itself = flow.migrate(self.spec, self.spec, self.moved.snapshot, self._scope(), self.now)
        expected = flow.Moved(self.moved.snapshot, (), self.moved.ended)
        if stuck:  # it tries again, as when an admin repaired something
            expected = flow.resume(self.spec, self.moved.snapshot, self._scope(), self.now)
        self._same("migrated", onto_itself, expected)

    def act(self) -> bool:
        """One random thing that can happen; False if nothing can."""
        waiting = flow.waiting(self.spec, self.moved.snapshot)
        self.settled = self.coin
        self.coin = self.game.coin = self.chance.randint(1, 3)
        tasks = _told_apart([w for w in waiting if w.kind == "human"])
        due = _told_apart([w for w in waiting if w.kind == "timer"])
        timers = sorted((w.due_at, w.element_id, str(w.item or ""), w.id) for w in due if w.due_at)
        messages = _told_apart([w for w in waiting if w.kind == "message"])
        choices = ["task"] * 16 * bool(tasks) + ["timer"] * 3 * bool(timers) + ["message"] * bool(messages)
        choices += ["signal", "throw"] if tasks else []
        if not choices:
            return False
        getattr(self, "_" + self.chance.choice(choices))(tasks, timers, messages)
        return True

    def _task(self, tasks: list, timers: list, messages: list) -> None:
        task = self.chance.choice(sorted(tasks, key=lambda w: (w.element_id, str(w.item))))
        self.log.append(f"complete {task.element_id} {task.item} coin={self.coin}")
        self._do("complete", token_id=task.id)
        self.game.complete(task.element_id, str(task.item or ""))

    def _timer(self, tasks: list, timers: list, messages: list) -> None:
        due, element, item, identifier = timers[0]
        self.now = max(self.now, due)
        self.log.append(f"timer {element} {item} {due:%m-%d} coin={self.coin}")
        self._do("fire_timer", timer_id=identifier)
        self.game.fire(element, item, due, self.now)

    def _message(self, tasks: list, timers: list, messages: list) -> None:
        name, item, correlation = self.chance.choice(
            sorted((str(m.name), str(m.item or ""), m.correlation) for m in messages)
        )
        self.log.append(f"message {name} {item} coin={self.coin}")
        self._do("deliver", name=name, correlation=correlation)
        self.game.message(name, item)

    def _signal(self, tasks: list, timers: list, messages: list) -> None:
        name = f"S{self.chance.randint(1, 3)}"
        self.log.append(f"signal {name} coin={self.coin}")
        self._do("signal", name=name)
        self.game.signal(name)

    def _throw(self, tasks: list, timers: list, messages: list) -> None:
        task = self.chance.choice(sorted(tasks, key=lambda w: (w.element_id, str(w.item))))
        kind, code = self.chance.choice(["error", "escalation"]), f"E{self.chance.randint(1, 2)}"
        self.log.append(f"throw {kind} {code} at {task.element_id} {task.item} coin={self.coin}")
        caught = self.game.throw(task.element_id, str(task.item or ""), kind, code)
        if not caught:  # nothing happens, so nobody looks at the new coin
            self.coin = self.game.coin = self.settled
        self._same("caught", self._do("throw", token_id=task.id, kind=kind, code=code), caught)

    def _do(self, command: str, **given: object) -> bool:
        """The command both ways; False if it changed nothing or was rejected (both ways alike)."""
        self.live.renew(Names(self._scope(), self.now), self.now)
        rejected = []
        try:
            getattr(acts, command)(self.live, **given)
        except flow.FlowRejected as refusal:
            rejected.append(refusal.code)
        try:
            self.moved = getattr(flow, command)(
                self.spec, self.moved.snapshot, **given, scope=self._scope(), now=self.now
            )
        except flow.FlowRejected as refusal:
            rejected.append(refusal.code)
            self.moved = flow.Moved(self.moved.snapshot, (), self.moved.ended)
        self._same("rejected", rejected[:1], rejected[1:])
        return bool(self.moved.changes)

    def _stuck(self) -> list[str]:
        alive = []

        def walk(scope: object) -> None:
            for thing in scope.things:  # type: ignore[attr-defined]
                if thing.label in self.game.stuck:
                    alive.append(thing.label)
                for t in getattr(thing, "instances", None) or [thing]:
                    if t.inner is not None:
                        walk(t.inner)

        walk(self.game.root)
        return alive

    def _scope(self) -> flow.Scope:
        return flow.Scope({"coin": self.coin})

    def _same(self, what: str, engine: object, oracle: object) -> None:
        if engine != oracle:
            raise Difference(f"{what}: engine {engine} oracle {oracle}\n  " + "\n  ".join(self.log))


def _told_apart(waiting: list[flow.Waiting]) -> list[flow.Waiting]:
    """Those that engine and oracle can both name: a non-interrupting event may put several tokens at one place."""
    places = Counter((w.element_id, str(w.item), w.due_at, w.name) for w in waiting)
    return [w for w in waiting if places[w.element_id, str(w.item), w.due_at, w.name] == 1]


def differences(seeds: range) -> list[int]:
    """The seeds on which the engine and the oracle disagree, or one of them fails."""
    found = []
    for seed in seeds:
        try:
            play(seed)
        except Exception:
            found.append(seed)
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=2000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--show", type=int, default=3)
    given = arguments.parse_args()
    outcomes: dict[str, int] = {}
    wrong: list[int] = []
    for seed in range(given.first, given.first + given.seeds):
        try:
            outcome = play(seed)
        except Exception as error:
            outcome = "different" if isinstance(error, Difference) else f"crash {type(error).__name__}"
            wrong.append(seed)
            if len(wrong) <= given.show:
                print(f"seed {seed}: {outcome}: {error}\n{Generator(seed).text}\n")
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(outcomes, "wrong seeds:", wrong[:40])
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
