"""Adapters and simulators meet on the wire: real SMTP and HTTP on the loopback, by the contracts of docs/wire/."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national import signature
from national.adapters.civil_status import HttpCivilStatus
from national.adapters.mail import SmtpMailer
from national.adapters.postal import HttpPostal
from national.adapters.webhook import HttpWebhook
from national.ports import (
    Accepted,
    Answered,
    Declined,
    ExternalTask,
    Mail,
    Parcel,
    ParcelRefused,
    Placed,
    Subscriber,
    Undeliverable,
    Unreachable,
)
from national.simulators import civil_status, mail, postal, webhook

SECRET = "between us"
Serve = Callable[[Callable[[Request], Response]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a request handler on a free port until the test ends; answers its URL."""
    servers = []

    def start(handler: Callable[[Request], Response]) -> str:
        server = make_server("127.0.0.1", 0, Request.application(handler), threaded=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()


def task(key: str = "0b7e", **changes: object) -> ExternalTask:
    fields: dict[str, object] = {"dossier_code": "H23.30.05-230615-0001", "procedure_code": "1.001193"}
    fields |= {"agency_code": "H23.30.05", "declaration": {"to_khai": {"ho_ten": "Lê Thị Hoa"}}} | changes
    return ExternalTask(key, "civil-status.register", **fields)  # type: ignore[arg-type]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Long enough to be folded over several lines, where a space is easily lost.
SUBJECT = "Có việc chờ bạn thực hiện trên hồ sơ – H23.30.05-261127-0001"


def test_a_mail_reaches_the_catcher_with_its_vietnamese_text_and_its_key(tmp_path: Path) -> None:
    """Subject and body survive, and the Message-ID is the outbox key, so that a repeat can be recognised."""
    port = closed_port()
    catcher = mail.serve(tmp_path, port)
    try:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", "motcua@tinh.example", 5)
        mailer.send(Mail("hoa@example.vn", SUBJECT, "Kính gửi bà Lê Thị Hoa,\n", "abc-1"))
    finally:
        catcher.stop()
    (letter,) = mail.caught(tmp_path)
    assert letter["subject"] == SUBJECT
    assert letter["text"].startswith("Kính gửi bà Lê Thị Hoa")
    assert letter["id"] == "<abc-1@tinh.example>"


@pytest.mark.parametrize("to", ["a@b.vn\r\nBcc: everybody@example.vn", "không phải thư"])
def test_a_malformed_address_is_undeliverable_and_injects_no_header(to: str) -> None:
    """A line break in an address never becomes a header; the mail is given up before any connection."""
    mailer = SmtpMailer(f"smtp://127.0.0.1:{closed_port()}", "motcua@tinh.example", 5)
    with pytest.raises(Undeliverable):
        mailer.send(Mail(to, "s", "t", "k"))


def test_a_mail_server_that_is_down_means_try_again() -> None:
    """Nobody listening is Unreachable, not a lost message."""
    with pytest.raises(Unreachable):
        SmtpMailer(f"smtp://127.0.0.1:{closed_port()}", "a@b.vn", 5).send(Mail("c@d.vn", "s", "t", "k"))


def test_a_signature_is_good_for_its_body_its_secret_and_five_minutes() -> None:
    """Another body, another secret, an empty secret, a late or malformed header: none verifies."""
    header = signature.sign(SECRET, b"{}", 1_000_000)
    assert signature.verify(SECRET, b"{}", header, 1_000_000 + 300)
    assert not signature.verify(SECRET, b"{ }", header, 1_000_000)
    assert not signature.verify("other", b"{}", header, 1_000_000)
    assert not signature.verify(SECRET, b"{}", header, 1_000_000 + 301)
    assert not signature.verify("", b"{}", signature.sign("", b"{}", 5), 5)
    for malformed in (None, "", "t=,v1=", "t=٣,v1=é", "v1=ff", f"t={'9' * 400},v1=0"):
        assert not signature.verify(SECRET, b"{}", malformed, 1_000_000)


def test_a_webhook_notice_arrives_once_however_often_it_is_posted(serve: Serve) -> None:
    """A repeat with the same key is the same notice."""
    subscriber = webhook.Subscriber(SECRET)
    sender, to = HttpWebhook(5), Subscriber(serve(subscriber.answer), SECRET)
    sender.post(to, "k1", {"id": "k1", "topic": "dossier_received"})
    sender.post(to, "k1", {"id": "k1", "topic": "dossier_received"})
    assert (len(subscriber.notices), subscriber.repeats) == (1, 1)


def test_a_webhook_that_does_not_take_the_notice_means_try_again(serve: Serve) -> None:
    """A refused signature, a redirect and a URL that is none: no delivery."""
    urls = [serve(webhook.Subscriber("other").answer), "http://[", "no url"]
    urls.append(serve(lambda _: Response(status=302, headers={"Location": "/x"})))
    for url in urls:
        with pytest.raises(Unreachable):
            HttpWebhook(5).post(Subscriber(url, SECRET), "k", {})


def test_the_register_takes_a_declaration_and_calls_back_with_one_number(serve: Serve) -> None:
    """202 first; the callback is signed; asked again with the same key it answers 200 with the same number."""
    calls: list[tuple[str, bytes, str | None]] = []

    def callback(request: Request) -> Response:
        calls.append((request.path, request.get_data(), request.headers.get(signature.HEADER)))
        return Response(status=204)

    register = civil_status.Register(SECRET, later=lambda work: work())
    adapter = HttpCivilStatus(serve(register.answer), SECRET, serve(callback) + "/jobs", 5)
    assert adapter.request(task()) == Accepted()
    ((path, body, header),) = calls
    assert path == "/jobs/0b7e"
    assert signature.verify(SECRET, body, header, int(time.time()))
    again = adapter.request(task())
    assert isinstance(again, Answered)
    assert again.result == httpx.Response(200, content=body).json()["result"]
    assert len(register.registrations) == 1


def test_the_register_declines_an_empty_declaration_for_good(serve: Serve) -> None:
    """422 with a code becomes Declined, which a diagram may catch."""
    adapter = HttpCivilStatus(serve(civil_status.Register(SECRET).answer), SECRET, "http://127.0.0.1/x", 5)
    assert isinstance(adapter.request(task(declaration={})), Declined)


@pytest.mark.parametrize(
    "answer",
    [
        Response(status=500),
        Response("<html>", 200),
        Response('{"result": 7}', 200),
        Response("[]", 422),
        Response(status=302, headers={"Location": "/elsewhere"}),
        Response('{"result": {"x": "' + "y" * 70_000 + '"}}', 200),
    ],
    ids=["error", "not json", "wrong shape", "wrong refusal", "redirect", "too large"],
)
def test_an_answer_outside_the_contract_means_try_again(serve: Serve, answer: Response) -> None:
    """Nothing a partner sends breaks us or counts as done, unless the contract says so."""
    with pytest.raises(Unreachable):
        HttpCivilStatus(serve(lambda _: answer), SECRET, "http://127.0.0.1/x", 5).request(task())


HOME = {"name": "Lê Thị Hoa", "phone": "0912345678", "address": "Khu 3, phường Thạch Khôi"}
SHOP = {"name": "UBND phường Thạch Khôi", "phone": "02203001776", "address": "Phường Thạch Khôi"}


def test_a_parcel_gets_one_waybill_and_its_way_is_told(serve: Serve) -> None:
    """Ordered twice with one key it is one parcel; the news are signed and follow one another to the door."""
    told: list[dict[str, str]] = []

    def callback(request: Request) -> Response:
        body = request.get_data()
        assert signature.verify(SECRET, body, request.headers.get(signature.HEADER), int(time.time()))
        told.append(httpx.Response(200, content=body).json())
        return Response(status=204)

    post = postal.PostOffice(SECRET, later=lambda work: work())
    adapter = HttpPostal(serve(post.answer), SECRET, serve(callback), 5)
    first = adapter.order(Parcel("k1", "H23.30.05-230615-0001", SHOP, HOME, 8000))
    assert adapter.order(Parcel("k1", "H23.30.05-230615-0001", SHOP, HOME, 8000)) == first
    assert isinstance(first, Placed)
    assert [news["state"] for news in told] == ["accepted", "in_transit", "delivered"]
    assert {news["waybill"] for news in told} == {first.waybill}


def test_a_parcel_that_cannot_be_carried_is_refused_for_good(serve: Serve) -> None:
    """No address is a refusal with a sentence; a wrong secret, a strange answer or nobody there means try again."""
    post = postal.PostOffice(SECRET)
    parcel = Parcel("k2", "H23.30.05-230615-0001", SHOP, HOME | {"address": ""})
    with pytest.raises(ParcelRefused, match="địa chỉ"):
        HttpPostal(serve(post.answer), SECRET, "http://127.0.0.1/x", 5).order(parcel)
    strange = serve(lambda _: Response('{"waybill": "../x", "postage_vnd": 1}', status=201))
    for adapter in (
        HttpPostal(serve(post.answer), "other", "http://127.0.0.1/x", 5),
        HttpPostal(strange, SECRET, "http://127.0.0.1/x", 5),
        HttpPostal(f"http://127.0.0.1:{closed_port()}", SECRET, "http://127.0.0.1/x", 5),
    ):
        with pytest.raises(Unreachable):
            adapter.order(Parcel("k3", "H23.30.05-230615-0001", SHOP, HOME))
