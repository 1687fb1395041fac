"""`textFormat` is a MIME type (BPMN 2.0.2 §8.3.1 documentation, §8.4.1 text annotation)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.diagram import Diagram, id_of
from bpmn.lint import Fault

SEVERITY = "error"


MIME = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", re.ASCII)


def diagram(d: Diagram) -> Iterator[Fault]:
    for element in d.elements("documentation", "textAnnotation"):
        given = element.get("textFormat")
        if given is not None and not MIME.fullmatch(str(given)):
            yield Fault(
                id_of(element),
                f"“{id_of(element)}”: textFormat “{str(given)[:40]}” không phải kiểu MIME.",
                f"{id_of(element)!r}: textFormat {str(given)[:40]!r} is no MIME type.",
            )
