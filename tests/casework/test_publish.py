"""Publishing: judged, immutable, in force for new dossiers; running ones stay on theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bpmn import bundle
from casework import definitions, publish
from casework.demo import PROCEDURES
from casework.gate import Accepted
from casework.publish import BundleRefused, Published
from engine.actor import Actor
from engine.rejection import Rejected
from store.queries import catalogue
from store.tables import dossier, procedure_step, procedure_version, publication_refusal
from tests.casework.town import BIRTH, WARD, Town

ADMIN = Actor("admin", "admin", "Quản trị")
FILES = dict(bundle.read(PROCEDURES / BIRTH / "v1").files)


def zipped(version: int = 2, **changed: bytes) -> bytes:
    """The shipped birth registration as another version, with some files changed."""
    manifest = FILES["procedure.toml"].decode().replace("version = 1\n", f"version = {version}\n", 1)
    return bundle.pack(FILES | {"procedure.toml": manifest.encode()} | changed)


def publish_it(town: Town, content: bytes, **changed: object) -> Published | Rejected:
    given: dict[str, object] = {
        "decision_number": "1868/QĐ-UBND",
        "effective_from": town.now.date(),
        "now": town.now,
    }
    actor = changed.pop("actor", ADMIN)
    return publish.publish(town.session, actor, content, **(given | changed))  # type: ignore[arg-type]


def test_a_new_version_is_in_force_for_new_dossiers_and_running_ones_stay(town: Town) -> None:
    """Each dossier pins its version; the old one completes on the old diagram."""
    old = town.submitted()
    published = publish_it(town, zipped(), code=BIRTH)
    assert isinstance(published, Published), published
    new = town.submitted()
    versions = dict(
        town.session.execute(select(dossier.c.code, dossier.c.procedure_version)).all()  # type: ignore[arg-type]
    )
    assert versions == {old: 1, new: 2}
    clerk = town.officer(WARD, "one_stop_officer")
    checked = ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
    assert town.complete(old, "tiep_nhan", clerk, "accept", da_kiem_tra=checked).state.procedure_version == 1
    assert town.complete(new, "tiep_nhan", clerk, "accept", da_kiem_tra=checked).state.procedure_version == 2


def test_a_version_comes_into_force_on_its_day(town: Town) -> None:
    """Published today, in force from next week: until then people file by the old one."""
    publish_it(town, zipped(), effective_from=town.now.date() + timedelta(days=7))
    town.submitted()
    town.submitted(now=town.now + timedelta(days=7))
    versions = town.session.scalars(select(dossier.c.procedure_version).order_by(dossier.c.id)).all()
    assert list(versions) == [1, 2]


def test_a_published_version_never_changes(town: Town) -> None:
    """Not by the same number with other content, not by the same content again."""
    digest = town.session.scalar(
        select(procedure_version.c.digest).where(procedure_version.c.procedure_code == BIRTH)
    )
    other = zipped(1, **{"templates/giay_khai_sinh.typ": b"= Khac"})
    for content in (other, bundle.pack(FILES)):
        answer = publish_it(town, content)
        assert isinstance(answer, Rejected)
        assert answer.code == "version_exists"
    kept = town.session.scalar(
        select(procedure_version.c.digest).where(procedure_version.c.procedure_code == BIRTH)
    )
    assert kept == digest


def test_english_comes_later_and_is_mended_without_touching_what_dossiers_run_on(town: Town) -> None:
    """The same files with another en.po: only the version's English changes, its zip, day and decision stay. Any other
    file makes another version."""
    silent = publish_it(town, zipped(2, **{"en.po": b""}), effective_from=town.now.date() + timedelta(days=7))
    spoken = publish_it(town, zipped(2), decision_number="2/QĐ")
    assert isinstance(silent, Published)
    assert spoken == replace(silent, english=True)
    row = town.session.execute(select(procedure_version).where(procedure_version.c.version == 2)).one()
    assert (row.digest, row.decision_number) == (silent.digest, "1868/QĐ-UBND")
    assert (row.english_by, row.english_at) == ("admin", town.now)
    assert "en.po" in bundle.read(bytes(row.bundle)).files
    town.session.info.clear()
    assert definitions.get(town.session, BIRTH, 2).english["Trả kết quả"] == "Return the result"
    assert definitions.english(town.session, BIRTH)["Trả kết quả"] == "Return the result"

    without = {name: content for name, content in bundle.read(zipped(2)).files.items() if name != "en.po"}
    other = zipped(2, **{"templates/giay_khai_sinh.typ": b"= Khac"})
    for same in (zipped(2), bundle.pack(without), zipped(2, **{"en.po": b""}), other):
        answer = publish_it(town, same)
        assert isinstance(answer, Rejected)
        assert answer.code == "version_exists"
    assert definitions.english(town.session, BIRTH)["Trả kết quả"] == "Return the result"


def test_a_refused_bundle_leaves_only_its_findings(town: Town) -> None:
    """An admin sees what was wrong; nothing of it can be filed."""
    broken = FILES["process.bpmn"].replace(b"bpmn:exclusiveGateway", b"bpmn:complexGateway")
    answer = publish_it(town, zipped(**{"process.bpmn": broken}))
    assert isinstance(answer, BundleRefused)
    assert {finding["severity"] for finding in answer.findings} >= {"error"}
    assert all(finding["vi"] and finding["en"] for finding in answer.findings)
    assert town.session.scalar(select(func.count()).select_from(publication_refusal)) == 1
    count = select(func.count()).select_from(procedure_version)
    assert town.session.scalar(count.where(procedure_version.c.procedure_code == BIRTH)) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"actor": Actor("x", "officer")}, "forbidden"),
        ({"decision_number": "  "}, "reason_required"),
        ({"code": "1.004873"}, "bundle_refused"),
    ],
)
def test_who_publishes_what_is_checked_first(town: Town, changed: dict[str, object], code: str) -> None:
    """Admins only, by a decision, and the procedure they mean."""
    answer = publish_it(town, zipped(), **changed)
    assert isinstance(answer, Rejected)
    assert answer.code == code


def test_what_is_no_bundle_is_unreadable(town: Town) -> None:
    """No zip: nothing to judge, nothing stored."""
    answer = publish_it(town, b"PK not really")
    assert isinstance(answer, Rejected)
    assert answer.code == "bundle_unreadable"


def test_the_catalogue_shows_what_is_in_force_and_finds_it_without_accents(town: Town) -> None:
    """Names, fields and keywords, as people type them."""
    today = town.now.date()
    found = catalogue.search(town.session, today=today, q="khai sinh")
    assert [item["code"] for item in found["items"]] == [BIRTH]  # type: ignore[attr-defined, index]
    shown = catalogue.procedure(town.session, BIRTH, today=today)
    assert shown
    assert WARD in {agency["code"] for agency in shown["receiving"]}  # type: ignore[attr-defined, index]
    names = town.session.scalars(
        select(procedure_step.c.name).where(procedure_step.c.procedure_code == BIRTH)
    )
    assert "" not in names.all()


def test_the_last_version_is_retired_and_nobody_can_file(town: Town) -> None:
    """An abolished procedure: its running dossiers go on."""
    assert publish.retire(town.session, Actor("x", "officer"), BIRTH, 1) is not None
    assert publish.retire(town.session, ADMIN, BIRTH, 1) is None
    answer = town.submit()
    assert not isinstance(answer, Accepted)
    assert answer.code == "retired_version"


def test_a_definition_is_compiled_once(town: Town) -> None:
    """All dossiers of a version share one compiled definition; an unknown version is a surprise."""
    first = definitions.get(town.session, BIRTH, 1)
    assert definitions.get(town.session, BIRTH, 1) is first
    with pytest.raises(LookupError):
        definitions.get(town.session, BIRTH, 99)
