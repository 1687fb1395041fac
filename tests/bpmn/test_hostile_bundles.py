"""Bundles with any of their files spoilt: a verdict with sentences each time, never an exception."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from bpmn import bundle, check
from tests.bpmn.test_check import FILES

WORDS = ["", "=", "=[", "-1", "P9999999999Y", "../a", "\0", "x" * 3000, "((((", "=1/0", "Đ"]
VALUES: list[Any] = [None, True, -1, 1e308, 10**30, [], {}, [[]], {"a": 1}, "\ud800", *WORDS]
TOML = [
    '""',
    "-1",
    "[]",
    "{}",
    "nan",
    "inf",
    "true",
    "1979-05-27",
    "07:32:00",
    "[[]]",
    '"\\u0000"',
    "9" * 30,
    '"=["',
]


def spoilt_text(chance: random.Random, data: bytes) -> bytes:
    """Bytes changed, cut, doubled or put in."""
    spoilt = bytearray(data)
    for _ in range(chance.choice([1, 2, 10])):
        at = chance.randrange(len(spoilt) + 1)
        kind = chance.randrange(3)
        if kind == 0:
            spoilt[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del spoilt[at : at + chance.randrange(60)]
        else:
            spoilt[at:at] = chance.choice(WORDS).encode()
    return bytes(spoilt)


def spoilt_toml(chance: random.Random, data: bytes) -> bytes:
    """Lines whose value is of another kind, doubled or gone: mostly still TOML."""
    lines = data.decode().split("\n")
    for _ in range(chance.choice([1, 2, 4])):
        at = chance.randrange(len(lines))
        key, equals, _ = lines[at].partition("=")
        if equals:
            lines[at] = f"{key}= {chance.choice(TOML)}"
        else:
            lines.insert(at, chance.choice(lines))
    return "\n".join(lines).encode()


def spoilt_json(chance: random.Random, data: bytes) -> bytes:
    """Values of another kind anywhere in the form."""
    form = json.loads(data)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        keys = (
            list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        )
        for key in keys:
            places.append((value, key))
            walk(value[key])

    walk(form)
    for _ in range(chance.choice([1, 2, 4])):
        holder, key = chance.choice(places)
        holder[key] = copy.deepcopy(chance.choice(VALUES))
    return json.dumps(form).encode()


SPOILERS: dict[str, Callable[[random.Random, bytes], bytes]] = {"toml": spoilt_toml, "form": spoilt_json}


@pytest.mark.parametrize("seed", range(60))
def test_no_bundle_makes_the_gate_crash(seed: int) -> None:
    """Manifest, scenario, form, table and template, by their own grammar and by their bytes; then the zip itself."""
    chance = random.Random(seed)
    files = dict(FILES)
    for name in chance.sample(sorted(files), chance.choice([1, 1, 2])):
        by_grammar = SPOILERS.get(name.rpartition(".")[2], spoilt_text)
        files[name] = chance.choice([by_grammar, by_grammar, spoilt_text])(chance, files[name])
    packed = bundle.pack(files)
    for data in (packed, spoilt_text(chance, packed)):
        report = check.check_bytes("b.zip", data)
        assert report.accepted or report.findings
        assert all(finding.rule and finding.vi and finding.en for finding in report.findings)
        said = json.dumps(report.to_json(), ensure_ascii=False).encode()
        assert b"\\u0000" not in said
