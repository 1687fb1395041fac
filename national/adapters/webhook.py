"""Webhook over HTTP: one signed POST per event; contract in docs/wire/webhook.md."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import httpx

from national import signature
from national.ports import Subscriber, Unreachable


class HttpWebhook:
    def __init__(self, timeout_seconds: float) -> None:
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def post(self, subscriber: Subscriber, key: str, event: Mapping[str, object]) -> None:
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        headers[signature.HEADER] = signature.sign(subscriber.secret, body, int(time.time()))
        try:
            answer = self._client.post(subscriber.url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"webhook: {type(error).__name__}") from error
        if not answer.is_success:
            raise Unreachable(f"webhook: answered {answer.status_code}")
