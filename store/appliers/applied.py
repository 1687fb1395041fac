"""What an applier knows beside the event: the command it came from, and the state and bodies it left."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.state import State
from store.tables.work import task_id

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Opening:
    """What the gate allots to a new dossier and no event says."""

    secret: str
    salt: uuid.UUID | None = None
    parent_token: str | None = None


@dataclass(frozen=True)
class Applied:
    """One accepted command of one dossier. `state` is the state after it; `bodies` maps digests to personal data."""

    dossier_id: int
    seq: int
    at: datetime
    by: str
    state: State
    bodies: Mapping[str, object] = field(default_factory=dict)
    opening: Opening | None = None

    @property
    def dossier(self) -> dict[str, object]:
        """The dossier's row."""
        return {"id": self.dossier_id}

    @property
    def of_dossier(self) -> dict[str, object]:
        """Rows that belong to the dossier."""
        return {"dossier_id": self.dossier_id}

    def words(self, digest: str | None) -> str:
        """What somebody wrote; "" if nothing, or if it was erased."""
        return str(self.body(digest) or "")

    def body(self, digest: str | None) -> object:
        """What a digest stands for; None without one, or if it was erased."""
        return None if digest is None else self.bodies.get(digest)

    def task(self, task_no: int) -> int:
        return task_id(self.dossier_id, task_no)


def moment(text: str | None) -> datetime | None:
    """The aware moment of an event's ISO text."""
    return datetime.fromisoformat(text) if text else None
