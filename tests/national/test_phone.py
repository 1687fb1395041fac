"""SMS and Zalo: adapters and simulator meet over HTTP, each written from its page in docs/wire/."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national import signature
from national.adapters.sms import HttpSms
from national.adapters.zalo import HttpZalo, fits
from national.ports import PhoneMessage, Undeliverable, Unreachable
from national.simulators.phone import Handler, Telephone


@pytest.fixture
def world() -> Iterator[SimpleNamespace]:
    """The simulator on a port, both adapters before it, a catcher of callbacks behind."""
    found = SimpleNamespace(heard=[], told=threading.Event())

    def answer(environ: dict[str, object], start: Callable[..., object]) -> object:
        request = Request(environ)
        if request.path.startswith("/api/v1/callbacks/"):
            found.heard.append((request.path.rpartition("/")[2], request.get_data(), dict(request.headers)))
            found.told.set()
            return Response(status=204)(environ, start)
        page = {"/sms/v1/messages": telephone.sms, "/zalo/message/template": telephone.zalo}[request.path]
        return page(request)(environ, start)

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Handler)
    url = f"http://127.0.0.1:{server.port}"
    telephone = Telephone("secret", "token", "app", url)
    found.telephone = telephone
    found.sms = HttpSms(f"{url}/sms", "MOTCUA", "secret", f"{url}/api/v1/callbacks/sms", 5)
    found.zalo = HttpZalo(f"{url}/zalo", "token", "350417", 5)
    found.url = url
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()


def message(phone: str = "84912345678", key: str = "k1") -> PhoneMessage:
    return PhoneMessage(phone, "Ho so da co ket qua", {"news": "Hồ sơ đã có kết quả", "code": "H23"}, key)


def test_an_sms_is_sent_once_by_its_key_and_its_receipt_is_signed(world: SimpleNamespace) -> None:
    assert world.sms.send(message()) == world.sms.send(message())
    assert len(world.telephone.messages) == 1
    assert world.told.wait(5)
    way, body, headers = world.heard[0]
    assert way == "sms"
    assert signature.verify("secret", body, headers["X-Motcua-Signature"])
    assert json.loads(body)["state"] == "delivered"


def test_zalo_sends_an_approved_template_and_signs_its_event(world: SimpleNamespace) -> None:
    number = world.zalo.send(message())
    assert world.told.wait(5)
    _, body, headers = world.heard[0]
    event = json.loads(body)
    assert event["message"] == {**event["message"], "msg_id": number, "tracking_id": "k1"}
    header = next(value for name, value in headers.items() if name.lower() == "x-zevent-signature")
    assert fits("app", "secret", body, event["timestamp"], header)
    assert not fits("app", "secret", body + b" ", event["timestamp"], header)
    assert not fits("app", "", body, event["timestamp"], header)


def test_whom_a_way_does_not_reach_is_told_apart_from_who_is_away(world: SimpleNamespace) -> None:
    for sender, phone in ((world.zalo, "84912345600"), (world.sms, "84912345601"), (world.sms, "849")):
        with pytest.raises(Undeliverable):
            sender.send(message(phone))
    for sender in (world.zalo, world.sms):
        with pytest.raises(Unreachable):
            sender.send(message("84912345602"))


def test_a_wrong_token_or_secret_is_nobodys_fault_but_ours(world: SimpleNamespace) -> None:
    """It is tried again once the setting is mended; the person is not skipped."""
    with pytest.raises(Unreachable, match="-124"):
        HttpZalo(f"{world.url}/zalo", "stale", "350417", 5).send(message())
    with pytest.raises(Unreachable, match="401"):
        HttpSms(f"{world.url}/sms", "MOTCUA", "wrong", "", 5).send(message())
    with pytest.raises(Unreachable):
        HttpSms("http://127.0.0.1:9", "MOTCUA", "secret", "", 1).send(message())
