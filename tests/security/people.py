"""Browsers of the demo province's people, and a dossier for them to want."""

from __future__ import annotations

from flask.testing import FlaskClient

from casework import demo_data
from tests.casework.town import BIRTH, BIRTH_ANSWERS, WARD
from tests.flows.counter import CITIZEN, Counter

ADMIN = "admin"
OTHER_CITIZEN = "levankhanh"
BUSINESS = "cty.dongnam"


def browser(counter: Counter, username: str | None = None, **headers: str) -> FlaskClient:
    """A browser with its own cookies, signed in as `username` if one is given."""
    client = counter.app.test_client()
    if username:
        said = {"username": username, "password": demo_data.read().password}
        assert client.post("/sign-in", data=said).status_code == 302
    return client


def clerk(counter: Counter) -> str:
    """The one-stop officer of the ward where the dossier is filed."""
    return counter.officer(WARD, "one_stop_officer")


def file_one(counter: Counter, **more: object) -> dict[str, object]:
    """A birth registration with a file, as the API answers its applicant."""
    caller = counter.sign_in(CITIZEN)
    paper = {"code": "giay_chung_sinh", "attachments": [caller.attach()]}
    body = {"procedure": BIRTH, "agency": WARD, "answers": dict(BIRTH_ANSWERS), "components": [paper], **more}
    answer = caller.submit(body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def file_of(dossier: dict[str, object]) -> str:
    """The id of the file that was handed in."""
    parts: list[dict[str, list[dict[str, str]]]] = dossier["components"]  # type: ignore[assignment]
    return next(file["id"] for part in parts for file in part["attachments"])
