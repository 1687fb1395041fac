"""The shipped bundles pass the gate without a finding, and their scenarios also hold in the demo province."""

import tomllib
from pathlib import Path

import pytest

import bpmn
from bpmn import bundle, check, rehearse
from bpmn.compile import compile_bundle
from casework import demo_data

FOLDERS = sorted((Path(bpmn.__file__).parent / "procedures").glob("*/v*"))
SCENARIOS = sorted(path for folder in FOLDERS for path in folder.glob("scenarios/*.toml"))
FACTS = demo_data.read().facts


@pytest.fixture(scope="module")
def definitions() -> dict[Path, object]:
    return {folder: compile_bundle(bundle.read(folder).files) for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parts[-2])
def test_a_shipped_bundle_passes_the_gate_without_any_finding(folder: Path) -> None:
    """Not even a warning: others copy from these."""
    report = check.check(bundle.read(folder).files)
    assert [finding.to_json() for finding in report.findings] == []
    assert report.accepted


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_a_scenario_holds_with_the_agencies_and_holidays_of_the_province(scenario, definitions) -> None:  # type: ignore[no-untyped-def]
    """Played through `engine.decide` with the demo province's facts."""
    script = tomllib.loads(scenario.read_text(encoding="utf-8"))
    assert rehearse.play(definitions[scenario.parents[1]], script, FACTS) == []


def test_scenarios_have_names_of_their_own() -> None:
    """A finding names the scenario: two may not sound alike."""
    names = [tomllib.loads(path.read_text(encoding="utf-8"))["name"] for path in SCENARIOS]
    assert len(set(zip((p.parts[-4] for p in SCENARIOS), names, strict=True))) == len(names)


@pytest.mark.parametrize("code", ["1.001193", "1.004873", "1.009994"])
def test_every_end_of_a_procedure_is_reached_by_a_scenario(code: str, definitions) -> None:  # type: ignore[no-untyped-def]
    """Each kind of end that the diagram draws is rehearsed."""
    folder = next(path for path in FOLDERS if path.parts[-2] == code)
    drawn = set(definitions[folder].ends.values())
    rehearsed = {
        step["expect"]["ended"]
        for path in folder.glob("scenarios/*.toml")
        for step in tomllib.loads(path.read_text(encoding="utf-8"))["do"]
        if "ended" in step.get("expect", {})
    }
    assert drawn <= rehearsed


def test_a_result_due_over_the_april_holidays_moves_behind_them(definitions) -> None:  # type: ignore[no-untyped-def]
    """Received after 15:00 on Friday 28/4/2023: 29/4 to 3/5 are off, so the result is due on Thursday 4/5."""
    folder = FOLDERS[0]
    script = tomllib.loads((folder / "scenarios" / "trong_ngay.toml").read_text(encoding="utf-8"))
    submit, receive = script["do"][:2]
    submit["at"], receive["at"] = "2023-04-28T15:30", "2023-04-28T15:45"
    submit["submit"]["answers"]["ngay_sinh"] = "2023-04-20"
    receive["expect"] = {"due_at": "2023-05-04T17:00"}
    assert rehearse.play(definitions[folder], {**script, "do": [submit, receive]}, FACTS) == []
