"""A bundle holds what the dialect names and nothing else (dialect §1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.compile import Parts
from bpmn.lint import Fault

SEVERITY = "error"


PLACES = re.compile(
    r"procedure\.toml|en\.po|[^/]+\.(bpmn|form|dmn)|templates/[^/]+\.typ|scenarios/[^/]+\.toml"
)


def bundle(parts: Parts) -> Iterator[Fault]:
    for name in sorted(parts.files):
        if not PLACES.fullmatch(name):
            yield Fault(
                name,
                f"Tệp “{name}” không có chỗ trong gói thủ tục.",
                f"The file {name!r} has no place in a bundle.",
                name,
            )
