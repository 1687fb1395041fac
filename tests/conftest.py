"""What every test may ask for. Fixtures that start real servers live in tests/servers.py."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# The suite draws the same examples every time: a run that fails must fail again. MOTCUA_EXPLORE=1 draws new ones.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("MOTCUA_EXPLORE") else "house")


class Compiled(BytecodeCache):
    """Templates are compiled once for all applications of a process: tests make many."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {"bytecode_cache": Compiled()}

pytest_plugins = ["tests.servers"]

NEEDS_SERVERS = {"database_server", "valkey"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a server, so that `-m "not servers"` runs the pure rooms in seconds; the browser comes first.

    It takes longest: two processes look at pages while the others do the rest.
    """
    items.sort(key=lambda item: "/browser/" not in str(item.path))
    for item in items:
        if NEEDS_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)


class ByFile(LoadScopeScheduling):
    """Hands out whole files, for their tests share databases; files with a browser as two heaps, for more are too slow."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        if "/browser/" not in path:
            return path
        return f"browser {path.rpartition('/')[2] < 'test_eform'}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)
