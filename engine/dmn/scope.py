"""What an expression of a model sees: names with their values, the budget, and the moment."""

from __future__ import annotations

import datetime as py
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feel import Budget


@dataclass(frozen=True, slots=True)
class Scope:
    values: Mapping[str, Any]
    budget: Budget
    now: py.datetime | None

    def with_values(self, more: Mapping[str, Any]) -> Scope:
        """The same scope with more names; theirs win."""
        return Scope({**self.values, **more}, self.budget, self.now)
