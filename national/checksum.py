"""The payment gateway's checksum: who holds the secret wrote these values (docs/wire/payment.md, "Signature")."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

FIELDS: Mapping[str, tuple[str, ...]] = {
    "pay": (
        "type", "merchant", "reference", "amount_vnd", "currency", "description", "return_url", "notice_url",
        "created_at", "expires_at",
    ),
    "pay.answer": ("type", "code", "reference", "gateway_reference", "pay_url"),
    "notice": (
        "type", "merchant", "reference", "code", "gateway_reference", "amount_vnd", "currency", "bank", "paid_at",
    ),
    "query": ("type", "merchant", "reference", "requested_at"),
    "query.answer": (
        "type", "code", "reference", "state", "gateway_reference", "amount_vnd", "bank", "paid_at",
    ),
    "refund": ("type", "merchant", "reference", "refund_reference", "amount_vnd", "requested_at"),
    "refund.answer": ("type", "code", "reference", "refund_reference", "gateway_reference"),
}  # fmt: skip


def of(secret: str, values: Iterable[object]) -> str:
    """Hexadecimal HMAC-SHA256 over the values joined by `|`."""
    joined = "|".join(plain(value) for value in values)
    return hmac.new(secret.encode(), joined.encode(), hashlib.sha256).hexdigest()


def signed(secret: str, message: str, fields: Mapping[str, object]) -> dict[str, object]:
    """The message's fields as they are sent, with their checksum."""
    sent = {name: plain(value) if isinstance(value, str) else value for name, value in fields.items()}
    return {**sent, "checksum": of(secret, (sent.get(name) for name in FIELDS[message]))}


def fits(secret: str, message: str, fields: Mapping[str, object]) -> bool:
    """Whether the checksum is of these fields. An empty secret fits nothing."""
    given = fields.get("checksum")
    if not secret or not isinstance(given, str):
        return False
    return hmac.compare_digest(of(secret, (fields.get(name) for name in FIELDS[message])), given.lower())


def plain(value: object) -> str:
    if value is None:
        return ""
    return str(value).replace("|", " ").replace("\r", " ").replace("\n", " ")
