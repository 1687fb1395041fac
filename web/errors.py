"""Error pages in words; HTTP statuses: `assembly.statuses`."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext, lazy_gettext
from werkzeug.exceptions import HTTPException

from assembly.statuses import http_status
from engine.rejection import Rejected

SENTENCES = {
    400: lazy_gettext("Yêu cầu không đọc được."),
    403: lazy_gettext("Bạn không có quyền làm việc này, hoặc yêu cầu đến từ một trang khác."),
    404: lazy_gettext("Không tìm thấy trang này. Có thể đường dẫn đã cũ hoặc gõ nhầm."),
    405: lazy_gettext("Trang này không nhận thao tác vừa gửi."),
    413: lazy_gettext("Nội dung gửi lên quá lớn."),
    429: lazy_gettext("Bạn thao tác quá nhanh. Vui lòng chờ một phút rồi thử lại."),
}


def page(error: HTTPException):
    code = error.code or 500
    if code == 401:
        return redirect(url_for("auth.sign_in", next=request.full_path if request.method == "GET" else None))
    text = SENTENCES.get(code) or error.description or ""
    return render_template(
        "error.html", title=gettext("Không thực hiện được"), sentence=text, code=code
    ), code


def broken(_error: Exception):
    """A surprise: the trace is in the log, the reader gets a sentence and nothing of our insides.

    The database may be what failed: this page asks it nothing.
    """
    g.broken = True
    return (
        render_template(
            "error.html",
            title=gettext("Hệ thống gặp lỗi"),
            sentence=gettext(
                "Hệ thống gặp lỗi. Dữ liệu đã lưu không bị ảnh hưởng. Vui lòng thử lại sau ít phút."
            ),
            code="internal",
        ),
        500,
    )


def refusal(rejected: Rejected, back: str | None = None):
    """A page that says why a command was rejected, with the right status."""
    vietnamese = str(get_locale()) == "vi"
    return (
        render_template(
            "error.html",
            title=gettext("Chưa thực hiện được"),
            sentence=rejected.vi if vietnamese else rejected.en,
            problems=rejected.problems,
            code=rejected.code,
            back=back,
        ),
        http_status(rejected.code),
    )
