"""What the gate says about one place: a finding, and the exceptions of those who can only refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from forms.problem import Problem

__all__ = ["BundleUnreadable", "CompileRefused", "Finding", "ManifestRefused", "Problem", "Severity"]

Severity = Literal["error", "warning"]

# what a stranger's file may hold but neither a database nor UTF-8 can
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Finding:
    """One thing the gate found. `rule` names its page `docs/rules/<rule>.md`; `element` is an id, key or path.

    `trace`: the ids of the elements passed on the way to it, where there is a way to show on the diagram. It repeats
    words of the file it judges: characters that cannot be stored show as “�”.
    """

    rule: str
    severity: Severity
    file: str
    element: str
    vi: str
    en: str
    trace: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("file", "element", "vi", "en"):
            text = getattr(self, name)
            if _UNSTORABLE.search(text):
                object.__setattr__(self, name, _UNSTORABLE.sub("�", text))

    @property
    def page(self) -> str:
        return f"docs/rules/{self.rule}.md"

    def to_json(self) -> dict[str, object]:
        """The shape of `POST /bundles/check` (dialect §5)."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "file": self.file,
            "element": self.element,
            "vi": self.vi,
            "en": self.en,
            "page": self.page,
            "trace": list(self.trace),
        }


class BundleUnreadable(Exception):
    """The upload is not a bundle at all: nothing in it is looked at further. `file` names the entry at fault."""

    def __init__(self, code: str, vi: str, en: str, file: str = "") -> None:
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en
        self.file = file


class CompileRefused(Exception):
    """A bundle that cannot be run; `findings` holds every reason."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.file}#{f.element}: {f.en}" for f in self.findings))


class ManifestRefused(Exception):
    """A manifest that is not what dialect §2 says; `problems` holds all of it, `where` is the key."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.where}: {p.en}" for p in self.problems))
