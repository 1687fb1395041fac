"""Regular expressions of XPath 2.0 (DMN 1.5 §10.3.4.3) on Python's `re`, guarded."""

from __future__ import annotations

import re
from functools import lru_cache

from .budget import Frame, charge_steps


class Pattern:
    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.compiled = compiled

    def search(self, frame: Frame, text: str) -> bool:
        charge_steps(frame, len(text))
        return self.compiled.search(text) is not None

    def replace(self, frame: Frame, text: str, replacement: str) -> str | None:
        charge_steps(frame, len(text))
        template = re.sub(r"\\(?!\\|\$)", r"\\\\", replacement)
        template = re.sub(r"\$(\d)", r"\\g<\1>", template)
        try:
            return self.compiled.sub(template, text)
        except (re.error, IndexError):
            return None

    def split(self, frame: Frame, text: str) -> list[str]:
        charge_steps(frame, len(text))
        return [part or "" for part in re.split(self.compiled.pattern, text)]


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, flags: str) -> Pattern | None:
    if not set(flags) <= set("smix"):
        return None
    try:
        return Pattern(re.compile(pattern, sum({getattr(re, f.upper()) for f in flags})))
    except (re.error, RecursionError, OverflowError):
        return None
