"""The signatures of an uploaded PDF, judged as it comes in, so that a broken one is mended before a dossier waits for it.

judged(pdf, trust)      what is kept with the file: {"verdict", "signatures": [{name, organisation, signed_at, stamped, standing}]}
"""

from __future__ import annotations

from typing import Any, Literal

from casework.documents.checking import Anchors, Signature, check

SECONDS = 8.0
"""For one file, while somebody waits for the page; a file that takes longer is left unjudged."""
MARK = b"/ByteRange"
"""Every signature names the bytes that it covers, in the open: it cannot stand in a compressed object (ISO 32000-2, 12.8.1)."""

Standing = Literal["valid", "unchecked", "changed", "expired", "revoked", "unknown", "broken"]


def has_signature(content: bytes) -> bool:
    """May the file carry a signature? Without a process, so that an unsigned paper costs nothing."""
    return MARK in content


def judged(pdf: bytes, trust: Anchors) -> dict[str, Any]:
    """As JSON. `verdict` as `checking.Checked`; `unreadable` where the file could not be judged in time."""
    found = check(pdf, trust, seconds=SECONDS)
    return {"verdict": found.verdict, "signatures": [_told(one) for one in found.signatures]}


def standing(one: Signature) -> Standing:
    """One word for a signature: the worst that is known of it."""
    if one.trust == "broken":
        return "broken"
    if one.changed or not one.intact:
        return "changed"
    return "valid" if one.trust == "ok" else one.trust


def _told(one: Signature) -> dict[str, Any]:
    return {
        "name": one.name[:200],
        "organisation": one.organisation[:200],
        "signed_at": one.signed_at.isoformat() if one.signed_at else None,
        "stamped": one.stamped,
        "standing": standing(one),
    }
