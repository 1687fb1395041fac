"""A suggestion that no answers bring up is a mistake: a choice that is not offered, or one ruled out by another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import feel
from bpmn import guide
from bpmn.compile import MANIFEST, Parts
from bpmn.lint import Fault

SEVERITY = "error"
MAX_COMBINATIONS = 20_000


def bundle(parts: Parts) -> Iterator[Fault]:
    if parts.manifest is None:
        return
    for number, one in enumerate(parts.manifest.suggested):
        try:
            expression = feel.compile(one.when[1:])
        except feel.FeelError:
            continue  # the manifest says so
        if not any(expression({guide.ANSWERS: answers}) is True for answers in _combinations(one.when)):
            yield Fault(
                f"suggested[{number}].when",
                f"“suggested[{number}].when”: không có câu trả lời nào làm điều kiện này đúng.",
                f"suggested[{number}].when: no answers make this condition true.",
                MANIFEST,
            )


def _combinations(when: str) -> Iterator[dict[str, object]]:
    """Every way to answer the choices that the condition names."""
    choices = {
        one.key[0]: [None, *(option["value"] for option in one.raw.get("values", ()))]
        for one in guide.questions().keyed()
        if isinstance(one.key[0], str) and one.key[0] in when
    }
    ways = itertools.product(*choices.values())
    for values in itertools.islice(ways, MAX_COMBINATIONS):
        yield dict(zip(choices, values, strict=True))
