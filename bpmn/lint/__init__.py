"""The gate's rules, one file each: the file's name is the rule's, `docs/rules/<rule>.md` its page.

A rule is a module with `SEVERITY` and one function that yields faults, nothing else: `diagram(d)` judges any .bpmn by
itself, `file(parts)` any other bare file, `bundle(parts)` needs the manifest and everything beside it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bpmn.problem import Finding, Severity

TIERS = ("diagram", "file", "bundle")


@dataclass(frozen=True)
class Fault:
    """What a rule says of one element. `severity` only where it differs from the rule's."""

    element: str
    vi: str
    en: str
    file: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class Rule:
    name: str
    severity: Severity
    tier: str  # one of TIERS
    check: Callable[[Any], Iterator[Fault]]

    def findings(self, subject: Any, file: str = "") -> Iterator[Finding]:
        """The faults of `subject` as findings; `file` where the fault names none."""
        for fault in self.check(subject):
            yield Finding(
                self.name,
                fault.severity or self.severity,
                fault.file or file,
                fault.element,
                fault.vi,
                fault.en,
            )


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by name."""
    found = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        tier = next(tier for tier in TIERS if hasattr(module, tier))
        found.append(Rule(info.name.replace("_", "-"), module.SEVERITY, tier, getattr(module, tier)))
    return tuple(found)
