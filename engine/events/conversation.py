"""What the applicant and the officers write to each other about a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from engine.events.event import Event


@dataclass(frozen=True)
class ConversationPosted(Event):
    """One contribution; its words stand in an erasable body. `agency`: who speaks, "" the applicant."""

    no: int
    digest: str
    agency: str
    at: str
    attachments: tuple[str, ...] = ()
