"""Joins the ports to their adapters, as the settings say. No other module names an adapter."""

from __future__ import annotations

import functools

from assembly.settings import Settings
from national.adapters.civil_status import HttpCivilStatus
from national.adapters.mail import SmtpMailer
from national.adapters.payment import HttpPaymentGateway
from national.adapters.postal import HttpPostal
from national.adapters.webhook import HttpWebhook
from national.ports import ExternalTopic, IdentityProvider, Partners, PaymentGateway


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
    return Partners(mailer, HttpWebhook(timeout), topics, payment_gateway(settings), postal)


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


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The secrets that a partner's callback may be signed with."""
    return tuple(secret for secret in (settings.civil_status_secret,) if secret)
