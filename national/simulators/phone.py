"""A telephone for trying out: an SMS gateway and Zalo by their wire contracts (docs/wire/sms.md, docs/wire/zalo.md).

By the last digits of a number: …00 no Zalo account, …01 no SMS either, …02 the gateway is away.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import urllib.request
from typing import TYPE_CHECKING
from urllib.error import URLError

from markupsafe import Markup
from werkzeug.serving import WSGIRequestHandler
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from national import signature

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NO_ZALO, NO_SMS, AWAY = ("00", "01"), ("01",), ("02",)


class Handler(WSGIRequestHandler):
    """Zalo's header `access_token` has an underscore, which werkzeug drops as likely to be forged behind a proxy."""

    def make_environ(self) -> WSGIEnvironment:
        return {**super().make_environ(), "HTTP_ACCESS_TOKEN": self.headers.get("access_token", "")}


class Telephone:
    def __init__(self, secret: str, token: str, app_id: str, public_url: str) -> None:
        self._secret, self._token, self._app_id = secret, token, app_id
        self._callbacks = f"{public_url.rstrip('/')}/api/v1/callbacks"
        self._lock = threading.Lock()
        self.messages: dict[str, dict[str, str]] = {}  # by request id or tracking id
        self.brandnames: set[str] = set()

    def sms(self, request: Request) -> Response:
        body = request.get_data()
        if not signature.verify(self._secret, body, request.headers.get(signature.HEADER), int(time.time())):
            return Response("bad signature\n", 401)
        asked = json.loads(body)
        phone, text = str(asked["phone"]), str(asked["text"])
        if phone.endswith(AWAY):
            return Response("away\n", 503)
        if not (phone.startswith("84") and phone.isdigit() and len(phone) == 11) or phone.endswith(NO_SMS):
            return _json({"code": "118"})
        if not text.isascii() or len(text) > 459:
            return _json({"code": "120"})
        number = self._keep(str(asked["request_id"]), "SMS", phone, text)
        self._later("sms", {"type": "receipt", "message_id": number, "state": "delivered", "code": "0"})
        return _json({"code": "100", "message_id": number})

    def zalo(self, request: Request) -> Response:
        if request.headers.get("access_token") != self._token:
            return _json({"error": -124, "message": "Access token invalid"})
        asked = request.get_json()
        phone = str(asked["phone"])
        if phone.endswith(AWAY):
            return Response("away\n", 503)
        if phone.endswith(NO_ZALO):
            return _json({"error": -118, "message": "Zalo account not existed"})
        text = " · ".join(str(value) for value in asked["template_data"].values())
        number = self._keep(str(asked["tracking_id"]), "Zalo", phone, text)
        at = str(int(time.time() * 1000))
        event = {
            "event_name": "user_received_message",
            "app_id": self._app_id,
            "timestamp": at,
            "message": {"msg_id": number, "tracking_id": asked["tracking_id"], "delivery_time": at},
        }
        self._later("zalo", event, at)
        return _json({"error": 0, "message": "Success", "data": {"msg_id": number, "sent_time": at}})

    def reply(self, request: Request) -> Response:
        """Somebody writes back from a number (the page of the simulators)."""
        said = {"type": "reply", "phone": request.form["phone"], "text": request.form["text"]}
        self._later("sms", said)
        return redirect("/", 303)  # type: ignore[return-value]

    def page(self) -> Markup:
        rows = Markup("").join(
            Markup("<li><strong>{}</strong> {}: {}</li>").format(one["way"], one["phone"], one["text"])
            for one in reversed(self.messages.values())
        )
        form = Markup(
            '<form method="post" action="/phone/reply"><label>Số máy <input name="phone" value="84"></label> '
            '<label>Tin <input name="text" value="STOP"></label> <button>Nhắn lại</button></form>'
        )
        return Markup("<h2>Điện thoại (Zalo, SMS)</h2><ul>{}</ul>{}").format(rows, form)

    def _keep(self, key: str, way: str, phone: str, text: str) -> str:
        with self._lock:
            known = self.messages.setdefault(
                key, {"way": way, "phone": phone, "text": text, "id": f"{way}-{len(self.messages) + 1}"}
            )
        return known["id"]

    def _later(self, way: str, said: dict[str, object], at: str = "") -> None:
        threading.Thread(target=self._tell, args=(way, said, at), daemon=True).start()

    def _tell(self, way: str, said: dict[str, object], at: str) -> None:
        body = json.dumps(said).encode()
        headers = {"Content-Type": "application/json"}
        if way == "zalo":
            mac = hashlib.sha256(
                self._app_id.encode() + body + at.encode() + self._secret.encode()
            ).hexdigest()
            headers["X-ZEvent-Signature"] = f"mac={mac}"
        else:
            headers[signature.HEADER] = signature.sign(self._secret, body, int(time.time()))
        for pause in (0.3, 2, 10):
            time.sleep(pause)
            try:
                request = urllib.request.Request(f"{self._callbacks}/{way}", body, headers)  # noqa: S310
                with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                    return
            except (OSError, URLError):
                continue


def _json(value: object) -> Response:
    return Response(json.dumps(value), content_type="application/json")
