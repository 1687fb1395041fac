"""The world outside, in memory: remembers what it was told and answers as the test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from national.ports import (
    Accepted,
    Answered,
    Declined,
    ExternalTask,
    Mail,
    Opened,
    Paid,
    Partners,
    Payment,
    PhoneMessage,
    StatementLine,
    Subscriber,
    Undeliverable,
    Unreachable,
)


class FakeMailer:
    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.failures = 0

    def send(self, mail: Mail) -> None:
        if self.failures:
            self.failures -= 1
            raise Unreachable("the fake mail server is away")
        self.sent.append(mail)


class FakeWebhook:
    def __init__(self) -> None:
        self.posted: list[tuple[str, str, Mapping[str, object]]] = []
        self.failures = 0

    def post(self, subscriber: Subscriber, key: str, event: Mapping[str, object]) -> None:
        if self.failures:
            self.failures -= 1
            raise Unreachable("the fake subscriber is away")
        self.posted.append((subscriber.url, key, event))


class FakeTopic:
    def __init__(self, answer: Answered | Accepted | Declined | None = None) -> None:
        self.answer = answer
        self.asked: list[ExternalTask] = []

    def request(self, task: ExternalTask) -> Answered | Accepted | Declined:
        self.asked.append(task)
        if self.answer is None:
            raise Unreachable("the fake partner is away")
        return self.answer


def partners(**topics: FakeTopic) -> Partners:
    """Partners that remember; `partners.mailer.sent`, `partners.webhook.posted`."""
    return Partners(FakeMailer(), FakeWebhook(), dict(topics))


class FakeGateway:
    """Payments by reference; `say` is what a signed notice would tell."""

    def __init__(self) -> None:
        self.opened: dict[str, Payment] = {}
        self.states: dict[str, Paid] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.lines: list[StatementLine] = []
        self.away = False

    def open(self, payment: Payment) -> Opened:
        self._there()
        self.opened[payment.reference] = payment
        return Opened(f"GW-{payment.reference}", f"https://pay.example/{payment.reference}")

    def ask(self, reference: str, *, now: datetime) -> Paid:
        self._there()
        return self.states.get(reference, Paid(reference, "open" if reference in self.opened else "unknown"))

    def refund(self, reference: str, amount_vnd: int, key: str, *, now: datetime) -> str:
        self._there()
        self.refunds[key] = (reference, amount_vnd)
        return f"R-{reference}"

    def statement(self, day: date, *, now: datetime) -> Sequence[StatementLine]:
        self._there()
        return self.lines

    def notice(self, body: Mapping[str, object]) -> Paid | None:
        return None

    def pays(self, reference: str) -> Paid:
        """The bank takes the money that was asked for."""
        self.states[reference] = Paid(
            reference, "paid", self.opened[reference].amount_vnd, f"GW-{reference}", "00"
        )
        return self.states[reference]

    def _there(self) -> None:
        if self.away:
            raise Unreachable("the fake gateway is away")


class FakePhone:
    """Zalo or SMS: `refuses` are numbers it cannot reach, `away` failures still to come."""

    def __init__(self) -> None:
        self.sent: list[PhoneMessage] = []
        self.refuses: set[str] = set()
        self.away = 0

    def send(self, message: PhoneMessage) -> str:
        if self.away:
            self.away -= 1
            raise Unreachable("the fake telephone is away")
        if message.phone in self.refuses:
            raise Undeliverable("no such subscriber")
        self.sent.append(message)
        return f"id-{id(self)}-{len(self.sent)}"
