"""Who signed a PDF, and is it still what they signed: for pages, the wizard, the counter. Judged in a process of its own.

check(pdf, trust)                   what the file's signatures are worth
asked(pdf, trust, patience=…)       the same, for pages: what is known of it by now
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from casework.underway import Underway

CHILD = Path(__file__).with_name("check_child.py")
SECONDS = 20.0
KEPT_SECONDS = 600.0
MAX_BYTES = 20_000_000
SEAL = "CoQuan"  # the field of the PDF that holds the agency's seal

Trust = Literal["ok", "revoked", "expired", "unknown", "unchecked", "broken"]
Verdict = Literal["judging", "valid", "valid_unchecked", "changed", "untrusted", "unsigned", "unreadable"]


@dataclass(frozen=True)
class Anchors:
    """Whom we trust: root certificates and their revocation lists (DER)."""

    roots: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Signature:
    """One signature. `signed_at` is the time stamp's if `stamped`, else what the signer's machine said.

    `stamp`: what the time stamp is worth; None: there is none.
    """

    field: str
    name: str
    organisation: str
    title: str
    serial: str
    signed_at: datetime | None
    stamp: Trust | None
    intact: bool
    changed: bool
    trust: Trust

    @property
    def stamped(self) -> bool:
        """Its time is a trusted third party's."""
        return self.stamp in ("ok", "unchecked")

    @property
    def seals(self) -> bool:
        """The agency's seal, not a person's signature: it stands in the field kept for it."""
        return self.field == SEAL

    @property
    def good(self) -> bool:
        return self.intact and not self.changed and self.trust in ("ok", "unchecked")


@dataclass(frozen=True)
class Checked:
    verdict: Verdict
    signatures: tuple[Signature, ...] = ()


def check(pdf: bytes, anchors: Anchors, *, seconds: float = SECONDS) -> Checked:
    """What the signatures of a file are worth. Never raises for what is in the file; takes some hundredths of a second for
    a signature, `seconds` at most."""
    try:
        return _check(pdf, anchors, seconds)
    except (OSError, ValueError):  # too slow, too large, or killed by what is in the file
        return Checked("unreadable")


def _check(pdf: bytes, anchors: Anchors, seconds: float) -> Checked:
    """The same; raises OSError, ValueError where it could not be judged."""
    request = {
        "pdf": b64encode(pdf).decode(),
        "roots": [b64encode(one).decode() for one in anchors.roots],
        "crls": [b64encode(one).decode() for one in anchors.crls],
        "seconds": seconds,
    }
    answer: dict[str, Any] = json.loads(_CHILDREN.answer(json.dumps(request).encode(), seconds))
    if not answer["readable"]:
        return Checked("unreadable")
    signatures = tuple(map(_signature, answer["signatures"]))
    return Checked(_verdict(signatures), signatures)


def asked(pdf: bytes, anchors: Anchors, *, patience: float) -> Checked:
    """As `check`, for pages: `judging` if the answer is not known in `patience` seconds.

    This process knows what it has judged for ten minutes, by the file's bytes; a new revocation list counts at once, and
    what could not be judged (a machine under load) is judged anew for who asks next.
    """
    key = hashlib.sha256(pdf).digest(), anchors
    try:
        known = _judged.ask(key, partial(_check, pdf, anchors, SECONDS), patience=patience)
    except (OSError, ValueError):
        return Checked("unreadable")
    return known or Checked("judging")


class _Children:
    """The process that forks one for each file (check_child.py): started when first needed, and again if it was killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._handing: socket.socket | None = None

    def answer(self, request: bytes, seconds: float) -> bytes:
        """Raises OSError when there is none in time."""
        until = time.monotonic() + seconds
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(theirs)
            ours.settimeout(seconds)
            ours.sendall(request)
            ours.shutdown(socket.SHUT_WR)
            parts = []
            while True:
                ours.settimeout(max(until - time.monotonic(), 0.001))
                parts.append(ours.recv(65536))
                if not parts[-1]:
                    return b"".join(parts)

    def _hand_over(self, end: socket.socket) -> None:
        with self._lock:
            if self._handing is None or self._process is None or self._process.poll() is not None:
                self._start()
            assert self._handing is not None
            socket.send_fds(self._handing, [b"1"], [end.fileno()])

    def _start(self) -> None:
        if self._handing is not None:
            self._handing.close()
        self._handing, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own script, no shell
                [sys.executable, "-I", str(CHILD)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin"},
            )


_CHILDREN = _Children()
_judged = Underway[tuple[bytes, Anchors], Checked](KEPT_SECONDS)


def _verdict(signatures: tuple[Signature, ...]) -> Verdict:
    """The file is worth what its weakest signature is worth."""
    if not signatures:
        return "unsigned"
    if any(one.changed or not one.intact for one in signatures):
        return "changed"
    if not all(one.good for one in signatures):
        return "untrusted"
    return "valid" if all(one.trust == "ok" for one in signatures) else "valid_unchecked"


def _signature(told: dict[str, object]) -> Signature:
    at = told.get("signed_at")
    return Signature(
        str(told["field"]),
        str(told["name"]),
        str(told["organisation"]),
        str(told["title"]),
        str(told.get("serial", "")),
        datetime.fromisoformat(str(at)) if at else None,
        told["stamp"] or None,  # type: ignore[arg-type]
        bool(told["intact"]),
        bool(told["changed"]),
        told["trust"],  # type: ignore[arg-type]
    )
