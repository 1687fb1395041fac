"""Who signed a PDF, and is it still what they signed: for pages, the wizard, the counter. Judged in a child process.

check(pdf, trust)       what the file's signatures are worth
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

CHILD = Path(__file__).with_name("check_child.py")
SECONDS = 20.0
MAX_BYTES = 20_000_000
SEAL = "CoQuan"  # the field of the PDF that holds the agency's seal

Trust = Literal["ok", "revoked", "expired", "unknown", "unchecked", "broken"]
Verdict = Literal["valid", "valid_unchecked", "changed", "untrusted", "unsigned", "unreadable"]


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
    """What the signatures of a file are worth. Never raises for what is in the file; takes about a second, `seconds` at most."""
    request = {
        "pdf": b64encode(pdf).decode(),
        "roots": [b64encode(one).decode() for one in anchors.roots],
        "crls": [b64encode(one).decode() for one in anchors.crls],
    }
    try:
        done = subprocess.run(  # noqa: S603  our own script, no shell
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PATH": "/usr/bin:/bin"},
        )
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"readable": False}
    except subprocess.TimeoutExpired:
        return Checked("unreadable")
    if not answer["readable"]:
        return Checked("unreadable")
    signatures = tuple(map(_signature, answer["signatures"]))
    return Checked(_verdict(signatures), signatures)


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
