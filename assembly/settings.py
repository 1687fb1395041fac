"""Every setting of the system, read from the environment once. A new setting is a new field here.

| variable | meaning | default |
|---|---|---|
| DATABASE_URL | PostgreSQL 15 or newer; unset: `./motcua up` starts one under MOTCUA_VAR | |
| MOTCUA_OWNER_URL | the same database as its owner: `./motcua migrate` and `restore` only, never given to web and workers | DATABASE_URL |
| REDIS_URL | Redis 7 or Valkey; unset: `./motcua up` starts one | |
| SECRET_KEY | signs sessions and forms; the same on every web host | made once under MOTCUA_VAR |
| MOTCUA_VAR | folder of data: trusted certificates, and on one machine the servers' own | `var/` in the checkout |
| MOTCUA_PUBLIC_URL | how browsers reach us; https turns secure cookies on | http://127.0.0.1:8000 |
| MOTCUA_PROXIES | how many proxies stand in front and set X-Forwarded-For and -Proto; rate limits need the true address | 0 |
| MOTCUA_DEMO | 1: demo province, simulators, the movable clock | 0 (`./motcua up` sets 1 unless it is given) |
| MOTCUA_SMTP_URL | `smtp://[user:password@]host:port`, `smtps://…`, or `smtp+starttls://…` | smtp://127.0.0.1:25 |
| MOTCUA_MAIL_FROM | sender of notices | một-cửa address of the province |
| MOTCUA_CIVIL_STATUS_URL | national civil-status system (docs/wire/civil_status.md) | |
| MOTCUA_CIVIL_STATUS_SECRET | shared secret with it, both directions | |
| MOTCUA_PAYMENT_URL | payment gateway (docs/wire/payment.md); without it fees are paid at the counter | |
| MOTCUA_PAYMENT_MERCHANT | our code at the gateway | |
| MOTCUA_PAYMENT_SECRET | shared secret with it, both directions | |
| MOTCUA_OIDC_ISSUER | identity provider of citizens and businesses (docs/wire/oidc.md); https, or a loopback address | |
| MOTCUA_OIDC_CLIENT_ID | our registration there | |
| MOTCUA_OIDC_CLIENT_SECRET | and its secret | |
| MOTCUA_POSTAL_URL | public postal service (docs/wire/postal.md) | |
| MOTCUA_POSTAL_SECRET | shared secret with it, both directions | |
| MOTCUA_SIGNING_URL | remote signing service (docs/wire/remote_signing.md); unset: a demo signs with keys of its own, others on paper only | |
| MOTCUA_SIGNING_TOKEN | bearer token for it | |
| MOTCUA_SIGNING_PROVIDERS | TOML file of further ones: `[[provider]]` with name, url, and client_id and client_secret or token | |
| MOTCUA_TIME_STAMP_URL | time-stamping authority by RFC 3161 | |
| MOTCUA_TRUST | folder of root certificates (*.pem) and revocation lists (*.crl, DER) that signatures are checked against | `trust/` under MOTCUA_VAR; in a demo its own authority's |
| MOTCUA_SMS_URL | SMS gateway (docs/wire/sms.md); without it nobody gets SMS | |
| MOTCUA_SMS_BRANDNAME | registered sender of SMS | |
| MOTCUA_SMS_SECRET | shared secret with the SMS gateway, both directions | |
| MOTCUA_ZALO_URL | Zalo Notification Service (docs/wire/zalo.md); without it nobody gets Zalo messages | |
| MOTCUA_ZALO_TOKEN | access token of our Official Account | |
| MOTCUA_ZALO_APP_ID | our application at Zalo | |
| MOTCUA_ZALO_SECRET | the application's secret, signs Zalo's events | |
| MOTCUA_PARTNER_TIMEOUT | seconds one call to a partner may take | 10 |
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROVIDER_KEYS = frozenset({"name", "url", "client_id", "client_secret", "token"})
CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    secret_key: str
    var: Path
    public_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    proxies: int = 0
    smtp_url: str = "smtp://127.0.0.1:25"
    mail_from: str = "motcua@localhost.localdomain"
    civil_status_url: str = ""
    civil_status_secret: str = ""
    payment_url: str = ""
    payment_merchant: str = ""
    payment_secret: str = ""
    sms_url: str = ""
    sms_brandname: str = ""
    sms_secret: str = ""
    zalo_url: str = ""
    zalo_token: str = ""
    zalo_app_id: str = ""
    zalo_secret: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    postal_url: str = ""
    postal_secret: str = ""
    signing_url: str = ""
    signing_token: str = ""
    signing_providers: tuple[Mapping[str, str], ...] = ()
    time_stamp_url: str = ""
    trust_folder: Path | None = None
    partner_timeout_seconds: float = 10.0
    owner_url: str = ""

    @property
    def trust(self) -> Path:
        """Root certificates and revocation lists."""
        return self.trust_folder or (
            self.demo_keys if self.demo and not self.signs_elsewhere else self.var / "trust"
        )

    @property
    def signs_elsewhere(self) -> bool:
        """A provider keeps the keys."""
        return bool(self.signing_url or self.signing_providers)

    @property
    def demo_keys(self) -> Path:
        """The demo's own certificate authority (national/demo_ca.py)."""
        return self.var / "signing"

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")


class BadSettings(Exception):
    """A setting is missing or malformed; the sentence names the variable."""


def load(env: Mapping[str, str] = os.environ) -> Settings:
    """Settings of this process. Raises BadSettings naming the first variable that is missing or malformed."""
    var = Path(env.get("MOTCUA_VAR") or CHECKOUT / "var").absolute()
    try:
        timeout = float(env.get("MOTCUA_PARTNER_TIMEOUT") or 10)
    except ValueError:
        raise BadSettings("MOTCUA_PARTNER_TIMEOUT: expected a number of seconds.") from None
    try:
        proxies = int(env.get("MOTCUA_PROXIES") or 0)
    except ValueError:
        raise BadSettings("MOTCUA_PROXIES: expected a whole number.") from None
    return Settings(
        database_url=sqlalchemy_url(_required(env, "DATABASE_URL")),
        owner_url=sqlalchemy_url(env.get("MOTCUA_OWNER_URL") or _required(env, "DATABASE_URL")),
        redis_url=_required(env, "REDIS_URL"),
        secret_key=env.get("SECRET_KEY") or kept_secret(var),
        var=var,
        public_url=env.get("MOTCUA_PUBLIC_URL", Settings.public_url).rstrip("/"),
        demo=env.get("MOTCUA_DEMO", "0") == "1",
        proxies=proxies,
        smtp_url=env.get("MOTCUA_SMTP_URL", Settings.smtp_url),
        mail_from=env.get("MOTCUA_MAIL_FROM", Settings.mail_from),
        civil_status_url=env.get("MOTCUA_CIVIL_STATUS_URL", ""),
        civil_status_secret=env.get("MOTCUA_CIVIL_STATUS_SECRET", ""),
        payment_url=env.get("MOTCUA_PAYMENT_URL", ""),
        payment_merchant=env.get("MOTCUA_PAYMENT_MERCHANT", ""),
        payment_secret=env.get("MOTCUA_PAYMENT_SECRET", ""),
        sms_url=env.get("MOTCUA_SMS_URL", ""),
        sms_brandname=env.get("MOTCUA_SMS_BRANDNAME", ""),
        sms_secret=env.get("MOTCUA_SMS_SECRET", ""),
        zalo_url=env.get("MOTCUA_ZALO_URL", ""),
        zalo_token=env.get("MOTCUA_ZALO_TOKEN", ""),
        zalo_app_id=env.get("MOTCUA_ZALO_APP_ID", ""),
        zalo_secret=env.get("MOTCUA_ZALO_SECRET", ""),
        oidc_issuer=_issuer(env.get("MOTCUA_OIDC_ISSUER", "")),
        oidc_client_id=env.get("MOTCUA_OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.get("MOTCUA_OIDC_CLIENT_SECRET", ""),
        postal_url=env.get("MOTCUA_POSTAL_URL", ""),
        postal_secret=env.get("MOTCUA_POSTAL_SECRET", ""),
        signing_url=env.get("MOTCUA_SIGNING_URL", ""),
        signing_token=env.get("MOTCUA_SIGNING_TOKEN", ""),
        signing_providers=_providers(env.get("MOTCUA_SIGNING_PROVIDERS", "")),
        time_stamp_url=env.get("MOTCUA_TIME_STAMP_URL", ""),
        trust_folder=Path(env["MOTCUA_TRUST"]) if env.get("MOTCUA_TRUST") else None,
        partner_timeout_seconds=timeout,
    )


def sqlalchemy_url(url: str) -> str:
    """`postgres://` and `postgresql://` as people write them, with the driver we use."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def kept_secret(var: Path) -> str:
    """The secret of this data folder, made at first use and readable by its owner only."""
    path = var / "secret_key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32))
    return path.read_text()


def _providers(path: str) -> tuple[Mapping[str, str], ...]:
    """Signing services as the file names them; a sentence says what is wrong with it."""
    if not path:
        return ()
    try:
        told = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("provider", [])
    except (OSError, ValueError) as problem:
        raise BadSettings(f"MOTCUA_SIGNING_PROVIDERS: {path} cannot be read ({problem}).") from None
    names = [one.get("name") for one in told]
    for one in told:
        keys = set(one) - PROVIDER_KEYS
        if keys or not all(one.get(key) and isinstance(one[key], str) for key in ("name", "url")):
            raise BadSettings(
                f"MOTCUA_SIGNING_PROVIDERS: expected {', '.join(sorted(PROVIDER_KEYS))} as texts, name and url in each."
            )
    if not names or len(set(names)) < len(names):
        raise BadSettings("MOTCUA_SIGNING_PROVIDERS: expected providers, each with a name of its own.")
    return tuple(told)


def _issuer(url: str) -> str:
    """Who says who somebody is must be reached safely."""
    parts = urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if url and parts.scheme != "https" and not loopback:
        raise BadSettings("MOTCUA_OIDC_ISSUER: expected an https address.")
    return url.rstrip("/")


def _required(env: Mapping[str, str], name: str) -> str:
    if not env.get(name):
        raise BadSettings(
            f"{name} is not set. On one machine ./motcua up sets it; see deploy/README.md for others."
        )
    return env[name]
