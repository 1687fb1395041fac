"""The manifest says the law's facts; what it does not say rightly is refused, all at once."""

from __future__ import annotations

import re
from datetime import time

import pytest

from bpmn import manifest
from bpmn.problem import ManifestRefused
from engine.worktime.deadline import CutOff, TimeLimit

SMALL = b"""
[procedure]
code = "1.001193"
version = 1
name = "Khai sinh"
field = "H\xe1\xbb\x99 t\xe1\xbb\x8bch"
level = "commune"
"""


def problems(text: bytes) -> set[tuple[str, str]]:
    with pytest.raises(ManifestRefused) as caught:
        manifest.parse(text)
    return {(problem.where, problem.code) for problem in caught.value.problems}


def test_defaults_are_those_of_the_dialect() -> None:
    """Dialect §2, last column."""
    read = manifest.parse(SMALL)
    assert (read.receiving.text, read.audience, read.online_level) == ("commune", ("citizen",), 4)
    assert (read.process_file, read.process_id, read.time_limit, read.same_day) == (
        "process.bpmn",
        None,
        None,
        False,
    )
    assert (read.supplement.max_requests, read.supplement.answer_within, read.extension_max_days) == (
        1,
        None,
        0,
    )
    assert read.running == "stay"


def test_everything_said_is_read() -> None:
    """Limits, components, fees, results and legal basis arrive typed."""
    read = manifest.parse(
        SMALL
        + b"""receiving = ["H23.30.05", "H23.30.06"]
[time_limit]
amount = 15
unit = "day"
cut_off = "15:00"
cut_off_effect = "shift_clock"
[reception]
limit_hours = 8
[supplement]
max_requests = 2
answer_within_days = 30
[[components]]
code = "to_khai"
name = "T"
required = "=answers.f.x = 1"
accept = ["pdf"]
max_mb = 5
[[fees]]
code = "le_phi"
name = "L"
kind = "le_phi"
amount_vnd = 8000
when = 4
[[legal_basis]]
title = "Luat"
effective_from = 2016-01-01
"""
    )
    assert read.time_limit == TimeLimit(15, "day")
    assert read.cut_off == CutOff(time(15), "shift_clock")
    assert read.reception_limit == TimeLimit(8, "working_hour")
    assert read.supplement.answer_within == TimeLimit(30, "day")
    component, fee = read.components[0], read.fees[0]
    assert (component.media, component.max_bytes) == (("application/pdf",), 5_000_000)
    assert component.required.of_scope({"answers": {"f": {"x": 1}}}) is True
    assert (fee.amount.text, fee.when) == ("8000", 4)
    assert read.receiving.of_scope({"agency": {"code": "H23.30.06"}}) is True
    assert read.receiving.of_scope({"agency": {"code": "H23.30.07"}}) is False
    page = read.catalogue()
    assert page["time_limit"] == {
        "amount": 15, "unit": "day", "same_day": False, "cut_off": "15:00", "cut_off_effect": "shift_clock",
    }  # fmt: skip
    assert page["legal_basis"][0]["effective_from"] == "2016-01-01"


def test_all_problems_come_at_once() -> None:
    """Unknown keys, wrong types, values out of range, missing keys and broken FEEL are one answer."""
    wrong = re.sub(rb"version = 1", b'version = "1"', SMALL).replace(b"[procedure]", b"[procedure]\nfoo = 1")
    wrong += b'[[fees]]\ncode = "a"\nkind = "tax"\nname = "N"\namount_vnd = "=1 +"\n[nonsense]\n'
    assert problems(wrong) == {
        ("procedure.foo", "manifest_unknown_key"),
        ("procedure.version", "manifest_value"),
        ("fees[0].kind", "manifest_value"),
        ("fees[0].amount_vnd", "manifest_feel"),
        ("nonsense", "manifest_unknown_key"),
    }


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"[a]\n[a]", b"a = " + b"[" * 5000, b"x" * 600_000])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    assert {code for _, code in problems(data)} == {"manifest_syntax"}


def test_an_amount_needs_its_unit_and_an_hour_its_effect() -> None:
    found = problems(SMALL + b'[time_limit]\namount = 3\ncut_off = "15:00"\n')
    assert found == {
        ("time_limit.unit", "manifest_missing"),
        ("time_limit.cut_off_effect", "manifest_missing"),
    }


def test_codes_are_there_once() -> None:
    """Two components of one code cannot be told apart."""
    twice = b'[[components]]\ncode = "a"\nname = "A"\n' * 2
    assert problems(SMALL + twice) == {("components[1].code", "manifest_twin")}
