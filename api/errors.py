"""Problem+json (RFC 9457) for everything the API refuses. HTTP statuses: `assembly.statuses`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, json
from werkzeug.exceptions import HTTPException

from assembly.statuses import http_status
from engine.rejection import Problem, Rejected

TITLES = {
    400: "Bad request",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Cannot be carried out",
    429: "Too many requests",
}
SENTENCES = {
    400: ("malformed", "Nội dung yêu cầu không đọc được.", "The request could not be read."),
    404: ("not_found", "Không có địa chỉ này.", "There is nothing at this address."),
    405: ("method", "Địa chỉ này không nhận thao tác đó.", "This address does not take that method."),
    413: ("too_large", "Nội dung gửi lên quá lớn.", "The content is too large."),
    415: ("media_type", "Kiểu nội dung không được nhận.", "This media type is not accepted."),
}
# What marshmallow says of a body's shape, by how its sentence begins.
SHAPES = (
    ("Missing data", "thiếu giá trị bắt buộc."),
    ("Unknown field", "không có trường này."),
    ("Field may not be null", "không được để trống."),
    ("Not a valid string", "phải là chữ."),
    ("Not a valid integer", "phải là số nguyên."),
    ("Not a valid list", "phải là một danh sách."),
    ("Not a valid mapping|Invalid input type", "phải là một đối tượng JSON."),
    ("Not a valid date", "phải là ngày, viết năm-tháng-ngày."),
    (r"Longer than maximum length (\d+)", r"dài quá \1 ký tự hoặc phần tử."),
    (r"Shorter than minimum length (\d+)", r"ngắn hơn \1 ký tự."),
    (r"Must be one of: (.+)\.", r"phải là một trong: \1."),
    (
        r"Must be greater than or equal to (-?\d+) and less than or equal to (-?\d+)",
        r"phải từ \1 đến \2.",
    ),
)


class Refusal(Exception):
    """Carries a `Rejected` to the roof, where it becomes problem+json."""

    def __init__(self, rejected: Rejected, status: int | None = None) -> None:
        super().__init__(rejected.code)
        self.rejected = rejected
        self.status = status or http_status(rejected.code)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, lambda refusal: problem(refusal.status, refusal.rejected))


def problem(status: int, rejected: Rejected, **more: Any) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:motcua:problem:{rejected.code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": rejected.code,
        "detail": rejected.vi,
        "detail_en": rejected.en,
        "problems": [{"where": p.where, "code": p.code, "vi": p.vi, "en": p.en} for p in rejected.problems],
        **more,
    }
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")


def from_http(error: HTTPException) -> Any:
    """Werkzeug's and webargs' errors in the same shape (`wsgi` sends those of the API here)."""
    status = error.code or 500
    from_webargs: Mapping[str, Any] = getattr(error, "data", None) or {}
    if status == 422 and "messages" in from_webargs:
        return problem(422, _malformed(from_webargs["messages"]))
    code, vi, en = SENTENCES.get(status, ("error", str(error.description), str(error.description)))
    return problem(status, Rejected(code, vi, en))


def _malformed(messages: Mapping[str, Any]) -> Rejected:
    problems = tuple(
        Problem(path, "malformed", f"{path}: {_in_vietnamese(text)}", f"{path}: {text}")
        for path, text in _flat(messages)
    )
    return Rejected(
        "malformed", "Nội dung yêu cầu không đúng mẫu.", "The request body is malformed.", problems
    )


def _in_vietnamese(text: str) -> str:
    for pattern, sentence in SHAPES:
        if found := re.match(pattern, text):
            return found.expand(sentence)
    return "giá trị không đúng kiểu."


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        inner = (
            (f"{path}.{key}" if path and path not in ("json", "query") else str(key), value)
            for key, value in messages.items()
        )
        return [row for key, value in inner for row in _flat(value, key)]
    if isinstance(messages, list):
        return [(path, " ".join(str(text) for text in messages))]
    return [(path, str(messages))]


def broken(_error: Exception) -> Response:
    """A surprise: the trace is in the log, the caller learns nothing of our insides."""
    return problem(
        500,
        Rejected(
            "internal",
            "Hệ thống gặp lỗi. Dữ liệu đã lưu không bị ảnh hưởng.",
            "The system failed. What was saved is not affected.",
        ),
    )
