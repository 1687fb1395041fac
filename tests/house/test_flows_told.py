"""docs/flows.md and docs/architecture.md tell of functions and files that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
FLOWS = (HOUSE / "docs/flows.md").read_text(encoding="utf-8")
ARCHITECTURE = (HOUSE / "docs/architecture.md").read_text(encoding="utf-8")
ROOMS = "feel|forms|engine|bpmn|store|national|casework|assembly|api|web|workers|cli"
FUNCTIONS = sorted(set(re.findall(rf"`((?:{ROOMS})(?:\.\w+)+)`", FLOWS)))


def defines(name: str) -> bool:
    """Does the last part stand, as a function, class or imported name, in the module that the others lead to?"""
    *place, function = name.split(".")
    path = HOUSE.joinpath(*place)
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not source.is_file():
        return False
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return function in found


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_function_is_there(name: str) -> None:
    """Who renames a function tells the story anew."""
    assert defines(name)


def test_there_are_ten_journeys_and_each_names_its_functions() -> None:
    """A step without a function would be a wish."""
    journeys = re.split(r"^## \d+\. ", FLOWS, flags=re.MULTILINE)[1:]
    assert len(journeys) == 10
    for journey in journeys:
        assert len(re.findall(rf"`(?:{ROOMS})(?:\.\w+)+`", journey)) >= 5, journey[:60]


def test_files_named_by_the_pages_exist() -> None:
    """`room/file.py` and `folder/` in both pages."""
    named = set(re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`", FLOWS + ARCHITECTURE))
    assert {path for path in named if not (HOUSE / path).exists() and "web/static" not in path} == set()
