"""Signing for tests: keys of a demo authority and its time stamps, made once; a town whose jobs can be carried out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from casework import papers
from casework.documents.checking import Anchors
from national.adapters.soft_token import SoftToken
from national.demo_ca import Authority
from national.ports import Signing
from national.simulators.time_stamp import Direct, Stamps
from store.db import make_engine, sessions
from tests.casework.town import Town

SECRET = "of the tests"
PUBLIC = "http://motcua.test"


class Desk:
    """A signing service in a folder, and whom to trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority(folder)
        self.signing = Signing(SoftToken(folder), Direct(Stamps(folder)), PUBLIC, SECRET, "Bản thử")

    @property
    def anchors(self) -> Anchors:
        root = self.authority.root.public_bytes(Encoding.DER)
        return Anchors((root,), ((self.folder / "root.crl").read_bytes(),))


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    if not any(papers.FONTS.glob("*.ttf")):
        pytest.skip("the page assets are not built: no Tinos fonts")
    return Desk(tmp_path_factory.mktemp("signing"))


@pytest.fixture
def town(town_url: str) -> Iterator[Town]:
    engine = make_engine(town_url, pool_size=5)
    opened = Town(sessions(engine))
    yield opened
    opened.session.close()
    engine.dispose()
