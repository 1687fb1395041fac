"""The world outside, in memory: remembers what it was told and answers as the test says."""

from __future__ import annotations

from collections.abc import Mapping

from national.ports import Accepted, Answered, Declined, ExternalTask, Mail, Partners, Subscriber, Unreachable


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
