"""The national civil-status system by its wire contract, docs/wire/civil_status.md. Topic `civil-status.register`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import httpx

from national import signature
from national.ports import Accepted, Answered, Declined, ExternalTask, Unreachable

LARGEST_ANSWER = 64 * 1024  # bytes; a register answers with a number, not with a library


class HttpCivilStatus:
    def __init__(self, url: str, secret: str, callback_base: str, timeout_seconds: float) -> None:
        self._url, self._secret, self._callbacks = url.rstrip("/"), secret, callback_base.rstrip("/")
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def request(self, task: ExternalTask) -> Answered | Accepted | Declined:
        body = json.dumps(
            {
                "task": task.key,
                "dossier": task.dossier_code,
                "procedure": task.procedure_code,
                "agency": task.agency_code,
                "declaration": task.declaration,
                "callback": f"{self._callbacks}/{task.key}",
            },
            ensure_ascii=False,
        ).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": task.key}
        headers[signature.HEADER] = signature.sign(self._secret, body, int(time.time()))
        try:
            answer = self._client.post(f"{self._url}/v1/registrations", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"civil status: {type(error).__name__}") from error
        return _understood(answer)


def _understood(answer: httpx.Response) -> Answered | Accepted | Declined:
    if answer.status_code == 202:
        return Accepted()
    if len(answer.content) <= LARGEST_ANSWER:
        try:
            said = answer.json()
        except ValueError:
            said = None
        if isinstance(said, Mapping):
            if answer.status_code == 200 and isinstance(said.get("result"), Mapping):
                return Answered(said["result"])
            if answer.status_code in (409, 422) and isinstance(said.get("error"), Mapping):
                return Declined(
                    str(said["error"].get("code", "declined")), str(said["error"].get("sentence", ""))
                )
    raise Unreachable(f"civil status: answered {answer.status_code} outside its contract")
