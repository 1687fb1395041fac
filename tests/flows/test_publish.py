"""An admin uploads a bundle: checked, published for new dossiers, or refused with findings that name elements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpmn import bundle
from casework.demo import PROCEDURES
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import Play, reached

BIRTH = "1.001193"
FILES = dict(bundle.read(PROCEDURES / BIRTH / "v1").files)
VERSIONS = f"/procedures/{BIRTH}/versions"
DECISION = {"decision_number": "1868/QĐ-UBND"}


def zipped(version: int = 2, **changed: bytes) -> bytes:
    """The shipped birth registration as another version, with some files changed."""
    manifest = FILES["procedure.toml"].decode().replace("version = 1\n", f"version = {version}\n", 1)
    return bundle.pack(FILES | {"procedure.toml": manifest.encode()} | changed)


def without_default_flow() -> tuple[bytes, str]:
    """A diagram in which a flow leaves a decision without saying when, and the flow's id."""
    text = FILES["process.bpmn"].decode()
    gateway = re.search(r'<bpmn:exclusiveGateway id="\w+"[^>]* default="(\w+)"', text)
    assert gateway
    return text.replace(gateway[0], re.sub(r' default="\w+"', "", gateway[0]), 1).encode(), gateway[1]


def open_by_form(counter: Counter, play: Play) -> dict[str, object]:
    """The same declaration filed once more: the new dossier."""
    given = play.watcher.dossier(play.code)
    citizen = counter.sign_in(CITIZEN)
    body = {"procedure": BIRTH, "agency": play.agency, "answers": given["answers"]["to_khai_khai_sinh"]}
    answer = citizen.submit(body | {"components": [{"code": "giay_chung_sinh", "originals": 1}]})
    assert answer.status_code == 201, answer.json
    return answer.json  # type: ignore[no-any-return]


def test_a_new_version_serves_new_dossiers_and_running_ones_stay(counter: Counter) -> None:
    """Pinned: the dossier filed before goes on by its own diagram to the next step."""
    play = reached(counter, "1.001193/trong_ngay", "tiep_nhan")
    admin = counter.sign_in("admin")
    content = zipped()
    report = admin.upload("/bundles/check", "bundle", "goi.zip", content)
    assert (report.status_code, report.json["accepted"], report.json["version"]) == (200, True, 2)
    done = admin.upload(VERSIONS, "bundle", "goi.zip", content, **DECISION)
    assert (done.status_code, done.json["code"], done.json["version"]) == (201, BIRTH, 2)
    assert done.json["digest"] == report.json["digest"]
    assert counter.anybody().get(f"/procedures/{BIRTH}").json["version"] == 2

    assert open_by_form(counter, play)["procedure"]["version"] == 2  # type: ignore[index]
    checked = ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]
    play.does("tiep_nhan", "accept", da_kiem_tra=checked)
    assert (play.row()["procedure"]["version"], play.open()) == (1, ["tham_dinh"])

    before = counter.rows()
    again = admin.upload(VERSIONS, "bundle", "goi.zip", content, **DECISION)
    assert (again.status_code, again.json["code"]) == (409, "version_exists")
    assert counter.rows() == before


def test_a_broken_bundle_is_refused_by_name_and_only_the_refusal_is_kept(counter: Counter) -> None:
    """The finding has the file, the element, a Vietnamese sentence and a page that explains the rule."""
    broken, flow = without_default_flow()
    content = zipped(**{"process.bpmn": broken})
    before = counter.rows()
    admin = counter.sign_in("admin")
    refused = admin.upload(VERSIONS, "bundle", "goi.zip", content, **DECISION)
    assert (refused.status_code, refused.json["code"]) == (422, "bundle_refused")
    [finding] = [found for found in refused.json["findings"] if found["severity"] == "error"]
    assert (finding["file"], finding["element"]) == ("process.bpmn", flow)
    assert flow in finding["vi"]
    assert (Path(__file__).parents[2] / finding["page"]).is_file()
    assert counter.rows() == before | {"publication_refusal": before["publication_refusal"] + 1}
    checked = admin.upload("/bundles/check", "bundle", "goi.zip", content)
    assert (checked.status_code, checked.json["accepted"]) == (200, False)
    assert checked.json["findings"] == refused.json["findings"]
    assert counter.anybody().get(f"/procedures/{BIRTH}").json["version"] == 1


@pytest.mark.parametrize(
    ("who", "path", "content", "fields", "status", "code"),
    [
        ("admin", VERSIONS, b"not a zip", DECISION, 422, "bundle_unreadable"),
        ("admin", VERSIONS, b"PK\x03\x04" + b"\0" * 40, DECISION, 422, "bundle_unreadable"),
        ("admin", VERSIONS, b"", DECISION, 422, "bundle_unreadable"),
        ("admin", "/procedures/1.004873/versions", zipped(), DECISION, 422, "bundle_refused"),
        ("admin", VERSIONS, zipped(), {}, 422, "reason_required"),
        ("admin", VERSIONS, zipped(), DECISION | {"effective_from": "mai"}, 400, "malformed"),
        ("thietke", VERSIONS, zipped(), DECISION, 403, "forbidden"),
        (CITIZEN, VERSIONS, zipped(), DECISION, 403, "forbidden"),
    ],
)
def test_what_cannot_be_published_is_not_stored(
    counter: Counter, who: str, path: str, content: bytes, fields: dict[str, str], status: int, code: str
) -> None:
    """Unreadable, of another procedure, without a decision, or by somebody who may not: no row more."""
    before = counter.rows()
    answer = counter.sign_in(who).upload(path, "bundle", "goi.zip", content, **fields)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["detail"]
    assert counter.rows() == before
