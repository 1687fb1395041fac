"""The papers of one dossier: what stands on record, put into Mẫu 01-05 or into a result's template, and typeset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from casework import definitions, process_slip, record, reference
from casework.papers import PAPERS, PaperFailed, render, render_result
from engine.rejection import Rejected
from store.queries import dossiers, people

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
PLACE = re.compile(r"Ủy ban nhân dân (?:tỉnh|thành phố|thị xã|huyện|phường|xã|thị trấn) (.+)")
SIGNED = ("signed", "numbered", "digitised", "handed")  # stages of a result that has its signature
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
    if result is None or result["stage"] not in SIGNED or row["end_kind"] not in (None, "returned"):
        return NO_RESULT  # what was signed for a dossier that ends refused is its refusal, not the result
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
    signer, username = record.signer(log, result["code"])
    return {
        "dossier": {"code": row["code"]},
        "agency": {"name": agency},
        "answers": row["answers"],
        "variables": row["variables"],
        "result": {
            "number": result["number"] or "",
            "signer": signer,
            "signer_title": _title(session, row, username, result["signed_at"] or now),
            "prepared_by": record.preparer(log),
            "place_and_date": f"{_place(agency)}, ngày {on[8:10]} tháng {on[5:7]} năm {on[:4]}",
        },
    }


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
    officer, username = record.issuer(log, paper)
    definition = definitions.get(session, row["procedure"]["code"], row["procedure"]["version"])
    asked = record.asked(log, definition, row)
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
        "representative": row.get("representative"),
        "components": [
            {key: part[key] for key in ("name", "originals", "certified", "copies")}
            | {"electronic": not any(part[key] for key in ("originals", "certified", "copies"))}
            for part in row["components"]
        ],
        "sets": 1,
        "time_limit": record.time_limit(log),
        "submitted_at": _local(row["submitted_at"]),
        "received_at": _local(row["received_at"]),
        "due_at": _local(row["due_at"] if paper == "05" else record.due_at(log, paper)),
        "new_due_at": str(row["promised_on"] or ""),
        "return_at": row["agency"]["name"],
        "online": row["channel"] == "online",
        "lookup": {
            "url": f"{public_url}/tra-cuu?code={code}",
            "secret": row.get("secret", ""),
            "phone": people.agency_phone(session, row["agency"]["code"]),
        },
        "items": asked,
        "reason": record.reason(log, definition, row, paper),
        "answer_by": _local((row.get("supplement") or {}).get("answer_by")),
        "officer": {"name": officer},
        "signer": {
            "name": officer,
            "title": _title(session, row, username, issued),
            "receives": record.kind_of_issuing_step(log, paper) == "receive",
        },
        "late_agency": row["agency"]["name"],
        "deciding_agency": row["agency"]["name"],
        "consulted": sorted(
            {
                step["agency_name"]
                for step in row["steps"]
                if step["kind"] == "consult" and step["agency_name"]
            }
        ),
        **(_slip(session, row, log, now) if paper == "05" else {}),
    }


def _slip(
    session: Session, row: Mapping[str, Any], log: list[dict[str, Any]], now: datetime
) -> dict[str, object]:
    """Both sections of Mẫu 05."""
    role = reference.load(session, now).facts.law.dispatcher_role
    names = process_slip.Names(people.agency_names(session), people.role_names(session), role)
    ledger = dossiers.hand_overs(session, row["id"])
    return {
        "hand_overs": process_slip.passed_on(log, ledger, names),
        "returns": process_slip.returned(log, names, receiver=row["applicant"].get("name") or ""),
    }


def _title(session: Session, row: Mapping[str, Any], username: str, on: datetime) -> str:
    """What stands above a signature: in whose place somebody signs, and the title of the post held on that day."""
    held = people.title(session, username, row["agency"]["code"], on.astimezone(LOCAL).date())
    return "\n".join(capacity(row["agency"]["name"], held)).upper()


def capacity(agency: str, title: str) -> list[str]:
    """Lines above a signature (NĐ 30/2020/NĐ-CP, phụ lục I, mục II.7): a committee acts through its chairman (TM.), a
    deputy signs for the head (KT.); no title, no line."""
    if not title:
        return []
    lines = ["TM. Ủy ban nhân dân"] if agency.startswith("Ủy ban nhân dân") and "hủ tịch" in title else []
    if title.startswith("Phó "):
        head = title.removeprefix("Phó ")
        lines.append(f"KT. {head[:1].upper()}{head[1:]}")
    return [*lines, title]


def _local(at: datetime | str | None) -> str:
    if not at:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
