"""Signing in by the identity provider on pages: a real provider (the simulator) on a port, a browser's cookies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from assembly.settings import Settings
from casework import demo_data
from national.simulators.oidc import Provider, client_of

US = "http://localhost"


@dataclass
class Town:
    """Our pages and the provider beside them."""

    provider: Provider
    app: object

    def browser(self) -> FlaskClient:
        return self.app.test_client()  # type: ignore[attr-defined]

    def choose(self, client: FlaskClient, person: str, onward: str = "") -> str:
        """Press the button, choose a person there; where the provider sends the browser, as path and query."""
        away = client.get("/sign-in/oidc", query_string={"next": onward} if onward else {})
        assert away.status_code == 302
        assert away.location.startswith(self.provider.issuer)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(away.location).query).items()}
        back = httpx.post(f"{self.provider.issuer}/authorize", data=asked | {"person": person})
        return back.headers["location"].removeprefix(US)

    def arrive(self, client: FlaskClient, person: str, onward: str = "") -> str:
        """The whole way; where the person lands."""
        answer = client.get(self.choose(client, person, onward))
        assert answer.status_code == 302
        return str(answer.location)


@pytest.fixture
def town(town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    from web import assets
    from wsgi import create_app

    monkeypatch.setattr(assets, "_chunk", lambda entry: {"file": entry})
    monkeypatch.setattr(assets, "_manifest", dict)
    provider = Provider("", client_of(US, "motcua", "secret"), post=lambda url, form: None)
    pages = provider.pages("/oidc")

    @Request.application
    def answer(request: Request) -> Response:
        return pages[request.method, request.path](request)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}/oidc"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    known = {"oidc_issuer": provider.issuer, "oidc_client_id": "motcua", "oidc_client_secret": "secret"}
    settings = Settings(town_url, "redis://127.0.0.1:1/0", "tests", tmp_path, public_url=US, **known)
    yield Town(provider, create_app(settings))
    server.shutdown()
    thread.join()


def who(client: FlaskClient) -> str:
    """The name at the head of the page, "" for a stranger."""
    page = client.get("/tra-cuu").text
    return (
        page.split("bi-person-circle")[1].split("</i>")[1].split("<")[0].strip()
        if "bi-person-circle" in page
        else ""
    )


def test_somebody_new_gets_an_account_and_comes_back_to_it(town: Town) -> None:
    """No password, no form to fill in; the page that was asked for follows."""
    client = town.browser()
    assert town.arrive(client, "mai", "/thu-tuc/1.001193/nop") == "/thu-tuc/1.001193/nop"
    assert who(client) == "Đỗ Thị Mai"
    draft = client.post("/thu-tuc/1.001193/nop", data={"agency": "H23.30.05"}).location
    again = town.browser()
    assert town.arrive(again, "mai", "https://evil.example/") == "/ho-so"
    assert again.get(draft).status_code == 200


def test_a_local_account_is_joined_only_by_its_password(town: Town) -> None:
    """The same number is no proof; another's account is refused even with its password; then it is known."""
    client, password = town.browser(), demo_data.read().password
    assert town.arrive(client, "hung", "/tai-lieu") == "/sign-in/lien-ket"
    assert who(client) == ""
    page = client.get("/sign-in/lien-ket").text
    assert "Nguyễn Văn Hưng" in page
    for name, secret in (("nguyenvanhung", "guessed"), ("tranthuha", password)):
        answer = client.post("/sign-in/lien-ket", data={"username": name, "password": secret})
        assert answer.status_code == 422
        assert who(client) == ""
    done = client.post("/sign-in/lien-ket", data={"username": "nguyenvanhung", "password": password})
    assert done.location == "/tai-lieu"
    assert who(client) == "Nguyễn Văn Hưng"
    assert town.arrive(town.browser(), "hung") == "/ho-so"
    local = town.browser()
    assert local.post("/sign-in", data={"username": "nguyenvanhung", "password": password}).status_code == 302


def test_who_does_not_own_the_local_account_begins_afresh(town: Town) -> None:
    """Whoever registered with somebody's number beforehand gets nothing of theirs."""
    squatter, password = town.browser(), demo_data.read().password
    squatter.post("/sign-in", data={"username": "nguyenvanhung", "password": password})
    theirs = squatter.post("/thu-tuc/1.001193/nop", data={"agency": "H23.30.05"}).location
    client = town.browser()
    town.arrive(client, "hung")
    assert client.post("/sign-in/lien-ket", data={"begin": "1"}).location == "/ho-so"
    assert client.get(theirs).status_code == 404
    mine = client.post("/thu-tuc/1.001193/nop", data={"agency": "H23.30.05"}).location
    assert squatter.get(mine).status_code == 404
    assert town.arrive(town.browser(), "hung") == "/ho-so"


def test_an_answer_belongs_to_the_browser_that_asked_and_works_once(town: Town) -> None:
    """Brought to another browser it signs nobody in (login CSRF); sent again it signs nobody in."""
    client, victim = town.browser(), town.browser()
    back = town.choose(client, "mai")
    assert victim.get(back).location == "/sign-in"
    assert who(victim) == ""
    victim.get("/sign-in/oidc")
    assert victim.get(back).location == "/sign-in"
    assert who(victim) == ""
    assert client.get(back).location == "/ho-so"
    client.post("/sign-out")
    assert client.get(back).location == "/sign-in"
    assert who(client) == ""
    assert client.get("/sign-in/lien-ket").location == "/sign-in"


def test_who_declines_or_finds_the_provider_down_is_told(town: Town) -> None:
    """Back at the page of sign-in with a sentence, still a stranger, still on the way to where they wanted."""
    client = town.browser()
    assert town.arrive(client, "") == "/sign-in"
    assert town.arrive(client, "", onward="/giay-to") == "/sign-in?next=/giay-to"
    assert "Bạn đã không đăng nhập bằng định danh" in client.get("/sign-in").text
    back = town.choose(client, "mai").replace("code=", "code=x")
    assert client.get(back).location == "/sign-in"
    assert "không dùng được nữa" in client.get("/sign-in").text


def test_logout_there_is_logout_here(town: Town) -> None:
    """The provider's token ends the session; without one, or with a stranger's, nothing happens."""
    client = town.browser()
    town.arrive(client, "mai")
    (session,) = town.provider.sessions
    token = town.provider.logout_token(session)
    stranger = town.browser()
    assert stranger.post("/sign-in/oidc/logout", data={"logout_token": token + "x"}).status_code == 400
    assert stranger.post("/sign-in/oidc/logout").status_code == 400
    assert who(client) == "Đỗ Thị Mai"
    assert stranger.post("/sign-in/oidc/logout", data={"logout_token": token}).status_code == 200
    assert who(client) == ""


def test_signing_out_offers_to_end_the_providers_session(town: Town) -> None:
    """Only to whom it signed in."""
    client = town.browser()
    town.arrive(client, "mai")
    assert "Đăng xuất cả định danh điện tử" in client.post("/sign-out").text
    assert client.get("/sign-out/oidc").location.startswith(f"{town.provider.issuer}/logout?")
    local = town.browser()
    local.post("/sign-in", data={"username": "nguyenvanhung", "password": demo_data.read().password})
    assert local.post("/sign-out").status_code == 302
