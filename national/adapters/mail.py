"""Mailer over SMTP (RFC 5321). The setting is a URL: smtp://, smtps:// (TLS from the start) or smtp+starttls://."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.header import Header
from email.headerregistry import Address
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate
from urllib.parse import unquote, urlsplit

from national.ports import Mail, Undeliverable, Unreachable

# One mailbox as people write it: no quoting, no lists. The library's own parser breaks on some of the rest.
MAILBOX = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+")

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class SmtpMailer:
    def __init__(self, url: str, sender: str, timeout_seconds: float) -> None:
        self._url, self._sender, self._timeout = urlsplit(url), sender, timeout_seconds
        if self._url.scheme not in PORTS or not self._url.hostname:
            raise ValueError("MOTCUA_SMTP_URL: expected smtp://, smtps:// or smtp+starttls:// and a host.")

    def send(self, mail: Mail) -> None:
        try:
            message = self._message(mail)
        except ValueError as error:  # a line break or a malformed address in a header
            # kept in the outbox: the address itself is not named
            raise Undeliverable("not a mail address or subject") from error
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            kind = Undeliverable if all(500 <= code < 600 for code in codes) else Unreachable
            raise kind(f"the mail server refused the recipient ({codes})") from error
        except smtplib.SMTPResponseException as error:
            kind = Undeliverable if 500 <= error.smtp_code < 600 else Unreachable
            raise kind(f"the mail server answered {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"mail server: {type(error).__name__}") from error

    def _message(self, mail: Mail) -> MIMEText:
        """Raises ValueError for a malformed address, and for a line break where a header would begin.

        The subject goes through `Header`: the newer EmailMessage folds long encoded words at a space and loses it.
        """
        if "\n" in mail.subject or "\r" in mail.subject:
            raise ValueError("line break in the subject")
        if not MAILBOX.fullmatch(mail.to):
            raise ValueError("not one mailbox")
        message = MIMEText(mail.text, "plain", "utf-8")
        message["From"] = formataddr(("Một Cửa", self._sender))
        message["To"] = Address(addr_spec=mail.to).addr_spec
        message["Subject"] = Header(mail.subject, "utf-8", header_name="Subject")
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{mail.key}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
        return message

    def _connect(self) -> smtplib.SMTP:
        host, port = str(self._url.hostname), self._url.port or PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=self._timeout)
            if self._url.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server
