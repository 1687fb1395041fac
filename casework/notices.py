"""Telling people: what a notice turns into, and the words of the letters.

A notice's payload is `{"topic", "to"}` with `to` = `applicant`, `agency:<code>:<role>` or `webhook` (engine.events.NoticeDue).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from store import outbox
from store.outbox import Job
from store.queries import outside
from store.queries.outside import Told
from store.tables import notification

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

# topic -> what happened, as a commune officer would write it; the subject of the letter and its first sentence.
SENTENCES = {
    "submitted": "Hồ sơ đã được gửi đến cơ quan tiếp nhận",
    "received": "Hồ sơ đã được tiếp nhận",
    "supplement_requested": "Hồ sơ cần được bổ sung",
    "not_received": "Hồ sơ không được tiếp nhận",
    "refused": "Hồ sơ bị từ chối giải quyết",
    "fee_due": "Hồ sơ cần nộp phí, lệ phí",
    "extended": "Thời hạn giải quyết hồ sơ được gia hạn",
    "apology": "Cơ quan giải quyết xin lỗi vì chậm và hẹn lại ngày trả kết quả",
    "result_ready": "Hồ sơ đã có kết quả",
    "returned": "Kết quả hồ sơ đã được trả",
    "withdrawn": "Hồ sơ đã được rút theo đề nghị",
    "stopped": "Việc giải quyết hồ sơ đã dừng",
    "resumed": "Việc giải quyết hồ sơ được tiếp tục",
    "task": "Có việc chờ bạn thực hiện trên hồ sơ",
    "supplement_answered": "Người nộp đã bổ sung giấy tờ",
    "returned_step": "Có việc được trả lại để xử lý tiếp",
    "overdue": "Hồ sơ đã quá hạn giải quyết",
    "due_soon": "Hồ sơ sắp đến hạn giải quyết",
    "offered": "Có việc được chuyển đến, chờ nhận",
    "hand_over_refused": "Việc chuyển đi không được nhận",
}
OTHERWISE = "Hồ sơ có cập nhật mới"


def spread(session: Session, job: Job, now: datetime) -> None:
    """Write one page notification or outbox row per recipient and way. The caller commits."""
    topic, to = str(job.payload["topic"]), str(job.payload["to"])
    assert job.dossier_id is not None
    facts = outside.told(session, job.dossier_id)
    if to == "applicant":
        if facts.applicant_account:
            _show(session, job.dossier_id, [facts.applicant_account], topic, facts, now)
        if facts.email:
            outbox.put(session, "mail", {"topic": topic, "to": to}, now=now, dossier_id=job.dossier_id)
    elif to.startswith("agency:"):
        _, agency_code, role = to.split(":", 2)
        people = outside.holders(session, agency_code, role, now.astimezone(LOCAL).date())
        _show(session, job.dossier_id, list(people), topic, facts, now)
    declared = outside.declaration(session, job.dossier_id)
    event = {"topic": topic, "dossier": declared.code, "procedure": declared.procedure}
    event |= {"agency": declared.agency, "at": now.isoformat()}
    if to == "webhook" or to == "applicant":
        for webhook_id in outside.subscribers(session, topic):
            outbox.put(
                session, "webhook", {"webhook": webhook_id, **event}, now=now, dossier_id=job.dossier_id
            )


def letter(session: Session, job: Job) -> tuple[str, str, str] | None:
    """Address, subject and text of one e-mail to the applicant, from what is on record now; None without an address."""
    assert job.dossier_id is not None
    facts = outside.told(session, job.dossier_id)
    topic = str(job.payload["topic"])
    return (facts.email, subject(topic, facts), text(topic, facts)) if facts.email else None


def subject(topic: str, facts: Told) -> str:
    """The letter's subject, which is also the notification's title."""
    return f"{SENTENCES.get(topic, OTHERWISE)} – {facts.code}"


def text(topic: str, facts: Told) -> str:
    """The letter: who, what, which dossier, until when, where to look."""
    lines = [f"Kính gửi Ông/Bà {facts.applicant_name},".replace(" ,", ","), ""]
    lines += [f"{SENTENCES.get(topic, OTHERWISE)}.", ""]
    lines += [f"Mã hồ sơ: {facts.code}", f"Thủ tục: {facts.procedure_name}"]
    lines += [f"Cơ quan tiếp nhận: {facts.agency_name}"]
    if facts.due_at:
        lines += [f"Ngày hẹn trả kết quả: {facts.due_at.astimezone(LOCAL):%H giờ %M, ngày %d/%m/%Y}"]
    lines += ["", "Ông/Bà có thể tra cứu hồ sơ trên Cổng dịch vụ công bằng mã hồ sơ nêu trên."]
    lines += ["", "Thư này được gửi tự động, vui lòng không trả lời.", ""]
    return "\n".join(lines)


def _show(
    session: Session, dossier_id: int, accounts: list[str], topic: str, facts: Told, now: datetime
) -> None:
    rows = [
        {
            "at": now,
            "dossier_id": dossier_id,
            "account": username,
            "channel": "page",
            "topic": topic,
            "subject": subject(topic, facts),
        }
        for username in accounts
    ]
    if rows:
        session.execute(insert(notification), rows)
