"""docs/dialect.md is the contract: what it names is what the code knows, and the other way round."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from assembly.statuses import STATUS_OF_CODE
from bpmn import names
from bpmn.lint.unknown_property import ALLOWED
from bpmn.manifest_keys import ARRAYS, SECTIONS
from bpmn.rehearsal_step import ACTIONS, EXPECTED
from engine import scope
from engine.facts import Agency
from engine.state import Document, State
from engine.step_kinds import END_STATUS, KINDS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "dialect.md").read_text(encoding="utf-8")
ROOMS = ("engine", "casework", "api")


def section(title: str) -> str:
    """The text under a heading, to the next heading of its level or above."""
    start = TEXT.index(title)
    level = title.split(" ")[0]
    end = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(TEXT, start + len(title))
    return TEXT[start : end.start() if end else len(TEXT)]


def rows(text: str) -> list[list[str]]:
    """The cells of the table rows."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_manifest_keys_are_those_of_the_page() -> None:
    """Every key of §2, and no other, is read."""
    told: set[str] = set()
    for cells in rows(section("## 2. Manifest"))[1:]:
        keys = ticked(cells[0])
        if keys[0].startswith("[["):
            told |= {
                f"{keys[0].strip('[]')}.{key}"
                for key in re.findall(r"(?:^|, )`(\w+)`", re.sub(r"\([^)]*\)", "", cells[1]))
            }
        else:
            told |= set(keys)
    known = {f"{name}.{key}" for table in (SECTIONS, ARRAYS) for name, keys in table.items() for key in keys}
    assert told == known


def test_property_names_are_those_of_the_page() -> None:
    """Every property of §3 stands in the rule `unknown-property` for the elements the page names."""
    told = {name for cells in rows(section("## 3. Diagram")) if len(cells) == 4 for name in ticked(cells[1])}
    assert told == set().union(*ALLOWED.values())


def test_step_kinds_and_end_kinds_are_those_of_the_page() -> None:
    """§4 lists every kind that a step or an end may have (`submit` is the start event's own)."""
    table = rows(section("## 4. Step kinds"))
    kinds = {kind for cells in table[1:] if "end kinds" not in cells[0] for kind in ticked(cells[0])}
    ends = next(cells for cells in table if cells[0] == "end kinds")
    assert kinds == set(KINDS) - {"submit"}
    assert set(re.findall(r"`(\w+)` → ", ends[-1])) == set(END_STATUS)


def test_names_in_scope_are_those_that_the_engine_gives() -> None:
    """The page, the gate's list and `engine.scope` name the same things."""

    class Facts:
        agencies = {"A": Agency("A", "A", "province")}  # noqa: RUF012

        def calendar(self, agency: str) -> object:
            return type("Calendar", (), {"zone": UTC})

    given = scope.values(State(agency="A"), Document(), Facts(), datetime(2023, 1, 2, tzinfo=UTC))  # type: ignore[arg-type]
    assert set(given) == {"dossier", "answers", "outcome", "steps", "now", "today"}
    dossier = given["dossier"]
    assert isinstance(dossier, dict)
    assert set(dossier) == set(names.DOSSIER)
    told = next(cells[1] for cells in rows(section("### Names in FEEL scope")) if cells[0] == "`dossier`")
    plain = re.search(r"`([^`{]+)applicant\{([^}]+)\} beneficiary", told)
    assert plain
    assert {*plain[1].split(), "applicant", "beneficiary"} == set(names.DOSSIER)
    assert set(plain[2].split()) == set(names.PERSON)
    assert set(names.AGENCY) == set(scope.of_agency(Agency("A", "A", "province"))["agency"])  # type: ignore[call-overload]


def test_scenario_words_are_those_of_the_page() -> None:
    """§7 names every action and every key of `expect`."""
    text = section("## 7. Scenarios")
    assert {name for cells in rows(text)[1:] for name in ticked(cells[0])} == set(ACTIONS)
    keys = text[text.index("`expect` keys:") :].split("What is not named")[0]
    assert set(ticked(keys)) - {"expect", "agency:role"} == EXPECTED


def test_codes_and_statuses_are_those_of_the_page() -> None:
    """§5 Codes = `assembly.statuses`, and each code that the code rejects with is one of them."""
    told = dict(re.findall(r"`(\w+)` (\d{3})", section("### Codes")))
    assert told == {code: str(status) for code, status in STATUS_OF_CODE.items()}
    used: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            used |= set(re.findall(r"\bRejected\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")))
    assert used - told.keys() == set()
