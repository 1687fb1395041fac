"""The papers of one dossier: what stands on record, put into Mẫu 01-05 or into a result's template, and typeset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from casework import definitions
from casework.papers import PAPERS, PaperFailed, render, render_result
from engine.rejection import Rejected
from store.queries import dossiers, people

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
PLACE = re.compile(r"Ủy ban nhân dân (?:tỉnh|thành phố|thị xã|huyện|phường|xã|thị trấn) (.+)")
SIGNED = ("signed", "numbered", "digitised", "handed")  # stages of a result that has its signature
UNITS = {
    "working_hour": "giờ làm việc",
    "working_day": "ngày làm việc",
    "hour": "giờ",
    "day": "ngày",
    "month": "tháng",
}
NOT_ISSUED = Rejected(
    "paper_not_issued",
    "Hồ sơ này chưa lập phiếu đó.",
    "That paper has not been issued for this dossier.",
)
NO_RESULT = Rejected(
    "result_not_ready",
    "Kết quả này chưa được ký hoặc chưa đến lúc trả.",
    "Expected a result that has been signed and, for the applicant, handed over.",
)
NO_DATA = Rejected(
    "forbidden", "Bạn không được in giấy tờ của hồ sơ này.", "You may not print papers of this dossier."
)


def of_dossier(
    session: Session, row: Mapping[str, Any], paper: str, *, public_url: str, now: datetime
) -> bytes | Rejected:
    """The PDF of a paper that the dossier's course has called for (`row` of store.queries.dossiers.one).

    Mẫu 05 can be printed at any time: it shows the hand-overs so far.
    """
    if paper not in PAPERS or (paper not in {issued["code"] for issued in row["papers"]} and paper != "05"):
        return NOT_ISSUED
    if row["applicant"] is None:
        return NO_DATA
    log = dossiers.events(session, row["id"])
    try:
        return render(paper, _data(session, row, paper, log, public_url, now))
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được phiếu: {failed.sentence}", failed.sentence)


def result_of_dossier(
    session: Session, row: Mapping[str, Any], code: str, *, now: datetime
) -> bytes | Rejected:
    """The PDF of a signed result from its bundle's template; the applicant has it once it is handed over."""
    result = next((found for found in row["results"] if found["code"] == code), None)
    if result is None or result["stage"] not in SIGNED:
        return NO_RESULT
    if row["applicant"] is None:
        return NO_DATA
    if row["sight"] == "own" and result["stage"] != "handed":
        return NO_RESULT
    procedure = row["procedure"]
    definition = definitions.get(session, procedure["code"], procedure["version"])
    named = next((one.template for one in definition.results if one.code == code), None)
    template = named and definitions.template(session, procedure["code"], procedure["version"], named)
    if not template:
        return NO_RESULT
    try:
        return render_result(template, _result_data(session, row, result, now))
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được kết quả: {failed.sentence}", failed.sentence)


def _result_data(
    session: Session, row: Mapping[str, Any], result: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    log = dossiers.events(session, row["id"])
    agency = row["agency"]["name"]
    on = _local(result["signed_at"] or now)
    return {
        "dossier": {"code": row["code"]},
        "agency": {"name": agency},
        "answers": row["answers"],
        "variables": row["variables"],
        "result": {
            "number": result["number"] or "",
            "signer": _signer(log, result["code"]),
            "signer_title": "",
            "prepared_by": _preparer(log),
            "place_and_date": f"{_place(agency)}, ngày {on[8:10]} tháng {on[5:7]} năm {on[:4]}",
        },
    }


def _signer(log: list[dict[str, Any]], code: str) -> str:
    """Who gave the command that signed the result."""
    for entry in reversed(log):
        for event in entry["events"]:
            if event["type"] == "ResultIssued" and event["code"] == code and event["stage"] == "signed":
                return str(entry["by_name"])
    return ""


def _preparer(log: list[dict[str, Any]]) -> str:
    """Who did the last step before the signature was asked for: the officer in charge."""
    name = ""
    for entry in log:
        if any(event["type"] == "ResultIssued" and event["stage"] == "signed" for event in entry["events"]):
            break
        if entry["by_kind"] == "officer" and any(
            event["type"] == "TaskCompleted" for event in entry["events"]
        ):
            name = str(entry["by_name"])
    return name


def _place(agency: str) -> str:
    found = PLACE.fullmatch(agency)
    return found[1] if found else ""


def _data(
    session: Session,
    row: Mapping[str, Any],
    paper: str,
    log: list[dict[str, Any]],
    public_url: str,
    now: datetime,
) -> dict[str, Any]:
    issued = next((issue["at"] for issue in reversed(row["papers"]) if issue["code"] == paper), now)
    names = people.agency_names(session)
    officer = _officer(log, paper)
    code = row["code"]
    return {
        "agency": {"name": row["agency"]["name"]},
        "number": code.rsplit("-", 2)[-1] + "/" + code.rsplit("-", 2)[-2] if code.count("-") >= 2 else code,
        "place": _place(row["agency"]["name"]),
        "date": _local(issued)[:10],
        "dossier": {
            "code": code,
            "procedure": row["procedure"]["name"],
            "procedure_code": row["procedure"]["code"],
            "channel": row["channel"],
        },
        "applicant": row["applicant"],
        "beneficiary": row.get("beneficiary") or row["applicant"],
        "components": [
            {key: part[key] for key in ("name", "originals", "certified", "copies")}
            for part in row["components"]
        ],
        "sets": 1,
        "time_limit": _limit(log),
        "submitted_at": _local(row["submitted_at"]),
        "received_at": _local(row["received_at"]),
        "due_at": _local(row["due_at"]),
        "new_due_at": str(row["promised_on"] or ""),
        "return_at": row["agency"]["name"],
        "online": row["channel"] == "online",
        "lookup": {"url": f"{public_url}/tra-cuu?code={code}", "secret": row.get("secret", "")},
        "content": _request(row),
        "reason": _reason(log, paper) or _request(row),
        "answer_by": _local((row.get("supplement") or {}).get("answer_by")),
        "officer": {"name": officer},
        "signer": {"name": officer, "title": ""},
        "late_agency": row["agency"]["name"],
        "deciding_agency": row["agency"]["name"],
        "consulted": sorted(
            {
                step["agency_name"]
                for step in row["steps"]
                if step["kind"] == "consult" and step["agency_name"]
            }
        ),
        "hand_overs": [_hand_over(entry, names) for entry in dossiers.hand_overs(session, row["id"])],
        "returns": [],
    }


def _hand_over(entry: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    if entry["refused_at"]:
        outcome = "từ chối nhận"
    elif entry["ended_at"] is None:
        outcome = "đang giải quyết"
    elif entry["due_at"] is None or entry["ended_at"] <= entry["due_at"]:
        outcome = "đúng hạn"
    else:
        outcome = "quá hạn"
    return {
        "from": entry["from_name"] or names.get(entry["from_agency"], ""),
        "to": entry["to_name"] or names.get(entry["to_agency"], ""),
        "at": _local(entry["accepted_at"] or entry["refused_at"] or entry["handed_at"]),
        "giver": entry["handed_by_name"] or "",
        "taker": entry["accepted_by_name"] or entry["refused_by_name"] or "",
        "outcome": outcome,
        "note": entry["reason"] or "",
    }


def _officer(log: list[dict[str, Any]], paper: str) -> str:
    """Who gave the command that called for the paper."""
    for entry in reversed(log):
        if any(event["type"] == "PaperIssued" and event["paper"] == paper for event in entry["events"]):
            return str(entry["by_name"])
    return ""


def _limit(log: list[dict[str, Any]]) -> str:
    for entry in log:
        for event in entry["events"]:
            if event["type"] == "ClockStarted" and event["unit"]:
                return (
                    f"{event['amount']:02d} {UNITS[event['unit']]}"
                    if event["amount"]
                    else "trong ngày làm việc"
                )
    return ""


def _reason(log: list[dict[str, Any]], paper: str) -> str:
    """The note or reason given with the command that called for the paper."""
    for entry in reversed(log):
        if any(event["type"] == "PaperIssued" and event["paper"] == paper for event in entry["events"]):
            said = [str(event.get("reason") or event.get("note") or "") for event in entry["events"]]
            return next((text for text in said if text), "")
    return ""


def _request(row: Mapping[str, Any]) -> str:
    """The words of the supplement request: every text the officer wrote on the request's form."""
    request = (row.get("supplement") or {}).get("request") or {}
    return "; ".join(str(value) for value in request.values() if isinstance(value, str) and value)


def _local(at: datetime | str | None) -> str:
    if not at:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
