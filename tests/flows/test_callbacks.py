"""Gateways call us: signed, repeated, forged and malformed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time

from sqlalchemy import func, select

from national import checksum, signature
from store.tables import phone_opt_out
from tests.flows.counter import Counter


def configured(counter: Counter) -> None:
    ours = counter.app.config["SETTINGS"]
    counter.app.config["SETTINGS"] = dataclasses.replace(
        ours,
        sms_secret="s",
        zalo_secret="z",
        zalo_app_id="app",
        payment_url="http://127.0.0.1:1",
        payment_merchant="M",
        payment_secret="p",
    )


def posted(counter: Counter, way: str, body: bytes, **headers: str) -> int:
    with counter.app.test_client(use_cookies=False) as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.post(
            f"/api/v1/callbacks/{way}", data=body, content_type="application/json", headers=named
        )
        return answer.status_code


def test_only_the_sms_gateway_is_heard(counter: Counter) -> None:
    """STOP is kept as a digest; a forged one changes nothing; what is no object is malformed."""
    configured(counter)
    body = json.dumps({"type": "reply", "phone": "84912345678", "text": "STOP"}).encode()
    assert posted(counter, "sms", body, X_Motcua_Signature="t=1,v1=00") == 401
    right = signature.sign("s", body, int(time.time()))
    assert [posted(counter, "sms", body, X_Motcua_Signature=right) for _ in range(2)] == [204, 204]
    with counter.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(phone_opt_out)) == 1
        assert "912345678" not in str(connection.execute(select(phone_opt_out)).all())
    nothing = signature.sign("s", b"[]", int(time.time()))
    assert posted(counter, "sms", b"[]", X_Motcua_Signature=nothing) == 400
    receipt = json.dumps({"type": "receipt", "message_id": "unknown", "state": "failed"}).encode()
    signed = signature.sign("s", receipt, int(time.time()))
    assert posted(counter, "sms", receipt, X_Motcua_Signature=signed) == 204


def test_only_zalo_is_heard(counter: Counter) -> None:
    configured(counter)
    event = {"event_name": "user_received_message", "timestamp": "1", "message": {"msg_id": "x"}}
    body = json.dumps(event).encode()
    mac = hashlib.sha256(b"app" + body + b"1" + b"z").hexdigest()
    assert posted(counter, "zalo", body, X_ZEvent_Signature=f"mac={mac}") == 200
    assert posted(counter, "zalo", body, X_ZEvent_Signature="mac=00") == 401
    assert posted(counter, "zalo", b"not json") == 401


def test_the_payment_gateway_gets_the_code_its_contract_wants(counter: Counter) -> None:
    """Unknown and forged; never an error page that it would try again for ever."""
    configured(counter)
    fields = {
        "type": "notice", "merchant": "M", "reference": "TT-NONE", "code": "00", "gateway_reference": "G",
        "amount_vnd": 1000, "currency": "VND", "bank": "B", "paid_at": "2023-06-15T09:00:00+07:00",
    }  # fmt: skip
    codes = []
    with counter.app.test_client(use_cookies=False) as client:
        for body in (checksum.signed("p", "notice", fields), {**fields, "checksum": "00"}, [], "x"):
            answer = client.post("/api/v1/callbacks/payments", json=body)
            codes.append((answer.status_code, answer.json["code"]))
    assert codes == [(200, "01"), (200, "97"), (200, "97"), (200, "97")]
