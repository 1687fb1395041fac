"""What we ask of the world outside, as protocols. `casework` sees these; adapters and simulators carry the same file names.

A call may be made twice with the same idempotency key (the outbox promises at least once): the other side, or the
adapter, must make the second one harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol


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
class PhoneMessage:
    """One message to a telephone: `text` for SMS (plain ASCII), `data` the parameters of an approved Zalo template."""

    phone: str  # 84 and nine digits
    text: str
    data: Mapping[str, str]
    key: str  # idempotency key; comes back in receipts


class PhoneSender(Protocol):
    def send(self, message: PhoneMessage) -> str:
        """The gateway's id of it. Raises Unreachable; raises Undeliverable if this number cannot be reached this way."""


@dataclass(frozen=True)
class Payment:
    """What a payer is to be asked for. `reference` is the idempotency key; `description` names no person."""

    reference: str
    amount_vnd: int
    description: str
    return_url: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Opened:
    """Where the payer's browser goes."""

    gateway_reference: str
    pay_url: str


@dataclass(frozen=True)
class Paid:
    """What the gateway says of one payment, in a signed notice or in answer to a question."""

    reference: str
    state: Literal["open", "paid", "failed", "expired", "refunded", "unknown"]
    amount_vnd: int = 0
    gateway_reference: str = ""
    code: str = ""


@dataclass(frozen=True)
class StatementLine:
    """One line of the gateway's file of a day: a payment, or a refund of it."""

    kind: Literal["pay", "refund"]
    reference: str
    gateway_reference: str
    amount_vnd: int


class PaymentRefused(Exception):
    """The gateway says no, for good; the sentence holds its code."""


class PaymentGateway(Protocol):
    def open(self, payment: Payment) -> Opened:
        """Raises Unreachable, PaymentRefused."""

    def ask(self, reference: str, *, now: datetime) -> Paid:
        """What became of a payment. Raises Unreachable."""

    def refund(self, reference: str, amount_vnd: int, key: str, *, now: datetime) -> str:
        """Pay back; the gateway's reference of it. The same key again is the same refund. Raises Unreachable, PaymentRefused."""

    def statement(self, day: date, *, now: datetime) -> Sequence[StatementLine]:
        """The file of a local day. Raises Unreachable while it is not ready."""

    def notice(self, body: Mapping[str, object]) -> Paid | None:
        """A notice as read; None if the gateway did not sign it."""


@dataclass(frozen=True)
class Holder:
    """Whose key signs: a person (`id` is the account) or an agency with its seal (`id` is the agency's code).

    `provider` keeps the key ("": the only one, or the first) and knows the holder as `user` ("": `kind:id`)."""

    id: str
    kind: Literal["person", "seal"]
    name: str
    organisation: str
    title: str = ""
    provider: str = ""
    user: str = ""


class SigningRefused(Exception):
    """The signing service says no, for good. `code`: pin_wrong, pin_locked, no_certificate, certificate_unusable,
    provider_unknown, confirmation_declined, confirmation_missed, signing_declined."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or code)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """What a signing service said. `signatures`: one a digest, or None while the signer confirms elsewhere; `memory`: what
    to come back with (JSON; no secret of the signer)."""

    signatures: tuple[bytes, ...] | None
    memory: Mapping[str, Any] = field(default_factory=dict)


class SigningService(Protocol):
    """Keys that nobody but their holder may use: a token, or a remote service (CSC API v2)."""

    def certificates(self, holder: Holder) -> Sequence[bytes]:
        """The holder's certificate, then those above it (DER). Raises Unreachable, SigningRefused."""

    def sign(
        self, holder: Holder, pin: str, digests: Sequence[bytes], memory: Mapping[str, Any] | None = None
    ) -> Asked:
        """RSASSA-PKCS1-v1_5 signatures of SHA-256 digests, all authorised at once by one PIN (RFC 8017).

        Never waits for a person: without signatures it is asked again, a second later, with the memory it gave.
        Raises Unreachable, SigningRefused; nothing is signed unless all are.
        """


class TimeStamps(Protocol):
    def answer(self, query: bytes) -> bytes:
        """TimeStampResp for a TimeStampReq, both DER (RFC 3161). Raises Unreachable."""


@dataclass(frozen=True)
class Signing:
    """Who signs for us and who stamps the time. `mark`: words in the seals of a demo ("" = none); `public_url` goes into
    documents for their check; `secret` opens the sealed PINs."""

    service: SigningService
    stamps: TimeStamps
    public_url: str
    secret: str
    mark: str = ""


@dataclass(frozen=True)
class SignInStarted:
    """A way to the identity provider. All but `url` is kept with the browser's session until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says signed in. `level` 0 to 2 (docs/wire/oidc.md, `acr`); `session` is named again at logout."""

    issuer: str
    subject: str
    session: str
    level: int
    kind: Literal["citizen", "business"]
    name: str
    id_number: str
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class LoggedOut:
    """The provider says that a session is over, or all of a person's that began by `at` (a repeat ends no newer one)."""

    issuer: str
    at: datetime
    session: str = ""
    subject: str = ""


class IdentityRefused(Exception):
    """What came back proves nobody's identity. `code` is short and stable; it names no person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class IdentityProvider(Protocol):
    def begin(self) -> SignInStarted:
        """Where to send the browser. Raises Unreachable."""

    def finish(self, started: SignInStarted, answer: Mapping[str, str]) -> Identity:
        """Who came back with this answer (its query). Raises IdentityRefused, Unreachable."""

    def logged_out(self, token: str) -> LoggedOut:
        """What a logout token says. Raises IdentityRefused, Unreachable."""

    def logout_url(self) -> str:
        """Where to send a browser to end the provider's own session. Raises Unreachable."""


@dataclass(frozen=True)
class Parcel:
    """What the postman is to carry. `sender` and `recipient` are {name, phone, address}; `key` is the idempotency key."""

    key: str
    reference: str
    sender: Mapping[str, str]
    recipient: Mapping[str, str]
    cod_vnd: int = 0


@dataclass(frozen=True)
class Placed:
    """The post takes the parcel, for so much."""

    waybill: str
    postage_vnd: int


@dataclass(frozen=True)
class ParcelNews:
    """Where a parcel is: `state` is accepted, in_transit, delivered, failed or returned."""

    waybill: str
    state: str
    at: datetime
    place: str = ""


class ParcelRefused(Exception):
    """The post will not carry this parcel; the sentence says why."""


class Postal(Protocol):
    def order(self, parcel: Parcel) -> Placed:
        """Order a parcel. Raises Unreachable; raises ParcelRefused for good."""


@dataclass(frozen=True)
class Partners:
    """Everybody outside, as configured. A topic that nobody serves here is an ordinary case."""

    mailer: Mailer
    webhook: Webhook
    topics: Mapping[str, ExternalTopic] = field(default_factory=dict)
    payment: PaymentGateway | None = None
    postal: Postal | None = None
    signing: Signing | None = None  # None: results are signed on paper only
    zalo: PhoneSender | None = None
    sms: PhoneSender | None = None
    number_key: str = ""  # keys the digests of numbers that want nothing more
    portal: str = ""  # the public address of our own pages, for letters
