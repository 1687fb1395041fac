"""How values look on pages: moments, money, statuses, how urgent a due date is."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import cast

from flask import Flask, g
from flask_babel import lazy_gettext
from markupsafe import Markup

from assembly.clock import now
from engine.local import LOCAL, local_day
from forms.problem import Problem
from web.i18n import gettext, ngettext, reads

DUE_SOON = timedelta(hours=24)

STATUS_NAMES = {
    "draft": lazy_gettext("Bản nháp"),
    "submitted": lazy_gettext("Mới đăng ký"),
    "received": lazy_gettext("Được tiếp nhận"),
    "not_received": lazy_gettext("Không được tiếp nhận"),
    "processing": lazy_gettext("Đang xử lý"),
    "supplement": lazy_gettext("Yêu cầu bổ sung giấy tờ"),
    "financial": lazy_gettext("Yêu cầu thực hiện nghĩa vụ tài chính"),
    "withdrawn": lazy_gettext("Công dân yêu cầu rút hồ sơ"),
    "stopped": lazy_gettext("Dừng xử lý"),
    "resolved": lazy_gettext("Đã xử lý xong"),
    "returned": lazy_gettext("Đã trả kết quả"),
}
SUB_STATUS_NAMES = {
    "waiting_supplement": lazy_gettext("chờ bổ sung"),
    "waiting_payment": lazy_gettext("chờ nộp phí"),
}
LEVEL_NAMES = {
    "province": lazy_gettext("Cấp tỉnh"),
    "district": lazy_gettext("Cấp huyện"),
    "commune": lazy_gettext("Cấp xã"),
}
CAPACITY_NAMES = {  # whom somebody acts for (casework.mandates)
    "child": lazy_gettext("con chưa thành niên, người được giám hộ"),
    "company": lazy_gettext("doanh nghiệp, tổ chức"),
    "authorised": lazy_gettext("theo ủy quyền"),
}
AUDIENCE_NAMES = {
    "citizen": lazy_gettext("Người dân"),
    "business": lazy_gettext("Doanh nghiệp"),
    "organisation": lazy_gettext("Tổ chức khác"),
}
RETURN_NAMES = {  # how a result goes back (engine.definition.ReturnWay)
    "counter": lazy_gettext("tại quầy"),
    "electronic": lazy_gettext("bản điện tử"),
    "post": lazy_gettext("qua bưu chính công ích"),
}
UNIT_NAMES = {
    "working_hour": lazy_gettext("giờ làm việc"),
    "working_day": lazy_gettext("ngày làm việc"),
    "hour": lazy_gettext("giờ"),
    "day": lazy_gettext("ngày"),
    "month": lazy_gettext("tháng"),
}
PAPER_NAMES = {  # the statutory papers (casework.papers.PAPERS) as a page names them; they themselves are Vietnamese
    "01": lazy_gettext("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    "02": lazy_gettext("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    "03": lazy_gettext("Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
    "04": lazy_gettext("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    "05": lazy_gettext("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    "06": lazy_gettext("Sổ theo dõi hồ sơ"),
}

TOPIC_NAMES = {  # what the outbox holds (store.outbox)
    "notice": lazy_gettext("Thông báo trên trang"),
    "mail": lazy_gettext("Thư điện tử"),
    "webhook": lazy_gettext("Báo cho hệ thống khác"),
    "message": lazy_gettext("Tin giữa các hồ sơ"),
    "message.sought": lazy_gettext("Tìm tin đã đến trước cho hồ sơ"),
    "child.finished": lazy_gettext("Kết quả hồ sơ con"),
    "sms": lazy_gettext("Tin nhắn SMS"),
    "zalo": lazy_gettext("Tin Zalo"),
    "payment.query": lazy_gettext("Hỏi cổng thanh toán"),
    "payment.refund": lazy_gettext("Hoàn tiền qua cổng thanh toán"),
    "payment.reconcile": lazy_gettext("Đối soát với cổng thanh toán"),
    "civil-status.register": lazy_gettext("Đăng ký vào hệ thống hộ tịch"),
    "certified-copy.register": lazy_gettext("Cấp số chứng thực"),
    "children": lazy_gettext("Báo cho hồ sơ con"),
    "child.follow": lazy_gettext("Báo cho hồ sơ con"),
    "postal.order": lazy_gettext("Gửi bưu chính"),
    "migrate": lazy_gettext("Chuyển hồ sơ sang phiên bản mới"),
    "sign.batch": lazy_gettext("Ký văn bản"),
    "sign.effect": lazy_gettext("Đưa văn bản đã ký vào hồ sơ"),
    "sign.slips": lazy_gettext("Ký phiếu của bộ phận một cửa"),
    "sign.scans": lazy_gettext("Ký bản quét"),
    "scan.effect": lazy_gettext("Đưa bản quét đã ký vào hồ sơ"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        vnd=vnd,
        status_name=lambda code: STATUS_NAMES.get(code, code),
        sub_status_name=lambda code: SUB_STATUS_NAMES.get(code, code),
        level_name=lambda code: LEVEL_NAMES.get(code, code),
        time_limit=time_limit,
        filesizeformat=size,
        return_name=lambda code: RETURN_NAMES.get(code, code),
        audience_name=lambda code: AUDIENCE_NAMES.get(code, code),
        took=took,
        source_name=source_name,
        capacity_name=lambda code: CAPACITY_NAMES.get(code, code),
        due=due,
        span=span,
        topic_name=lambda code: TOPIC_NAMES.get(code, code),
        sentence=sentence,
        field_id=field_id,
    )


def as_moment(value: datetime | str | None) -> datetime | None:
    """Local moment of a datetime or ISO string."""
    if value is None or value == "":
        return None
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(LOCAL)


def moment(value: datetime | str | None) -> str:
    """`16:30 ngày 24/11/2026`."""
    at = as_moment(value)
    return _written(at) if at else ""


def _written(at: datetime) -> str:
    if reads() != "vi":
        return f"{at:%H:%M, %d %b %Y}"
    return (
        f"{at.hour:02}:{at.minute:02} ngày {at.day:02}/{at.month:02}/{at.year}"  # a third of strftime's time
    )


def day(value: date | datetime | str | None) -> str:
    """`24/11/2026`."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = local_day(value)
    return f"{value:%d/%m/%Y}"


def span(minutes: int) -> str:
    """Working time in words: `3 giờ 30 phút`."""
    hours, rest = divmod(minutes, 60)
    parts = [_many_hours(hours)] if hours else []
    return " ".join([*parts, *([_many_minutes(rest)] if rest or not hours else [])])


def source_name(source: str) -> str:
    """Where a prefilled answer came from (casework.prefilling)."""
    if source.startswith("dossier:"):
        return gettext("Lấy từ hồ sơ %(code)s", code=source.removeprefix("dossier:"))
    names = {
        "identity": gettext("Lấy từ định danh điện tử"),
        "account": gettext("Lấy từ tài khoản của bạn"),
        "mandate": gettext("Lấy từ người bạn đại diện"),
    }
    return names.get(source, "")


def took(minutes: int) -> str:
    """How long something lasted, as one says it: `3 giờ`, `6 ngày`."""
    if minutes < 60:
        return _many_minutes(max(1, minutes))
    return _many_hours(round(minutes / 60)) if minutes < 36 * 60 else _many_days(round(minutes / 1440))


def vnd(amount: int) -> str:
    """`75.000 đồng`, `75,000 VND`."""
    grouped = f"{amount:,}"
    return (grouped.replace(",", ".") if reads() == "vi" else grouped) + " " + gettext("đồng")


def time_limit(limit: dict | None) -> str:
    """`15 ngày`, `03 ngày làm việc`; same-day limits are named so."""
    if not limit:
        return gettext("Không quy định")
    if limit.get("same_day"):
        return gettext("Trong ngày")
    return f"{limit['amount']:02d} {UNIT_NAMES[limit['unit']]}"


def due(due_at: datetime | str) -> tuple[str, str, str]:
    """A due date: `late`, `soon` (within 24 hours) or `fine`; the moment; how long is left, or how long it is overdue."""
    at = as_moment(due_at)
    if at is None:
        return "fine", "", ""
    left = at - _drawn_at()
    urgency = "fine" if left > DUE_SOON else "soon" if left >= timedelta(0) else "late"
    span = abs(left)
    if span >= timedelta(days=1):
        words = _many_days(span.days)
    elif span >= timedelta(hours=1):
        words = _many_hours(span.seconds // 3600)
    else:
        words = _many_minutes(max(1, span.seconds // 60))
    note = (
        gettext("quá hạn %(span)s", span=words) if urgency == "late" else gettext("còn %(span)s", span=words)
    )
    return urgency, _written(at), note


def _drawn_at() -> datetime:
    """One moment for all rows of a page."""
    drawn_at = g.get("drawn_at")
    if drawn_at is None:
        drawn_at = g.drawn_at = now()
    return cast(datetime, drawn_at)


def _many_days(n: int) -> str:
    return ngettext("%(num)s ngày", "%(num)s ngày", n)


def _many_hours(n: int) -> str:
    return ngettext("%(num)s giờ", "%(num)s giờ", n)


def _many_minutes(n: int) -> str:
    return ngettext("%(num)s phút", "%(num)s phút", n)


def sentence(problem: Problem | dict) -> str:
    """A problem in the reader's language."""
    row = problem if isinstance(problem, dict) else {"vi": problem.vi, "en": problem.en}
    return row["vi"] if reads() == "vi" or not row.get("en") else row["en"]


def size(bytes_: int) -> str:
    """A file's size as people read it here: 193 byte, 12 kB, 1,2 MB."""
    for unit, of in (("MB", 1_000_000), ("kB", 1_000)):
        if bytes_ >= of:
            text = f"{bytes_ / of:.1f}".removesuffix(".0")
            return f"{text if reads() == 'en' else text.replace('.', ',')} {unit}"
    return f"{bytes_} byte"


def field_id(path: str) -> Markup:
    """The HTML id of a field at a key path: `con[0].ten` -> `f-con-0-ten`."""
    return Markup("f-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-"))  # noqa: S704 (letters, digits, dashes only)
