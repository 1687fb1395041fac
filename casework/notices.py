"""Telling people: what a notice says, and who sees it on pages. Outside: `casework.sending`.

A notice's payload is `{"topic", "to"}` with `to` = `applicant`, `agency:<code>:<role>`, `account:<name>` or `webhook`
(engine.events.NoticeDue); what agencies are told may lead to a `place` other than the dossier's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from engine.local import local_day
from store import outbox
from store.outbox import Job
from store.queries import outside
from store.queries.outside import Told
from store.tables import notification

# topic -> what happened, Vietnamese (the subject of the letter and its first sentence) and English.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "submitted": ("Hồ sơ đã được gửi đến cơ quan tiếp nhận", "A dossier was sent to the receiving agency"),
    "received": ("Hồ sơ đã được tiếp nhận", "The dossier was received"),
    "supplement_requested": ("Hồ sơ cần được bổ sung", "The dossier needs to be supplemented"),
    "supplement_received": (
        "Cơ quan giải quyết đã nhận giấy tờ bổ sung",
        "The agency has received what you supplemented",
    ),
    "not_received": ("Hồ sơ không được tiếp nhận", "The dossier was not received"),
    "refused": ("Hồ sơ bị từ chối giải quyết", "The dossier was refused"),
    "fee_due": ("Hồ sơ cần nộp phí, lệ phí", "A fee is due on the dossier"),
    "conversation": ("Có trao đổi mới về hồ sơ", "There is a new message about the dossier"),
    "petition_received": ("Có phản ánh, kiến nghị mới", "A new complaint or proposal"),
    "petition_assigned": (
        "Phản ánh, kiến nghị đã được chuyển đến cơ quan trả lời",
        "A complaint or proposal was assigned",
    ),
    "petition_asked": (
        "Phản ánh, kiến nghị cần nói rõ thêm",
        "More is asked about your complaint or proposal",
    ),
    "petition_refused": (
        "Phản ánh, kiến nghị không được tiếp nhận",
        "Your complaint or proposal was not taken in",
    ),
    "petition_answered": ("Phản ánh, kiến nghị đã được trả lời", "Your complaint or proposal was answered"),
    "petition_late": ("Phản ánh, kiến nghị đã quá hạn trả lời", "A complaint or proposal is past its limit"),
    "paid": ("Đã nhận tiền phí, lệ phí của hồ sơ", "The dossier's fee was paid"),
    "refund_ordered": ("Phí, lệ phí của hồ sơ đang được hoàn trả", "The dossier's fee is being paid back"),
    "refunded": ("Phí, lệ phí của hồ sơ đã được hoàn trả", "The dossier's fee was paid back"),
    "extended": ("Thời hạn giải quyết hồ sơ được gia hạn", "The dossier's time limit was extended"),
    "apology": (
        "Cơ quan giải quyết xin lỗi vì chậm và hẹn lại ngày trả kết quả",
        "The agency apologises for the delay and sets a new date",
    ),
    "result_ready": ("Hồ sơ đã có kết quả", "The dossier's result is ready"),
    "uncollected": (
        "Kết quả hồ sơ đang chờ Ông/Bà đến nhận",
        "The dossier's result is waiting for you to collect it",
    ),
    "returned": ("Kết quả hồ sơ đã được trả", "The dossier's result was returned"),
    "deliver_failed": (
        "Bưu tá chưa giao được kết quả hồ sơ",
        "The postman could not hand over the dossier's result",
    ),
    "deliver_returned": (
        "Kết quả hồ sơ gửi bưu chính đã chuyển về Bộ phận Một cửa",
        "The result sent by post came back to the one-stop counter",
    ),
    "pick_up_failed": (
        "Bưu tá chưa đến nhận được hồ sơ",
        "The postman could not fetch the dossier's papers",
    ),
    "pick_up_returned": (
        "Hồ sơ gửi bưu chính đã được trả lại người gửi",
        "The papers sent by post went back to their sender",
    ),
    "post_refused": ("Bưu điện không nhận chuyển bưu gửi", "The post will not carry the parcel"),
    "withdrawn": ("Hồ sơ đã được rút theo đề nghị", "The dossier was withdrawn on request"),
    "stopped": ("Việc giải quyết hồ sơ đã dừng", "Work on the dossier was stopped"),
    "resumed": ("Việc giải quyết hồ sơ được tiếp tục", "Work on the dossier goes on"),
    "task": ("Có việc chờ bạn thực hiện trên hồ sơ", "A task on the dossier waits for you"),
    "supplement_answered": ("Người nộp đã bổ sung giấy tờ", "The applicant has supplemented papers"),
    "returned_step": ("Có việc được trả lại để xử lý tiếp", "Work was sent back to be done again"),
    "overdue": ("Hồ sơ đã quá hạn giải quyết", "The dossier is overdue"),
    "due_soon": ("Hồ sơ sắp đến hạn giải quyết", "The dossier is due soon"),
    "offered": ("Có việc được chuyển đến, chờ nhận", "Work was handed over and waits to be accepted"),
    "opinion_asked": ("Có đơn vị hỏi ý kiến, chờ trả lời", "A unit asks for an opinion and waits"),
    "opinion_given": ("Đã có ý kiến trả lời", "The opinion asked for was given"),
    "opinion_silent": (
        "Hết hạn mà đơn vị được hỏi chưa trả lời",
        "The unit asked kept silent past its limit",
    ),
    "delegated": ("Có việc đồng nghiệp ủy thác cho bạn", "A colleague delegated work to you"),
    "passed_on": ("Có việc lãnh đạo khác chuyển cho bạn", "Another leader passed work on to you"),
    "handed_back": ("Việc bạn ủy thác đã được trả lại", "Work that you delegated was handed back"),
    "paper_missing": (
        "Bên nhận báo thiếu hồ sơ giấy trong danh sách bàn giao",
        "Paper on a hand-over list did not reach the unit",
    ),
    "hand_over_refused": ("Việc chuyển đi không được nhận", "A hand-over was not accepted"),
}
OTHERWISE = ("Hồ sơ có cập nhật mới", "There is news of the dossier")


def spread(session: Session, job: Job, now: datetime) -> None:
    """Write the page notifications, and an outbox row a webhook; what goes to people outside is `casework.sending`'s.

    The caller commits.
    """
    topic, to = str(job.payload["topic"]), str(job.payload["to"])
    if to.startswith("petition:"):
        _spread_petition(session, topic, to, now)
        return
    assert job.dossier_id is not None
    facts = outside.told(session, job.dossier_id)
    if to == "applicant":
        acting = [name for name in (facts.applicant_account, facts.representative) if name]
        if acting:
            _show(session, job.dossier_id, acting, topic, facts, now)
    elif to.startswith("account:"):
        _show(session, job.dossier_id, [to.removeprefix("account:")], topic, facts, now)
    elif to.startswith("agency:"):
        _, agency_code, role = to.split(":", 2)
        people = outside.holders(session, agency_code, role, local_day(now))
        _show(session, job.dossier_id, list(people), topic, facts, now, str(job.payload.get("place", "")))
    declared = outside.declaration(session, job.dossier_id)
    event = {"topic": topic, "dossier": declared.code, "procedure": declared.procedure}
    event |= {"agency": declared.agency, "at": now.isoformat()}
    if to == "webhook" or to == "applicant":
        for webhook_id in outside.subscribers(session, topic):
            outbox.put(
                session, "webhook", {"webhook": webhook_id, **event}, now=now, dossier_id=job.dossier_id
            )


def sentence(topic: str, *, english: bool = False) -> str:
    """What a notice of this topic says."""
    return SENTENCES.get(topic, OTHERWISE)[english]


def tell_officers(
    session: Session,
    agency_code: str | None,
    role: str,
    topic: str,
    place: str,
    now: datetime,
    *,
    dossier_id: int | None = None,
) -> None:
    """A page notice to everybody who holds the role at the agency (None: anywhere), leading to `place` and naming the
    dossier, if it is about one. The caller commits."""
    on = local_day(now)
    accounts = outside.holders(session, agency_code, role, on)
    rows = [
        {
            "at": now,
            "dossier_id": dossier_id,
            "account": name,
            "channel": "page",
            "topic": topic,
            "subject": sentence(topic),
            "place": place,
        }
        for name in accounts
    ]
    if rows:
        session.execute(insert(notification), rows)


def tell_sender(session: Session, code: str, topic: str, now: datetime) -> None:
    """Whoever sent a complaint or proposal is told of it, on pages and outside. The caller commits."""
    outbox.put(session, "notice", {"topic": topic, "to": f"petition:{code}"}, now=now)


def mark_read(session: Session, account: str, *, now: datetime, notice: int | None = None) -> None:
    """The account has read one page notice, or all of them. Commits."""
    rows = update(notification).where(notification.c.account == account, notification.c.read_at.is_(None))
    if notice is not None:
        rows = rows.where(notification.c.id == notice)
    session.execute(rows.values(read_at=now))
    session.commit()


def subject(topic: str, facts: Told) -> str:
    """The notification's title."""
    return f"{sentence(topic)} – {facts.code}"


def _spread_petition(session: Session, topic: str, to: str, now: datetime) -> None:
    sender = outside.told_petition(session, to.removeprefix("petition:"))
    if sender is None:
        return
    if sender.account:
        row = {
            "at": now,
            "account": sender.account,
            "channel": "page",
            "topic": topic,
            "subject": sentence(topic),
        }
        session.execute(insert(notification).values(**row, place=f"/phan-anh/{sender.code}"))


def _show(
    session: Session,
    dossier_id: int,
    accounts: list[str],
    topic: str,
    facts: Told,
    now: datetime,
    place: str = "",
) -> None:
    rows = [
        {
            "at": now,
            "dossier_id": dossier_id,
            "account": username,
            "channel": "page",
            "topic": topic,
            "subject": subject(topic, facts),
            "place": place,
        }
        for username in accounts
    ]
    if rows:
        session.execute(insert(notification), rows)
