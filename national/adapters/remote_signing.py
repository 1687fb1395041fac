"""Remote signing services by the CSC API v2, docs/wire/remote_signing.md: keys stay there, digests go and signatures come."""

from __future__ import annotations

import base64
import binascii
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from national.ports import Asked, Holder, SigningRefused, Unreachable

SHA256 = "2.16.840.1.101.3.4.2.1"
SIGN_ALGORITHMS = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1")  # the better first
TELLS_HASH = SIGN_ALGORITHMS[:1]  # whoever names it names no hash algorithm beside it
SHORTEST_KEY = 2048
LARGEST_ANSWER = 1024 * 1024
REFUSALS = {
    "invalid_authentication_data": "pin_wrong",
    "invalid_pin": "pin_wrong",
    "access_denied": "confirmation_declined",
}
# What the same errors mean once the signer is asked elsewhere: a no, and a handle that is good no longer.
ASKED_ELSEWHERE = {
    "invalid_authentication_data": "confirmation_declined",
    "invalid_request": "confirmation_missed",
    "expired_token": "confirmation_missed",
}
NOTHING_ELSE: Mapping[str, str] = {}
LOCKED = "locked"  # in the description: the standard has no error of its own for it
# Not yet is 202; by earlier editions, and with some, an error that only its words tell from a real one.
PENDING, NOT_DONE = "authorization_pending", "previous async"
LATER = frozenset({"server_error", "temporarily_unavailable"})
CONFIRM_SECONDS = 120.0  # how long a signer has who must confirm on a phone
OFFER_SECONDS = 3600.0  # how long what `info` said is believed
KEPT_MILLISECONDS = 600_000  # how long a provider keeps what it signed asynchronously
NEEDED = frozenset({"credentials/authorize", "signatures/signHash"})


@dataclass(frozen=True)
class Provider:
    """Where a service is and who we are there: a client with its secret, or a token agreed beforehand."""

    name: str
    url: str
    client_id: str = ""
    client_secret: str = ""
    token: str = ""


class SigningProviders:
    """Several services as one: a holder's `provider` says which; without a name the first."""

    def __init__(self, services: Mapping[str, RemoteSigning]) -> None:
        self._services = services

    def certificates(self, holder: Holder) -> Sequence[bytes]:
        return self._of(holder).certificates(holder)

    def sign(
        self, holder: Holder, pin: str, digests: Sequence[bytes], memory: Mapping[str, Any] | None = None
    ) -> Asked:
        return self._of(holder).sign(holder, pin, digests, memory)

    def _of(self, holder: Holder) -> RemoteSigning:
        found = self._services.get(holder.provider or next(iter(self._services)))
        if found is None:
            raise SigningRefused("provider_unknown", holder.provider)
        return found


class RemoteSigning:
    def __init__(
        self, provider: Provider, timeout_seconds: float, confirm_seconds: float = CONFIRM_SECONDS
    ) -> None:
        self._provider, self._confirm_seconds = provider, confirm_seconds
        self._base = provider.url.rstrip("/")
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)
        self._token, self._token_until = provider.token, float("inf") if provider.token else 0.0
        self._offer: Mapping[str, Any] = {}
        self._offer_until = 0.0

    def certificates(self, holder: Holder) -> Sequence[bytes]:
        _, info = self._credential(holder)
        found = [_bytes(one) for one in _list(info["cert"].get("certificates"))]
        if not found:
            raise SigningRefused("no_certificate")
        return found

    def sign(
        self, holder: Holder, pin: str, digests: Sequence[bytes], memory: Mapping[str, Any] | None = None
    ) -> Asked:
        """One authorisation after the other, as many hashes each as `multisign` allows. The memory: which credential, what
        is signed so far, and the `handle` or `response` that is waited for `until` a moment."""
        known = dict(memory or self._opened(holder))
        while len(known["signed"]) < len(digests):
            start = len(known["signed"])
            made = self._go_on(known, pin, digests[start : start + known["most"]])
            if made is None:
                return Asked(None, known)
            known["signed"] = [*known["signed"], *made]
            for one in ("handle", "response", "until"):
                known.pop(one, None)
        return Asked(tuple(_bytes(one) for one in known["signed"]), known)

    def _opened(self, holder: Holder) -> dict[str, Any]:
        credential, info = self._credential(holder)
        most = info.get("multisign")
        return {
            "credential": credential,
            "algorithm": _algorithm(info["key"]),
            "most": most if isinstance(most, int) and most > 0 else 1,
            "pin": _pin(info),
            "signed": [],
        }

    def _go_on(self, known: dict[str, Any], pin: str, digests: Sequence[bytes]) -> list[str] | None:
        """Signatures (base64) of these digests; None while they are waited for, which `known` then says."""
        asked = {"hashes": [base64.b64encode(one).decode() for one in digests], "hashAlgorithmOID": SHA256}
        if "response" not in known:
            activation = self._activated(known, pin, asked)
            if activation is None:
                return self._waits(known)
            answer = self._signed(known, activation, asked)
            if answer.get("responseID") and not answer.get("signatures"):
                known |= {"response": str(answer["responseID"])}
                known.pop("until", None)
                return self._waits(known)
        else:
            asking = {"requestID": known["response"]}
            answer = self._call("signatures/signPolling", asking)
            if not answer.get("signatures"):
                return self._waits(known)
        signatures = [str(one) for one in _list(answer.get("signatures"))]
        if len(signatures) != len(digests):
            raise Unreachable(f"signing: {len(signatures)} signatures for {len(digests)} digests")
        return signatures

    def _activated(self, known: dict[str, Any], pin: str, asked: Mapping[str, Any]) -> str | None:
        """The SAD for these hashes; None while the signer has not confirmed."""
        if "handle" in known:
            asking = {"handle": known["handle"]}
            activation = self._call("credentials/authorizeCheck", asking, ASKED_ELSEWHERE)
        else:
            pin_id = "PIN" if known["pin"] is True else known["pin"]  # True: a memory of an earlier release
            body = {
                "credentialID": known["credential"],
                "numSignatures": len(asked["hashes"]),
                "authData": [{"id": pin_id, "value": pin}] if pin_id else [],
                "clientData": str(uuid.uuid4()),
            }
            activation = self._call("credentials/authorize", body | asked)
        if activation.get("handle"):
            known["handle"] = str(activation["handle"])  # each time another, for the next time
        if activation.get("SAD"):
            return str(activation["SAD"])
        if "handle" not in known:
            raise Unreachable("signing: an authorisation without SAD or handle")
        return None

    def _signed(
        self, known: Mapping[str, Any], activation: str, asked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        offer = self._offered()
        later = offer.get("asynchronousOperationMode") is True and "signatures/signPolling" in _list(
            offer.get("methods")
        )
        body = {
            "credentialID": known["credential"],
            "SAD": activation,
            "signAlgo": known["algorithm"],
            "operationMode": "A" if later else "S",
            "clientData": str(uuid.uuid4()),
        }
        if known["algorithm"] in TELLS_HASH:
            asked = {"hashes": asked["hashes"]}
        if later:
            body["validity_period"] = KEPT_MILLISECONDS
        return self._call("signatures/signHash", body | asked)

    def _waits(self, known: dict[str, Any]) -> None:
        until = known.setdefault("until", time.time() + self._confirm_seconds)
        if time.time() >= until:
            raise SigningRefused("confirmation_missed")

    def _credential(self, holder: Holder) -> tuple[str, Mapping[str, Any]]:
        """The holder's credential that can sign now, and what the service says of it."""
        if not set(_list(self._offered().get("methods"))) >= NEEDED:
            raise Unreachable(f"signing: {self._provider.name} offers no remote signing by hashes")
        user = holder.user or f"{holder.kind}:{holder.id}"
        listed = self._call("credentials/list", {"userID": user})
        unusable = False
        for one in _list(listed.get("credentialIDs")):
            asked = {"credentialID": one, "certificates": "chain", "certInfo": True, "authInfo": True}
            info = self._call("credentials/info", asked)
            if not isinstance(info.get("key"), Mapping) or not isinstance(info.get("cert"), Mapping):
                raise Unreachable("signing: a credential without key or certificate")
            if _can_sign(info):
                return str(one), info
            unusable = True
        raise SigningRefused("certificate_unusable" if unusable else "no_certificate")

    def _offered(self) -> Mapping[str, Any]:
        """What the provider says of itself."""
        if time.monotonic() >= self._offer_until:
            self._offer = self._heard(self._sent(self._base + "/csc/v2/info", json={}))
            self._offer_until = time.monotonic() + OFFER_SECONDS
        return self._offer

    def _call(
        self,
        path: str,
        body: Mapping[str, object],
        refusals: Mapping[str, str] = NOTHING_ELSE,
    ) -> Mapping[str, Any]:
        """The answer; `{}` for an error that means: not yet. `refusals`: what errors mean in this call."""
        for renewed in (False, True):
            headers = {"Authorization": f"Bearer {self._bearer(renewed)}"}
            answer = self._sent(f"{self._base}/csc/v2/{path}", json=dict(body), headers=headers)
            if answer.status_code != 401 or self._provider.token:
                break
        return self._heard(answer, {**REFUSALS, **refusals})

    def _bearer(self, renewed: bool) -> str:
        if renewed or time.monotonic() >= self._token_until:
            server = str(self._offered().get("oauth2") or self._base).rstrip("/")
            if urlsplit(server).scheme != urlsplit(self._base).scheme != "http":
                raise Unreachable("signing: a token is asked for over https only")
            form = {
                "grant_type": "client_credentials",
                "client_id": self._provider.client_id,
                "client_secret": self._provider.client_secret,
                "scope": "service",
            }
            answer = self._sent(server + "/oauth2/token", data=form)
            said = _read(answer) if answer.status_code == 200 else None
            if said is None or not said.get("access_token"):
                raise Unreachable(f"signing: no token, {answer.status_code}")
            lasts = said.get("expires_in")
            self._token = str(said["access_token"])
            self._token_until = time.monotonic() + (float(lasts) if isinstance(lasts, int) else 300.0) - 30
        return self._token

    def _sent(self, url: str, **request: Any) -> httpx.Response:
        try:
            return self._client.post(url, **request)
        except httpx.HTTPError as error:
            raise Unreachable(f"signing: {type(error).__name__}") from error

    def _heard(self, answer: httpx.Response, refusals: Mapping[str, str] = NOTHING_ELSE) -> Mapping[str, Any]:
        said = _read(answer)
        if answer.status_code in (200, 202) and said is not None:
            return said
        error = str(said.get("error", "")) if said is not None else ""
        if answer.status_code == 400 and said is not None and error not in LATER:
            why = str(said.get("error_description", ""))
            if error == PENDING or NOT_DONE in why.lower():
                return {}
            if LOCKED in why.lower():
                raise SigningRefused("pin_locked", why[:100])
            raise SigningRefused(refusals.get(error, "signing_declined"), f"{error}: {why}"[:100])
        raise Unreachable(f"signing: answered {answer.status_code} outside its contract")


def _can_sign(info: Mapping[str, Any]) -> bool:
    key, length = info["key"], info["key"].get("len")
    return (
        key.get("status") == "enabled"
        and info["cert"].get("status", "valid") == "valid"
        and _algorithm(key) != ""
        and (not isinstance(length, int) or length >= SHORTEST_KEY)
        and _mode(info) in ("", "explicit")
        and (_factors(info) == [] or _pin(info) != "")
    )


def _algorithm(key: Mapping[str, Any]) -> str:
    return next((one for one in SIGN_ALGORITHMS if one in _list(key.get("algo"))), "")


def _mode(info: Mapping[str, Any]) -> str:
    auth = info.get("auth")
    return str(auth.get("mode", "")) if isinstance(auth, Mapping) else ""


def _factors(info: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the signer has to give: some credentials are activated on the phone alone."""
    auth = info.get("auth")
    wanted = _list(auth.get("objects")) if isinstance(auth, Mapping) else []
    return [one for one in wanted if isinstance(one, Mapping)]


def _pin(info: Mapping[str, Any]) -> str:
    """The id of the one secret that the signer knows; "" where there is none, or more is asked for than it."""
    match _factors(info):
        case [one] if one.get("type") == "Password" and not one.get("generator"):
            return str(one.get("id", ""))
    return ""


def _read(answer: httpx.Response) -> Mapping[str, Any] | None:
    if len(answer.content) > LARGEST_ANSWER:
        return None
    try:
        said = answer.json()
    except ValueError:
        return None
    return said if isinstance(said, Mapping) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        raise Unreachable("signing: expected base64") from None
