"""Rejections that the gate itself gives; the engine's stand at its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from engine.rejection import Problem, Rejected

UNKNOWN_DOSSIER = Rejected(
    "unknown_dossier",
    "Không có hồ sơ này, hoặc bạn không được xem hồ sơ này.",
    "There is no such dossier, or you may not see it.",
)
UNKNOWN_PROCEDURE = Rejected(
    "unknown_procedure",
    "Không có thủ tục này, hoặc thủ tục chưa có hiệu lực.",
    "There is no such procedure, or none of its versions is in force.",
)
RETIRED_VERSION = Rejected(
    "retired_version",
    "Thủ tục này đã ngừng nhận hồ sơ mới.",
    "This procedure takes no new dossiers any more.",
)
UNFIT_TEXT = Rejected(
    "answers_invalid",
    "Nội dung có ký tự không dùng được trong văn bản.",
    "The content holds characters that no text may hold.",
)
TOO_LARGE = Rejected(
    "too_large",
    "Nội dung khai quá lớn (tối đa 1 MB, không kể tệp đính kèm).",
    "What was filled in is too large (1 MB at most, attachments apart).",
)
IDEMPOTENCY_MISMATCH = Rejected(
    "idempotency_mismatch",
    "Khóa chống nộp trùng này đã dùng cho một hồ sơ có nội dung khác.",
    "This idempotency key was used for a dossier of other content.",
)

ERASED = Rejected(
    "dossier_erased",
    "Dữ liệu cá nhân của hồ sơ này đã được xóa, không thao tác được nữa.",
    "Expected a dossier with its data, but the data was erased on request.",
)


def unknown_agency(code: str) -> Rejected:
    return Rejected(
        "unknown_agency",
        f"Không có cơ quan mang mã {code[:60]}.",
        f"There is no agency with the code {code[:60]}.",
    )


def unknown_component(codes: Iterable[str]) -> Rejected:
    said = ", ".join(sorted(codes))[:200]
    return Rejected(
        "unknown_key",
        f"Có giấy tờ không thuộc thành phần hồ sơ của thủ tục: {said}.",
        f"Expected only components of the procedure, found {said}.",
    )


def not_receiving(agency: str, procedure: str) -> Rejected:
    return Rejected(
        "not_receiving",
        f"{agency} không tiếp nhận thủ tục “{procedure}”.",
        f"{agency} does not receive the procedure “{procedure}”.",
    )


def stale_dossier(version: int, seen: int) -> Rejected:
    return Rejected(
        "stale_version",
        "Hồ sơ vừa có thay đổi. Hãy tải lại trang rồi làm tiếp.",
        f"Expected version {version} of the dossier, found {seen}.",
    )


def task_taken(name: str) -> Rejected:
    return Rejected(
        "task_taken", f"Việc này đang do {name} xử lý.", f"Expected an open task, but {name} has claimed it."
    )


def task_done(done: Mapping[str, Any], zone: tzinfo) -> Rejected:
    """`done`: at, by, by_name, outcome, silent of the task's row (store.queries.inbox.task)."""
    at = f"{done['at'].astimezone(zone):%H:%M ngày %d/%m/%Y}"
    name = done["by_name"] or done["by"]
    if done["silent"]:
        return Rejected(
            "task_done",
            f"Việc này đã hết thời hạn trả lời lúc {at}.",
            f"Expected a waiting task, but its time to answer ran out at {done['at'].isoformat()}.",
        )
    if done["outcome"] is None:
        return Rejected(
            "task_done",
            f"Việc này không còn phải làm từ {at}: hồ sơ đã đi theo hướng khác.",
            f"Expected a waiting task, but it fell away at {done['at'].isoformat()}.",
        )
    return Rejected(
        "task_done",
        f"{name} đã xử lý xong việc này lúc {at}.",
        f"Expected a waiting task, but {name} completed it at {done['at'].isoformat()}.",
    )


def not_in_queue(account: str) -> Rejected:
    return Rejected(
        "forbidden",
        f"Không giao được cho {account[:60]}: người này không giữ vai trò của hàng đợi đó.",
        f"{account[:60]} cannot be given this task: expected an officer of its queue.",
    )


def nobody_there(agency: str, role: str) -> Rejected:
    return Rejected(
        "unknown_agency",
        f"Không chuyển được: cơ quan {agency[:60]} không có ai giữ vai trò {role[:60]}.",
        f"Expected an agency where somebody is {role[:60]}, but nobody is at {agency[:60]}.",
    )


def child_rejected(procedure: str, why: Rejected) -> Rejected:
    return Rejected(
        why.code,
        f"Không mở được hồ sơ con của thủ tục {procedure}: {why.vi}",
        f"The child dossier of procedure {procedure} could not be opened: {why.en}",
        why.problems,
    )


def identity_locked(problems: tuple[Problem, ...]) -> Rejected:
    return Rejected(
        "identity_locked",
        "Họ tên, số định danh phải đúng như định danh điện tử đã đăng nhập.",
        "Expected the name and number of the identity that signed in.",
        problems,
    )


def identity_level(needed: int) -> Rejected:
    return Rejected(
        "identity_level",
        f"Thủ tục này chỉ nộp trực tuyến được khi đăng nhập bằng định danh điện tử mức {needed}.",
        f"Expected a sign-in by the identity provider at level {needed}.",
    )
