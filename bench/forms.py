"""How long the check of a 40-field e-form takes (budget: 1 ms), plain and strict, and drawing its state."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import forms

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def run() -> dict[str, float]:
    """Milliseconds (median of rounds): check, check_strict, state, load."""
    source = json.dumps(form_of_40())
    e_form = forms.load(source)
    answers = answers_of_40()
    assert not forms.check(e_form, answers, now=NOW, strict=True).problems
    return {
        "check_40_fields_ms": _median_ms(lambda: forms.check(e_form, answers, now=NOW)),
        "check_strict_40_fields_ms": _median_ms(lambda: forms.check(e_form, answers, now=NOW, strict=True)),
        "state_40_fields_ms": _median_ms(lambda: forms.state(e_form, answers, now=NOW)),
        "load_40_fields_ms": _median_ms(lambda: forms.load(source), rounds=20),
    }


def form_of_40() -> dict[str, Any]:
    """40 inputs as an application form has them: texts with patterns, dates, choices, conditions, two list rows."""
    fields: list[dict[str, Any]] = []
    for number in range(16):
        rules = {"required": True, "maxLength": 100, "pattern": "^[^<>]*$"}
        fields.append(
            {"type": "textfield", "key": f"text_{number}", "label": f"Text {number}", "validate": rules}
        )
    limits = {"min": 0, "max": "=number_0 + 1000"}
    fields += [{"type": "number", "key": f"number_{number}", "validate": limits} for number in range(6)]
    fields += [{"type": "datetime", "key": f"date_{number}", "subtype": "date"} for number in range(4)]
    options = [{"label": f"Option {number}", "value": f"o{number}"} for number in range(12)]
    for number in range(4):
        hide = {"hide": f'=text_{number} = "hide me"'}
        fields.append({"type": "select", "key": f"select_{number}", "values": options, "conditional": hide})
    fields.append({"type": "checkbox", "key": "agreed", "validate": {"required": True}})
    fields.append({"type": "checklist", "key": "several", "values": options})
    fields.append(
        {"type": "expression", "key": "total", "expression": "=number_0 + number_1", "computeOn": "change"}
    )
    fields.append({"type": "textarea", "key": "note", "conditional": {"hide": "=agreed = false"}})
    row = [
        {"type": "textfield", "key": key, "validate": {"required": True}}
        for key in ("name", "kinship", "place")
    ]
    fields.append({"type": "dynamiclist", "path": "people", "components": row})
    return {"type": "default", "id": "Form_40", "components": fields}


def answers_of_40() -> dict[str, Any]:
    """Right answers to every field of `form_of_40`."""
    return {
        **{f"text_{number}": "Nguyễn Thị Minh Khai" for number in range(16)},
        **{f"number_{number}": number * 10 for number in range(6)},
        **{f"date_{number}": "1990-05-17" for number in range(4)},
        **{f"select_{number}": "o3" for number in range(4)},
        "agreed": True,
        "several": ["o1", "o2"],
        "note": "Không có",
        "people": [
            {"name": "An", "kinship": "Con", "place": "Sơn La"},
            {"name": "Bình", "kinship": "Con", "place": "Hà Nội"},
        ],
    }


def _median_ms(call: Callable[[], object], rounds: int = 300) -> float:
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1000, 4)
