"""A leader signs with a remote signing service (CSC API v2), from the tray to the file: PIN, then yes on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from casework import demo_data
from casework.documents.checking import check
from casework.gate import Accepted
from engine.commands import ClaimTask, CompleteTask
from national.adapters.remote_signing import Provider, RemoteSigning
from national.adapters.time_stamp import HttpTimeStamps
from national.demo_ca import PIN
from national.ports import Signing
from store.queries import dossiers
from store.tables import reserved_number, signing_credential
from tests.casework.town import WARD, Town
from tests.documents.conftest import SECRET, Desk
from tests.documents.test_killed import TOKEN, Providers
from tests.documents.test_publicly import stranger
from tests.documents.work import asked, carry_out, confirmation_before, public_id, result_of, states

__all__ = ["stranger"]
PAPER = "giay_xac_nhan"
SECONDS = 60.0
AT_PROVIDER = "079304005555"  # what the provider calls the leader


@pytest.fixture
def providers(desk: Desk, town: Town) -> Iterator[Providers]:
    """The leader is enrolled, and confirms by phone."""
    opened = Providers(desk.folder)
    leader = town.officer(WARD, "leader")
    opened.service.enrol(AT_PROVIDER, leader.name, "UBND phường Thạch Khôi", "Chủ tịch")
    opened.service.by_phone.add(AT_PROVIDER)
    known = {"holder": f"person:{leader.id}", "provider": "", "user_id": AT_PROVIDER, "set_at": town.now}
    town.session.execute(insert(signing_credential).values(**known))
    town.session.commit()
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
    task, user = public_id(town, code, "ky"), AT_PROVIDER
    stranger.post("/sign-in", data={"username": leader.id, "password": demo_data.read().password})
    assert code in stranger.get("/desk/tray").text
    answer = stranger.post("/desk/tray/sign", data={"task": str(task), "pin": PIN})
    assert answer.status_code == 302
    page = stranger.get(answer.location).text
    assert "Đang ký" in page
    assert "xác nhận trên điện thoại" in page

    town.now = datetime.now(UTC) + timedelta(seconds=5)
    signing = phone_desk(providers, 0.0 if pressed is None else SECONDS)
    if pressed is not None:
        assert carry_out(town, signing) == ["waits"], "the worker is free while the phone rings"
        assert providers.service.ringing(user) == 1
        providers.service.confirm(user, pressed)
        town.now += timedelta(seconds=2)
    carry_out(town, signing)

    assert said in stranger.get(answer.location).text
    file = stranger.get(f"/desk/dossiers/{code}/results/{PAPER}")
    if pressed:
        checked = check(file.data, desk.anchors)
        assert checked.verdict == "valid"
        assert [(one.name, one.stamped) for one in checked.signatures] == [(leader.name, True)]
    else:
        assert file.status_code == 404
        assert code in stranger.get("/desk/tray").text, "it waits for the leader still"


def test_nothing_waits_for_a_person(town: Town, desk: Desk, providers: Providers) -> None:
    """While a clerk's phone rings, a colleague takes the next number; a refused seal keeps its number, and no hole is left."""
    codes = [confirmation_before(town, "vao_so", desk.signing) for _ in range(2)]
    clerk, user = town.officer(WARD, "clerk"), f"seal:{WARD}"
    providers.service.enrol(user, "Ủy ban nhân dân phường Thạch Khôi", "UBND phường Thạch Khôi")
    providers.service.by_phone.add(user)
    signing = phone_desk(providers, SECONDS, SECRET)
    first = asked(town, clerk, public_id(town, codes[0], "vao_so"))
    assert carry_out(town, signing) == ["waits"]
    number = town.task_no(codes[1], "vao_so")
    assert isinstance(town.give(codes[1], ClaimTask(clerk, number)), Accepted)
    assert isinstance(town.give(codes[1], CompleteTask(clerk, number, "done")), Accepted)
    assert result_of(town, codes[1], result=PAPER)["number"] == "02/UBND-XNTTHN"

    providers.service.confirm(user, False)
    town.now += timedelta(seconds=2)
    carry_out(town, signing)
    assert states(town, first) == [("failed", "confirmation_declined")]
    whose = town.session.execute(select(reserved_number.c.number, reserved_number.c.dossier_id)).all()
    assert whose == [(1, dossiers.ids(town.session, codes[0]))]
    again = asked(town, clerk, public_id(town, codes[0], "vao_so"))
    carry_out(town, signing)
    providers.service.confirm(user)
    town.now += timedelta(seconds=2)
    carry_out(town, signing)
    assert states(town, again) == [("done", "")]
    assert result_of(town, codes[0], result=PAPER)["number"] == "01/UBND-XNTTHN"
    assert town.session.scalar(select(func.count()).select_from(reserved_number)) == 0


def phone_desk(providers: Providers, patience: float, secret: str = "tests of pages") -> Signing:
    remote = RemoteSigning(Provider("", providers.url, token=TOKEN), 10, confirm_seconds=patience)
    stamps = HttpTimeStamps(providers.url + "/tsa", 10)
    return Signing(remote, stamps, "http://motcua.test", secret, "Bản thử")
