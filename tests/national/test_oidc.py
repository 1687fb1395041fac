"""Sign-in by an identity provider (docs/wire/oidc.md): the way through, and everybody who is not who they say."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.wrappers import Request, Response

from national.adapters.oidc import KEYS_AGAIN_SECONDS, OpenIdProvider
from national.ports import Identity, IdentityRefused, SignInStarted, Unreachable
from national.simulators import oidc
from national.simulators.oidc import PEOPLE, Provider, client_of

ISSUER, US = "https://dinh-danh.example.vn/oidc", "https://motcua.example.vn"


class World:
    """The provider, our adapter, and the browser between them. `forge` changes what the provider answers."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0
        self.told: list[dict[str, str]] = []
        self.provider = Provider(
            ISSUER,
            client_of(US, "motcua", "between-us"),
            clock=lambda: self.time,
            post=lambda url, form: self.told.append(form),
        )
        self.forge: Callable[[str, Response], Response] = lambda path, answer: answer
        self.calls: list[str] = []
        self.ours = OpenIdProvider(
            ISSUER,
            "motcua",
            "between-us",
            US,
            5,
            client=httpx.Client(transport=httpx.WSGITransport(app=self.application)),
            clock=lambda: self.time,
        )

    @property
    def application(self) -> Any:
        pages = self.provider.pages("/oidc")

        @Request.application
        def answer(request: Request) -> Response:
            self.calls.append(request.path)
            page = pages.get((request.method, request.path))
            return self.forge(request.path, page(request)) if page else Response("", 404)

        return answer

    def choose(self, started: SignInStarted, person: str = "hung") -> dict[str, str]:
        """What the browser brings back."""
        browser = httpx.Client(transport=httpx.WSGITransport(app=self.application))
        page = browser.get(started.url)
        assert "Nguyễn Văn Hưng" in page.text
        asked = {name: values[0] for name, values in parse_qs(urlsplit(started.url).query).items()}
        sent = browser.post(f"{ISSUER}/authorize", data=asked | {"person": person})
        assert sent.headers["location"].startswith(f"{US}/sign-in/oidc/callback?")
        query = parse_qs(urlsplit(sent.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    def sign_in(self, person: str = "hung") -> Identity:
        started = self.ours.begin()
        return self.ours.finish(started, self.choose(started, person))

    def with_token(self, token: Callable[[SignInStarted], str]) -> Identity:
        """A provider (or somebody between) that answers the code with this ID token."""
        started = self.ours.begin()
        answer = self.choose(started)
        said = json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": token(started)})
        self.forge = lambda path, real: Response(said) if path.endswith("/token") else real
        return self.ours.finish(started, answer)

    def changed(self, **claims: Any) -> Callable[[SignInStarted], str]:
        return lambda started: self.provider.id_token(PEOPLE[0], started.nonce, "s", **claims)


@pytest.fixture
def world() -> World:
    return World()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(IdentityRefused) as found:
        act()
    return found.value.code


def test_a_person_signs_in_with_name_number_and_level(world: World) -> None:
    """What the register says of a citizen; an organisation by its tax code; each with the level of the account."""
    hung = world.sign_in()
    assert (hung.kind, hung.name, hung.id_number, hung.level) == (
        "citizen",
        "Nguyễn Văn Hưng",
        "030088001234",
        2,
    )
    assert hung.address == "Khu 3, phường Thạch Khôi, thành phố Hải Dương"
    assert world.sign_in("mai").level == 1
    assert (world.sign_in("saodo").kind, world.sign_in("saodo").id_number) == ("business", "0800999887")


def test_who_declines_is_nobody(world: World) -> None:
    """The provider says access_denied."""
    started = world.ours.begin()
    assert refused(lambda: world.ours.finish(started, world.choose(started, ""))) == "declined"


def test_a_code_works_once(world: World) -> None:
    """Replayed, by us or by who overheard it, it is refused."""
    started = world.ours.begin()
    answer = world.choose(started)
    world.ours.finish(started, answer)
    assert refused(lambda: world.ours.finish(started, answer)) == "code"


def test_an_overheard_code_is_worth_nothing_without_the_verifier(world: World) -> None:
    """PKCE: a code brought to another browser's session is refused, and spent."""
    started, other = world.ours.begin(), world.ours.begin()
    answer = world.choose(started)
    injected = {**answer, "state": other.state}
    assert refused(lambda: world.ours.finish(other, injected)) == "code"
    assert refused(lambda: world.ours.finish(started, answer)) == "code"


def test_a_code_grows_old(world: World) -> None:
    """After a minute."""
    started = world.ours.begin()
    answer = world.choose(started)
    world.time += 61
    assert refused(lambda: world.ours.finish(started, answer)) == "code"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"state": "another"}, "state"),
        ({"state": ""}, "state"),
        ({"state": "ü\ud800"[:1]}, "state"),
        ({"iss": "https://evil.example/oidc"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"code": ""}, "code"),
        ({"code": "invented"}, "code"),
    ],
)
def test_answers_that_were_mixed_up_are_refused(world: World, said: dict[str, str], code: str) -> None:
    """State of another session, answer of another provider (RFC 9207), codes out of thin air."""
    started = world.ours.begin()
    answer = world.choose(started) | said
    fitting = {name: value for name, value in answer.items() if value is not None}
    assert refused(lambda: world.ours.finish(started, fitting)) == code


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": ["motcua", "somebody-else"]},
        {"azp": "somebody-else"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1_699_999_000},
        {"exp": None},
        {"iat": 1_699_990_000},
        {"iat": 1_700_009_000},
        {"iat": "now"},
        {"sub": None},
        {"nbf": 1_700_009_000},
    ],
)
def test_a_token_for_others_or_of_another_time_is_refused(world: World, claims: dict[str, Any]) -> None:
    """Signed rightly, and yet not for us, now, this sign-in."""
    assert refused(lambda: world.with_token(world.changed(**claims))) == "id_token"


@pytest.mark.parametrize(
    "claims",
    [
        {"name": None},
        {"name": "  "},
        {"national_id": None},
        {"national_id": "12345"},
        {"national_id": "０３００８８００１２３４"},
        {"tax_code": "0800123459"},
    ],
)
def test_a_token_that_does_not_say_who_is_refused(world: World, claims: dict[str, Any]) -> None:
    """One of citizen and organisation, with a name and a number in their form."""
    assert refused(lambda: world.with_token(world.changed(**claims))) in ("claims", "id_token")


def test_unsigned_and_forged_tokens_are_refused(world: World) -> None:
    """alg none, a stranger's key under a known key id, our shared secret or the public key as HMAC key."""
    kid = world.provider._key.kid

    def claims(started: SignInStarted) -> dict[str, Any]:
        body = world.provider.id_token(PEOPLE[0], started.nonce, "s").split(".")[1]
        return dict(json.loads(base64.urlsafe_b64decode(body + "==")))

    def unsigned(started: SignInStarted) -> str:
        parts = ({"alg": "none", "kid": kid}, claims(started))
        texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
        return ".".join([*texts, ""])

    def signed(alg: str, key: Any) -> Callable[[SignInStarted], str]:
        return lambda started: jwt.encode({"alg": alg, "kid": kid}, claims(started), key, algorithms=[alg])

    public = world.provider._key.as_pem(private=False)
    forged = [
        unsigned,
        signed("ES256", ECKey.generate_key("P-256")),
        signed("RS256", RSAKey.generate_key(2048)),
        signed("HS256", OctKey.import_key("between-us-between-us-between-us-")),
        signed("HS256", OctKey.import_key(base64.b64encode(public))),
        lambda started: "not.a.token",
        lambda started: "",
    ]
    for token in forged:
        assert refused(lambda token=token: world.with_token(token)) == "signature"
        world.forge = lambda path, answer: answer


def test_keys_may_change_at_any_time(world: World) -> None:
    """A key we have not seen is looked up; strangers' key ids do not make us ask without end."""
    world.sign_in()
    world.provider.rotate()
    world.time += KEYS_AGAIN_SECONDS
    assert world.sign_in().subject == "hung"
    before = world.calls.count("/oidc/jwks")
    stranger = ECKey.generate_key("P-256", parameters={"kid": "unknown"})
    token = jwt.encode({"alg": "ES256", "kid": "unknown"}, {"sub": "x"}, stranger)
    for _ in range(20):
        assert refused(lambda: world.ours.logged_out(token)) == "signature"
    assert world.calls.count("/oidc/jwks") <= before + 1


def test_a_provider_that_breaks_its_contract_is_unreachable(world: World) -> None:
    """Another issuer in its configuration, pages instead of JSON, errors: we say try again later, never who it was."""
    for said in (
        b'{"issuer": "https://evil.example"}',
        b"<html>",
        b"[]",
        b'{"issuer": "%s"}' % ISSUER.encode(),
    ):
        broken = World()
        broken.forge = lambda path, answer, said=said: Response(said)
        with pytest.raises(Unreachable):
            broken.ours.begin()
    started = world.ours.begin()
    answer = world.choose(started)
    world.forge = lambda path, real: Response("down", 503)
    with pytest.raises(Unreachable):
        world.ours.finish(started, answer)


def test_a_session_that_ends_there_ends_here(world: World) -> None:
    """The logout token names the session; tokens of another kind, for others, or old, do not."""
    identity = world.sign_in()
    world.provider.end(identity.session)
    over = world.ours.logged_out(world.told[0]["logout_token"])
    assert (over.issuer, over.session) == (ISSUER, identity.session)
    wrong: list[dict[str, Any]] = [
        {"nonce": "x"}, {"events": {}}, {"events": None}, {"aud": "other"}, {"iss": "https://evil.example"},
        {"iat": 1_699_990_000}, {"sid": None}, {"sid": 7},
    ]  # fmt: skip
    for claims in wrong:
        token = world.provider.logout_token("s", **claims)
        assert refused(lambda token=token: world.ours.logged_out(token)) == "logout_token"
    id_token = world.provider.id_token(PEOPLE[0], "n", "s")
    assert refused(lambda: world.ours.logged_out(id_token)) == "logout_token"


def test_the_provider_redirects_only_to_who_is_registered(world: World) -> None:
    """A changed redirect URI or client is told on the provider's page; a request without PKCE comes back as an error."""
    started = world.ours.begin()
    browser = httpx.Client(transport=httpx.WSGITransport(app=world.application))
    for old, new in (("motcua.example.vn", "evil.example"), ("client_id=motcua", "client_id=evil")):
        assert browser.get(started.url.replace(old, new)).status_code == 400
    back = browser.get(started.url.replace("code_challenge_method=S256", "code_challenge_method=plain"))
    assert "error=invalid_request" in back.headers["location"]
    assert oidc.CODE_SECONDS == 60
