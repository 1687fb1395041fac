"""What partners tell us by themselves: the answer to an external task, a payment (docs/wire/)."""

from __future__ import annotations

import time
import uuid
from datetime import datetime

from flask import Response, current_app, request

from api import answers, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import public
from assembly.clock import now
from assembly.partners import payment_gateway, secrets_of, signed_by_zalo
from casework import deliver, payments, postal, sending
from engine.rejection import Rejected
from national import signature
from national.ports import ParcelNews
from store.db import db

blueprint = Blueprint("callbacks", __name__, description="Answers of partners")

BAD_SIGNATURE = Rejected(
    "unauthenticated", "Chữ ký của đối tác không đúng.", "The partner's signature is wrong."
)
UNKNOWN_JOB = Rejected("no_job", "Không có việc nào mang mã này.", "There is no such job.")
SIGNATURE = {"in": "header", "name": "X-Motcua-Signature", "schema": {"type": "string"}, "required": True}
JOB_ANSWER = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "result": {"type": "object"},
                    "error": {
                        "type": "object",
                        "properties": {"code": {"type": "string"}, "sentence": {"type": "string"}},
                    },
                },
            }
        }
    }
}
PARCEL_NEWS = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["waybill", "state", "at"],
                "properties": {
                    "waybill": {"type": "string", "maxLength": 32},
                    "state": {"type": "string", "enum": list(postal.REPORTED)},
                    "at": {"type": "string", "format": "date-time"},
                    "place": {"type": "string", "maxLength": 200},
                },
            }
        }
    }
}
UNKNOWN_PARCEL = Rejected("unknown_shipment", "Không có bưu gửi mang số này.", "There is no such parcel.")
MALFORMED_NEWS = Rejected(
    "body_invalid", "Tin của bưu chính không đúng hợp đồng.", "Expected news as docs/wire/postal.md says."
)
MALFORMED = Rejected("malformed", "Câu trả lời phải là JSON.", "Expected a JSON object.")


@blueprint.route("/callbacks/jobs/<uuid:job_id>", methods=["POST"])
@public  # by signature instead of token
@blueprint.doc(requestBody=JOB_ANSWER, parameters=[SIGNATURE])
@blueprint.response(204)
def answered(job_id: uuid.UUID):
    """204 when the answer was taken, also for a repeat."""
    body = request.get_data()
    if not any(
        signature.verify(secret, body, request.headers.get("X-Motcua-Signature"), int(time.time()))
        for secret in secrets_of(current_app.config["SETTINGS"])
    ):
        raise Refusal(BAD_SIGNATURE)
    answer = request.get_json(silent=True)
    if not isinstance(answer, dict):
        raise Refusal(MALFORMED, 400)
    try:
        rejected = deliver.answered(db.session, job_id, answer, now())
    except LookupError:
        raise Refusal(UNKNOWN_JOB, 404) from None
    if rejected is not None:
        raise Refusal(rejected)
    return Response(status=204)


PAYMENT_NOTICE = {"content": {"application/json": {"schema": {"type": "object"}}}}


@blueprint.route("/callbacks/payments", methods=["POST"])
@public  # by checksum instead of token
@blueprint.doc(requestBody=PAYMENT_NOTICE)
@blueprint.response(200, shapes.PaymentNoticed)
def paid():
    """The payment gateway's notice (docs/wire/payment.md §3); a repeat is answered `02`."""
    body = request.get_json(silent=True)
    gateway = payment_gateway(current_app.config["SETTINGS"])
    said = gateway.notice(body) if gateway is not None and isinstance(body, dict) else None
    reference = str(body.get("reference", ""))[:64] if isinstance(body, dict) else ""
    code = payments.heard(db.session, said, now=now()) if said else "97"
    return answers.json({"code": code, "reference": reference})


@blueprint.route("/callbacks/parcels", methods=["POST"])
@public  # by signature instead of token
@blueprint.doc(requestBody=PARCEL_NEWS, parameters=[SIGNATURE])
@blueprint.response(204)
def parcel():
    """The post says where a parcel is (docs/wire/postal.md); 204 also for a repeat."""
    body, secret = request.get_data(), current_app.config["SETTINGS"].postal_secret
    if not signature.verify(secret, body, request.headers.get("X-Motcua-Signature"), int(time.time())):
        raise Refusal(BAD_SIGNATURE)
    news = _news(request.get_json(silent=True))
    if news is None:
        raise Refusal(MALFORMED_NEWS)
    if not postal.reported(db.session, news, now=now()):
        raise Refusal(UNKNOWN_PARCEL, 404)
    return Response(status=204)


def _news(said: object) -> ParcelNews | None:
    """What the post said; None if it is outside the contract."""
    if not isinstance(said, dict) or said.get("state") not in postal.REPORTED:
        return None
    waybill, place = said.get("waybill"), said.get("place", "")
    try:
        at = datetime.fromisoformat(said["at"])
    except (KeyError, TypeError, ValueError):
        return None
    texts = isinstance(waybill, str) and isinstance(place, str) and "\x00" not in waybill + place
    if not texts or at.tzinfo is None or len(waybill) > 32 or len(place) > 200:
        return None
    return ParcelNews(waybill, said["state"], at, place)


@blueprint.route("/callbacks/sms", methods=["POST"])
@public  # by signature instead of token
@blueprint.doc(requestBody=PAYMENT_NOTICE, parameters=[SIGNATURE])
@blueprint.response(204)
def sms():
    """The SMS gateway: a receipt, or what somebody wrote back (docs/wire/sms.md)."""
    body, ours = request.get_data(), current_app.config["SETTINGS"]
    if not signature.verify(ours.sms_secret, body, request.headers.get(signature.HEADER), int(time.time())):
        raise Refusal(BAD_SIGNATURE)
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        raise Refusal(MALFORMED, 400)
    if said.get("type") == "receipt":
        delivered = said.get("state") == "delivered"
        sending.receipt(db.session, _text(said, "message_id"), delivered, _text(said, "code"), now=now())
    elif said.get("type") == "reply":
        sending.reply(db.session, ours.secret_key, _text(said, "phone"), _text(said, "text"), now=now())
    return Response(status=204)


@blueprint.route("/callbacks/zalo", methods=["POST"])
@public  # by signature instead of token
@blueprint.doc(requestBody=PAYMENT_NOTICE)
@blueprint.response(200, shapes.Taken)
def zalo():
    """Zalo: a message has arrived (docs/wire/zalo.md); other events are taken and ignored."""
    body, said = request.get_data(), request.get_json(silent=True)
    at = str(said.get("timestamp", "")) if isinstance(said, dict) else ""
    header = request.headers.get("X-ZEvent-Signature")
    if not signed_by_zalo(current_app.config["SETTINGS"], body, at, header):
        raise Refusal(BAD_SIGNATURE)
    message = said.get("message") if isinstance(said, dict) else None
    if isinstance(message, dict) and said.get("event_name") == "user_received_message":
        sending.receipt(db.session, _text(message, "msg_id"), True, "", now=now())
    return answers.json({"taken": True})


def _text(said: dict, key: str) -> str:
    """A text of a partner's message that a row can hold."""
    return str(said.get(key) or "").replace("\0", "")[:200]
