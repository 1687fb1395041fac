"""What every test may ask for. Fixtures that start real servers live in tests/servers.py."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# The suite draws the same examples every time: a run that fails must fail again. MOTCUA_EXPLORE=1 draws new ones.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("MOTCUA_EXPLORE") else "house")

pytest_plugins = ["tests.servers"]

NEEDS_SERVERS = {"database_server", "valkey"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a server, so that `-m "not servers"` runs the pure rooms in seconds; the browser comes last.

    Its driver keeps an event loop running in the main thread, in which no other can be run.
    """
    items.sort(key=lambda item: "/browser/" in str(item.path))
    for item in items:
        if NEEDS_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)
