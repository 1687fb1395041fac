"""One dossier on the stage of a rehearsal: its state, its data and what each step of a scenario does to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bpmn.rehearsal_step import ACTIONS, DETAILS, EXPECTED, Fault, Wrong, components, person, shaped, table
from engine import commands as c
from engine import decide, scope
from engine.actor import CLOCK, SYSTEM, Actor, Post
from engine.decision import Decision
from engine.declared import Person
from engine.definition import Definition
from engine.events import DossierClosed, PaperIssued
from engine.facts import Facts
from engine.rejection import Rejected
from engine.state import Document, State, Task

MAX_TIMERS = 1000  # that one step of a scenario lets fire
APPLICANT = Actor("applicant", "applicant", "Người nộp hồ sơ")
ADMIN = Actor("admin", "admin", "Quản trị")
PERSON = Person("Người nộp hồ sơ", id_number="030000000000", account=APPLICANT.id)


class Stage:
    """Holds the dossier between the steps of a scenario."""

    def __init__(self, definition: Definition, agency: str, facts: Callable[[date], Facts]) -> None:
        self.definition = definition
        self.agency = agency
        self.facts_on = facts
        self.state = State()
        self.bodies: dict[str, object] = {}
        self.rejected: Rejected | None = None
        self.now: datetime | None = None
        self.papers: set[str] = set()  # issued by the current step
        self.early: list[c.DeliverMessage] = []  # messages that nobody has waited for yet
        self.ended: str | None = None
        self.seen: dict[str, Task] = {}  # the latest task of each step, open or not

    def play(self, step: Mapping[str, Any]) -> list[Fault]:
        """One step: time passes, timers fire, the action is given; the faults against `expect`."""
        self.papers, self.rejected = set(), None
        try:
            actions = [name for name in ACTIONS if name in step]
            unknown = sorted(set(step) - set(ACTIONS) - DETAILS)
            if unknown or len(actions) > 1:
                found = ", ".join(unknown or actions)
                raise Wrong(f"không hiểu “{found}”", f"does not understand {found!r}")
            shaped(step)
            self._advance(self._time(step))
            if actions:
                self._act(actions[0], step)
            elif "advance_to" not in step:
                raise Wrong("không nói làm gì", "does not say what to do")
            return self._compare(step.get("expect", {}))
        except Wrong as wrong:
            return [wrong.fault]

    # -- time -----------------------------------------------------------------------------------------------

    def _time(self, step: Mapping[str, Any]) -> datetime:
        given = step.get("at", step.get("advance_to"))
        try:
            moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
            facts = self.facts_on(moment.date())
        except (ValueError, LookupError) as error:
            raise Wrong(f"thời điểm “{given}” không dùng được", f"cannot use the moment {given!r}") from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=facts.calendar(self.agency).zone)
        if self.now is not None and moment < self.now:
            raise Wrong(f"thời điểm “{given}” đi lùi", f"goes back in time to {given!r}")
        return moment

    def _advance(self, to: datetime) -> None:
        """Timers due by then fire in their order, as the clock would let them."""
        for _ in range(MAX_TIMERS):
            due = sorted((datetime.fromisoformat(t.due_at), id_) for id_, t in self.state.timers.items())
            if not due or due[0][0] > to:
                break
            self.now = max(due[0][0], self.now or due[0][0])
            self._give(c.FireTimer(CLOCK, due[0][1]))
            if self.rejected is not None:
                raise Wrong(
                    f"hẹn giờ bị từ chối: {self.rejected.vi}", f"a timer was rejected: {self.rejected.en}"
                )
        else:
            raise Wrong("quá nhiều hẹn giờ", "too many timers fire")
        self.now = to

    # -- actions --------------------------------------------------------------------------------------------

    def _act(self, name: str, step: Mapping[str, Any]) -> None:
        if name == "submit":
            self._give(self._submission(table(step[name])))
        elif name == "complete":
            self._complete(step)
        elif name == "message":
            self._message(step)
        elif name in ("finish_job", "fail_job"):
            self._give(self._partner(name, step))
        else:
            self._give(self._order(name, step))

    def _submission(self, given: Mapping[str, Any]) -> c.SubmitDossier:
        unknown = sorted(set(given) - {"answers", "components", "applicant", "beneficiary", "channel"})
        if unknown:
            raise Wrong(
                f"không hiểu “{unknown[0]}” trong submit", f"does not understand {unknown[0]!r} in submit"
            )
        beneficiary, channel = given.get("beneficiary"), given.get("channel", "online")
        if channel not in ("online", "counter", "post"):
            raise Wrong(f"không hiểu kênh nộp “{channel}”", f"does not understand the channel {channel!r}")
        return c.SubmitDossier(
            by=APPLICANT,
            dossier_code=f"{self.agency}-000000-0001",
            agency=self.agency,
            applicant=person(given["applicant"]) if "applicant" in given else PERSON,
            answers=table(given.get("answers", {})),
            components=components(given.get("components", {})),
            channel=channel,
            beneficiary=person(beneficiary) if beneficiary else None,
        )

    def _complete(self, step: Mapping[str, Any]) -> None:
        task = self._task(str(step["complete"]), step)
        actor = self._actor(task)
        if task.status != "claimed":
            self._give(c.ClaimTask(actor, task.no))
            if self.rejected is not None:
                return
        self._give(
            c.CompleteTask(
                by=actor,
                task_no=task.no,
                outcome=step.get("outcome"),
                answers=table(step.get("answers", {})),
                components=components(step.get("components", {})),
                note=str(step.get("note", "")),
            )
        )

    def _order(self, name: str, step: Mapping[str, Any]) -> c.Command:
        value, reason = step[name], str(step.get("reason", ""))
        officer = self._officer()
        match name:
            case "refuse":
                task = self._task(str(value), step)
                return c.RefuseHandOver(self._actor(task), task.no, reason)
            case "reroute":
                task = self._task(str(value), step)
                return c.RerouteTask(officer, task.no, str(step.get("to", "")), reason=reason)
            case "return_to":
                task = self._task(str(step.get("from", "")), step)
                return c.ReturnTask(self._actor(task), task.no, str(value), reason)
            case "recall":
                return c.RecallTask(officer, self._task(str(value), step).no, reason)
            case "withdraw":
                return c.WithdrawDossier(APPLICANT, str(value))
            case "stop":
                return c.StopDossier(officer, str(value))
            case "resume":
                return c.ResumeDossier(officer, str(value))
            case "pay":
                reference = f"TT{len(self.state.payments) + 1}"
                return c.PayFees(officer, reference, value, "cash", reference)
            case "exempt":
                return c.ExemptFee(officer, str(value), reason)
            case "extend":
                return c.ExtendDeadline(officer, value, reason)
            case _:
                return c.Apologise(officer, str(value), reason)

    def _message(self, step: Mapping[str, Any]) -> None:
        """One that comes before its catch opens is kept until then, unless the scenario says that nobody takes it."""
        payload = table(step.get("payload", {}))
        message = c.DeliverMessage(SYSTEM, str(step["message"]), step.get("correlation"), payload)
        self._give(message)
        turned_away = self.rejected is not None and self.rejected.code == "no_message"
        if turned_away and "rejected" not in table(step.get("expect", {})):
            self.rejected = None
            self.early.append(message)

    def _early(self) -> None:
        """The oldest message that came early and is now waited for is delivered."""
        for message in self.early:
            waits = ((name, self.bodies.get(digest or "")) for name, digest in self.state.messages.values())
            if any(name == message.name and wanted in (None, message.correlation) for name, wanted in waits):
                self.early.remove(message)
                self._give(message)
                return

    def _partner(self, name: str, step: Mapping[str, Any]) -> c.Command:
        wanted = str(step[name])
        for token, element in sorted(self.state.jobs.items()):
            if wanted in (
                element,
                self.definition.topics.get(element),
                self.definition.children.get(element),
            ):
                if name == "finish_job":
                    return c.FinishJob(SYSTEM, token, table(step.get("result", {})))
                return c.FailJob(SYSTEM, token, str(step.get("error", "")), str(step.get("reason", "")))
        raise Wrong(f"không có việc ngoài “{wanted}” đang chờ", f"finds no job {wanted!r} waiting")

    def _task(self, element: str, step: Mapping[str, Any]) -> Task:
        agency = step.get("agency")
        for task in sorted(self.state.tasks.values(), key=lambda task: task.no):
            if task.element_id == element and agency in (None, task.agency):
                return task
        if element in self.seen and table(step.get("expect", {})).get("rejected"):
            return self.seen[element]  # somebody with an old page: the rules must turn him away
        where = f" ở {agency}" if agency else ""
        there = f" at {agency}" if agency else ""
        raise Wrong(
            f"bước “{element}”{where} không mở (đang mở: {', '.join(self._open()) or 'không có'})",
            f"the step {element!r}{there} is not open (open: {', '.join(self._open()) or 'none'})",
        )

    def _actor(self, task: Task) -> Actor:
        if task.role == "applicant":
            return APPLICANT
        return Actor(f"{task.agency}:{task.role}", "officer", task.role, (Post(task.agency, task.role),))

    def _officer(self) -> Actor:
        """Somebody of the receiving agency: scenarios check the law, not permissions."""
        post = Post(self.agency, self._facts().law.dispatcher_role)
        return Actor("officer", "officer", "Cán bộ", (post,))

    def _facts(self) -> Facts:
        assert self.now is not None
        return self.facts_on(self.now.date())

    def _give(self, command: c.Command) -> None:
        assert self.now is not None
        decided = decide.decide(
            self.definition, self.state, self._document(), self._facts(), command, self.now
        )
        if isinstance(decided, Decision):
            self.state = decided.state
            self.seen.update((task.element_id, task) for task in self.state.tasks.values())
            self.bodies.update(decided.bodies)
            self.papers.update(event.paper for event in decided.events if isinstance(event, PaperIssued))
            closed = [event.end_kind for event in decided.events if isinstance(event, DossierClosed)]
            self.ended = closed[-1] if closed else self.ended
            self._early()
        else:
            self.rejected = decided

    def _document(self) -> Document:
        """As the gate loads it: the bodies that the state points at."""
        present: dict[str, Any] = {form: self.bodies.get(d, {}) for form, d in self.state.answers.items()}
        persons, variables = present.pop("$persons", {}), present.pop("$variables", {})
        return Document(present, persons, variables)

    # -- expectations ---------------------------------------------------------------------------------------

    def _compare(self, expect: Mapping[str, Any]) -> list[Fault]:
        unknown = sorted(set(expect) - EXPECTED)
        if unknown:
            return [Fault(f"không hiểu expect “{unknown[0]}”", f"does not understand expect {unknown[0]!r}")]
        if self.rejected is not None and expect.get("rejected") != self.rejected.code:
            details = "; ".join(f"{p.where}: {p.vi}" for p in self.rejected.problems)
            english = "; ".join(f"{p.where}: {p.en}" for p in self.rejected.problems)
            return [
                Fault(
                    f"bị từ chối ({self.rejected.code}): {self.rejected.vi} {details}".strip(),
                    f"was rejected ({self.rejected.code}): {self.rejected.en} {english}".strip(),
                )
            ]
        found = self._found(expect)
        return [
            Fault(
                f"{key} phải là {value!r} nhưng là {found[key]!r}",
                f"expected {key} {value!r} but found {found[key]!r}",
            )
            for key, value in expect.items()
            if _plain(found[key]) != _plain(value)
        ] + self._incident(expect)

    def _incident(self, expect: Mapping[str, Any]) -> list[Fault]:
        if self.state.incident is None or "incident" in expect:
            return []
        element, code = self.state.incident
        return [
            Fault(
                f"hồ sơ gặp sự cố “{code}” ở “{element}”",
                f"the dossier has an incident {code!r} at {element!r}",
            )
        ]

    def _found(self, expect: Mapping[str, Any]) -> dict[str, Any]:
        """What there is, in the shape of `expect`; of variables and steps only what is asked for."""
        assert self.now is not None
        names = scope.values(self.state, self._document(), self._facts(), self.now)
        steps: Any = names["steps"]
        return {
            "status": self.state.status,
            "sub_status": self.state.sub_status,
            "due_at": self._local(self.state.clock.due_at),
            "open": self._open(),
            "queues": sorted(f"{task.agency}:{task.role}" for task in self.state.tasks.values()),
            "papers": sorted(self.papers),
            "ended": self.ended,
            "rejected": self.rejected.code if self.rejected else None,
            "variables": {name: names.get(name) for name in expect.get("variables", {})},
            "steps": {id_: (steps.get(id_) or {}).get("outcome") for id_ in expect.get("steps", {})},
            "incident": self.state.incident[1] if self.state.incident else None,
        }

    def _open(self) -> list[str]:
        return sorted(task.element_id for task in self.state.tasks.values())

    def _local(self, text: str | None) -> str | None:
        if text is None:
            return None
        zone = self._facts().calendar(self.agency).zone
        return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _plain(value: Any) -> Any:
    """TOML's moments as the text a designer would write; lists that stand for sets in order."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return sorted(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
