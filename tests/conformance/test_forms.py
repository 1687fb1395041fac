"""Floors of the e-forms on the shared material."""

from __future__ import annotations

from tests.conformance import forms as runner
from tests.conformance.material import folder


def test_forms_answer_as_form_js_does() -> None:
    """Whole forms ≥ 98 %, the field validator 100 %, the JSON schema ≥ 95 %."""
    floors = {"forms/oracle": 0.98, "forms/field_validation": 1.0, "forms/schema_validation": 0.95}
    scores = {score.name: score for score in runner.run(folder("forms"))}
    assert scores.keys() == floors.keys()
    for name, floor in floors.items():
        assert scores[name].share >= floor, scores[name].text()
