"""The SMS gateway by its wire contract, docs/wire/sms.md."""

from __future__ import annotations

import json
import time

import httpx

from national import signature
from national.ports import PhoneMessage, Undeliverable, Unreachable

NEVER = frozenset({"118", "119"})  # the number cannot be reached, or refuses


class HttpSms:
    def __init__(self, url: str, brandname: str, secret: str, callback: str, timeout_seconds: float) -> None:
        self._url, self._brandname, self._secret, self._callback = (
            url.rstrip("/"),
            brandname,
            secret,
            callback,
        )
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def send(self, message: PhoneMessage) -> str:
        body = json.dumps(
            {
                "request_id": message.key,
                "brandname": self._brandname,
                "phone": message.phone,
                "text": message.text,
                "callback": self._callback,
            }
        ).encode()
        headers = {"Content-Type": "application/json"}
        headers[signature.HEADER] = signature.sign(self._secret, body, int(time.time()))
        try:
            answer = self._client.post(f"{self._url}/v1/messages", content=body, headers=headers)
            said = answer.json() if answer.status_code == 200 and len(answer.content) < 65536 else {}
        except (httpx.HTTPError, ValueError) as error:
            raise Unreachable(f"sms gateway: {type(error).__name__}") from error
        code = str(said.get("code", "")) if isinstance(said, dict) else ""
        if code == "100":
            return str(said.get("message_id", ""))
        kind = Undeliverable if code in NEVER else Unreachable
        raise kind(f"sms gateway: {f'code {code}' if code else f'answered {answer.status_code}'}")
