"""A remote signing service by the CSC API v2, docs/wire/remote_signing.md: keys stay there, digests go and signatures come."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from national.ports import Holder, SigningRefused, Unreachable

SHA256 = "2.16.840.1.101.3.4.2.1"
SHA256_RSA = "1.2.840.113549.1.1.11"
RSA = frozenset({"1.2.840.113549.1.1.1", SHA256_RSA})
LARGEST_ANSWER = 1024 * 1024
REFUSALS = {
    "invalid_pin": "pin_wrong",
    "locked_pin": "pin_locked",
    "access_denied": "confirmation_declined",
    "expired_token": "confirmation_missed",
}
PENDING = "authorization_pending"
CONFIRM_SECONDS = 120.0  # how long a signer is waited for who has to confirm on a phone
ASK_EVERY_SECONDS = 1.0


class RemoteSigning:
    def __init__(
        self, url: str, token: str, timeout_seconds: float, confirm_seconds: float = CONFIRM_SECONDS
    ) -> None:
        self._confirm_seconds = confirm_seconds
        self._url = url.rstrip("/") + "/csc/v2/"
        self._client = httpx.Client(
            timeout=timeout_seconds, follow_redirects=False, headers={"Authorization": f"Bearer {token}"}
        )

    def certificates(self, holder: Holder) -> Sequence[bytes]:
        _, info = self._credential(holder)
        found = [_bytes(one) for one in _list(info["cert"].get("certificates"))]
        if not found:
            raise SigningRefused("no_certificate")
        return found

    def sign(self, holder: Holder, pin: str, digests: Sequence[bytes]) -> Sequence[bytes]:
        credential, info = self._credential(holder)
        most = info.get("multisign")
        most = most if isinstance(most, int) and most > 0 else 1
        signed: list[bytes] = []
        for start in range(0, len(digests), most):
            signed += self._signed(credential, _auth_data(info, pin), digests[start : start + most])
        return signed

    def _signed(
        self, credential: str, auth_data: list[dict[str, str]], digests: Sequence[bytes]
    ) -> list[bytes]:
        asked = {
            "credentialID": credential,
            "hashes": [base64.b64encode(one).decode() for one in digests],
            "hashAlgorithmOID": SHA256,
        }
        activation = self._call(
            "credentials/authorize",
            asked | {"numSignatures": len(digests), "authData": auth_data},
        )
        if "handle" in activation:
            activation = self._confirmed(str(activation["handle"]))
        answer = self._call(
            "signatures/signHash", asked | {"SAD": activation.get("SAD"), "signAlgo": SHA256_RSA}
        )
        signatures = [_bytes(one) for one in _list(answer.get("signatures"))]
        if len(signatures) != len(digests):
            raise Unreachable(f"signing: {len(signatures)} signatures for {len(digests)} digests")
        return signatures

    def _confirmed(self, handle: str) -> Mapping[str, Any]:
        """What `credentials/authorize` gives once the signer has confirmed elsewhere, most often on a phone."""
        until = time.monotonic() + self._confirm_seconds
        while time.monotonic() < until:
            try:
                return self._call("credentials/authorizeCheck", {"handle": handle})
            except SigningRefused as refused:
                if str(refused) != PENDING:
                    raise
            time.sleep(ASK_EVERY_SECONDS)
        raise SigningRefused("confirmation_missed")

    def _credential(self, holder: Holder) -> tuple[str, Mapping[str, Any]]:
        """The holder's credential that can sign now, and what the service says of it."""
        listed = self._call("credentials/list", {"userID": f"{holder.kind}:{holder.id}"})
        unusable = False
        for one in _list(listed.get("credentialIDs")):
            info = self._call("credentials/info", {"credentialID": one, "certificates": "chain"})
            key, cert = info.get("key"), info.get("cert")
            if not isinstance(key, Mapping) or not isinstance(cert, Mapping):
                raise Unreachable("signing: a credential without key or certificate")
            if (
                key.get("status") == "enabled"
                and cert.get("status") == "valid"
                and RSA & set(_list(key.get("algo")))
            ):
                return str(one), info
            unusable = True
        raise SigningRefused("certificate_unusable" if unusable else "no_certificate")

    def _call(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            answer = self._client.post(self._url + path, json=body)
        except httpx.HTTPError as error:
            raise Unreachable(f"signing: {type(error).__name__}") from error
        said = _read(answer)
        if answer.status_code == 200 and said is not None:
            return said
        if answer.status_code == 400 and said is not None:
            error = str(said.get("error", ""))
            raise SigningRefused(REFUSALS.get(error, "signing_declined"), error[:100])
        raise Unreachable(f"signing: answered {answer.status_code} outside its contract")


def _auth_data(info: Mapping[str, Any], pin: str) -> list[dict[str, str]]:
    """The PIN, if the credential wants one: some are activated on the phone alone."""
    auth = info.get("auth")
    wanted = _list(auth.get("objects")) if isinstance(auth, Mapping) else []
    asks = any(isinstance(one, Mapping) and one.get("id") == "PIN" for one in wanted)
    return [{"id": "PIN", "value": pin}] if asks else []


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
