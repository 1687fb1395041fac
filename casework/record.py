"""What a dossier's log tells its papers: who called for them, why, and what the due date was then.

`log` is store.queries.dossiers.events with full sight; `paper` a number of TT 01/2018/TT-VPCP, such as "04".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.definition import Definition
from engine.rules import words

Log = Sequence[Mapping[str, Any]]

UNITS = {
    "working_hour": "giờ làm việc",
    "working_day": "ngày làm việc",
    "hour": "giờ",
    "day": "ngày",
    "month": "tháng",
}


def issuer(log: Log, paper: str) -> tuple[str, str]:
    """Name and account of the officer who gave the command that called for the paper; empty if nobody did, as when a time
    limit ran out."""
    entry = _issuing(log, paper)
    given = entry is not None and entry["by_kind"] == "officer"
    return (str(entry["by_name"]), str(entry["by"])) if entry and given else ("", "")


def signer(log: Log, code: str) -> tuple[str, str]:
    """Name and account of who signed a result last."""
    for entry, event in _backwards(log):
        if event["type"] == "ResultIssued" and event["code"] == code and event["stage"] == "signed":
            return str(entry["by_name"]), str(entry["by"])
    return "", ""


def decider(log: Log) -> tuple[str, str]:
    """Who refused the dossier: whoever signed what was decided, else whoever gave the command that ended it."""
    for entry, event in _backwards(log):
        if event["type"] == "ResultIssued" and event["stage"] == "signed":
            return str(entry["by_name"]), str(entry["by"])
    return issuer(log, "03")


def preparer(log: Log) -> str:
    """Who did the last step before the signature was asked for: the officer in charge."""
    name = ""
    for entry in log:
        types = {(event["type"], event.get("stage")) for event in entry["events"]}
        if ("ResultIssued", "signed") in types:
            break
        if entry["by_kind"] == "officer" and ("TaskCompleted", None) in types:
            name = str(entry["by_name"])
    return name


def time_limit(log: Log) -> str:
    """The statutory limit in words; "" without one."""
    for entry in log:
        for event in entry["events"]:
            if event["type"] == "ClockStarted" and event["unit"]:
                amount = event["amount"]
                return f"{amount:02d} {UNITS[event['unit']]}" if amount else "trong ngày làm việc"
    return ""


def due_at(log: Log, paper: str) -> datetime | None:
    """The due date as it stood when the paper was called for the last time: a receipt keeps the date it gave."""
    due, then = None, None
    for entry in log:
        for event in entry["events"]:
            if event["type"] in ("ClockStarted", "ClockResumed", "DeadlineExtended"):
                due = datetime.fromisoformat(event["due_at"]) if event["due_at"] else None
        if _calls(entry, paper):
            then = due
    return then


def kind_of_issuing_step(log: Log, paper: str) -> str:
    """Kind of the step with which the paper was called for; "" if it was no step."""
    entry = _issuing(log, paper)
    done = (
        {event["task_no"] for event in entry["events"] if event["type"] == "TaskCompleted"}
        if entry
        else set()
    )
    for earlier in log:
        for event in earlier["events"]:
            if event["type"] == "TaskOpened" and event["task_no"] in done:
                return str(event["kind"])
    return ""


def reason(log: Log, definition: Definition, row: Mapping[str, Any], paper: str) -> str:
    """Why the paper was called for: the reason of that command, else what the officer wrote in the form of that
    step or of the last one before it that has words."""
    entry = _issuing(log, paper)
    if entry is None or paper in ("01", "05"):
        return ""
    for event in entry["events"]:
        if said := str(event.get("reason") or ""):
            return said
    if paper == "02":  # its words are the items asked for
        return ""
    earlier = [one for one in log if one["seq"] <= entry["seq"]]
    for _, event in _backwards(earlier):
        if event["type"] != "AnswersRecorded" or event["form"] == definition.start_form:
            continue
        if said := "; ".join(_written(definition, event["form"], row["answers"].get(event["form"]))):
            return said
    return ""


def asked(log: Log, definition: Definition, row: Mapping[str, Any]) -> list[str]:
    """What the last request for a supplement asks for, one item each."""
    request = (row.get("supplement") or {}).get("request")
    digest = next(
        (event["request_digest"] for _, event in _backwards(log) if event["type"] == "SupplementRequested"),
        None,
    )
    form = next(
        (
            event["form"]
            for _, event in _backwards(log)
            if event["type"] == "AnswersRecorded" and event["digest"] == digest
        ),
        "",
    )
    return [
        line for text in _written(definition, form, request) for line in text.splitlines() if line.strip()
    ]


def _written(definition: Definition, form: str, answers: Mapping[str, Any] | None) -> list[str]:
    known = definition.forms.get(form)
    return words.written(known, answers) if known and answers else []


def _issuing(log: Log, paper: str) -> Mapping[str, Any] | None:
    return next((entry for entry in reversed(log) if _calls(entry, paper)), None)


def _calls(entry: Mapping[str, Any], paper: str) -> bool:
    return any(event["type"] == "PaperIssued" and event["paper"] == paper for event in entry["events"])


def _backwards(log: Log) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for entry in reversed(log):
        for event in reversed(entry["events"]):
            yield entry, event
