"""What partners tell us by themselves: the answer to an external task, a payment (docs/wire/)."""

from __future__ import annotations

import time
import uuid

from flask import Response, current_app, request

from api import answers, shapes
from api.blueprint import Blueprint
from api.errors import Refusal
from api.session import public
from assembly.clock import now
from assembly.partners import payment_gateway, secrets_of
from casework import deliver, payments
from engine.rejection import Rejected
from national import signature
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
