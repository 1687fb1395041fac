"""The hash that binds a row of the event log to the one before it (a chain a dossier)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

SEPARATOR = b"\x1f"


def link(
    previous: bytes,
    *,
    dossier_id: int,
    seq: int,
    at: datetime,
    actor: str,
    kind: str,
    command: str,
    events: str,
) -> bytes:
    """sha256 over the previous hash and everything the row says; `events` is the JSON text as stored."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (str(dossier_id), str(seq), moment, actor, kind, command, events)
    return hashlib.sha256(previous + SEPARATOR.join(part.encode() for part in parts)).digest()


def seal(previous: bytes, heads: list[tuple[int, int, bytes]]) -> bytes:
    """The root over (dossier id, seq, hash) of the heads that moved since the last root."""
    total = hashlib.sha256(previous)
    for dossier_id, seq, head in sorted(heads):
        total.update(f"{dossier_id}:{seq}:".encode() + head)
    return total.digest()
