"""Zalo Notification Service by its wire contract, docs/wire/zalo.md."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import httpx

from national.ports import PhoneMessage, Undeliverable, Unreachable

NEVER = frozenset({-108, -114, -118})


class HttpZalo:
    def __init__(self, url: str, access_token: str, template_id: str, timeout_seconds: float) -> None:
        self._url, self._token, self._template_id = url.rstrip("/"), access_token, template_id
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def send(self, message: PhoneMessage) -> str:
        body = {
            "phone": message.phone,
            "template_id": self._template_id,
            "template_data": dict(message.data),
            "tracking_id": message.key,
        }
        try:
            answer = self._client.post(
                f"{self._url}/message/template", json=body, headers={"access_token": self._token}
            )
            said = answer.json() if answer.status_code == 200 and len(answer.content) < 65536 else {}
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable(f"zalo: {type(error).__name__}") from error
        error_code = said.get("error") if isinstance(said, dict) else None
        if error_code == 0 and isinstance(said.get("data"), Mapping):
            return str(said["data"].get("msg_id", ""))
        kind = Undeliverable if error_code in NEVER else Unreachable
        raise kind(f"zalo: {f'error {error_code}' if error_code else f'answered {answer.status_code}'}")


def fits(app_id: str, secret: str, body: bytes, timestamp: str, header: str | None) -> bool:
    """Whether Zalo signed this event. An empty secret fits nothing."""
    right = hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
    given = (header or "").removeprefix("mac=").strip().lower()
    return bool(secret) and hmac.compare_digest(right.encode(), given.encode())
