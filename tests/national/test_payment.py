"""Adapter and simulator of the payment gateway meet over HTTP; each was written from docs/wire/payment.md."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national import checksum
from national.adapters.payment import HttpPaymentGateway
from national.ports import Payment, PaymentRefused, Unreachable
from national.simulators.payment import Gateway

SECRET, MERCHANT = "shared", "MOTCUA"
NOW = datetime(2023, 6, 15, 2, 0, tzinfo=UTC)


class Bank:
    """The simulator on a port, the adapter before it, and a catcher of notices behind."""

    def __init__(self, folder: Path) -> None:
        self.noticed: list[dict[str, object]] = []
        self.heard = threading.Event()
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.simulator = Gateway(SECRET, MERCHANT, f"{self.url}/payment", folder)
        self.adapter = HttpPaymentGateway(f"{self.url}/payment", MERCHANT, SECRET, f"{self.url}/notice", 5)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _answer(self, environ: dict[str, object], start: Callable[..., object]) -> object:
        request = Request(environ)
        if request.path == "/notice":
            self.noticed.append(json.loads(request.get_data()))
            self.heard.set()
            return Response('{"code": "00"}', content_type="application/json")(environ, start)
        return (self.simulator.answer(request) or Response("", 404))(environ, start)

    def open(self, reference: str = "TT1", amount: int = 37500) -> str:
        asked = Payment(
            reference, amount, "Phí | hồ sơ", f"{self.url}/back", NOW, NOW + timedelta(minutes=15)
        )
        return self.adapter.open(asked).pay_url

    def pay(self, how: str, reference: str = "TT1") -> httpx.Response:
        return httpx.post(self.open(reference), data={"how": how})

    def notice(self) -> dict[str, object]:
        assert self.heard.wait(5)
        return self.noticed[-1]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    opened = Bank(tmp_path)
    yield opened
    opened.server.shutdown()


def test_the_checksum_is_that_of_the_contract() -> None:
    """The example of the page, computed elsewhere (openssl dgst -sha256 -hmac)."""
    assert checksum.of("secret", ("pay", "00", "TT1", 37500)) == EXAMPLE


EXAMPLE = "87893a3985a4660367f249089e12814bb6f0cb584c39b532a6462174bf65f365"


def test_opened_twice_is_one_payment(bank: Bank) -> None:
    assert bank.open() == bank.open()
    assert len(bank.simulator.payments) == 1
    assert bank.adapter.ask("TT1", now=NOW).state == "open"
    assert bank.adapter.ask("TT9", now=NOW).state == "unknown"


@pytest.mark.parametrize(("how", "state", "code"), [("success", "paid", "00"), ("fail", "failed", "51")])
def test_a_notice_says_what_became_of_it_and_the_browser_comes_back(
    bank: Bank, how: str, state: str, code: str
) -> None:
    back = bank.pay(how)
    assert back.status_code == 303
    assert urlsplit(back.headers["Location"]).path == "/back"
    said = bank.adapter.notice(bank.notice())
    assert said is not None
    assert (said.reference, said.state, said.code) == ("TT1", state, code)
    assert bank.adapter.ask("TT1", now=NOW).state == state


def test_a_forged_notice_is_none(bank: Bank) -> None:
    """Neither another secret nor one changed figure passes."""
    bank.pay("forged")
    assert bank.adapter.notice(bank.notice()) is None
    bank.heard.clear()
    bank.pay("success", "TT2")
    true = bank.notice()
    assert bank.adapter.notice(true) is not None
    assert bank.adapter.notice({**true, "amount_vnd": 1}) is None
    assert bank.adapter.notice({**true, "checksum": ""}) is None


def test_a_refund_is_made_once_by_its_key(bank: Bank) -> None:
    bank.pay("success")
    first = bank.adapter.refund("TT1", 30000, "key-1", now=NOW)
    assert bank.adapter.refund("TT1", 30000, "key-1", now=NOW) == first
    with pytest.raises(PaymentRefused, match="61"):
        bank.adapter.refund("TT1", 10000, "key-2", now=NOW)
    bank.adapter.refund("TT1", 7500, "key-3", now=NOW)
    assert bank.adapter.ask("TT1", now=NOW).state == "refunded"


def test_the_file_of_a_day_holds_its_payments_and_refunds(bank: Bank) -> None:
    """Not before the day is over; its total is signed."""
    bank.pay("success")
    bank.adapter.refund("TT1", 37500, "key-1", now=NOW)
    with pytest.raises(Unreachable, match="404"):
        bank.adapter.statement(date(2023, 6, 15), now=NOW)
    lines = bank.adapter.statement(date(2023, 6, 15), now=NOW + timedelta(days=1))
    assert [(line.kind, line.reference, line.amount_vnd) for line in lines] == [
        ("pay", "TT1", 37500),
        ("refund", "TT1", 37500),
    ]


def test_money_outlives_the_simulator(bank: Bank, tmp_path: Path) -> None:
    bank.pay("success")
    again = Gateway(SECRET, MERCHANT, "", tmp_path)
    assert again.payments["TT1"]["state"] == "paid"


def test_nobody_home_is_unreachable() -> None:
    away = HttpPaymentGateway("http://127.0.0.1:9", MERCHANT, SECRET, "http://127.0.0.1:9/n", 1)
    with pytest.raises(Unreachable):
        away.ask("TT1", now=NOW)
