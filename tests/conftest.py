"""What every test may ask for. Fixtures that start real servers live in tests/servers.py."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.servers"]

NEEDS_SERVERS = {"database_server", "valkey"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a server, so that `-m "not servers"` runs the pure rooms in seconds."""
    for item in items:
        if NEEDS_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)
