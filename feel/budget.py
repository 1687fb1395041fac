"""How much one evaluation may cost. Charged only where work can grow: loops, allocations, function calls."""

from __future__ import annotations

from typing import Any

from feel.errors import BudgetExceeded

# What every compiled closure receives: [context, budget, now, *slots of local names].
Frame = list[Any]

MAX_STEPS = 200_000
MAX_SIZE = 1_000_000
MAX_DEPTH = 60


class Budget:
    """Counts down; one budget may be shared by many evaluations (a whole gateway, a whole decision).

    `steps` bounds loop turns and comparisons, `size` the items and characters allocated, `depth` the nesting of
    function calls. A spent budget stays spent: every later charge raises `BudgetExceeded`.
    """

    __slots__ = ("depth", "size", "steps")

    def __init__(self, steps: int = MAX_STEPS, size: int = MAX_SIZE, depth: int = MAX_DEPTH) -> None:
        self.steps = steps
        self.size = size
        self.depth = depth


def budget_of(frame: Frame) -> Budget:
    """The frame's budget; made on first use, so that simple expressions never pay for one."""
    budget = frame[1]
    if budget is None:
        budget = frame[1] = Budget()
    return budget  # type: ignore[no-any-return]


def charge_steps(frame: Frame, steps: int = 1) -> None:
    """Take `steps`; raises `BudgetExceeded` when none are left."""
    budget = budget_of(frame)
    budget.steps -= steps
    if budget.steps < 0:
        raise BudgetExceeded("steps")


def charge_size(frame: Frame, size: int) -> None:
    """Take `size` list items or characters; raises `BudgetExceeded` when none are left."""
    budget = budget_of(frame)
    budget.size -= size
    if budget.size < 0:
        raise BudgetExceeded("size")
