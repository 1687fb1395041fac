"""The postal operator, simulated from docs/wire/postal.md: a waybill at once, then news of the parcel's way.

The waybill is made from the order's key, so that a repeated order is the same parcel. An address that says
"không giao được" comes back to the sender.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from werkzeug.wrappers import Request, Response

from national import signature

POSTAGE_VND = 26_000  # illustrative: within one province
NEWS_AFTER_SECONDS = 2.0
TRIES = 8
WAY = (("accepted", "Bưu cục trung tâm"), ("in_transit", "Bưu cục phát"), ("delivered", "Địa chỉ người nhận"))
BACK = (("accepted", "Bưu cục trung tâm"), ("failed", "Bưu cục phát"), ("returned", "Bưu cục trung tâm"))


class PostOffice:
    def __init__(self, secret: str, later: Callable[[Callable[[], None]], None] | None = None) -> None:
        self._secret = secret
        self._later = later or (lambda work: threading.Timer(NEWS_AFTER_SECONDS, work).start())
        self._lock = threading.Lock()
        self.parcels: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Response:
        """POST /v1/parcels."""
        body = request.get_data()
        if not signature.verify(self._secret, body, request.headers.get(signature.HEADER), int(time.time())):
            return _json(401, {"error": {"code": "signature", "sentence": "Chữ ký không hợp lệ."}})
        asked = json.loads(body)
        if any(not str(asked.get(end, {}).get("address", "")).strip() for end in ("from", "to")):
            return _json(422, {"error": {"code": "address", "sentence": "Thiếu địa chỉ gửi hoặc nhận."}})
        key = request.headers["Idempotency-Key"]
        waybill = "VN" + hashlib.sha256(key.encode()).hexdigest()[:11].upper()
        with self._lock:
            known = waybill in self.parcels
            self.parcels.setdefault(waybill, {"reference": asked.get("reference", ""), "state": "ordered"})
        if not known:
            way = BACK if "không giao được" in str(asked["to"]["address"]).lower() else WAY
            self._later(lambda: self._travel(waybill, asked["callback"], way))
        return _json(200 if known else 201, {"waybill": waybill, "postage_vnd": POSTAGE_VND})

    def _travel(self, waybill: str, url: str, way: tuple[tuple[str, str], ...]) -> None:
        (state, place), *rest = way
        news = {"waybill": waybill, "state": state, "at": datetime.now(UTC).isoformat(), "place": place}
        self._tell(url, news)
        self.parcels[waybill]["state"] = state
        if rest:
            self._later(lambda: self._travel(waybill, url, tuple(rest)))

    def _tell(self, url: str, news: Mapping[str, str]) -> None:
        body = json.dumps(news, ensure_ascii=False).encode()
        for attempt in range(TRIES):
            headers = {"Content-Type": "application/json"}
            headers[signature.HEADER] = signature.sign(self._secret, body, int(time.time()))
            try:
                status = httpx.post(url, content=body, headers=headers, timeout=10).status_code
            except httpx.HTTPError:
                status = 0
            if status in (204, 404, 422):
                return
            time.sleep(min(0.2 * 2**attempt, 10))


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")
