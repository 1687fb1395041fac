"""Papers and money: components handed in, supplements asked for, fees, statutory papers, results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.events.event import Event


@dataclass(frozen=True)
class ComponentReceived(Event):
    code: str
    attachments: tuple[str, ...]
    originals: int = 0
    certified: int = 0
    copies: int = 0
    pages: int = 0
    kept: bool = False
    digitised: int = 0
    source_digest: str | None = None  # what was reused
    matched: tuple[int, ...] = ()  # the original that each attachment is a scan of


@dataclass(frozen=True)
class FeeSet(Event):
    code: str
    amount_vnd: int
    when: int


@dataclass(frozen=True)
class FeeExempted(Event):
    """An officer decided that a fee is not taken, whatever its rule gives; the FeeSet of 0 stands beside it."""

    code: str
    by: str
    at: str
    reason_digest: str | None


@dataclass(frozen=True)
class ExemptionTakenBack(Event):
    """An officer decided that an exempted fee is taken after all: what its rule gives is due again."""

    code: str
    by: str
    at: str
    reason_digest: str | None


@dataclass(frozen=True)
class SupplementRequested(Event):
    number: int
    at: str
    answer_by: str | None
    task_no: int
    request_digest: str | None = None
    before_reception: bool = False


@dataclass(frozen=True)
class SupplementAllowed(Event):
    """A leader's decision that papers may be asked for once more than law foresees."""

    by: str
    at: str
    reason_digest: str | None


@dataclass(frozen=True)
class SupplementAnswered(Event):
    number: int
    at: str
    ticked: tuple[int, ...] = ()  # items of the request that the applicant marked as answered, from 1


@dataclass(frozen=True)
class PaperIssued(Event):
    """A statutory paper (Mẫu 01-06) or result falls due; rendered from this event on demand."""

    paper: str
    task_no: int | None = None


@dataclass(frozen=True)
class ResultIssued(Event):
    """A result (giấy tờ kết quả) was signed / numbered / digitised: `stage` says which."""

    code: str
    stage: Literal["drafted", "signed", "numbered", "digitised", "handed"]
    number: str = ""
    signer: str = ""
    digest: str | None = None  # the version of its text
    agency: str = ""  # that signed it
    file: str = ""  # sha256 of the signed PDF; "" = on paper
    issued_on: str | None = None
    valid_to: str | None = None  # its last day; None = for good
    about_digest: str | None = None  # which of several it is, in words


@dataclass(frozen=True)
class ResultInitialled(Event):
    """A reviewer stands for the draft that goes to the signer (ký nháy)."""

    code: str
    by: str
    at: str
    task_no: int


@dataclass(frozen=True)
class ResultRevoked(Event):
    """A result counts for nothing from now on; the reason is an erasable body. `replaced_by`: code that checks the new one."""

    code: str
    by: str
    at: str
    reason_digest: str
    replaced_by: str = ""
