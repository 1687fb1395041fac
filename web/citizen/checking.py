"""Is this document genuine? By the code of its QR, or by the file itself; for anybody, without signing in."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask_babel import lazy_gettext

from assembly.clock import now
from assembly.partners import anchors
from assembly.statuses import http_status
from casework.documents import publicly
from engine.rejection import Problem, Rejected
from store.db import db
from web.citizen import blueprint
from web.gated import public
from web.patience import again, patience

STANDINGS = {
    "valid": lazy_gettext("Văn bản còn hiệu lực"),
    "expired": lazy_gettext("Văn bản đã hết hiệu lực"),
    "revoked": lazy_gettext("Văn bản đã bị thu hồi"),
    "replaced": lazy_gettext("Văn bản đã được thay thế"),
    "not_issued": lazy_gettext("Văn bản chưa được ban hành"),
}
VERDICTS = {
    "judging": lazy_gettext("Đang kiểm tra chữ ký số…"),
    "valid": lazy_gettext("Chữ ký số hợp lệ, tệp chưa bị thay đổi."),
    "valid_unchecked": lazy_gettext(
        "Chữ ký số hợp lệ, tệp chưa bị thay đổi; chưa kiểm tra được chứng thư có bị thu hồi hay không."
    ),
    "changed": lazy_gettext("Tệp đã bị thay đổi sau khi ký."),
    "untrusted": lazy_gettext("Có chữ ký số không được công nhận (xem từng chữ ký)."),
    "unsigned": lazy_gettext("Tệp này không có chữ ký số."),
    "unreadable": lazy_gettext("Không đọc được tệp: đây không phải tệp PDF, hoặc tệp đã hỏng."),
}
TRUST = {
    "ok": lazy_gettext("chứng thư hợp lệ"),
    "unchecked": lazy_gettext("chưa kiểm tra được thu hồi"),
    "revoked": lazy_gettext("chứng thư đã bị thu hồi"),
    "expired": lazy_gettext("chứng thư đã hết hạn"),
    "unknown": lazy_gettext("chứng thư không do tổ chức được công nhận cấp"),
    "broken": lazy_gettext("chữ ký hỏng"),
}
STAMPS = {
    None: lazy_gettext("theo máy của người ký, không có dấu thời gian"),
    "ok": lazy_gettext("có dấu thời gian"),
    "unchecked": lazy_gettext(
        "có dấu thời gian; chưa kiểm tra được tổ chức cấp dấu có bị thu hồi chứng thư hay không"
    ),
    "revoked": lazy_gettext(
        "theo máy của người ký; dấu thời gian không được tin vì chứng thư cấp dấu đã bị thu hồi"
    ),
    "expired": lazy_gettext(
        "theo máy của người ký; dấu thời gian được cấp khi chứng thư cấp dấu không còn hạn"
    ),
    "unknown": lazy_gettext("theo máy của người ký; dấu thời gian không do tổ chức được công nhận cấp"),
    "broken": lazy_gettext("theo máy của người ký; dấu thời gian hỏng"),
}


@blueprint.get("/kiem-tra")
@public
def check():
    """The form; `?code=` what was typed."""
    code = request.args.get("code", "").strip()
    return check_code(code) if code else _page()


@blueprint.get("/kiem-tra/<document_code>")
@public
def check_code(document_code: str):
    """Where the QR code leads."""
    found = publicly.by_code(db.session, document_code[:40], now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        return _refused("code", found, document_code[:40])
    return _page(found=found)


@blueprint.get("/kiem-tra/<document_code>/chu-ky")
@public
def check_kept(document_code: str):
    """The signatures of the file that the system keeps: a part beside the result (htmx), else the page."""
    found = publicly.by_code(db.session, document_code[:40], now=now(), address=request.remote_addr or "")
    if isinstance(found, Rejected):
        return _refused("code", found, document_code[:40])
    checked = publicly.kept(db.session, found, anchors(current_app.config["SETTINGS"]), patience=patience())
    if "HX-Request" in request.headers:
        return render_template(
            "citizen/_kept.html",
            again=again(),
            found=found,
            checked=checked,
            standings=STANDINGS,
            verdicts=VERDICTS,
            trust=TRUST,
            stamps=STAMPS,
        )
    return _page(found=found, checked=checked, kept=True)


@blueprint.post("/kiem-tra")
@public
def check_file():
    """A PDF: its signatures, and whether it is a file of the register, byte for byte."""
    given = request.files.get("file")
    answer = publicly.by_file(
        db.session,
        given.read() if given else b"",
        anchors(current_app.config["SETTINGS"]),
        now=now(),
        address=request.remote_addr or "",
    )
    if isinstance(answer, Rejected):
        return _refused("file", answer)
    checked, found = answer
    return _page(found=found, checked=checked)


def _refused(field: str, why: Rejected, typed: str = ""):
    """The form again, with what is wrong at its field."""
    return _page(typed=typed, problems=[Problem(field, why.code, why.vi, why.en)]), http_status(why.code)


def _page(found=None, checked=None, typed="", problems=(), kept=False):
    return render_template(
        "citizen/check.html",
        again=again(),
        found=found,
        checked=checked,
        kept=kept,
        typed=typed,
        problems=problems,
        standings=STANDINGS,
        verdicts=VERDICTS,
        trust=TRUST,
        stamps=STAMPS,
    )
