"""The shipped procedures fit the demo province: every step of every journey has an officer to do it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import bpmn
from bpmn import bundle
from bpmn.compile import compile_bundle
from casework import demo_data
from engine.definition import Definition
from engine.facts import Agency
from engine.scope import of_agency

PROVINCE = demo_data.read()
STAFFED = {(post.agency, post.role) for person in PROVINCE.officers for post in person.posts}
AGENCIES = PROVINCE.facts(date(2023, 6, 15)).agencies
FOLDERS = sorted((Path(bpmn.__file__).parent / "procedures").glob("*/v*"))
COMMUNES = [code for code, agency in AGENCIES.items() if agency.level == "commune"]


@pytest.fixture(params=FOLDERS, ids=lambda path: path.parts[-2], scope="module")
def definition(request: pytest.FixtureRequest) -> Definition:
    return compile_bundle(bundle.read(request.param).files)


def test_somebody_receives_each_procedure(definition: Definition) -> None:
    """Communes receive civil status, districts construction permits; divisions and departments do not."""
    level = "district" if definition.code == "1.009994" else "commune"
    expected = {
        c for c, a in AGENCIES.items() if a.level == level and (a.level == "commune" or a.parent == "H23")
    }
    assert set(receiving(definition)) == expected


def test_each_step_has_an_officer_wherever_the_dossier_is_filed(definition: Definition) -> None:
    """No queue of a shipped procedure is without staff."""
    empty = [
        (step.element_id, agency, step.role)
        for code in receiving(definition)
        for step in definition.steps.values()
        if step.role != "applicant"
        for agency in places(definition, code, str(step.agency.text))
        if (agency, step.role) not in STAFFED
    ]
    assert empty == []


def receiving(definition: Definition) -> Iterator[str]:
    for code, agency in AGENCIES.items():
        if receives(definition, agency):
            yield code


def receives(definition: Definition, agency: Agency) -> bool:
    found = definition.receiving.of_scope(of_agency(agency))
    return found is True or found == agency.level


def places(definition: Definition, code: str, formula: str) -> list[str]:
    """Every agency that a step's formula may give for a dossier filed at `code`."""
    if formula == "=item.xa":
        return COMMUNES
    if formula == "=item.agency":
        house = {"so_tang": 8, "ket_hop_kinh_doanh": True, "khu_vuc": "di_tich", "xa": COMMUNES[0]}
        scope = {"dossier": {"agency": code}, "answers": {"don_de_nghi": house}}
        asked = definition.decide_table("co_quan_can_hoi", scope)
        assert isinstance(asked, list)
        return [*{row["agency"] for row in asked}, *COMMUNES]
    return [code + formula.removeprefix("=dossier.agency").replace('+ "', "").replace('"', "").strip()]
