"""The commands that answer one question in JSON, and the help, as a shell sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.__main__ import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
FORM = {
    "type": "default",
    "id": "to_khai",
    "schemaVersion": 16,
    "components": [
        {"type": "textfield", "key": "ho_ten", "id": "F1", "label": "Họ tên", "validate": {"required": True}}
    ],
}
TABLE = """<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="fees" namespace="x">
  <decision id="fee" name="Fee"><variable name="Fee"/><literalExpression><text>copies * 8000</text></literalExpression>
  <informationRequirement id="r"><requiredInput href="#copies"/></informationRequirement></decision>
  <inputData id="copies" name="copies"><variable name="copies" typeRef="number"/></inputData>
</definitions>"""


def motcua(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-P", "-m", "cli", *arguments]
    return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=60)


def test_alone_it_prints_help_that_names_every_command() -> None:
    """Nothing is started by accident."""
    done = motcua()
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`./motcua NAME --help` works, so its module is there and can be imported."""
    with pytest.raises(SystemExit) as done:
        main([name, "--help"])
    said = capsys.readouterr()
    assert (done.value.code, said.err) == (0, "")
    assert said.out.startswith(f"usage: motcua {name}")


def test_an_unknown_command_is_refused_with_the_help() -> None:
    """Exit 2, and the word that was not understood."""
    done = motcua("fly")
    assert done.returncode == 2
    assert "'fly'" in done.stderr


def test_feel_answers_with_one_json_value() -> None:
    """Dates and durations come and go as ISO 8601 text."""
    done = motcua("feel", 'received + duration("P3D")', "--context", '{"received": "2023-06-15"}')
    assert (json.loads(done.stdout), done.returncode) == ({"result": "2023-06-18"}, 0)


def test_feel_says_where_an_expression_breaks() -> None:
    """Exit 1, stable code, position, both languages."""
    done = motcua("feel", "1 + * 2")
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 1
    assert (error["code"], error["line"], error["column"]) == ("feel.syntax", 1, 5)
    assert error["vi"] != error["en"]


def test_form_check_names_the_field(tmp_path: Path) -> None:
    """Problems: exit 1 and the key of the field; none: exit 0 and what would be submitted. Any folder may be ours."""
    (tmp_path / "f.form").write_text(json.dumps(FORM))
    wrong = motcua("form", "check", "f.form", "--data", "{}", cwd=tmp_path)
    assert (wrong.returncode, json.loads(wrong.stdout)["problems"][0]["where"]) == (1, "ho_ten")
    right = motcua("form", "check", "f.form", "--data", '{"ho_ten": "Lê Thị Hoa"}', cwd=tmp_path)
    assert (right.returncode, json.loads(right.stdout)["data"]) == (0, {"ho_ten": "Lê Thị Hoa"})


def test_dmn_decides_by_name(tmp_path: Path) -> None:
    """The value of the decision over the inputs; an unknown decision lists those there are."""
    (tmp_path / "fees.dmn").write_text(TABLE)
    done = motcua("dmn", "fees.dmn", "--decision", "Fee", "--inputs", '{"copies": 3}', cwd=tmp_path)
    assert (json.loads(done.stdout), done.returncode) == ({"result": 24000}, 0)
    unknown = motcua("dmn", "fees.dmn", "--decision", "Free", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "Fee" in unknown.stderr


@pytest.mark.parametrize("given", ["[]", "{", '{"a": 1', "@nowhere.json"])
def test_json_that_is_none_is_refused_by_name(given: str) -> None:
    """Exit 2 and the option's name; no traceback."""
    done = motcua("feel", "1", "--context", given)
    assert done.returncode == 2
    assert done.stderr.startswith("motcua: ")
    assert "Traceback" not in done.stderr
