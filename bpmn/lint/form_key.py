"""A form's file name is a name that FEEL can say: `answers.<key>.<field>` (dialect §1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "error"


KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def bundle(parts: Parts) -> Iterator[Fault]:
    for name in sorted(parts.files):
        stem, _, kind = name.rpartition(".")
        if kind == "form" and not KEY.fullmatch(stem):
            yield Fault(
                stem,
                f"Tên biểu mẫu “{stem}” phải gồm chữ, số và “_”.",
                f"The form key {stem!r} must be letters, digits and '_'.",
                name,
            )
