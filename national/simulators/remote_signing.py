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


class _Refused(Exception):
    pass


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
        self._ringing: dict[str, tuple[str, tuple[str, ...], bool | None]] = {}
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
            return sum(
                len(hashed) for who, hashed, said in self._ringing.values() if who == user and said is None
            )

    def confirm(self, user: str, yes: bool = True) -> None:
        """The holder presses yes or no on the phone."""
        with self._lock:
            for handle, (who, hashed, _) in self._ringing.items():
                if who == user:
                    self._ringing[handle] = (who, hashed, yes)

    def forget_tokens(self) -> None:
        """Every token that was fetched has expired."""
        self._tokens.clear()

    def answer(self, request: Request) -> Response:
        if request.path.endswith("/oauth2/token"):
            return self._token(request)
        call = request.path.partition("/csc/v2/")[2]
        calls: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "info": self._offer,
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
                return _json(200, calls[call](json.loads(request.get_data())))
        except _Refused as refused:
            return _json(400, {"error": str(refused), "error_description": str(refused)})
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

    def _offer(self, asked: dict[str, Any]) -> dict[str, Any]:
        polling = ["signatures/signPolling"] if self._later else []
        return {
            "specs": "2.0.0.2",
            "name": "Nhà cung cấp thử nghiệm",
            "region": "VN",
            "lang": "vi-VN",
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
            },
            "auth": {"mode": "explicit", "objects": [{"type": "Password", "id": "PIN"}]},
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
            raise _Refused("locked_pin")
        if {"id": "PIN", "value": PIN} not in asked["authData"]:
            self._wrong[credential] = self._wrong.get(credential, 0) + 1
            raise _Refused("invalid_pin")
        self._wrong.pop(credential, None)
        if credential in self.by_phone:
            handle = secrets.token_urlsafe(24)
            self._ringing[handle] = (credential, hashed, None)
            return {"handle": handle}
        return self._activated(credential, hashed)

    def _check(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["handle"] not in self._ringing:
            raise _Refused("expired_token")
        credential, hashed, said = self._ringing[asked["handle"]]
        if said is None:
            raise _Refused("authorization_pending")
        del self._ringing[asked["handle"]]
        if not said:
            raise _Refused("access_denied")
        return self._activated(credential, hashed)

    def _activated(self, credential: str, hashed: tuple[str, ...]) -> dict[str, Any]:
        activation = secrets.token_urlsafe(24)
        self._activations[activation] = (credential, hashed)
        self.authorised += 1
        return {"SAD": activation, "expiresIn": 300}

    def _sign(self, asked: dict[str, Any]) -> dict[str, Any]:
        allowed = self._activations.pop(asked["SAD"], None)
        if allowed != (asked["credentialID"], tuple(asked["hashes"])) or asked["signAlgo"] != SHA256_RSA:
            raise _Refused("invalid_request")
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
            raise _Refused("invalid_request")
        return {"signatures": told}

    def _holder(self, asked: dict[str, Any]) -> tuple[str, str, str]:
        found = self._holders.get(asked["credentialID"])
        if found is None:
            raise _Refused("invalid_request")
        return found


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
