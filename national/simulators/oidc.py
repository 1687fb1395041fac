"""An OpenID Connect provider, simulated from docs/wire/oidc.md: a page of people to sign in as, keys that can be changed.

Everything is in memory and nobody gives a password: it stands for the national provider in a demo and in tests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

CODE_SECONDS = 60
TOKEN_SECONDS = 300
COOKIE = "simulated_identity"


@dataclass(frozen=True)
class Person:
    """Invented people and organisations, each with the level of the account."""

    subject: str
    name: str
    level: int
    claims: Mapping[str, Any]


PEOPLE = (
    Person("hung", "Nguyễn Văn Hưng", 2, {
        "national_id": "030088001234", "phone_number": "0912345678", "email": "hung.nguyen@example.vn",
        "address": {"formatted": "Khu 3, phường Thạch Khôi, thành phố Hải Dương"}, "birthdate": "1988-04-12"}),
    Person("ha", "Trần Thị Thu Hà", 2, {
        "national_id": "030192005678", "phone_number": "0987654321",
        "address": {"formatted": "Khu 3, phường Thạch Khôi, thành phố Hải Dương"}, "birthdate": "1992-09-30"}),
    Person("mai", "Đỗ Thị Mai", 1, {
        "national_id": "030201004455", "phone_number": "0905667788",
        "address": {"formatted": "Số 7 phố Chi Lăng, phường Quang Trung, thành phố Hải Dương"}}),
    Person("saodo", "Công ty Cổ phần Cơ khí Sao Đỏ", 2, {
        "tax_code": "0800999887", "email": "vanthu@saodo.example.vn",
        "address": {"formatted": "Khu công nghiệp Cộng Hòa, thành phố Chí Linh"}}),
)  # fmt: skip


@dataclass(frozen=True)
class Client:
    """Who may send people here."""

    id: str
    secret: str
    redirect_uri: str
    logout_uri: str
    home: str


def client_of(public_url: str, id_: str, secret: str) -> Client:
    """The registration of a system that is reached at `public_url`."""
    back = f"{public_url}/sign-in/oidc"
    return Client(id_, secret, f"{back}/callback", f"{back}/logout", f"{public_url}/")


@dataclass
class _Code:
    person: Person
    asked: Mapping[str, str]
    session: str
    until: float
    used: bool = False


@dataclass
class Provider:
    issuer: str
    client: Client
    clock: Callable[[], float] = time.time
    post: Callable[[str, dict[str, str]], object] = lambda url, form: httpx.post(url, data=form, timeout=5)
    sessions: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._codes: dict[str, _Code] = {}
        self._retired: list[ECKey] = []
        self._key = _new_key()

    # -- pages and calls ----------------------------------------------------------------------------------------------

    def pages(self, at: str) -> dict[tuple[str, str], Callable[[Request], Response]]:
        """What to answer where, under the path `at` of the issuer."""
        return {
            ("GET", f"{at}/.well-known/openid-configuration"): self.configuration,
            ("GET", f"{at}/jwks"): self.keys,
            ("GET", f"{at}/authorize"): self.ask,
            ("POST", f"{at}/authorize"): self.chosen,
            ("POST", f"{at}/token"): self.token,
            ("GET", f"{at}/logout"): self.logout,
            ("POST", f"{at}/rotate"): lambda _: self.rotate() or _json(200, {"kid": self._key.kid}),
        }

    def configuration(self, _: Request) -> Response:
        return _json(
            200,
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                "backchannel_logout_supported": True,
                "backchannel_logout_session_supported": True,
            },
        )

    def keys(self, _: Request) -> Response:
        public = KeySet([self._key, *self._retired]).as_dict(private=False)
        return _json(200, public)

    def ask(self, request: Request) -> Response:
        """The page of people; wrong requests are told here, never redirected."""
        asked = request.args
        if asked.get("client_id") != self.client.id or asked.get("redirect_uri") != self.client.redirect_uri:
            return Response("unknown client or redirect_uri\n", 400)
        wrong = _unfit(asked)
        if wrong:
            return self._back(asked, error=wrong)
        return Response(_page(asked, self.sessions.get(request.cookies.get(COOKIE, ""))), content_type=HTML)

    def chosen(self, request: Request) -> Response:
        asked, subject = request.form, request.form.get("person", "")
        if asked.get("client_id") != self.client.id or asked.get("redirect_uri") != self.client.redirect_uri:
            return Response("unknown client or redirect_uri\n", 400)
        person = next((one for one in PEOPLE if one.subject == subject), None)
        wrong = _unfit(asked)
        if wrong or person is None:
            return self._back(asked, error=wrong or "access_denied")
        session, code = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        self.sessions[session] = person
        self._codes[code] = _Code(person, dict(asked.items()), session, self.clock() + CODE_SECONDS)
        answer = self._back(asked, code=code)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="Lax")
        return answer

    def token(self, request: Request) -> Response:
        given = request.authorization
        if given is None or (given.username, given.password) != (self.client.id, self.client.secret):
            return _json(401, {"error": "invalid_client"})
        form = request.form
        code = self._codes.get(form.get("code", ""))
        proved = (
            code is not None and _challenge(form.get("code_verifier", "")) == code.asked["code_challenge"]
        )
        if (
            code is None
            or code.used
            or not proved
            or self.clock() > code.until
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != code.asked["redirect_uri"]
        ):
            if code is not None:
                code.used = True
            return _json(400, {"error": "invalid_grant"})
        code.used = True
        return _json(
            200,
            {
                "access_token": secrets.token_urlsafe(24),
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "id_token": self.id_token(code.person, code.asked["nonce"], code.session),
            },
        )

    def logout(self, request: Request) -> Response:
        """End the session here, tell the client behind the browser's back, send the browser home."""
        session = request.cookies.get(COOKIE, "")
        self.end(session)
        home = request.args.get("post_logout_redirect_uri")
        if home != self.client.home or request.args.get("client_id") != self.client.id:
            return Response("Đã đăng xuất.\n", content_type="text/plain; charset=utf-8")
        answer = Response("", 302, {"Location": home})
        answer.delete_cookie(COOKIE)
        return answer

    # -- what a demo or a test may turn -------------------------------------------------------------------------------

    def rotate(self) -> None:
        """A new key signs from now on; the old one stays in the set."""
        self._retired.append(self._key)
        self._key = _new_key()

    def end(self, session: str) -> None:
        """A session is over: the client is told."""
        if self.sessions.pop(session, None) is None:
            return
        try:
            self.post(self.client.logout_uri, {"logout_token": self.logout_token(session)})
        except httpx.HTTPError:
            pass  # the client is down: its session lives until it expires, as the standard has it

    def id_token(self, person: Person, nonce: str, session: str, /, **changed: Any) -> str:
        now = int(self.clock())
        claims = {
            "iss": self.issuer,
            "aud": self.client.id,
            "sub": person.subject,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "nonce": nonce,
            "sid": session,
            "acr": f"urn:motcua:acr:{person.level}",
            "name": person.name,
            **person.claims,
        }
        return self.signed(claims | changed)

    def logout_token(self, session: str, /, **changed: Any) -> str:
        claims = {
            "iss": self.issuer,
            "aud": self.client.id,
            "iat": int(self.clock()),
            "jti": str(uuid.uuid4()),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            "sid": session,
        }
        return self.signed(claims | changed)

    def signed(self, claims: Mapping[str, Any]) -> str:
        header = {"alg": "ES256", "kid": self._key.kid}
        return jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, self._key)

    def _back(self, asked: MultiDict[str, str], **said: str) -> Response:
        answer = {**said, "state": asked.get("state", ""), "iss": self.issuer}
        return Response("", 302, {"Location": f"{self.client.redirect_uri}?{urlencode(answer)}"})


HTML = "text/html; charset=utf-8"


def _unfit(asked: MultiDict[str, str]) -> str:
    if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
        return "unsupported_response_type" if asked.get("response_type") != "code" else "invalid_scope"
    fits = asked.get("code_challenge_method") == "S256" and asked.get("code_challenge") and asked.get("nonce")
    return "" if fits and asked.get("state") else "invalid_request"


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", parameters={"kid": secrets.token_hex(8), "use": "sig"})


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")


def _page(asked: MultiDict[str, str], known: Person | None) -> str:
    kept = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in asked.items()
    )
    people = Markup("").join(
        Markup('<p><button name="person" value="{}">{}</button> {} · mức {}</p>').format(
            one.subject,
            one.name,
            one.claims.get("national_id") or one.claims.get("tax_code"),
            one.level,
        )
        for one in sorted(PEOPLE, key=lambda one: one != known)
    )
    return Markup(
        '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Định danh điện tử (mô phỏng)</title><h1>Định danh điện tử (mô phỏng)</h1>"
        "<p>Bản thử của nhà cung cấp định danh: chọn người để đăng nhập, không cần mật khẩu.</p>"
        '<form method="post">{}{}<p><button name="person" value="">Không đăng nhập</button></p></form></html>'
    ).format(kept, people)
