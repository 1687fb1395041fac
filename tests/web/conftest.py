"""Pages over HTTP without a browser, on the demo province."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from assembly.settings import Settings
from casework import demo_data


@pytest.fixture
def visitor(town_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], FlaskClient]:
    """`visitor("nguyenvanhung")` is a browser where that account is signed in; `visitor("")` is a stranger's."""
    from web import assets
    from wsgi import create_app

    monkeypatch.setattr(assets, "_chunk", lambda entry: {"file": entry})
    monkeypatch.setattr(assets, "_manifest", dict)
    app = create_app(Settings(town_url, "redis://127.0.0.1:1/0", "tests of pages", tmp_path))

    def sign_in(username: str) -> FlaskClient:
        client = app.test_client()
        if username:
            given = {"username": username, "password": demo_data.read().password}
            assert client.post("/sign-in", data=given).status_code == 302
        return client

    return sign_in
