"""What can be said against a DMN file: a refusal of the whole, or findings about its elements."""

from __future__ import annotations

from dataclasses import dataclass


class DmnRefused(Exception):
    """The file is no DMN model that can be run; `where` is the element's id, or its tag where it has none."""

    def __init__(self, code: str, where: str, vi: str, en: str) -> None:
        super().__init__(f"{code} at {where or 'the file'}: {en}")
        self.code = code
        self.where = where
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one element; `severity` is error (do not publish) or warning."""

    where: str
    code: str
    vi: str
    en: str
    severity: str = "error"
