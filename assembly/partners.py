"""Joins the ports to their adapters, as the settings say. No other module names an adapter."""

from __future__ import annotations

import functools
import ssl

from assembly.settings import Settings
from casework import notice_templates
from casework.documents.checking import Anchors
from national.adapters.civil_status import HttpCivilStatus
from national.adapters.mail import SmtpMailer
from national.adapters.payment import HttpPaymentGateway
from national.adapters.postal import HttpPostal
from national.adapters.remote_signing import Provider, RemoteSigning, SigningProviders
from national.adapters.sms import HttpSms
from national.adapters.soft_token import SoftToken
from national.adapters.time_stamp import HttpTimeStamps
from national.adapters.webhook import HttpWebhook
from national.adapters.zalo import HttpZalo
from national.adapters.zalo import fits as zalo_fits
from national.ports import (
    ExternalTopic,
    IdentityProvider,
    Partners,
    PaymentGateway,
    PhoneSender,
    Signing,
    SigningService,
)


def partners(settings: Settings) -> Partners:
    """The world outside for this process. A partner without a URL is not there."""
    timeout = settings.partner_timeout_seconds
    topics: dict[str, ExternalTopic] = {}
    if settings.civil_status_url:
        topics["civil-status.register"] = HttpCivilStatus(
            settings.civil_status_url,
            settings.civil_status_secret,
            f"{settings.public_url}/api/v1/callbacks/jobs",
            timeout,
        )
    mailer = SmtpMailer(settings.smtp_url, settings.mail_from, timeout)
    postal = None
    if settings.postal_url:
        callback = f"{settings.public_url}/api/v1/callbacks/parcels"
        postal = HttpPostal(settings.postal_url, settings.postal_secret, callback, timeout)
    signing = _signing(settings, timeout)
    return Partners(
        mailer,
        HttpWebhook(timeout),
        topics,
        payment_gateway(settings),
        postal,
        signing,
        zalo=_zalo(settings),
        sms=_sms(settings),
        number_key=settings.secret_key,
        portal=settings.public_url,
    )


def _zalo(settings: Settings) -> PhoneSender | None:
    if not (settings.zalo_url and settings.zalo_token):
        return None
    template_id = notice_templates.ZALO_TEMPLATE
    return HttpZalo(settings.zalo_url, settings.zalo_token, template_id, settings.partner_timeout_seconds)


def _sms(settings: Settings) -> PhoneSender | None:
    if not (settings.sms_url and settings.sms_secret):
        return None
    callback = f"{settings.public_url}/api/v1/callbacks/sms"
    return HttpSms(
        settings.sms_url,
        settings.sms_brandname,
        settings.sms_secret,
        callback,
        settings.partner_timeout_seconds,
    )


def signed_by_zalo(settings: Settings, body: bytes, timestamp: str, header: str | None) -> bool:
    """Whether an event is Zalo's."""
    return zalo_fits(settings.zalo_app_id, settings.zalo_secret, body, timestamp, header)


@functools.cache  # one client with its connections a process
def payment_gateway(settings: Settings) -> PaymentGateway | None:
    """Where people pay online; None where no gateway is configured."""
    if not (settings.payment_url and settings.payment_secret):
        return None
    return HttpPaymentGateway(
        settings.payment_url,
        settings.payment_merchant,
        settings.payment_secret,
        f"{settings.public_url}/api/v1/callbacks/payments",
        settings.partner_timeout_seconds,
    )


@functools.lru_cache(maxsize=4)
def identity_provider(settings: Settings) -> IdentityProvider | None:
    """Where citizens and businesses sign in besides our own accounts; None where none is configured."""
    if not settings.oidc_issuer:
        return None
    from national.adapters.oidc import (
        OpenIdProvider,
    )  # with its cryptography: only who signs somebody in pays for it

    return OpenIdProvider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.public_url,
        settings.partner_timeout_seconds,
    )


def _signing(settings: Settings, timeout: float) -> Signing | None:
    """Keys elsewhere, or a demo's own; without a time-stamping authority nothing is signed."""
    if not settings.time_stamp_url or not (settings.signs_elsewhere or settings.demo):
        return None
    found = [Provider(**told) for told in settings.signing_providers]
    if settings.signing_url:
        found.insert(0, Provider("", settings.signing_url, token=settings.signing_token))
    service: SigningService = (
        SigningProviders({one.name: RemoteSigning(one, timeout) for one in found})
        if found
        else SoftToken(settings.demo_keys)
    )
    return Signing(
        service,
        HttpTimeStamps(settings.time_stamp_url, timeout),
        settings.public_url,
        settings.secret_key,
        mark="Bản thử" if settings.demo else "",
    )


def anchors(settings: Settings) -> Anchors:
    """Whom signatures are checked against: what lies in the folder now."""
    # A demo's folder holds its signers' certificates too: as anchors they could be neither revoked nor expired.
    names = "root.pem" if settings.trust == settings.demo_keys else "*.pem"
    roots = [ssl.PEM_cert_to_DER_cert(path.read_text()) for path in sorted(settings.trust.glob(names))]
    return Anchors(tuple(roots), tuple(path.read_bytes() for path in sorted(settings.trust.glob("*.crl"))))


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The secrets that a partner's callback may be signed with."""
    return tuple(secret for secret in (settings.civil_status_secret,) if secret)
