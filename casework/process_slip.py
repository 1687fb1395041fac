"""Mẫu 05 of TT 01/2018/TT-VPCP: who gave a dossier to whom, when, and whether the work there was in time.

I lists every passing on: between agencies (the ledger of hand-overs) and between the parts of one agency. II lists the
result's way back: to the one-stop shop, then to whoever came for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.local import LOCAL, local_day
from store.tables.work import task_key

ONE_STOP = "Bộ phận Tiếp nhận và Trả kết quả"
APPLICANT = "applicant"
RETURNS = "return_result"
LEFT = {
    "recalled": "thu hồi",
    "returned": "trả lại bước trước",
    "moved": "chuyển bước khác",
    "withdrawn": "rút hồ sơ",
    "stopped": "dừng xử lý",
    "interrupted": "hết hạn chờ",
}
"""Why a step was left undone (`TaskCancelled.reason`), as the slip says it."""


@dataclass(frozen=True)
class Names:
    """What agencies and roles are called, and which role keeps the one-stop shop."""

    agencies: Mapping[str, str]
    roles: Mapping[str, str]
    dispatcher: str

    def part(self, agency: str, role: str) -> str:
        """A part of an agency, as the slip names it."""
        part = ONE_STOP if role == self.dispatcher else self.roles.get(role, role)
        return ", ".join(filter(None, [part, self.agencies.get(agency, agency)]))


@dataclass
class _Step:
    """One task of the dossier as its log tells it."""

    no: int
    kind: str
    agency: str
    role: str
    opened_at: datetime
    due_at: datetime | None
    offered: bool
    giver: str
    origin: _Step | None
    note: str = ""
    taken_at: datetime | None = None
    taker: str = ""
    ended_at: datetime | None = None
    silent: bool = False
    outcome: str = ""
    left: str = ""


@dataclass
class _Course:
    steps: dict[int, _Step] = field(default_factory=dict)
    last: _Step | None = None  # the officers' step done last
    due_at: datetime | None = None
    ended_at: datetime | None = None


def passed_on(
    log: Sequence[Mapping[str, Any]], ledger: Iterable[Mapping[str, Any]], names: Names
) -> list[dict[str, str]]:
    """Section I: rows {from, to, at, giver, taker, outcome, note}, oldest first.

    `log`: store.queries.dossiers.events with full sight; `ledger`: store.queries.dossiers.hand_overs.
    """
    course = _course(log)
    back = {_entry(step).no for step in course.steps.values() if step.kind == RETURNS}
    found = []
    for entry in ledger:
        step = course.steps.get(task_key(entry["task_id"])[1])
        if step is None or step.no not in back:
            found.append((entry["handed_at"], _between_agencies(entry, step, names)))
    found += [
        (step.opened_at, _within(step, names))
        for step in course.steps.values()
        if not step.offered and step.no not in back and step.role != APPLICANT and _elsewhere(step)
    ]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def returned(log: Sequence[Mapping[str, Any]], names: Names, *, receiver: str = "") -> list[dict[str, str]]:
    """Section II: the result to the one-stop shop, then to `receiver`, who came for it."""
    course = _course(log)
    found = []
    for step in course.steps.values():
        if step.kind != RETURNS or step.left:
            continue
        shop = names.part(step.agency, step.role)
        result = timeliness(course.ended_at or step.opened_at, course.due_at)
        entry = _entry(step)
        if entry.origin is not None:
            source = names.part(entry.origin.agency, entry.origin.role)
            at = entry.taken_at or entry.opened_at
            found.append(_row(source, shop, at, entry.giver, entry.taker, result, ""))
        if step.ended_at is not None:
            said = f"Đã trả kết quả cho {receiver}" if receiver else "Đã trả kết quả"
            found.append(_row(shop, "Người nộp hồ sơ", step.ended_at, step.taker, receiver, "", said))
    return found


def timeliness(ended_at: datetime, due_at: datetime | None) -> str:
    """Trước hạn, đúng hạn or quá hạn: late by the moment, early by the day; without a limit always in time."""
    if due_at is None:
        return "đúng hạn"
    if ended_at > due_at:
        return "quá hạn"
    return "trước hạn" if _day(ended_at) < _day(due_at) else "đúng hạn"


def _course(log: Sequence[Mapping[str, Any]]) -> _Course:
    course = _Course()
    for entry in log:
        at, by = entry["at"], str(entry["by_name"])
        reason = next(
            (event.get("reason", "") for event in entry["events"] if event["type"] == "TaskReturned"), ""
        )
        for event in entry["events"]:
            _follow(course, event, at, by, str(reason))
    return course


def _follow(course: _Course, event: Mapping[str, Any], at: datetime, by: str, reason: str) -> None:
    kind = event["type"]
    step = course.steps.get(event["task_no"]) if event.get("task_no") is not None else None
    if kind == "TaskOpened":
        origin = course.steps.get(event["from_task"]) if event.get("from_task") is not None else course.last
        origin = _who_asked(origin) if origin is not None and origin.silent else origin
        if origin is not None and origin.role == APPLICANT:
            origin = None  # the applicant is no part of an agency
        giver = origin.taker if origin is not None else by
        course.steps[event["task_no"]] = _Step(
            event["task_no"],
            event["kind"],
            event["agency"],
            event["role"],
            at,
            _moment(event["due_at"]),
            bool(event.get("offered_by")),
            giver,
            origin,
            reason,
        )
    elif kind in ("TaskClaimed", "TaskAssigned") and step is not None:
        step.taken_at = at
        step.taker = str(event.get("by_name") or event.get("to_name") or by)
    elif kind == "TaskCompleted" and step is not None:
        step.ended_at, step.silent, step.outcome = at, event.get("silent", False), event["outcome"] or ""
        if not step.silent:
            step.taker = step.taker or by
        if step.role != APPLICANT:
            course.last = step
    elif kind == "TaskCancelled" and step is not None:
        step.left = event["reason"]
    elif kind == "TaskDueSet" and step is not None:
        step.due_at = _moment(event["due_at"])
    elif kind in ("ClockStarted", "ClockResumed", "DeadlineExtended"):
        course.due_at = _moment(event["due_at"])
    elif kind == "ClockEnded":
        course.ended_at = _moment(event["at"])


def _who_asked(step: _Step) -> _Step:
    """Who kept silent passed nothing on: the work comes from where it was asked for."""
    while step.silent and step.offered and step.origin is not None:
        step = step.origin
    return step


def _entry(step: _Step) -> _Step:
    """The step with which the hand came in that still holds it: a shop may digitise a result before it returns it."""
    while step.origin is not None and not _elsewhere(step):
        step = step.origin
    return step


def _elsewhere(step: _Step) -> bool:
    """Does the step lie in another hand than the one before?"""
    before = step.origin
    return before is not None and (before.agency, before.role) != (step.agency, step.role)


def _within(step: _Step, names: Names) -> dict[str, str]:
    source = names.part(step.origin.agency, step.origin.role) if step.origin else ""
    at = step.taken_at or step.opened_at
    return _row(source, names.part(step.agency, step.role), at, step.giver, step.taker, *_result(step))


def _between_agencies(entry: Mapping[str, Any], step: _Step | None, names: Names) -> dict[str, str]:
    at = entry["accepted_at"] or entry["refused_at"] or entry["handed_at"]
    source = entry["from_name"] or names.agencies.get(entry["from_agency"], "")
    target = entry["to_name"] or names.agencies.get(entry["to_agency"], "")
    taker = entry["accepted_by_name"] or entry["refused_by_name"] or ""
    if entry["refused_at"]:
        outcome, note = "từ chối nhận", entry["reason"] or ""
    elif entry["ended_at"] is None:
        outcome, note = "đang giải quyết", entry["reason"] or ""
    else:
        outcome, note = timeliness(entry["ended_at"], entry["due_at"]), entry["reason"] or ""
        if step is not None and (step.silent or step.left):
            outcome, note = _result(step)
    return _row(source, target, at, entry["handed_by_name"] or "", taker, outcome, note)


def _result(step: _Step) -> tuple[str, str]:
    """Column “kết quả giải quyết” and the remark of one step."""
    if step.left:
        return LEFT.get(step.left, ""), step.note
    if step.silent:
        return "hết hạn không trả lời", "Coi như đồng ý" if step.outcome == "agree" else ""
    if step.ended_at is None:
        return "đang giải quyết", step.note
    return timeliness(step.ended_at, step.due_at), step.note


def _row(
    source: str, target: str, at: datetime, giver: str, taker: str, outcome: str, note: str
) -> dict[str, str]:
    return {
        "from": source,
        "to": target,
        "at": at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M"),
        "giver": giver,
        "taker": taker,
        "outcome": outcome,
        "note": note,
    }


def _moment(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def _day(at: datetime) -> str:
    return local_day(at).isoformat()
