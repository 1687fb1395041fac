"""Money: what was paid for a dossier's fees, and what went back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.events.event import Event

Method = Literal["online", "cash", "transfer"]


@dataclass(frozen=True)
class FeePaid(Event):
    """Money came in. `fees`: fee code -> đồng of it; `surplus_vnd`: what no fee asked for and goes back.

    `reference` is ours (mã tham chiếu giao dịch) and unique; `receipt` the receipt's number (số biên lai).
    """

    reference: str
    amount_vnd: int
    method: Method
    at: str
    fees: Mapping[str, int] = field(default_factory=dict)
    surplus_vnd: int = 0
    receipt: str = ""
    gateway_reference: str = ""
    payer_digest: str | None = None  # who paid, where it was not the applicant


@dataclass(frozen=True)
class RefundOrdered(Event):
    """Money is to go back by the way it came; `cause`: `surplus`; `not_received` where the dossier ended before any agency
    took it in; or `decision` with its reason in the body."""

    reference: str
    amount_vnd: int
    method: Method
    cause: Literal["surplus", "not_received", "decision"]
    at: str
    reason_digest: str | None = None


@dataclass(frozen=True)
class FeeRefunded(Event):
    """The money has gone back."""

    reference: str
    amount_vnd: int
    at: str
    gateway_reference: str = ""
