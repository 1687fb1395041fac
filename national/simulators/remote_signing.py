"""A remote signing service by the CSC API v2 (docs/wire/remote_signing.md), with keys of the demo authority.

Holders are enrolled beforehand (`enrol`), as at a real provider; every key has the demo's PIN. Some confirm each batch on
a phone besides (`by_phone`): it rings until `confirm`. One that is `later` signs in its own time: in mode A.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.serialization import Encoding
from werkzeug.wrappers import Request, Response

from national.demo_ca import PIN, Authority

SHA256, SHA256_RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11"
MULTISIGN = 50
WRONG_PINS = 5
FACTOR = "sign-pin"  # the provider names what it asks for


class _Refused(Exception):
    """An error of the standard, and the words that tell which case of it."""

    def __init__(self, error: str, why: str = "") -> None:
        super().__init__(error)
        self.why = why or error


@dataclass
class _Asked:
    """What a phone rings for, and what its owner has pressed."""

    credential: str
    hashed: tuple[str, ...]
    said: bool | None = None


class Service:
    """`token`: agreed beforehand; `client`: who may fetch tokens instead (client_id, client_secret)."""

    def __init__(
        self, folder: Path, token: str = "", *, client: tuple[str, str] | None = None, later: bool = False
    ) -> None:
        self._authority, self._client, self._later = Authority(folder), client, later
        self._tokens = {token} if token else set()
        self._lock = threading.Lock()
        self._holders: dict[str, tuple[str, str, str]] = {}
        self._activations: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._wrong: dict[str, int] = {}
        self._ringing: dict[str, _Asked] = {}
        self._made: dict[str, list[list[str] | None]] = {}
        self.by_phone: set[str] = set()
        self.revoked: set[str] = set()
        self.authorised = 0

    def enrol(self, user: str, name: str, organisation: str, title: str = "") -> None:
        """From now on `user` has a credential."""
        self._holders[user] = (name, organisation, title)

    def ringing(self, user: str) -> int:
        """How many documents the holder's phone asks about just now; 0: it is silent."""
        with self._lock:
            asked = {id(one): one for one in self._ringing.values()}.values()
            return sum(len(one.hashed) for one in asked if one.credential == user and one.said is None)

    def confirm(self, user: str, yes: bool = True) -> None:
        """The holder presses yes or no on the phone."""
        with self._lock:
            for one in self._ringing.values():
                if one.credential == user:
                    one.said = yes

    def forget_tokens(self) -> None:
        """Every token that was fetched has expired."""
        self._tokens.clear()

    def answer(self, request: Request) -> Response:
        if request.path.endswith("/oauth2/token"):
            return self._token(request)
        call = request.path.partition("/csc/v2/")[2]
        calls: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "info": lambda _: self._offer(request.host_url),
            "credentials/list": self._list,
            "credentials/info": self._info,
            "credentials/authorize": self._authorize,
            "credentials/authorizeCheck": self._check,
            "signatures/signHash": self._sign,
            "signatures/signPolling": self._poll,
        }
        if call != "info" and request.headers.get("Authorization", "")[7:] not in self._tokens:
            return _json(401, {"error": "invalid_token"})
        if call not in calls:
            return _json(404, {"error": "not_found"})
        try:
            with self._lock:
                told = calls[call](json.loads(request.get_data()))
            return _json(202 if told.keys() & {"handle", "error"} else 200, told)
        except _Refused as refused:
            return _json(400, {"error": str(refused), "error_description": refused.why})
        except (ValueError, KeyError, TypeError):
            return _json(400, {"error": "invalid_request", "error_description": "malformed"})

    def _token(self, request: Request) -> Response:
        said = request.form
        if said.get("grant_type") != "client_credentials" or self._client is None:
            return _json(400, {"error": "unsupported_grant_type"})
        if (said.get("client_id"), said.get("client_secret")) != self._client:
            return _json(401, {"error": "invalid_client"})
        new = secrets.token_urlsafe(24)
        self._tokens.add(new)
        return _json(200, {"access_token": new, "token_type": "Bearer", "expires_in": 3600})

    def _offer(self, url: str) -> dict[str, Any]:
        polling = ["signatures/signPolling"] if self._later else []
        return {
            "specs": "2.0.0.2",
            "name": "Nhà cung cấp thử nghiệm",
            "logo": url + "logo.png",
            "region": "VN",
            "lang": "vi-VN",
            "description": "Khóa của bản thử, không có giá trị pháp lý",
            "authType": ["oauth2client"] if self._client else ["external"],
            "methods": [
                "credentials/list",
                "credentials/info",
                "credentials/authorize",
                "credentials/authorizeCheck",
                "signatures/signHash",
                *polling,
            ],
            "asynchronousOperationMode": self._later,
            "signAlgorithms": {"algos": [SHA256_RSA]},
            "signature_formats": {"formats": ["P"], "envelope_properties": [["Certification", "Revision"]]},
            "conformance_levels": ["Ades-B-B"],
            **({"oauth2": url} if self._client else {}),
        }

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"credentialIDs": [asked["userID"]] if asked["userID"] in self._holders else []}

    def _info(self, asked: dict[str, Any]) -> dict[str, Any]:
        own = self._authority.certificate(asked["credentialID"], *self._holder(asked))
        status = "valid" if datetime.now(UTC) <= own.not_valid_after_utc else "expired"
        status = "revoked" if asked["credentialID"] in self.revoked else status
        chain = [own, self._authority.root]
        return {
            "key": {"status": "enabled", "algo": [SHA256_RSA], "len": own.public_key().key_size},  # type: ignore[union-attr]
            "cert": {
                "status": status,
                "certificates": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain],
                "issuerDN": own.issuer.rfc4514_string(),
                "subjectDN": own.subject.rfc4514_string(),
                "serialNumber": f"{own.serial_number:X}",
                "validFrom": f"{own.not_valid_before_utc:%Y%m%d%H%M%SZ}",
                "validTo": f"{own.not_valid_after_utc:%Y%m%d%H%M%SZ}",
            },
            "auth": {
                "mode": "explicit",
                "objects": [{"type": "Password", "id": FACTOR, "format": "N", "label": "Mã PIN"}],
            },
            "SCAL": "2",
            "multisign": MULTISIGN,
        }

    def _authorize(self, asked: dict[str, Any]) -> dict[str, Any]:
        credential, hashed = asked["credentialID"], tuple(asked["hashes"])
        self._holder(asked)
        if (
            asked["hashAlgorithmOID"] != SHA256
            or len(hashed) != asked["numSignatures"]
            or len(hashed) > MULTISIGN
        ):
            raise _Refused("invalid_request")
        if self._wrong.get(credential, 0) >= WRONG_PINS:
            raise _Refused("invalid_request", "Credential locked")
        if {"id": FACTOR, "value": PIN} not in asked["authData"]:
            self._wrong[credential] = self._wrong.get(credential, 0) + 1
            raise _Refused("invalid_authentication_data", "The authentication data is invalid")
        self._wrong.pop(credential, None)
        if credential in self.by_phone:
            return self._rings(_Asked(credential, hashed))
        return self._activated(credential, hashed)

    def _check(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["handle"] not in self._ringing:
            raise _Refused("invalid_request", "Invalid parameter handle")
        one = self._ringing[asked["handle"]]
        if one.said is None:
            return self._rings(one)
        self._ringing = {handle: other for handle, other in self._ringing.items() if other is not one}
        if not one.said:
            raise _Refused("invalid_authentication_data", "The authentication data is invalid")
        return self._activated(one.credential, one.hashed)

    def _rings(self, one: _Asked) -> dict[str, Any]:
        """Not confirmed yet: another handle for the next question, and those of before stay good until there is an answer."""
        handle = secrets.token_urlsafe(24)
        self._ringing[handle] = one
        return {"handle": handle}

    def _activated(self, credential: str, hashed: tuple[str, ...]) -> dict[str, Any]:
        activation = secrets.token_urlsafe(24)
        self._activations[activation] = (credential, hashed)
        self.authorised += 1
        return {"SAD": activation, "expiresIn": 300}

    def _sign(self, asked: dict[str, Any]) -> dict[str, Any]:
        allowed = self._activations.pop(asked["SAD"], None)
        if allowed != (asked["credentialID"], tuple(asked["hashes"])):
            raise _Refused("invalid_request", "Hash is not authorized by the SAD")
        if asked["signAlgo"] != SHA256_RSA:
            raise _Refused("invalid_request", "Invalid parameter signAlgo")
        key, how = self._authority.key(asked["credentialID"], PIN), utils.Prehashed(hashes.SHA256())
        made = [
            key.sign(base64.b64decode(one, validate=True), padding.PKCS1v15(), how) for one in asked["hashes"]
        ]
        told = [base64.b64encode(one).decode() for one in made]
        if asked.get("operationMode") != "A":
            return {"signatures": told}
        if not self._later:
            raise _Refused("invalid_request")
        response = secrets.token_urlsafe(24)
        self._made[response] = [None, told]  # ready when it is asked for the second time
        return {"responseID": response}

    def _poll(self, asked: dict[str, Any]) -> dict[str, Any]:
        made = self._made[asked["requestID"]]
        told = made.pop(0) if len(made) > 1 else made[0]
        if told is None:
            return {"error": "accepted_request", "error_description": "not yet completed"}
        return {"signatures": told}

    def _holder(self, asked: dict[str, Any]) -> tuple[str, str, str]:
        found = self._holders.get(asked["credentialID"])
        if found is None:
            raise _Refused("invalid_request")
        return found


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
