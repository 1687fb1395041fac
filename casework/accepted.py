"""What a command came to, and what no command may contain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from sqlalchemy.orm import Session

from casework import errors
from engine.commands import Command
from engine.definition import Definition
from engine.events import Event
from engine.rejection import Rejected
from engine.state import State

MAX_COMMAND_BYTES = 1_000_000


@dataclass(frozen=True)
class Accepted:
    """`repeated`: a submission that had been accepted before; then `events` is empty and `state` only its codes.

    `dossier_id` and `definition` spare the roof a look-up when it answers a command on a task.
    """

    dossier_code: str
    seq: int
    events: tuple[Event, ...]
    state: State
    repeated: bool = False
    dossier_id: int = 0
    definition: Definition | None = None


Along = Callable[[Session, Accepted], None]
"""What else belongs to a command's commit, written by its caller once it is accepted: beside the record, never part of it."""


def unfit(command: Command) -> Rejected | None:
    """Refuses what no database text can hold, and what is too large to be a person's declaration."""
    try:
        said = orjson.dumps(command, default=str)
    except (TypeError, ValueError):  # lone surrogates, integers beyond 64 bits, nesting without end
        return errors.UNFIT_TEXT
    if b"\\u0000" in said:
        return errors.UNFIT_TEXT
    return errors.TOO_LARGE if len(said) > MAX_COMMAND_BYTES else None
