"""The dossier as a whole: filed, answered, its status, stopped, closed, in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.events.event import Event

Status = Literal[
    "submitted",      # 1 Mới đăng ký
    "received",       # 2 Được tiếp nhận
    "not_received",   # 3 Không được tiếp nhận
    "processing",     # 4 Đang xử lý
    "supplement",     # 5 Yêu cầu bổ sung giấy tờ
    "financial",      # 6 Yêu cầu thực hiện nghĩa vụ tài chính
    "withdrawn",      # 7 Công dân yêu cầu rút hồ sơ
    "stopped",        # 8 Dừng xử lý
    "resolved",       # 9 Đã xử lý xong
    "returned",       # 10 Đã trả kết quả
]  # fmt: skip


@dataclass(frozen=True)
class DossierSubmitted(Event):
    dossier_code: str
    procedure_code: str
    procedure_version: int
    agency: str
    channel: str
    applicant_digest: str
    reception_due_at: str | None
    at: str
    facts: Mapping[str, str] = field(default_factory=dict)  # versions of law, calendar, agencies, fees
    parent: str | None = None
    via: str | None = None  # the agency whose counter took it in for `agency`
    mandate: str | None = None  # row of `mandate` by which somebody else acts for the applicant
    return_by: str | None = None  # how the applicant wishes to receive the result


@dataclass(frozen=True)
class AnswersRecorded(Event):
    """`form` is a form key; `$persons` and `$variables` are the two reserved keys."""

    form: str
    digest: str
    element_id: str | None = None
    reason_digest: str | None = None
    files: tuple[str, ...] = ()  # attachments that file fields name


@dataclass(frozen=True)
class StatusChanged(Event):
    status: Status
    sub_status: str = ""
    reason_digest: str | None = None


@dataclass(frozen=True)
class DossierStopped(Event):
    """A leader stopped the work for the time being: the clock, the timers and all tasks stand still."""

    at: str
    by: str
    reason_digest: str | None


@dataclass(frozen=True)
class DossierResumed(Event):
    at: str
    by: str
    reason_digest: str | None


@dataclass(frozen=True)
class DossierMigrated(Event):
    """From here on the dossier runs on another version of its procedure; `renamed`: old element id → new id."""

    from_version: int
    to_version: int
    reason_digest: str | None
    by: str
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class IncidentRaised(Event):
    element_id: str
    code: str
    vi_digest: str | None
    en_digest: str | None


@dataclass(frozen=True)
class IncidentCleared(Event):
    reason_digest: str | None
    by: str


@dataclass(frozen=True)
class NoticeDue(Event):
    """Somebody is to be told (e-mail, webhook): `topic` names the template; the outbox carries it."""

    topic: str
    to: str  # applicant | agency:<code>:<role> | account:<name> | webhook
    task_no: int | None = None


@dataclass(frozen=True)
class DossierClosed(Event):
    """The diagram ended; `end_kind` is that of the end event reached last."""

    end_kind: str
    at: str
