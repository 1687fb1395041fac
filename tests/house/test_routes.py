"""Every route says whom it is for, and every refusal code has its status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from assembly.settings import Settings
from assembly.statuses import STATUS_OF_CODE
from wsgi import create_app

HOUSE = Path(__file__).resolve().parents[2]
FRAMEWORK = {"static", "api-docs.openapi_json"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(
        Settings(
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/none",
            redis_url="redis://127.0.0.1:1/0",
            secret_key="house",
            var=tmp_path_factory.mktemp("var"),
        )
    )


def test_every_route_is_gated_or_declared_public(app: Flask) -> None:
    """No page and no call is open by forgetting."""
    open_by_accident = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in FRAMEWORK
        and not getattr(app.view_functions[rule.endpoint], "gated", False)
        and not getattr(app.view_functions[rule.endpoint], "public", False)
    ]
    assert open_by_accident == []


def test_every_code_of_the_dialect_has_the_status_written_there() -> None:
    """docs/dialect.md §5 and assembly/statuses.py tell the same."""
    text = (HOUSE / "docs/dialect.md").read_text()
    codes = text.split("### Codes")[1].split("\n## ")[0]
    written = {code: int(status) for code, status in re.findall(r"`([a-z_]+)` (\d{3})", codes)}
    assert {code: STATUS_OF_CODE.get(code) for code in written} == written


def test_every_code_in_use_has_a_status() -> None:
    """A `Rejected("code", …)` anywhere in the house names a code of the list."""
    used = set()
    for room in ("engine", "casework", "store", "api", "web"):
        for path in (HOUSE / room).rglob("*.py"):
            used |= set(re.findall(r'\bRejected\(\s*"([a-z_]+)"', path.read_text()))
    assert used - set(STATUS_OF_CODE) - {"not_found"} == set()
