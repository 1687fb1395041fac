"""The postal operator by its wire contract, docs/wire/postal.md."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping

import httpx

from national import signature
from national.ports import Parcel, ParcelRefused, Placed, Unreachable

WAYBILL = re.compile(r"[A-Za-z0-9]{8,32}")
LARGEST_ANSWER = 16 * 1024  # bytes


class HttpPostal:
    def __init__(self, url: str, secret: str, callback: str, timeout_seconds: float) -> None:
        self._url, self._secret, self._callback = url.rstrip("/"), secret, callback
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def order(self, parcel: Parcel) -> Placed:
        told = {
            "reference": parcel.reference,
            "from": parcel.sender,
            "to": parcel.recipient,
            "cod_vnd": parcel.cod_vnd,
            "callback": self._callback,
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": parcel.key}
        headers[signature.HEADER] = signature.sign(self._secret, body, int(time.time()))
        try:
            answer = self._client.post(f"{self._url}/v1/parcels", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"post: {type(error).__name__}") from error
        return _understood(answer)


def _understood(answer: httpx.Response) -> Placed:
    said = None
    if len(answer.content) <= LARGEST_ANSWER:
        try:
            said = answer.json()
        except ValueError:
            said = None
    if isinstance(said, Mapping):
        waybill, postage = said.get("waybill"), said.get("postage_vnd")
        known = isinstance(waybill, str) and WAYBILL.fullmatch(waybill) and isinstance(postage, int)
        if answer.status_code in (200, 201) and known and postage >= 0:
            return Placed(str(waybill), postage)
        error = said.get("error")
        if answer.status_code == 422 and isinstance(error, Mapping):
            raise ParcelRefused(str(error.get("sentence", ""))[:300] or "the post refused the parcel")
    raise Unreachable(f"post: answered {answer.status_code} outside its contract")
