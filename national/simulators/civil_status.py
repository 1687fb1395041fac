"""The national civil-status system, simulated from docs/wire/civil_status.md: 202 first, the answer by callback.

Numbers are made from the task's key, so that a repeated request gives the same person the same number.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from werkzeug.wrappers import Request, Response

from national import signature

CALL_BACK_AFTER_SECONDS = 0.5
CALL_BACK_TRIES = 8


class Register:
    def __init__(self, secret: str, later: Callable[[Callable[[], None]], None] | None = None) -> None:
        self._secret = secret
        self._later = later or (lambda work: threading.Timer(CALL_BACK_AFTER_SECONDS, work).start())
        self._lock = threading.Lock()
        self.registrations: dict[str, dict[str, str]] = {}
        self.called_back: set[str] = set()

    def answer(self, request: Request) -> Response:
        body = request.get_data()
        if not signature.verify(self._secret, body, request.headers.get(signature.HEADER), int(time.time())):
            return _json(401, {"error": {"code": "signature", "sentence": "Chữ ký không hợp lệ."}})
        asked = json.loads(body)
        if not asked.get("declaration"):
            sentence = "Tờ khai không có nội dung để đăng ký."
            return _json(422, {"error": {"code": "declaration_incomplete", "sentence": sentence}})
        key = request.headers["Idempotency-Key"]
        with self._lock:
            known = key in self.registrations
            result = self.registrations.setdefault(key, _registration(key))
        if known and key in self.called_back:
            return _json(200, {"result": result})
        self._later(lambda: self._call_back(key, asked["callback"], result))
        return _json(202, {"status": "accepted"})

    def _call_back(self, key: str, url: str, result: dict[str, str]) -> None:
        body = json.dumps({"result": result}).encode()
        for attempt in range(CALL_BACK_TRIES):
            headers = {"Content-Type": "application/json"}
            headers[signature.HEADER] = signature.sign(self._secret, body, int(time.time()))
            try:
                status = httpx.post(url, content=body, headers=headers, timeout=10).status_code
            except httpx.HTTPError:
                status = 0
            if status in (204, 404, 409):
                self.called_back.add(key)
                return
            time.sleep(min(0.2 * 2**attempt, 10))


def _registration(key: str) -> dict[str, str]:
    digits = str(int(hashlib.sha256(key.encode()).hexdigest(), 16))
    today = datetime.now(UTC).date()
    return {
        "registration_number": f"{digits[:4]}/{today.year}",
        "registered_on": today.isoformat(),
        "personal_id": f"001{digits[4]}{today.year % 100:02d}{digits[5:11]}",
    }


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")
