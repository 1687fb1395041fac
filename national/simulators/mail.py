"""Catches mail: every message becomes a file in a folder, `<time>-<n>.eml`, and nothing leaves the machine."""

from __future__ import annotations

import email
import email.policy
import itertools
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Catcher:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._serial = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = f"{time.time_ns()}-{next(self._serial)}"
        new = self._folder / f"{name}.new"
        new.write_bytes(envelope.original_content or b"")
        new.rename(new.with_suffix(".eml"))  # a reader sees whole messages only
        return "250 kept"


def serve(folder: Path, port: int) -> Controller:
    """A started catcher on 127.0.0.1:port, in a thread of its own; `.stop()` ends it."""
    controller = Controller(Catcher(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def caught(folder: Path, newest: int = 50) -> list[dict[str, str]]:
    """The newest messages as `{file, to, subject, date, id, text}`."""
    files = sorted(folder.glob("*.eml"), reverse=True)[:newest]
    return [_shown(path) for path in files]


def _shown(path: Path) -> dict[str, str]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    shown = {name: str(message[header] or "") for name, header in HEADERS.items()}
    return {"file": path.name, **shown, "text": body.get_content() if body else ""}


HEADERS = {"to": "To", "subject": "Subject", "date": "Date", "id": "Message-ID"}
