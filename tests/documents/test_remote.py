"""A leader signs with a remote signing service (CSC API v2), from the tray to the file: PIN, then yes on the phone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from casework import demo_data
from casework.documents.checking import check
from national.adapters.remote_signing import RemoteSigning
from national.adapters.time_stamp import HttpTimeStamps
from national.demo_ca import PIN
from national.ports import Signing
from store.db import make_engine, sessions
from tests.casework.town import WARD, Town
from tests.documents.conftest import Desk
from tests.documents.test_killed import TOKEN, Providers
from tests.documents.test_publicly import stranger
from tests.documents.work import carry_out, confirmation_before, public_id

__all__ = ["stranger"]
PAPER = "giay_xac_nhan"
SECONDS = 60.0


@pytest.fixture
def providers(desk: Desk, town: Town) -> Iterator[Providers]:
    """The leader is enrolled, and confirms by phone."""
    opened = Providers(desk.folder)
    leader = town.officer(WARD, "leader")
    opened.service.enrol(f"person:{leader.id}", leader.name, "UBND phường Thạch Khôi", "Chủ tịch")
    opened.service.by_phone.add(f"person:{leader.id}")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("pressed", "said"),
    [
        (True, "Đã ký 1/1 văn bản."),
        (False, "Người ký đã từ chối trên điện thoại."),
        (None, "Chưa được xác nhận trên điện thoại trong thời gian cho phép."),
    ],
    ids=["yes", "no", "nothing"],
)
def test_from_the_tray_to_the_signed_file(  # type: ignore[no-untyped-def]
    town: Town, desk: Desk, providers: Providers, stranger, pressed: bool | None, said: str
) -> None:
    """The page asks for the PIN, the worker for the phone; what was pressed is seen on the batch's page."""
    town.now = datetime.now(UTC) - timedelta(hours=1)
    code, leader = confirmation_before(town, "ky"), town.officer(WARD, "leader")
    task, user = public_id(town, code, "ky"), f"person:{leader.id}"
    stranger.post("/sign-in", data={"username": leader.id, "password": demo_data.read().password})
    assert code in stranger.get("/desk/tray").text
    answer = stranger.post("/desk/tray/sign", data={"task": str(task), "pin": PIN})
    assert answer.status_code == 302
    page = stranger.get(answer.location).text
    assert "Đang ký" in page
    assert "xác nhận trên điện thoại" in page

    waits = 3.0 if pressed is None else SECONDS
    remote = RemoteSigning(providers.url, TOKEN, 10, confirm_seconds=waits)
    stamps = HttpTimeStamps(providers.url + "/tsa", 10)
    signing = Signing(remote, stamps, "http://motcua.test", "tests of pages", "Bản thử")
    work = threading.Thread(target=_work, args=(town, signing))
    work.start()
    deadline = time.monotonic() + SECONDS
    while providers.service.ringing(user) != 1:
        assert time.monotonic() < deadline, "the phone never rang"
        time.sleep(0.05)
    if pressed is not None:
        providers.service.confirm(user, pressed)
    work.join(SECONDS)
    assert not work.is_alive()

    assert said in stranger.get(answer.location).text
    file = stranger.get(f"/desk/dossiers/{code}/results/{PAPER}")
    if pressed:
        checked = check(file.data, desk.anchors)
        assert checked.verdict == "valid"
        assert [(one.name, one.stamped) for one in checked.signatures] == [(leader.name, True)]
    else:
        assert file.status_code == 404
        assert code in stranger.get("/desk/tray").text, "it waits for the leader still"


def _work(town: Town, signing: Signing) -> None:
    """What the worker does, on a connection of its own."""
    url = town.session.get_bind().url.render_as_string(hide_password=False)  # type: ignore[union-attr]
    engine = make_engine(url, pool_size=1)
    own = Town(sessions(engine))
    own.now = datetime.now(UTC) + timedelta(seconds=5)
    carry_out(own, signing)
    own.session.close()
    engine.dispose()
