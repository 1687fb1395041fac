"""A webhook subscriber: checks the signature, keeps one copy of each notice (docs/wire/webhook.md)."""

from __future__ import annotations

import json
import threading
import time

from werkzeug.wrappers import Request, Response

from national import signature


class Subscriber:
    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._lock = threading.Lock()
        self.notices: dict[str, dict[str, object]] = {}
        self.repeats = 0

    def answer(self, request: Request) -> Response:
        body = request.get_data()
        if not signature.verify(self._secret, body, request.headers.get(signature.HEADER), int(time.time())):
            return Response("bad signature\n", 401)
        with self._lock:
            key = request.headers.get("Idempotency-Key", "")
            self.repeats += key in self.notices
            self.notices.setdefault(key, json.loads(body))
        return Response(status=204)
