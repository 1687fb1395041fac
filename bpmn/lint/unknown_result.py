"""Steps make the results that the manifest names; each of them is made by some step."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn import steps
from bpmn.compile import MANIFEST, Parts
from bpmn.diagram import HUMAN
from bpmn.lint import Fault

SEVERITY = "error"


def bundle(parts: Parts) -> Iterator[Fault]:
    if parts.manifest is None:
        return
    codes = {result.code for result in parts.manifest.results}
    made: set[str] = set()
    for d in parts.diagrams.values():
        for node in d.nodes:
            results = steps.read(d, node)[0].results if node.type in HUMAN else ()
            made.update(results)
            for code in results:
                if code not in codes:
                    yield Fault(
                        node.id,
                        f"“{node.id}” làm ra kết quả “{code}” không có trong khai báo.",
                        f"{node.id!r} makes the result {code!r}, which the manifest lacks.",
                        d.file,
                    )
    for code in sorted(codes - made):
        yield Fault(
            code,
            f"Không bước nào làm ra kết quả “{code}”.",
            f"No step makes the result {code!r}.",
            MANIFEST,
            "warning",
        )
