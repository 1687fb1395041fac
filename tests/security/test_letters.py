"""Addresses that people declare go into the headers of letters."""

from __future__ import annotations

import pytest

from national.adapters.mail import SmtpMailer
from national.ports import Mail, Undeliverable

WRONG = [
    "a@b.c\r\nBcc: victim@example.vn",
    "a@b.c,victim@example.vn",
    "<a@b.c>",
    "a@b@c",
    "@",
    "(",
    "a@[",
    "",
    "[]",
    "a@b.c\x00 d",
]


@pytest.mark.parametrize("to", WRONG)
def test_what_is_not_one_mailbox_gets_no_letter(to: str) -> None:
    """Undeliverable for good: neither a second recipient, nor a job that fails for ever."""
    mailer = SmtpMailer("smtp://127.0.0.1:1", "motcua@example.vn", 1)
    with pytest.raises(Undeliverable):
        mailer.send(Mail(to, "Hồ sơ đã được tiếp nhận", "…", "key"))
