"""Time stamps of an authority by RFC 3161 over HTTP (section 3.4)."""

from __future__ import annotations

import httpx

from national.ports import Unreachable

LARGEST_ANSWER = 64 * 1024


class HttpTimeStamps:
    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._url = url
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def answer(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            answer = self._client.post(self._url, content=query, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"time stamps: {type(error).__name__}") from error
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if (
            answer.status_code != 200
            or kind != "application/timestamp-reply"
            or len(answer.content) > LARGEST_ANSWER
        ):
            raise Unreachable(f"time stamps: answered {answer.status_code} outside RFC 3161")
        return answer.content
