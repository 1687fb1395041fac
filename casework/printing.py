"""The papers of one dossier: what stands on record, put into Mẫu 01-05 or into a result's template, and typeset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import definitions, postal, process_slip, record, reference
from casework.documents import content, drafting, files
from casework.documents.books import SLIPS
from casework.papers import PAPERS, PaperFailed, Typeset, typeset
from engine import papers
from engine.local import LOCAL, local_day
from engine.rejection import Rejected
from store.queries import dossiers, people

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
    """The PDF of a paper that the dossier's course has called for (`row` of store.queries.dossiers.one): the signed file,
    or typeset to be signed by hand.

    Mẫu 05 can be printed at any time: it shows the hand-overs so far.
    """
    issued = next((one for one in row["papers"] if one["code"] == paper), None)
    if paper not in PAPERS or (issued is None and paper != "05"):
        return NOT_ISSUED
    if row["applicant"] is None:
        return NO_DATA
    if issued and (signed := files.content(session, row["id"], file_code(paper), issued["file"])):
        return signed
    try:
        return slip(session, row, paper, public_url=public_url, now=now).pdf
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được phiếu: {failed.sentence}", failed.sentence)


def slip(
    session: Session,
    row: Mapping[str, Any],
    paper: str,
    *,
    public_url: str,
    now: datetime,
    signer: tuple[str, str] | None = None,
) -> Typeset:
    """A paper typeset; `signer` (name and account): with room for the signature by key. Raises PaperFailed."""
    log = dossiers.events(session, row["id"])
    data = _data(session, row, paper, log, signer or signatory(log, paper), public_url, now)
    return typeset(paper, data | {"electronic": bool(signer), "unsigned": paper in SLIPS and not signer})


def signatory(log: record.Log, paper: str) -> tuple[str, str]:
    """Name and account of who signs a paper: who called for it; who decided, where a refusal was a decision. Empty where
    nobody did: then any leader of the agency signs."""
    if paper == "03" and of_agency(log, paper):
        return record.decider(log)
    return record.issuer(log, paper)


def of_agency(log: record.Log, paper: str) -> bool:
    """Does a paper speak for the agency, so that its seal stands beside the signature: an apology and a refusal that was
    decided do (TT 01/2018/TT-VPCP: thủ trưởng cơ quan; NĐ 30/2020/NĐ-CP, Điều 5); what an officer hands out does not."""
    return paper == "04" or (paper == "03" and record.kind_of_issuing_step(log, paper) != "receive")


def file_code(paper: str) -> str:
    """What a paper's signed file is kept under (store.tables.document_file)."""
    return f"mau-{paper}"


def result_of_dossier(
    session: Session,
    row: Mapping[str, Any],
    code: str,
    *,
    public_url: str,
    now: datetime,
    on_paper: bool = False,
) -> bytes | Rejected:
    """The PDF of a signed result: the signed file, or typeset where it was signed on paper (`on_paper`: in any case).

    The applicant has it once it is handed over, or once the dossier has ended with it (a refusal).
    """
    result = next((found for found in row["results"] if found["code"] == code), None)
    if result is None or result["stage"] not in SIGNED:
        return NO_RESULT
    if row["applicant"] is None:
        return NO_DATA
    definition = definitions.get(session, row["procedure"]["code"], row["procedure"]["version"])
    named = any(
        papers.of_manifest(code) in step.results for step in definition.steps.values() if step.kind == "sign"
    )
    if not named and row["end_kind"] not in (None, "returned"):
        return NO_RESULT  # what was signed for a dossier that ends refused is its refusal, not the result
    if row["sight"] == "own" and result["stage"] != "handed" and row["end_kind"] != "refused":
        return NO_RESULT
    signed = None if on_paper else files.content(session, row["id"], code, result["file"])
    if signed:
        return signed
    signer, username = record.signer(dossiers.events(session, row["id"]), code)
    on = result["issued_on"] or (result["signed_at"] or now).astimezone(LOCAL).date()
    try:
        known = content.of(session, row, definition, code, now)
        text = drafting.pinned(session, row["id"], known, result["digest"], now=now)
        made = content.typeset(
            session,
            row,
            known,
            text.texts,
            public_url=public_url,
            signer=(signer, content.title(session, row, username, result["signed_at"] or now)),
            issued=(result["number"], on),
        )
    except LookupError:
        return NO_RESULT
    except PaperFailed as failed:
        return Rejected(failed.code, f"Chưa in được kết quả: {failed.sentence}", failed.sentence)
    session.commit()  # the code that checks it
    return made.pdf


def _data(
    session: Session,
    row: Mapping[str, Any],
    paper: str,
    log: list[dict[str, Any]],
    signs: tuple[str, str],
    public_url: str,
    now: datetime,
) -> dict[str, Any]:
    listed = next((one for one in row["papers"] if one["code"] == paper), None)
    issued = listed["at"] if listed else now
    officer, username = signs
    received = record.kind_of_issuing_step(log, paper) == "receive"
    definition = definitions.get(session, row["procedure"]["code"], row["procedure"]["version"])
    asked = record.asked(log, definition, row)
    code = row["code"]
    # What the counter gives is the counter's own, also where another agency decides (không phụ thuộc địa giới).
    issuing = row["via"] if row["via"] and (received or paper in ("01", "05")) else row["agency"]
    return {
        "agency": {"name": issuing["name"]},
        "number": listed["number"].rpartition("/")[0] if listed and listed["number"] else _serial(code),
        "place": content.place_of(issuing["name"]),
        "date": _local(issued)[:10],
        "dossier": {
            "code": code,
            "procedure": row["procedure"]["name"],
            "procedure_code": row["procedure"]["code"],
            "channel": row["channel"],
        },
        "applicant": row["applicant"],
        "beneficiary": row.get("beneficiary") or row["applicant"],
        "payer": row.get("payer"),
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
        "return_at": _return_at(session, row),
        "online": row["channel"] == "online",
        "lookup": {
            "url": f"{public_url}/tra-cuu?code={code}",
            "secret": row.get("secret", ""),
            "phone": people.agency_phone(session, issuing["code"]),
        },
        "items": asked,
        "reason": record.reason(log, definition, row, paper),
        "answer_by": _local((row.get("supplement") or {}).get("answer_by")),
        "officer": {"name": officer},
        "signer": {
            "name": officer,
            "title": _title(session, issuing, username, issued),
            "receives": received,
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


def _serial(code: str) -> str:
    """The number of a receipt, gap-free by agency and day: 0012/230615 of H23.30.05-230615-0012."""
    return "/".join(reversed(code.rsplit("-", 2)[1:])) if code.count("-") >= 2 else code


def _return_at(session: Session, row: Mapping[str, Any]) -> str:
    """Where the result is received, as registered on Mẫu 01: by an open or finished delivery of the post, if any."""
    sent = [one for one in postal.of_dossier(session, row["id"]) if one["direction"] == "deliver"]
    if sent and sent[-1]["state"] != "cancelled" and sent[-1]["recipient"]:
        to = sent[-1]["recipient"]
        return f"nhà, qua dịch vụ bưu chính công ích: {to['name']}, {to['phone']}, {to['address']}"
    if row["return_by"] == "electronic":
        return "tài khoản của người nộp trên Cổng dịch vụ công, bản điện tử"
    return str((row["via"] or row["agency"])["name"])


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


def _title(session: Session, agency: Mapping[str, Any], username: str, on: datetime) -> str:
    """What stands above a signature: in whose place somebody signs, and the title of the post held on that day."""
    held = people.title(session, username, agency["code"], local_day(on))
    return "\n".join(capacity(agency["name"], held)).upper()


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
