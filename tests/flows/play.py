"""Plays a bundle's scenario (docs/dialect.md §7) over HTTP, each step by an officer who holds that queue's post.

Written anew beside `bpmn.rehearsal`, which plays the same files inside the engine: what both say is true of the API too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from casework.demo import PROCEDURES
from national.ports import Answered
from tests.fakes.partners import FakeTopic, partners
from tests.flows.counter import CITIZEN, LOCAL, PDF, Caller, Counter
from tests.signed_file import SIGNED, drawing

ORDERS = ("withdraw", "stop", "resume", "extend", "apologise")
MONEY = ("pay", "exempt")


CAME = {
    "relation": "authorised",
    "name": "Lê Văn Ba",
    "id_number": "030090001122",
    "authority": "Giấy ủy quyền ngày 10/6/2023",
    "identified": True,
    "typed": "Lê Văn Ba",
}
"""Somebody who comes for a result."""
OWN_JOBS = {"ghi_so"}
"""Steps whose topic the house answers itself: the register of certified copies."""


class Play:
    """One dossier. `watcher` is the receiving one-stop shop, through whose eyes `expect` is checked."""

    def __init__(self, counter: Counter, procedure: str, agency: str) -> None:
        self.counter, self.procedure, self.agency = counter, procedure, agency
        self.code = ""
        self.rejected: str | None = None
        self.seen: dict[str, int] = {}  # the latest task of each step

    def step(self, told: Mapping[str, Any]) -> None:
        """One `[[do]]`; asserts its `expect`."""
        self.rejected = None
        moment = told.get("at") or told["advance_to"]
        self.counter.let_time_pass(moment)
        began = self.counter.now
        if "submit" in told:
            self._submit(told["submit"])
        elif "complete" in told:
            self._complete(told)
        elif "finish_job" in told:
            self._finish(told["finish_job"], told["result"])
        elif name := next((name for name in MONEY if name in told), None):
            self._money(name, told)
        else:
            name = next((name for name in ORDERS if name in told), None)
            assert name or "advance_to" in told, f"the player does not know {sorted(told)}"
            if name:
                self._order(name, told)
        self._compare(told.get("expect", {}), began)

    def row(self) -> dict[str, Any]:
        """The dossier as the receiving one-stop shop sees it now."""
        return self.watcher.dossier(self.code)

    def open(self) -> list[str]:
        """Element ids of the live tasks, one for each."""
        return sorted(task["step"]["id"] for task in self.row()["tasks"])

    def task(self, element: str, agency: str | None = None) -> dict[str, Any]:
        """The live task of a step (at an agency)."""
        return next(
            task
            for task in self.row()["tasks"]
            if task["step"]["id"] == element and agency in (None, task["agency"])
        )

    def does(
        self, element: str, outcome: str | None = None, agency: str | None = None, **answers: Any
    ) -> None:
        """Claims and completes a step; it must be accepted."""
        self.counter.after(minutes=5)
        told = {"complete": element, "agency": agency, "outcome": outcome, "answers": answers}
        self.rejected = None
        self._complete(told)
        assert self.rejected is None, self.said

    @property
    def leader(self) -> Caller:
        return self.counter.sign_in(self.counter.officer(self.agency, "leader"))

    def at_post(self, agency: str, role: str) -> Caller:
        """Somebody who holds the post."""
        return self.counter.sign_in(self.counter.officer(agency, role))

    # -- actions ----------------------------------------------------------------------------------------------

    def _submit(self, given: Mapping[str, Any]) -> None:
        citizen = self.counter.sign_in(CITIZEN)
        body: dict[str, Any] = {
            "procedure": self.procedure,
            "agency": self.agency,
            "answers": plain(given.get("answers", {})),
            "components": papers(citizen, given.get("components", {})),
        }
        body |= {name: given[name] for name in ("applicant", "beneficiary", "channel") if name in given}
        answer = citizen.submit(body)
        self._note(answer)
        if self.rejected is None:
            assert answer.status_code == 201
            self.code = answer.json["code"]

    def _complete(self, told: Mapping[str, Any]) -> None:
        task = self._task(told["complete"], told.get("agency"))
        who = self._who(task)
        if task["status"] != "claimed":
            self._note(who.post(f"/tasks/{task['id']}/claim", {"seen_version": task["version"]}))
        if self.rejected is None:
            body = {
                "outcome": told.get("outcome"),
                "answers": plain(told.get("answers", {})),
                "components": papers(who, told.get("components", {})),
                "note": told.get("note", ""),
                "ticked": list(range(1, 100)) if task["step"]["kind"] == "supplement" else [],
                "receiver": CAME if task["step"]["kind"] == "return_result" else None,
            }
            self._note(who.post(f"/tasks/{task['id']}/complete", body))

    def _finish(self, element: str, result: Mapping[str, Any]) -> None:
        """The partner of the one topic shipped answers the job that waits for it; the house answers its own."""
        register = FakeTopic(Answered(plain(result)))
        outside = partners(**{"civil-status.register": register})
        self.counter.deliver(outside)
        asked = [] if element in OWN_JOBS else [self.code]
        assert [task.dossier_code for task in register.asked] == asked

    def _order(self, name: str, told: Mapping[str, Any]) -> None:
        reason = told.get("reason", "")
        body: dict[str, Any] = {"reason": str(told[name])}
        if name == "extend":
            body = {"days": told[name], "reason": reason}
        elif name == "apologise":
            body = {"new_due_on": str(told[name]), "reason": reason}
        who = self.counter.sign_in(CITIZEN) if name == "withdraw" else self.leader
        self._note(who.post(f"/dossiers/{self.code}/{name}", body))

    def _money(self, name: str, told: Mapping[str, Any]) -> None:
        """Over the counter of the receiving agency."""
        if name == "pay":
            self._note(self.watcher.post(f"/dossiers/{self.code}/payments", {"amount_vnd": told["pay"]}))
        else:
            path = f"/dossiers/{self.code}/fees/{told['exempt']}/exempt"
            self._note(self.watcher.post(path, {"reason": told["reason"]}))

    def _note(self, answer: Any) -> None:
        assert answer.status_code < 500, answer.data
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"
            self.rejected = answer.json["code"]
            self.said = answer.json

    # -- people -----------------------------------------------------------------------------------------------

    @property
    def watcher(self) -> Caller:
        return self.counter.sign_in(self.counter.officer(self.agency, "one_stop_officer"))

    def _who(self, task: Mapping[str, Any]) -> Caller:
        if task["role"] == "applicant":
            return self.counter.sign_in(CITIZEN)
        return self.counter.sign_in(task["assignee"] or self.counter.officer(task["agency"], task["role"]))

    def _task(self, element: str, agency: str | None) -> dict[str, Any]:
        for task in self.row()["tasks"]:
            if task["step"]["id"] == element and agency in (None, task["agency"]):
                return task  # type: ignore[no-any-return]
        return self.watcher.get(f"/tasks/{self.seen[element]}").json  # type: ignore[no-any-return]

    # -- expectations -----------------------------------------------------------------------------------------

    def _compare(self, expect: Mapping[str, Any], began: datetime) -> None:
        assert self.rejected == expect.get("rejected"), self.said
        if not self.code:
            return
        row = self.row()
        self.seen |= {task["step"]["id"]: task["id"] for task in row["tasks"]}
        assert (row["incident"] or {}).get("code") == expect.get("incident")
        found = {
            "status": row["status"],
            "sub_status": row["sub_status"],
            "due_at": local(row["due_at"]),
            "open": sorted(task["step"]["id"] for task in row["tasks"]),
            "queues": sorted(f"{task['agency']}:{task['role']}" for task in row["tasks"]),
            "papers": sorted(p["code"] for p in row["papers"] if datetime.fromisoformat(p["at"]) >= began),
            "ended": row["end_kind"],
            "variables": {name: row["variables"].get(name) for name in expect.get("variables", {})},
            "steps": {
                id: [step["outcome"] for step in row["steps"] if step["element_id"] == id][-1]
                for id in expect.get("steps", {})
            },
        }
        wanted = {name: value for name, value in expect.items() if name not in ("rejected", "incident")}
        assert {name: found[name] for name in wanted} == {
            name: sorted(value) if isinstance(value, list) else plain(value) for name, value in wanted.items()
        }


def papers(who: Caller, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`{code = 2}` uploads two files; `{code = {originals = 1}}` are papers on paper."""
    return [
        {"code": code, "attachments": [who.attach(drawing() if code in SIGNED else PDF) for _ in range(how)]}
        if isinstance(how, int)
        else {"code": code, **how}
        for code, how in given.items()
    ]


def local(text: str | None) -> str | None:
    return text and datetime.fromisoformat(text).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


def plain(value: Any) -> Any:
    """TOML's own dates as the text that JSON carries."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def reached(counter: Counter, scenario: str, until: str) -> Play:
    """The dossier of a shipped scenario (`<procedure>/<name>`) once the step `until` is open."""
    procedure, name = scenario.split("/")
    [path] = PROCEDURES.glob(f"{procedure}/v1/scenarios/{name}.toml")
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    play = Play(counter, procedure, told["agency"])
    for step in told["do"]:
        play.step(step)
        if until in play.open():
            return play
    raise AssertionError(f"{until} never opens in {scenario}")
