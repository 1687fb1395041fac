"""Sign-in by OpenID Connect, by its wire contract docs/wire/oidc.md: code flow, PKCE, keys that rotate, logout."""

from __future__ import annotations

import hmac
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from national.ports import Identity, IdentityRefused, LoggedOut, SignInStarted, Unreachable

ALGORITHMS = ["ES256", "RS256"]
LEVELS = {"urn:motcua:acr:1": 1, "urn:motcua:acr:2": 2}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
METADATA_SECONDS = 3600.0
KEYS_AGAIN_SECONDS = 10.0  # strangers' tokens with invented key ids must not make us a hammer
SKEW_SECONDS = 60
OLDEST_TOKEN_SECONDS = 300
LARGEST_ANSWER = 256 * 1024
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")


class OpenIdProvider:
    """One provider. Metadata and keys are kept; may be shared between threads."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        public_url: str,
        timeout_seconds: float,
        *,
        client: httpx.Client | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer, self._client_id, self._secret = issuer.rstrip("/"), client_id, client_secret
        self._redirect_uri = f"{public_url}/sign-in/oidc/callback"
        self._home = f"{public_url}/"
        self._http = client or httpx.Client(timeout=timeout_seconds, follow_redirects=False)
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._metadata_at = -METADATA_SECONDS
        self._keys = KeySet([])
        self._keys_at = -KEYS_AGAIN_SECONDS

    def begin(self) -> SignInStarted:
        state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = f"{self._found()['authorization_endpoint']}?{urlencode(asked)}"
        return SignInStarted(url, state, nonce, verifier)

    def finish(self, started: SignInStarted, answer: Mapping[str, str]) -> Identity:
        if not hmac.compare_digest(answer.get("state", "").encode(), started.state.encode()):
            raise IdentityRefused("state")
        if (
            answer.get("iss") != self._issuer
        ):  # RFC 9207: another provider's answer must not be taken for this one's
            raise IdentityRefused("issuer")
        if "error" in answer:
            raise IdentityRefused("declined" if answer["error"] == "access_denied" else "provider_error")
        if not answer.get("code"):
            raise IdentityRefused("code")
        return self._identity(self._exchange(answer["code"], started.verifier), started.nonce)

    def logged_out(self, token: str) -> LoggedOut:
        decoded = self._verified(token)
        said = decoded.claims
        events = said.get("events")
        fits = (
            said.get("iss") == self._issuer
            and self._client_id in _listed(said.get("aud"))
            and isinstance(events, Mapping)
            and LOGOUT_EVENT in events
            and "nonce" not in said
            and self._fresh(said.get("iat"))
            and (isinstance(said.get("sid"), str) or isinstance(said.get("sub"), str))
        )
        if not fits:
            raise IdentityRefused("logout_token")
        sid, sub = str(said.get("sid") or ""), str(said.get("sub") or "")
        return LoggedOut(self._issuer, datetime.fromtimestamp(said["iat"], UTC), sid, sub)

    def logout_url(self) -> str:
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": self._home}
        return f"{self._found()['end_session_endpoint']}?{urlencode(asked)}"

    # -- tokens -------------------------------------------------------------------------------------------------------

    def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        status, said = self._json(
            "POST", self._found()["token_endpoint"], data=form, auth=(self._client_id, self._secret)
        )
        if status == 400:
            raise IdentityRefused("code")  # used before, too old, or another's
        if status != 200 or not isinstance(said.get("id_token"), str):
            raise Unreachable(f"identity provider: token endpoint answered {status} outside its contract")
        return said

    def _identity(self, answered: Mapping[str, Any], nonce: str) -> Identity:
        decoded = self._verified(answered["id_token"])
        expected = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        params = {
            "nonce": nonce,
            "client_id": self._client_id,
            "access_token": answered.get("access_token"),
        }
        claims = CodeIDToken(decoded.claims, decoded.header, expected, params)
        try:
            claims.validate(now=int(self._clock()), leeway=SKEW_SECONDS)
        except JoseError as error:
            raise IdentityRefused("id_token") from error
        if not self._fresh(claims["iat"]):
            raise IdentityRefused("id_token")
        return self._person(decoded.claims)

    def _person(self, said: Mapping[str, Any]) -> Identity:
        national_id, tax_code = str(said.get("national_id") or ""), str(said.get("tax_code") or "")
        citizen, business = (
            re.fullmatch("[0-9]{12}", national_id),
            re.fullmatch("[0-9]{10}(-[0-9]{3})?", tax_code),
        )
        name = str(said.get("name") or "").strip()[:200]
        if not name or bool(citizen) == bool(business):
            raise IdentityRefused("claims")
        address = said.get("address")
        return Identity(
            issuer=self._issuer,
            subject=str(said["sub"])[:255],
            session=str(said.get("sid") or "")[:255],
            level=LEVELS.get(str(said.get("acr")), 0),
            kind="citizen" if citizen else "business",
            name=name,
            id_number=national_id or tax_code,
            phone=str(said.get("phone_number") or "")[:40],
            email=str(said.get("email") or "")[:200],
            address=str(address.get("formatted") or "")[:300] if isinstance(address, Mapping) else "",
        )

    def _verified(self, token: str) -> jwt.Token:
        """The token, if its signature is by a key that the provider publishes now. Raises IdentityRefused."""
        for again in (False, True):
            try:
                return jwt.decode(token, self._key_set(again=again), algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if (
                    again
                ):  # the provider may have changed its keys: asked once more, all that is wrong stays wrong
                    raise IdentityRefused("signature") from error
        raise AssertionError("unreachable")

    def _fresh(self, issued_at: object) -> bool:
        if not isinstance(issued_at, int | float) or isinstance(issued_at, bool):
            return False
        return -SKEW_SECONDS <= self._clock() - issued_at <= OLDEST_TOKEN_SECONDS

    # -- what the provider publishes ----------------------------------------------------------------------------------

    def _found(self) -> Mapping[str, Any]:
        with self._lock:
            if self._clock() - self._metadata_at >= METADATA_SECONDS:
                status, said = self._json("GET", f"{self._issuer}/.well-known/openid-configuration")
                if (
                    status != 200
                    or said.get("issuer") != self._issuer
                    or not all(isinstance(said.get(name), str) for name in NEEDED)
                ):
                    raise Unreachable("identity provider: its configuration is outside its contract")
                self._metadata, self._metadata_at = dict(said), self._clock()
            return self._metadata

    def _key_set(self, *, again: bool) -> KeySet:
        found = self._found()
        with self._lock:
            if (again or not self._keys.keys) and self._clock() - self._keys_at >= KEYS_AGAIN_SECONDS:
                status, said = self._json("GET", found["jwks_uri"])
                if status != 200 or not isinstance(said.get("keys"), list):
                    raise Unreachable("identity provider: its keys are outside its contract")
                try:
                    self._keys, self._keys_at = KeySet.import_key_set(said), self._clock()  # type: ignore[arg-type]
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise Unreachable("identity provider: its keys cannot be read") from error
            return self._keys

    def _json(self, method: str, url: str, **more: Any) -> tuple[int, Mapping[str, Any]]:
        try:
            answer = self._http.request(method, url, **more)
            said = answer.json() if len(answer.content) <= LARGEST_ANSWER else None
        except httpx.HTTPError as error:
            raise Unreachable(f"identity provider: {type(error).__name__}") from error
        except ValueError:
            said = None
        return answer.status_code, said if isinstance(said, Mapping) else {}


def _listed(audience: object) -> list[object]:
    return audience if isinstance(audience, list) else [audience]
