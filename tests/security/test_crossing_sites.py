"""Requests that another site makes a browser send."""

from __future__ import annotations

import pytest

from casework import demo_data
from tests.flows.counter import CITIZEN, Counter
from tests.security.people import browser

FOREIGN = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
OURS = [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {}]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_signs_nobody_in(counter: Counter, headers: dict[str, str]) -> None:
    """Signed in as the attacker, a victim would file personal data into the attacker's account. No cookie is needed."""
    said = {"username": CITIZEN, "password": demo_data.read().password}
    assert browser(counter).post("/sign-in", data=said, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_changes_nothing(counter: Counter, headers: dict[str, str]) -> None:
    """With the victim's cookie, and with a forged Authorization that pages do not read."""
    victim = browser(counter, CITIZEN)
    for more in ({}, {"Authorization": "Bearer x"}):
        assert victim.post("/sign-out", headers=headers | more).status_code == 403
    assert victim.get("/ho-so").status_code == 200


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_may(counter: Counter, headers: dict[str, str]) -> None:
    """Also behind a browser that says nothing of where a request comes from."""
    assert browser(counter, CITIZEN).post("/sign-out", headers=headers).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\t\\evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "javascript:1",
    ],
)
def test_signing_in_leads_nowhere_else(counter: Counter, target: str) -> None:
    """`next` stays on this site."""
    said = {"username": CITIZEN, "password": demo_data.read().password, "next": target}
    there = browser(counter).post("/sign-in", data=said).headers["Location"]
    assert there == "/ho-so"


def test_the_cookie_is_out_of_reach(counter: Counter) -> None:
    """HttpOnly, SameSite; dead after signing out, also a copy of it."""
    victim = browser(counter)
    answer = victim.post("/sign-in", data={"username": CITIZEN, "password": demo_data.read().password})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    stolen = {"Cookie": cookie.split(";")[0]}
    thief = counter.app.test_client(use_cookies=False)
    assert thief.get("/ho-so", headers=stolen).status_code == 200
    victim.post("/sign-out")
    assert thief.get("/ho-so", headers=stolen).status_code == 302
