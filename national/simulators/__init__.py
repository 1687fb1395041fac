"""The partners of a demo, in one process: they speak the protocols of docs/wire/ and SMTP, and show what they got.

`python -m national.simulators`, started by `./motcua up`; its ports and secret come in the environment.
"""

from __future__ import annotations

OIDC_PATH = "/oidc"
SECRET = "demo-partners-share-this"  # noqa: S105 (simulated partners on the loopback interface only)

MERCHANT = "MOTCUA"
TOKEN, APP_ID = "demo-access-token", "demo-app"  # at the simulated Zalo


def settings(smtp_port: int, http_port: int) -> dict[str, str]:
    """The settings that point the system at these simulators."""
    base = f"http://127.0.0.1:{http_port}"
    return {
        "MOTCUA_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MOTCUA_CIVIL_STATUS_URL": f"{base}/civil-status",
        "MOTCUA_CIVIL_STATUS_SECRET": SECRET,
        "MOTCUA_PAYMENT_URL": f"{base}/payment",
        "MOTCUA_PAYMENT_MERCHANT": MERCHANT,
        "MOTCUA_PAYMENT_SECRET": SECRET,
        "MOTCUA_SMS_URL": f"{base}/sms",
        "MOTCUA_SMS_BRANDNAME": "MOTCUA",
        "MOTCUA_SMS_SECRET": SECRET,
        "MOTCUA_ZALO_URL": f"{base}/zalo",
        "MOTCUA_ZALO_TOKEN": TOKEN,
        "MOTCUA_ZALO_APP_ID": APP_ID,
        "MOTCUA_ZALO_SECRET": SECRET,
        "MOTCUA_OIDC_ISSUER": f"{base}{OIDC_PATH}",
        "MOTCUA_OIDC_CLIENT_ID": "motcua",
        "MOTCUA_OIDC_CLIENT_SECRET": SECRET,
        "MOTCUA_POSTAL_URL": f"{base}/postal",
        "MOTCUA_POSTAL_SECRET": SECRET,
        "MOTCUA_TIME_STAMP_URL": f"{base}/time-stamps",
    }


def subscriber_url(http_port: int) -> str:
    """Where the simulated webhook subscriber listens."""
    return f"http://127.0.0.1:{http_port}/webhook"
