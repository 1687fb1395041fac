"""Scenarios are played as dossiers are: what is expected is compared, what is not is told with its step."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bpmn import rehearse
from bpmn.compile import compile_bundle
from bpmn.rehearsal_facts import any_province

FOLDER = Path(__file__).parents[1] / "diagrams" / "bundle"
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()
}
DEFINITION = compile_bundle(FILES)
SUBMIT = {"at": "2023-06-15T09:00", "submit": {"answers": {"ten": "Lê An", "so_ban": 2}}}
RECEIVE = {"at": "2023-06-15T09:30", "complete": "receive", "outcome": "accept"}


def play(*steps: dict[str, Any]) -> list[tuple[int, str]]:
    """The faults of a scenario of these steps, in English."""
    scenario = {"name": "Thử", "agency": "H23.30.05", "do": list(steps)}
    return [(number, fault.en) for number, fault in rehearse.play(DEFINITION, scenario, any_province)]


def expecting(step: dict[str, Any], **expect: Any) -> dict[str, Any]:
    return {**step, "expect": expect}


def test_a_whole_dossier_from_submission_to_result() -> None:
    """Status, due date, queues, papers and the end are those of the rules."""
    faults = play(
        expecting(SUBMIT, status="submitted", open=["receive"], queues=["H23.30.05:one_stop_officer"]),
        expecting(RECEIVE, status="processing", due_at="2023-06-20T09:30", papers=["01"], open=["appraise"]),
        expecting({"at": "2023-06-16T09:00", "complete": "appraise"}, open=["sign"], variables={"price": 1}),
        {"at": "2023-06-16T10:00", "complete": "sign", "outcome": "sign"},
        {"at": "2023-06-16T10:30", "complete": "digitise"},
        expecting(
            {"at": "2023-06-16T15:00", "complete": "hand"}, status="returned", ended="returned", open=[]
        ),
    )
    assert faults == []


def test_each_difference_is_told() -> None:
    """Both the wrong status and the wrong step, then the scenario stops."""
    faults = play(
        SUBMIT,
        expecting(RECEIVE, status="returned", open=["sign"]),
        {"at": "2023-06-16T09:00", "complete": "hand"},
    )
    assert [number for number, _ in faults] == [2, 2]
    assert any("'returned'" in words and "'processing'" in words for _, words in faults)


def test_a_step_that_is_not_open_names_those_that_are() -> None:
    ((number, words),) = play(SUBMIT, {"at": "2023-06-15T10:00", "complete": "sign"})
    assert number == 2
    assert "open: receive" in words


def test_a_rejection_is_a_fault_unless_expected() -> None:
    """The code of the rejection is what is compared."""
    wrong = {**RECEIVE, "outcome": "maybe"}
    ((_, words),) = play(SUBMIT, wrong)
    assert "outcome_unknown" in words
    assert play(SUBMIT, expecting(wrong, rejected="outcome_unknown")) == []
    assert play(SUBMIT, expecting(RECEIVE, rejected="outcome_unknown")) != []


def test_misspelt_words_are_faults() -> None:
    """An action, a detail or an expectation that does not exist is never passed over."""
    assert play({**SUBMIT, "submitt": {}}) != []
    assert play(expecting(SUBMIT, statuss="x")) != []
    assert play({"at": "2023-06-15T09:00"}) != []
    assert play({**SUBMIT, "at": "yesterday"}) != []
    assert play(SUBMIT, {**RECEIVE, "at": "2023-06-14T09:00"}) != []


def test_a_scenario_that_is_no_toml_is_a_finding() -> None:
    found = list(rehearse.findings(DEFINITION, {"scenarios/x.toml": b"= ="}))
    assert [(f.rule, f.severity, f.file) for f in found] == [("scenario", "error", "scenarios/x.toml")]


def test_no_scenario_is_a_warning() -> None:
    assert [f.severity for f in rehearse.findings(DEFINITION, {})] == ["warning"]


@pytest.mark.parametrize(
    ("step", "named"),
    [
        ({**SUBMIT, "expect": 1}, "'expect'"),
        ({**SUBMIT, "expect": {"variables": 1}}, "'variables'"),
        ({**SUBMIT, "submit": []}, "'submit'"),
        ({**SUBMIT, "submit": {"channel": 1}}, "the channel 1"),
        ({**SUBMIT, "submit": {"applicant": {"name": 1}}}, "the person"),
        ({**SUBMIT, "submit": {"components": {"a": {"copies": "x"}}}}, "the component 'a'"),
        ({"at": "2023-06-15T09:00", "extend": "x"}, "'extend'"),
        ({"at": "2023-06-15T09:00", "complete": ["receive"]}, "'complete'"),
        ({"at": 5, "complete": "receive"}, "the moment 5"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_fault_of_the_step(step: dict[str, Any], named: str) -> None:
    """Never an exception: the sentence names the key."""
    ((number, words),) = play(step)
    assert number == 1
    assert named in words


def test_a_message_that_comes_early_is_kept_for_its_catch() -> None:
    """As between dossiers; a scenario that expects nobody to take it says so."""
    text = FILES["process.bpmn"].decode()
    rule = '<bpmn:businessRuleTask id="price" name="price" camunda:decisionRef="fee" camunda:resultVariable="price" />'
    catch = '<bpmn:receiveTask id="price" name="price" messageRef="m" />'
    message = '</bpmn:process><bpmn:message id="m" name="tra_loi" />'
    assert rule in text
    text = text.replace(rule, catch).replace("</bpmn:process>", message)
    waits = compile_bundle({**FILES, "process.bpmn": text.encode()})
    early = {"at": "2023-06-15T10:00", "message": "tra_loi", "payload": {"gia": 5}}
    nobody = expecting({"at": "2023-06-15T10:30", "message": "tra_loi"}, rejected="no_message")
    done = expecting(
        {"at": "2023-06-16T09:00", "complete": "appraise"}, open=["sign"], variables={"gia": Decimal(5)}
    )
    scenario = {"name": "Thử", "agency": "H23.30.05", "do": [SUBMIT, RECEIVE, early, nobody, done]}
    assert rehearse.play(waits, scenario, any_province) == []
