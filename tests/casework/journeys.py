"""Random journeys of real procedures through the gate: every command that people, partners and the clock may give.

What is filled in comes from the bundles' own scenarios, so that forms pass; who acts, on what, and when is chance.
"""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import cache

from casework.demo import PROCEDURES
from casework.gate import Accepted
from engine import commands as c
from engine.actor import CLOCK, SYSTEM, Actor
from engine.declared import ComponentGiven
from engine.rejection import Rejected
from engine.state import State, Task
from tests.casework.town import CAME, Town, at


@cache
def scenarios(procedure: str) -> tuple[dict[str, object], ...]:
    files = sorted((PROCEDURES / procedure).glob("v*/scenarios/*.toml"))
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in files)


class Journey:
    """One dossier from filing on. `codes` collects the codes of all rejections met on the way."""

    def __init__(self, town: Town, procedure: str, seed: int, mark: str = "") -> None:
        """`mark` stands in everything that is written on the way."""
        self.mark = mark
        self.town, self.procedure, self.chance = town, procedure, random.Random(seed)
        self.codes: set[str] = set()
        self.kinds: set[str] = set()
        scenario = self.chance.choice(scenarios(procedure))
        self.filled: dict[str, list[tuple[str | None, dict[str, object]]]] = defaultdict(list)
        for told in scenarios(procedure):
            for step in told["do"]:  # type: ignore[attr-defined]
                if "complete" in step:
                    self.filled[step["complete"]].append((step.get("outcome"), step.get("answers", {})))
        filing = next(step for step in scenario["do"] if "submit" in step)  # type: ignore[attr-defined]
        town.now = at(str(filing["at"]))
        papers = filing["submit"].get("components", {})
        self.code = town.submitted(
            procedure=procedure,
            agency=scenario["agency"],
            answers=filing["submit"]["answers"],
            components=tuple(ComponentGiven(code, originals=int(n)) for code, n in papers.items()),
        )
        self.state = State()
        self.act(c.ClaimTask(town.officer(str(scenario["agency"]), "one_stop_officer"), 1))

    def run(self, steps: int) -> None:
        for _ in range(steps):
            if self.state.closed:
                return
            self.chance.choice(self.moves())()

    def moves(self) -> list[Callable[[], None]]:
        """What may be tried now; the way forward is weighted, or no journey would get anywhere."""
        found: list[Callable[[], None]] = [self.an_order, self.an_order]
        if self.state.tasks:
            found += [self.a_completion] * 14 + [self.a_task_order] * 5
        if self.state.timers:
            found.append(self.a_timer)
        if self.state.jobs:
            found += [self.a_job] * 5
        if self.state.stopped_from is not None:
            found += [lambda: self.act(c.ResumeDossier(self.leader(), self.says("Đủ căn cứ")))] * 10
        return found

    def act(self, command: c.Command) -> None:
        after = timedelta(minutes=self.chance.choice([1, 5, 90, 60 * 20]))
        answer = self.town.give(self.code, command, after=after)
        if isinstance(answer, Accepted):
            self.state = answer.state
            self.kinds.add(type(command).__name__)
        else:
            assert isinstance(answer, Rejected)
            self.codes.add(answer.code)

    def a_completion(self) -> None:
        task = self.a_task()
        who = self.of_queue(task)
        if task.assignee is None:
            self.act(c.ClaimTask(who, task.no))
        outcome, answers = self.chance.choice(self.filled.get(task.element_id) or [(None, {})])
        self.act(c.CompleteTask(who, task.no, outcome, answers, note=self.mark, receiver=CAME))

    def a_task_order(self) -> None:
        task = self.a_task()
        who = self.of_queue(task)
        passed = list(self.state.steps) or ["tiep_nhan"]
        agency = self.chance.choice(["H23.31", "H23.30.62", "H23.30.05", "H23.33"])
        orders: list[c.Command] = [
            c.ClaimTask(who, task.no),
            c.ReleaseTask(who, task.no),
            c.AssignTask(self.one_stop(task.agency), task.no, who.id),
            c.RefuseHandOver(who, task.no, self.says("Không thuộc thẩm quyền")),
            c.RerouteTask(who, task.no, agency, None, self.says("Chuyển lại")),
            c.RecallTask(self.one_stop(task.offered_by or task.agency), task.no, self.says("Chuyển nhầm")),
            c.ReturnTask(who, task.no, self.chance.choice(passed), self.says("Làm lại")),
        ]
        self.act(self.chance.choice(orders))

    def an_order(self) -> None:
        orders: list[c.Command] = [
            c.StopDossier(self.leader(), self.says("Chờ kết luận")),
            c.ExtendDeadline(self.leader(), 5, self.says("Hồ sơ phức tạp")),
            c.Apologise(
                self.leader(), (self.town.now + timedelta(days=9)).date().isoformat(), self.says("Chậm trễ")
            ),
            c.DeliverMessage(SYSTEM, "khong_ai_cho"),
            c.FireTimer(CLOCK, "no-such-timer"),
        ]
        if self.chance.random() < 0.05:
            orders = [c.WithdrawDossier(self.town.applicant(), self.says("Không còn nhu cầu"))]
        self.act(self.chance.choice(orders))

    def a_timer(self) -> None:
        timer_id, timer = self.chance.choice(sorted(self.state.timers.items(), key=lambda pair: pair[0]))
        if self.chance.random() < 0.4:
            self.town.now = max(self.town.now, at(timer.due_at[:19]) + timedelta(hours=8))
        self.act(c.FireTimer(CLOCK, timer_id))

    def a_job(self) -> None:
        token = self.chance.choice(sorted(self.state.jobs))
        partner = Actor("civil-status.register", "partner", "Hộ tịch")
        result = {
            "registration_number": "58/2023",
            "registered_on": "2023-06-15",
            "personal_id": "030323004567",
        }
        failed = c.FailJob(partner, token, "declined", self.says("Trùng số"))
        self.act(failed if self.chance.random() < 0.2 else c.FinishJob(partner, token, result))

    def says(self, text: str) -> str:
        return f"{text} {self.mark}".strip()

    def a_task(self) -> Task:
        return self.state.tasks[self.chance.choice(sorted(self.state.tasks))]

    def of_queue(self, task: Task) -> Actor:
        if task.role == "applicant":
            return self.town.applicant()
        if task.assignee:
            return self.town.person(task.assignee)
        return self.town.officer(task.agency, task.role)

    def leader(self) -> Actor:
        return self.one_stop(self.state.agency)

    def one_stop(self, agency: str) -> Actor:
        """A dispatcher there, or of the receiving agency where the division has none."""
        for place in (agency, self.state.agency):
            try:
                return self.town.officer(place, "one_stop_officer")
            except AssertionError:
                continue
        raise AssertionError(agency)
