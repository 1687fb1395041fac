"""The payment gateway by its wire contract, docs/wire/payment.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import httpx

from national import checksum
from national.ports import Opened, Paid, Payment, PaymentRefused, StatementLine, Unreachable

LARGEST_ANSWER = 64 * 1024  # bytes
LARGEST_FILE = 50 * 1024 * 1024
STATES = frozenset({"open", "paid", "failed", "expired", "refunded"})


class HttpPaymentGateway:
    def __init__(self, url: str, merchant: str, secret: str, notice_url: str, timeout_seconds: float) -> None:
        self._url, self._merchant, self._secret = url.rstrip("/"), merchant, secret
        self._notice_url = notice_url
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def open(self, payment: Payment) -> Opened:
        said = self._ask(
            "/v1/payments",
            "pay",
            {
                "reference": payment.reference,
                "amount_vnd": payment.amount_vnd,
                "currency": "VND",
                "description": payment.description,
                "return_url": payment.return_url,
                "notice_url": self._notice_url,
                "created_at": payment.created_at.isoformat(),
                "expires_at": payment.expires_at.isoformat(),
            },
        )
        if said["code"] != "00":
            raise PaymentRefused(f"payment gateway: code {said['code']}")
        pay_url = str(said.get("pay_url", ""))
        if not pay_url.startswith(("https://", "http://")):
            raise Unreachable("payment gateway: no address to pay at")
        return Opened(str(said["gateway_reference"]), pay_url)

    def ask(self, reference: str, *, now: datetime) -> Paid:
        asked = {"reference": reference, "requested_at": now.isoformat()}
        said = self._ask("/v1/payments/query", "query", asked)
        if said["code"] == "01":
            return Paid(reference, "unknown", code="01")
        if said["code"] != "00" or said.get("state") not in STATES:
            raise Unreachable(f"payment gateway: code {said['code']}")
        return Paid(
            reference,
            said["state"],  # type: ignore[arg-type]
            _vnd(said.get("amount_vnd")),
            str(said.get("gateway_reference") or ""),
            "00",
        )

    def refund(self, reference: str, amount_vnd: int, key: str, *, now: datetime) -> str:
        asked = {"reference": reference, "refund_reference": key, "amount_vnd": amount_vnd}
        said = self._ask("/v1/refunds", "refund", asked | {"requested_at": now.isoformat()})
        if said["code"] == "00":
            return str(said["gateway_reference"])
        if said["code"] == "99":
            raise Unreachable("payment gateway: code 99")
        raise PaymentRefused(f"payment gateway: code {said['code']}")

    def statement(self, day: date, *, now: datetime) -> Sequence[StatementLine]:
        asked = {
            "merchant": self._merchant,
            "requested_at": now.isoformat(),
            "checksum": checksum.of(
                self._secret, ("reconciliation", self._merchant, day.isoformat(), now.isoformat())
            ),
        }
        try:
            answer = self._client.get(f"{self._url}/v1/reconciliation/{day.isoformat()}", params=asked)
        except httpx.HTTPError as error:
            raise Unreachable(f"payment gateway: {type(error).__name__}") from error
        if answer.status_code != 200 or len(answer.content) > LARGEST_FILE:
            raise Unreachable(f"payment gateway: answered {answer.status_code}")
        return self._lines(answer.text, day)

    def notice(self, body: Mapping[str, object]) -> Paid | None:
        if not checksum.fits(self._secret, "notice", body):
            return None
        if (
            body.get("type") != "notice"
            or body.get("merchant") != self._merchant
            or body.get("currency") != "VND"
        ):
            return None
        state = "paid" if body.get("code") == "00" else "failed"
        return Paid(
            str(body.get("reference")),
            state,  # type: ignore[arg-type]
            _vnd(body.get("amount_vnd")),
            str(body.get("gateway_reference") or ""),
            str(body.get("code")),
        )

    def _ask(self, path: str, message: str, fields: Mapping[str, object]) -> Mapping[str, object]:
        body = checksum.signed(self._secret, message, {"type": message, "merchant": self._merchant, **fields})
        try:
            answer = self._client.post(f"{self._url}{path}", json=body)
        except httpx.HTTPError as error:
            raise Unreachable(f"payment gateway: {type(error).__name__}") from error
        if answer.status_code != 200 or len(answer.content) > LARGEST_ANSWER:
            raise Unreachable(f"payment gateway: answered {answer.status_code}")
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not isinstance(said, Mapping) or not checksum.fits(self._secret, f"{message}.answer", said):
            raise Unreachable("payment gateway: an answer that it did not sign")
        if said.get("type") != message or said.get("reference") != fields["reference"]:
            raise Unreachable("payment gateway: an answer to something else")
        return {"code": "", "gateway_reference": "", **said}

    def _lines(self, text: str, day: date) -> list[StatementLine]:
        """The file's lines, if its last line agrees with them and is signed. Raises Unreachable."""
        rows = list(csv.reader(io.StringIO(text)))
        try:
            lines = [StatementLine(row[0], row[1], row[2], int(row[3])) for row in rows[1:-1]]  # type: ignore[arg-type]
            kind, count, _, total, signature = rows[-1]
        except (IndexError, ValueError) as error:
            raise Unreachable("payment gateway: an unreadable file") from error
        net = sum(line.amount_vnd if line.kind == "pay" else -line.amount_vnd for line in lines)
        right = checksum.of(self._secret, ("total", day.isoformat(), len(lines), net))
        if (kind, count, total, signature) != ("total", str(len(lines)), str(net), right):
            raise Unreachable("payment gateway: a file whose total does not fit")
        if any(line.kind not in ("pay", "refund") for line in lines):
            raise Unreachable("payment gateway: an unreadable file")
        return lines


def _vnd(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
