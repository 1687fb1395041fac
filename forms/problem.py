"""One thing wrong with one place, as everybody in the house reports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`where` is a field key or path, an element id or a file name ("" = the whole); `code` is stable."""

    where: str
    code: str
    vi: str
    en: str
