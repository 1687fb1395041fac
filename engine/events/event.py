"""The base of all events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Base of all events; `type` in storage is the class name, `v` its version."""
