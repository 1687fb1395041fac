"""What we ask of the world outside, as protocols. `casework` sees these; adapters and simulators carry the same file names.

A call may be made twice with the same idempotency key (the outbox promises at least once): the other side, or the
adapter, must make the second one harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Unreachable(Exception):
    """The other side did not answer, or asked us to come back: try again later. The sentence is for the job's record."""


@dataclass(frozen=True)
class Mail:
    """One plain-text message. `key` makes the Message-ID, so that a repeated sending can be recognised."""

    to: str
    subject: str
    text: str
    key: str


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Hand the message to the mail server. Raises Unreachable; raises Undeliverable if the address is refused."""


class Undeliverable(Exception):
    """The mail server refuses this address or message for good."""


@dataclass(frozen=True)
class Subscriber:
    """Who asked to be told of dossier events, and the secret that signs what we post there."""

    url: str
    secret: str


class Webhook(Protocol):
    def post(self, subscriber: Subscriber, key: str, event: Mapping[str, object]) -> None:
        """Tell the subscriber. Raises Unreachable unless it answered 2xx."""


@dataclass(frozen=True)
class ExternalTask:
    """A step that a partner carries out. `key` is the idempotency key and names the task in the partner's callback."""

    key: str
    topic: str
    dossier_code: str
    procedure_code: str
    agency_code: str
    declaration: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """The partner did it; `result` goes to the step's resultVariable."""

    result: Mapping[str, object]


@dataclass(frozen=True)
class Accepted:
    """The partner will answer by callback."""


@dataclass(frozen=True)
class Declined:
    """The partner says no, for good; `code` may be caught by a BPMN error event (BPMN 2.0.2, 10.5.6)."""

    code: str
    sentence: str


class ExternalTopic(Protocol):
    def request(self, task: ExternalTask) -> Answered | Accepted | Declined:
        """Ask the partner. Raises Unreachable."""


@dataclass(frozen=True)
class Partners:
    """Everybody outside, as configured. A topic that nobody serves here is an ordinary case."""

    mailer: Mailer
    webhook: Webhook
    topics: Mapping[str, ExternalTopic] = field(default_factory=dict)
