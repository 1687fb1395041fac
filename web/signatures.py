"""What a signature of an upload is worth, in plain words, and how a broken one is mended (casework.documents.uploaded)."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext

STANDINGS = {
    "valid": lazy_gettext("hợp lệ, tệp chưa bị sửa sau khi ký"),
    "unchecked": lazy_gettext("hợp lệ; chưa kiểm tra được chứng thư có bị thu hồi hay không"),
    "changed": lazy_gettext("tệp đã bị sửa sau khi ký"),
    "expired": lazy_gettext("chứng thư số đã hết hạn"),
    "revoked": lazy_gettext("chứng thư số đã bị thu hồi"),
    "unknown": lazy_gettext("chưa xác minh được nơi cấp chứng thư số"),
    "broken": lazy_gettext("chữ ký hỏng, không đọc được"),
}
MENDS = {
    "changed": lazy_gettext(
        "Hãy tải lên đúng tệp gốc của người ký: không in lại, không gộp, không nén tệp đã ký."
    ),
    "expired": lazy_gettext("Hãy nhờ người ký ký lại bằng chứng thư còn hạn, có dấu thời gian."),
    "revoked": lazy_gettext("Hãy nhờ người ký ký lại bằng chứng thư đang có hiệu lực."),
    "unknown": lazy_gettext(
        "Nên dùng chữ ký số do tổ chức được cấp phép tại Việt Nam cấp; nếu không, cán bộ có thể yêu cầu bản khác."
    ),
    "broken": lazy_gettext("Hãy ký lại rồi tải tệp mới lên."),
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        signature_standing=lambda code: STANDINGS.get(code, code),
        signature_mend=lambda code: MENDS.get(code, ""),
    )
