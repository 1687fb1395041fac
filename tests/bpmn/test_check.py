"""The gate as its callers see it: verdicts, exit codes, all findings at once, and never a crash."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest
from lxml import etree

from bpmn import bundle, check
from bpmn.compile import compile_bundle
from bpmn.problem import CompileRefused
from engine.worktime.deadline import TimeLimit

ROOT = Path(__file__).parents[2]
DIAGRAMS = ROOT / "tests" / "diagrams"
BUNDLE = DIAGRAMS / "bundle"
FILES = {
    path.relative_to(BUNDLE).as_posix(): path.read_bytes() for path in BUNDLE.rglob("*") if path.is_file()
}


def test_exit_codes_tell_accepted_refused_and_unreadable(tmp_path: Path) -> None:
    """0, 1, 2 for a folder, a zip and bare files (issue: `./motcua bundle check`)."""
    packed = tmp_path / "b.zip"
    packed.write_bytes(bundle.pack(FILES))
    assert check.check_path(BUNDLE).exit_code == 0
    assert check.check_path(packed).exit_code == 0
    assert check.check_path(BUNDLE / "process.bpmn").exit_code == 0
    assert check.check_path(BUNDLE / "fees.dmn").exit_code == 0
    assert check.check_path(BUNDLE / "don.form").exit_code == 0
    assert check.check_path(DIAGRAMS / "executable" / "bad.bpmn").exit_code == 1
    assert check.check_path(tmp_path / "none.zip").exit_code == 2
    assert check.check_path(tmp_path / "none.bpmn").exit_code == 2
    packed.write_bytes(b"PK nonsense")
    assert check.check_path(packed).exit_code == 2


def test_a_report_has_the_shape_of_the_contract() -> None:
    """Dialect §5, `POST /bundles/check`."""
    body = check.check(FILES).to_json()
    assert set(body) == {"accepted", "findings", "code", "version", "digest"}
    assert (body["accepted"], body["code"], body["version"]) == (True, "1.000001", 1)
    assert body["digest"] == bundle.digest(FILES)
    for finding in body["findings"]:
        assert set(finding) == {"rule", "severity", "file", "element", "vi", "en", "page", "trace"}
        assert (ROOT / finding["page"]).is_file()


def test_all_findings_come_at_once() -> None:
    """A bundle wrong in its manifest, diagram, form and files tells all four."""
    wrong = {
        **FILES,
        "procedure.toml": FILES["procedure.toml"].replace(b"level", b"levle"),
        "process.bpmn": FILES["process.bpmn"].replace(b'value="appraise"', b'value="apraise"'),
        "don.form": b"{",
        "x.exe": b"MZ",
    }
    report = check.check(wrong)
    assert not report.accepted
    assert {"manifest", "step-kind", "e-form", "unknown-file"} <= {
        finding.rule for finding in report.findings
    }


def test_findings_can_be_stored_whatever_the_file_holds() -> None:
    """NUL and half surrogates in a form's key are repeated as “�”: PostgreSQL and UTF-8 know neither."""
    report = check.check_bytes(
        "don.form", b'{"type": "default", "components": [{"type": "number", "key": "a\\u0000\\ud800"}]}'
    )
    said = "".join(f.element + f.vi + f.en for f in report.findings)
    assert not report.accepted
    assert "�" in said
    assert b"\0" not in said.encode()


def test_nothing_at_all_is_refused_with_a_sentence() -> None:
    report = check.check({"readme.txt": b""})
    assert not report.accepted
    assert {"manifest", "unknown-file"} <= {finding.rule for finding in report.findings}


def test_scenarios_run_with_the_callers_facts() -> None:
    """The scenario's expectation is judged; a wrong one names its step."""
    wrong = {**FILES, "scenarios/nop.toml": FILES["scenarios/nop.toml"].replace(b'"receive"', b'"sign"')}
    (finding,) = [f for f in check.check(wrong).findings if f.severity == "error"]
    assert (finding.rule, finding.file, finding.element) == ("scenario", "scenarios/nop.toml", "do[1]")
    assert "receive" in finding.en


def test_a_checked_bundle_compiles() -> None:
    """Steps, queues, limits, forms, decisions and ends arrive in the definition."""
    definition = compile_bundle(FILES)
    step = definition.steps["receive"]
    assert (step.kind, step.role, step.time_limit) == (
        "receive",
        "one_stop_officer",
        TimeLimit(4, "working_hour"),
    )
    assert step.agency.of_scope({"dossier": {"agency": "H23.30.05"}}) == "H23.30.05"
    assert [outcome.code for outcome in step.outcomes] == ["accept", "refuse"]
    assert definition.start_form == "don"
    assert set(definition.forms) == {"don", "tra_loi"}
    assert definition.ends == {"refused": "not_received", "end": "returned"}
    assert definition.time_limit == TimeLimit(3, "working_day")
    assert definition.decide_table("fee", {"answers": {"don": {"so_ban": 7}}}) == 2
    assert definition.digest == bundle.digest(FILES)


def test_innermost_lane_and_own_properties_win() -> None:
    """Nested lanes: the inner one's agency, the outer one's role; a step's property over both (dialect §3)."""
    nested = (
        b'<bpmn:lane id="lane" name="A"><bpmn:extensionElements><camunda:properties>'
        b'<camunda:property name="agency" value="OUT"/><camunda:property name="role" value="clerk"/>'
        b'</camunda:properties></bpmn:extensionElements><bpmn:childLaneSet id="inner_lanes"><bpmn:lane id="inner" name="B">'
        b'<bpmn:extensionElements><camunda:properties><camunda:property name="agency" value="IN"/></camunda:properties>'
        b"</bpmn:extensionElements><bpmn:flowNodeRef>receive</bpmn:flowNodeRef><bpmn:flowNodeRef>sign</bpmn:flowNodeRef>"
        b"</bpmn:lane></bpmn:childLaneSet></bpmn:lane>"
    )
    text = FILES["process.bpmn"]
    start, end = text.index(b"<bpmn:lane id="), text.index(b"</bpmn:laneSet>")
    text = text[:start] + nested + text[end:]
    text = text.replace(
        b'name="kind" value="sign" />',
        b'name="kind" value="sign" /><camunda:property name="role" value="leader" />',
    )
    steps = compile_bundle({**FILES, "process.bpmn": text}).steps
    assert (steps["receive"].agency.text, steps["receive"].role) == ("IN", "clerk")
    assert (steps["sign"].agency.text, steps["sign"].role) == ("IN", "leader")


def test_compile_refuses_with_every_finding() -> None:
    with pytest.raises(CompileRefused) as caught:
        compile_bundle({"process.bpmn": b"<", "don.form": b"{"})
    assert {finding.rule for finding in caught.value.findings} == {"xml", "e-form", "manifest"}


def mutated(rng: random.Random, data: bytes) -> bytes:
    """A diagram with some attributes, elements and names changed, moved, doubled or gone."""
    root = etree.fromstring(data)
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    words = [str(e.get("id")) for e in elements if e.get("id")]
    words += ["", "x", "=", "=1 +", "true", "-1", "P1D", "R/PT1S", "=" * 50]
    for _ in range(rng.randint(1, 4)):
        element = rng.choice(elements)
        match rng.randint(0, 4):
            case 0 if element.attrib:
                del element.attrib[rng.choice(sorted(element.attrib))]
            case 1 if element.attrib:
                element.set(rng.choice(sorted(element.attrib)), rng.choice(words))
            case 2 if element.getparent() is not None:
                element.getparent().remove(element)
            case 3:
                rng.choice(elements).append(copy.deepcopy(element))
            case _:
                element.tag = rng.choice(elements).tag
    return bytes(etree.tostring(root))


@pytest.mark.parametrize("seed", range(3))
def test_no_diagram_makes_the_gate_crash(seed: int) -> None:
    """Mutations of all our diagrams, bare and in a bundle: a verdict each time."""
    rng = random.Random(seed)
    sources = sorted(DIAGRAMS.glob("*/*.bpmn"), key=str)
    for _ in range(100):
        try:
            data = mutated(rng, rng.choice(sources).read_bytes())
        except etree.XMLSyntaxError:
            continue
        assert check.check_bytes("x.bpmn", data).exit_code in (0, 1)
        data = mutated(rng, FILES["process.bpmn"])
        assert check.check({**FILES, "process.bpmn": data}).exit_code in (0, 1)
