"""The event log in words: one line an event that a person wants to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import definitions
from casework.documents import slips
from engine.definition import Definition, Step
from store.queries import people
from web import timeline_papers
from web.i18n import in_html as gettext
from web.names import english, said, vn
from web.show import PAPER_NAMES, STATUS_NAMES, SUB_STATUS_NAMES, TOPIC_NAMES, day, moment, vnd


def rows(session: Session, log: list[dict], definition: Definition, public: bool = False) -> list[dict]:
    """One entry a command, newest first: {at, by_name, texts, minor, notes}. `public`: no officers' names, no internal notes."""
    absent = {event["of"] for entry in log for event in entry["events"] if event["type"] == "ActedInstead"}
    names = people.agency_names(session) | people.account_names(session, absent)
    steps = _steps(session, log, definition)
    minor = MINOR - {"StatusChanged", "HandOverAccepted"} if public else MINOR
    papers = timeline_papers.told(session, log, definition)
    entries = []
    for at, logged in enumerate(log):
        lines = list(_lines(logged, names, steps, definition.code, public))
        lines += [("ComponentReceived", text, "") for text in papers.get(at, ())]
        notes = [note for kind, _, note in lines if note and (not public or kind in PUBLIC_NOTES)]
        if lines:
            entries.append(
                {
                    "at": logged["at"],
                    "by_name": "" if public else _who(logged),
                    "texts": list(dict.fromkeys(text for kind, text, _ in lines if kind not in minor)),
                    "minor": [text for kind, text, _ in lines if kind in minor],
                    "notes": list(dict.fromkeys(notes)),
                }
            )
    return entries[::-1]


def _steps(session: Session, log: list[dict], definition: Definition) -> dict[str, Step]:
    """The steps of every version that the dossier has run on: what was done keeps the name it was done under."""
    versions = [e["from_version"] for entry in log for e in entry["events"] if e["type"] == "DossierMigrated"]
    steps: dict[str, Step] = {}
    for version in dict.fromkeys(versions):
        steps |= definitions.get(session, definition.code, version).steps
    return {**steps, **definition.steps}


def _who(logged: Mapping[str, Any]) -> str:
    if logged["by_kind"] == "holder":
        return gettext("người giữ giấy tiếp nhận")
    return str(logged["by_name"])


# What follows from the line above it, or happens inside an agency: told, but small.
MINOR = frozenset(
    {
        "ActedInstead",
        "TaskOpened",
        "TaskClaimed",
        "TaskReleased",
        "HandOverAccepted",
        "PaperIssued",
        "StatusChanged",
    }
)
PUBLIC_NOTES = frozenset(
    {
        "StatusChanged",
        "SupplementRequested",
        "DeadlineExtended",
        "Apologised",
        "DossierStopped",
        "DossierResumed",
    }
)


def ledger_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the ledger of hand-overs for the page."""
    if row["refused_at"]:
        answer = gettext("Từ chối: %(why)s", why=vn(row["reason"]))
    elif row["accepted_at"]:
        answer = gettext("Đã nhận (%(name)s)", name=vn(row["accepted_by_name"] or ""))
    elif row["ended_at"]:
        answer = gettext("Không nhận trong thời hạn")
    else:
        answer = gettext("Chờ nhận")
    return {
        **row,
        "offered_at": row["handed_at"],
        "answered_at": row["accepted_at"] or row["refused_at"],
        "answer_text": answer,
    }


def taken_at(log: list[dict], task_no: int) -> str | datetime | None:
    """When the task came into the hands it is in now: claimed, or given by somebody."""
    taken = [
        entry["at"]
        for entry in log
        for event in entry["events"]
        if event["type"] in ("TaskClaimed", "TaskAssigned") and event["task_no"] == task_no
    ]
    return taken[-1] if taken else None


def _lines(
    entry: Mapping, names: Mapping[str, str], steps: Mapping[str, Step], procedure: str, public: bool
) -> Iterator[tuple[str, str, str]]:
    tasks: dict[int, str] = {}
    for event in entry["events"]:
        kind = event["type"]
        if kind == "TaskOpened":
            tasks[event["task_no"]] = event["element_id"]
        if (
            kind == "TaskReleased" and entry["by_kind"] == "clock" and not public
        ):  # casework.leavers, nobody else
            yield kind, gettext("Trả việc lại hàng đợi: người giữ việc đã thôi nhiệm vụ"), ""
            continue
        text = _sentence(kind, event, names, steps, procedure, public)
        if text:
            yield kind, text, str(event.get("note") or event.get("reason") or "")


def _sentence(
    kind: str,
    event: Mapping,
    names: Mapping[str, str],
    steps: Mapping[str, Step],
    procedure: str,
    public: bool,
) -> str:
    def step() -> str:
        element = event.get("element_id") or event.get("to_element") or ""
        known = steps.get(element)
        return said(known.name, procedure) if known else element

    def agency(key: str) -> str:
        code = event.get(key) or ""
        return vn(names.get(code, code))

    match kind:
        case "DossierSubmitted":
            return gettext("Nộp hồ sơ đến %(agency)s", agency=agency("agency"))
        case "StatusChanged":
            name = STATUS_NAMES.get(event["status"], event["status"])
            if sub := event.get("sub_status"):
                name = f"{name}, {SUB_STATUS_NAMES.get(sub, sub)}"
            return gettext("Trạng thái: %(status)s", status=name)
        case "ClockStarted":
            if not event.get("due_at"):
                return gettext("Bắt đầu tính thời hạn (không có hạn trả theo quy định)")
            return gettext("Tiếp nhận, hẹn trả %(at)s", at=moment(event["due_at"]))
        case "ClockPaused":
            return gettext("Tạm dừng tính thời hạn")
        case "ClockResumed":
            return gettext("Tiếp tục tính thời hạn, hẹn trả %(at)s", at=moment(event.get("due_at")))
        case "DossierStopped":
            return gettext("Dừng xử lý hồ sơ")
        case "DossierResumed":
            return gettext("Tiếp tục xử lý hồ sơ")
        case "FeeExempted":
            return gettext("Ghi nhận miễn một khoản phí, lệ phí")
        case "ExemptionTakenBack":
            return gettext("Hủy ghi nhận miễn một khoản phí, lệ phí")
        case "SupplementAllowed":
            return gettext("Cho phép yêu cầu bổ sung thêm một lần")
        case "DeadlineExtended":
            return gettext(
                "Gia hạn %(days)s ngày, hẹn trả %(at)s", days=event["days"], at=moment(event["due_at"])
            )
        case "Apologised":
            return gettext("Xin lỗi và hẹn lại ngày %(on)s", on=day(event["new_due_on"]))
        case "TaskOpened" if event.get("role") != "applicant":
            return gettext("Mở việc “%(step)s” tại %(agency)s", step=step(), agency=agency("agency"))
        case "TaskOpened":
            return gettext("Chờ người nộp: %(step)s", step=step())
        case "TaskClaimed" if not public:
            return gettext("Nhận việc")
        case "TaskAssigned" if not public:
            return gettext("Giao việc cho %(name)s", name=vn(event.get("to_name") or event["to"]))
        case "TaskReleased" if not public:
            return gettext("Trả việc lại hàng đợi")
        case "TaskCompleted":
            return _completed(event, steps, step())
        case "OpinionAsked":
            return gettext("Hỏi ý kiến %(agency)s", agency=agency("agency"))
        case "OpinionGiven":
            return gettext("%(agency)s cho ý kiến", agency=agency("agency"))
        case "OpinionLapsed":
            return gettext("Đơn vị được hỏi ý kiến không trả lời trong hạn")
        case "TaskDelegated":
            return gettext("Ủy thác việc cho %(name)s", name=vn(event.get("to_name") or event["to"]))
        case "TaskHandedBack":
            return gettext("Trả việc ủy thác về %(name)s", name=vn(event.get("to_name") or event["to"]))
        case "ActedInstead":
            return gettext("Làm thay %(name)s", name=vn(names.get(event["of"], event["of"])))
        case "DossierHandedOver":
            return gettext("%(a)s chuyển hồ sơ đến %(b)s", a=agency("from_agency"), b=agency("to_agency"))
        case "HandOverAccepted":
            return gettext("Nhận bàn giao")
        case "HandOverRefused":
            return gettext("Từ chối nhận bàn giao")
        case "TaskRerouted":
            return gettext("Chuyển lại đến %(agency)s", agency=agency("agency"))
        case "TaskReturned":
            if event.get("recalled"):
                return gettext("Thu hồi về bước “%(step)s”", step=step())
            return gettext("Trả về bước “%(step)s”", step=step())
        case "SupplementRequested":
            return gettext("Yêu cầu bổ sung giấy tờ lần %(n)s", n=event["number"])
        case "SupplementAnswered":
            return gettext("Người nộp đã bổ sung")
        case "PaperIssued" if public:
            return (
                gettext("Lập %(paper)s", paper=PAPER_NAMES[event["paper"]])
                if event["paper"] in slips.PAPERS
                else ""
            )
        case "PaperIssued":
            return gettext("Lập Mẫu %(paper)s", paper=event["paper"])
        case "ResultIssued":
            return _result(event)
        case "TimerFired":
            return gettext("Hết thời gian chờ")
        case "JobRequested" if not public:
            return gettext("Gửi yêu cầu: %(what)s", what=TOPIC_NAMES.get(event["topic"], event["topic"]))
        case "JobFinished" if not public:
            return gettext("Hệ thống đối tác đã trả lời")
        case "JobFailed" if not public:
            return gettext("Hệ thống đối tác từ chối: %(why)s", why=vn(event.get("sentence", "")))
        case "MessageThrown" if not public:
            return gettext("Gửi tin “%(name)s” cho hồ sơ khác", name=vn(event["name"]))
        case "MessageAwaited" if not public:
            return gettext("Chờ tin “%(name)s”", name=vn(event["name"]))
        case "MessageReceived" if not public:
            return gettext("Đã nhận tin “%(name)s”", name=vn(event["name"]))
        case "IncidentRaised":
            return gettext("Hồ sơ gặp sự cố kỹ thuật, quản trị viên đang xử lý")
        case "DossierMigrated" if not public:
            return gettext("Chuyển sang phiên bản %(v)s của quy trình", v=event["to_version"])
        case "IncidentCleared":
            return gettext("Đã khắc phục sự cố")
        case "FeePaid":
            return gettext("Đã nộp %(amount)s phí, lệ phí", amount=vnd(event["amount_vnd"]))
        case "RefundOrdered":
            return gettext("Hoàn trả %(amount)s phí, lệ phí", amount=vnd(event["amount_vnd"]))
        case "FeeRefunded":
            return gettext("Đã hoàn trả xong %(amount)s", amount=vnd(event["amount_vnd"]))
        case "DossierClosed":
            return gettext("Kết thúc hồ sơ")
    return ""


def _completed(event: Mapping, steps: Mapping[str, Step], step: str) -> str:
    known = steps.get(event["element_id"])
    labels = {o.code: (english() and o.en) or vn(o.vi) for o in known.outcomes} if known else {}
    if event.get("silent"):
        return gettext("“%(step)s”: hết hạn không có ý kiến, coi như đồng ý", step=step)
    outcome = labels.get(event.get("outcome") or "", "")
    if len(labels) < 2 or not outcome:
        return gettext("Xong “%(step)s”", step=step)
    return gettext("Xong “%(step)s”: %(outcome)s", step=step, outcome=outcome)


def _result(event: Mapping) -> str:
    return {
        "drafted": gettext("Dự thảo kết quả"),
        "signed": gettext("Đã ký kết quả"),
        "numbered": gettext("Vào sổ, cấp số %(n)s", n=event.get("number") or ""),
        "digitised": gettext("Đã số hóa kết quả"),
        "handed": gettext("Đã trả kết quả"),
    }[event["stage"]]
