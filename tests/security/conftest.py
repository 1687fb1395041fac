"""The whole web application over a demo province of its own, as strangers and insiders attack it."""

from __future__ import annotations

import pytest

from tests.flows.conftest import counter

__all__ = ["counter"]


@pytest.fixture(autouse=True)
def unbuilt_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are asked for what they say: nobody builds style sheets for that."""
    from web import assets

    monkeypatch.setattr(assets, "_chunk", lambda entry: {"file": entry})
    monkeypatch.setattr(assets, "_manifest", dict)
