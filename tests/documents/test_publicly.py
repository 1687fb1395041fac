"""What anybody learns on the public page, in words: valid, expired, revoked, replaced, not issued; this file, another one."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assembly.partners import anchors
from assembly.settings import Settings
from casework import accounts, demo_data
from casework.documents import checking, files, publicly
from casework.documents.checking import check
from engine.commands import RevokeResult
from engine.rejection import Rejected
from store.queries import dossiers
from tests.casework.town import WARD, Town
from tests.documents.conftest import Desk
from tests.documents.test_checking import person, signed
from tests.documents.work import asked, carry_out, confirmation_before, public_id, result_of
from tests.underway import busy

NOW = datetime.now(UTC)
PAPER = "giay_xac_nhan"
NAME = "LÊ VĂN KHÁNH"  # who the certificate is about: never told


@pytest.fixture
def stranger(town: Town, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser of nobody, on the town's clock; the demo authority is trusted."""
    from web import assets
    from wsgi import create_app

    monkeypatch.setattr(assets, "_chunk", lambda entry: {"file": entry})
    monkeypatch.setattr(assets, "_manifest", dict)
    url = town.session.get_bind().url.render_as_string(hide_password=False)  # type: ignore[union-attr]
    trust = tmp_path / "trust"
    trust.mkdir()
    for name in ("root.pem", "root.crl"):
        shutil.copy(desk.folder / name, trust / name)
    app = create_app(Settings(url, "redis://127.0.0.1:1/0", "tests of pages", tmp_path, trust_folder=trust))
    return app.test_client()


def issued(town: Town, desk: Desk) -> str:
    """A certificate of marital status with number and seal; it is good for six months."""
    code = confirmation_before(town, "vao_so", desk.signing)
    asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    return code


def shown(town: Town, code: str) -> dict[str, object]:
    return result_of(town, code, result=PAPER)


def file_of(town: Town, code: str, name: str) -> bytes:
    found = files.content(town.session, dossiers.ids(town.session, code), PAPER, name)
    assert found is not None
    return found


def test_a_valid_certificate_is_told_without_its_holder(
    town: Town, desk: Desk, stranger: FlaskClient
) -> None:
    """Number, day, agency, signer, last day; the kept file's signatures with their time stamps."""
    town.now = NOW - timedelta(hours=1)
    found = shown(town, issued(town, desk))
    page = stranger.get(f"/kiem-tra/{found['check_code']}")
    assert page.status_code == 200
    for words in (
        "Văn bản còn hiệu lực",
        "01/UBND-XNTTHN",
        "Ủy ban nhân dân phường Thạch Khôi",
        "Phạm Đức Thắng",
    ):
        assert words in page.text
    assert f"đến hết ngày {found['valid_to']:%d/%m/%Y}" in page.text
    assert NAME not in page.text
    address = f"/kiem-tra/{found['check_code']}/chu-ky"
    with busy(checking._judged):
        early = stranger.get(address).text
    assert f'http-equiv="refresh" content="0; url={address}?again=1"' in early, (
        "without a script it turns itself"
    )
    assert "Đang kiểm tra chữ ký số…" in early
    kept = stranger.get(f"{address}?again=1").text
    assert "Đang kiểm tra" not in kept
    assert "Chữ ký số hợp lệ, tệp chưa bị thay đổi." in kept
    assert kept.count("có dấu thời gian") == 2
    typed = str(found["check_code"]).lower().replace("-", " ")
    assert "Văn bản còn hiệu lực" in stranger.get("/kiem-tra", query_string={"code": typed}).text


def test_after_its_last_day_it_has_expired(town: Town, desk: Desk, stranger: FlaskClient) -> None:
    """Six months after 15 June 2023 are long over; the signatures are whole as ever."""
    found = shown(town, issued(town, desk))
    page = stranger.get(f"/kiem-tra/{found['check_code']}").text
    assert "Văn bản đã hết hiệu lực" in page
    assert "đến hết ngày 15/12/2023" in page
    assert "Chữ ký số hợp lệ" in stranger.get(f"/kiem-tra/{found['check_code']}/chu-ky?again=1").text


@pytest.mark.parametrize("instead", [False, True], ids=["revoked", "replaced"])
def test_a_revoked_one_says_so_and_what_took_its_place(
    town: Town, desk: Desk, stranger: FlaskClient, instead: bool
) -> None:
    """Also a file in hand is judged by the register: its signature is good, the document is not."""
    town.now = NOW - timedelta(hours=2)
    code = issued(town, desk)
    found = shown(town, code)
    new = str(shown(town, issued(town, desk))["check_code"]) if instead else ""
    order = RevokeResult(town.officer(WARD, "leader"), PAPER, "Cấp sai nội dung", new)
    assert not isinstance(town.give(code, order), Rejected)
    said = "Văn bản đã được thay thế" if instead else "Văn bản đã bị thu hồi"
    page = stranger.get(f"/kiem-tra/{found['check_code']}").text
    assert said in page
    assert "Cấp sai nội dung" not in page
    assert (f'href="/kiem-tra/{new}"' in page) == instead
    page = checked(stranger, file_of(town, code, str(found["file"])))
    assert said in page
    assert "Chữ ký số hợp lệ, tệp chưa bị thay đổi." in page


def test_a_changed_file_is_found_out(town: Town, desk: Desk, stranger: FlaskClient) -> None:
    """One byte; it is no document of the register either."""
    town.now = NOW - timedelta(hours=1)
    code = issued(town, desk)
    pdf = bytearray(file_of(town, code, str(shown(town, code)["file"])))
    pdf[pdf.index(b"stream", 2000) + 60] ^= 1
    page = checked(stranger, bytes(pdf))
    assert "Tệp đã bị thay đổi sau khi ký." in page
    assert "nội dung đã bị thay đổi sau khi ký" in page
    assert "Văn bản còn hiệu lực" not in page


def test_a_file_that_was_overtaken_is_not_the_document(town: Town, desk: Desk, stranger: FlaskClient) -> None:
    """Signed by the leader, without number and seal: a good signature, but not what the register holds."""
    town.now = NOW - timedelta(hours=1)
    code = confirmation_before(town, "vao_so", desk.signing)
    early = file_of(town, code, str(shown(town, code)["file"]))
    asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    page = checked(stranger, early)
    assert "Tệp này không trùng với tệp nào trong sổ kết quả" in page
    assert "Văn bản còn hiệu lực" not in page


def test_a_code_of_nothing_is_told_with_where_to_look(stranger: FlaskClient) -> None:
    """Not found, in words."""
    page = stranger.get("/kiem-tra/2222-2222-2222")
    assert page.status_code == 404
    assert "Không có văn bản nào mang mã này" in page.text


def test_only_a_document_of_the_register_can_take_anothers_place(
    town: Town, desk: Desk, stranger: FlaskClient
) -> None:
    """A slip of the pen must not send people to nothing."""
    town.now = NOW - timedelta(hours=2)
    code = issued(town, desk)
    leader = town.officer(WARD, "leader")
    stranger.post("/sign-in", data={"username": leader.id, "password": demo_data.read().password})
    given = {"reason": "Cấp sai nội dung", "replaced_by": "2222-2222-2222"}
    answer = stranger.post(f"/desk/results/{code}/{PAPER}/revoke", data=given)
    assert answer.status_code == 404
    assert "Mã của văn bản thay thế không có trong sổ kết quả." in answer.text
    assert shown(town, code)["revoked_at"] is None


def checked(stranger: FlaskClient, pdf: bytes) -> str:
    """What the page says of a file."""
    answer = stranger.post("/kiem-tra", data={"file": (io.BytesIO(pdf), "kq.pdf")})
    assert answer.status_code == 200
    return answer.text


def test_a_demo_trusts_its_root_and_no_signer(desk: Desk, tmp_path: Path) -> None:
    """A signer's certificate taken for an anchor could be neither revoked nor expired."""
    settings = Settings("", "", "", tmp_path, demo=True)
    shutil.copytree(desk.folder, settings.demo_keys)
    pdf = signed(desk, person("of-a-demo"))
    shutil.copytree(desk.folder, settings.demo_keys, dirs_exist_ok=True)
    trusted = anchors(settings)
    assert len(trusted.roots) == 1
    assert check(pdf, trusted).verdict == "valid"


def test_checking_files_takes_nobody_the_way_to_sign_in(town: Town, desk: Desk) -> None:
    """A registry that checks papers all day shares its address with people who sign in."""
    one = accounts.Limits(together=1, of_name=1, of_address=1, window=timedelta(hours=1))
    at = {"now": town.now, "address": "203.0.113.9"}
    publicly.by_file(town.session, b"%PDF-1.7", desk.anchors, **at)  # type: ignore[arg-type]
    assert not accounts.too_many_failures(town.session, "lan", "203.0.113.9", one, now=town.now)
    publicly.by_code(town.session, "AAAA-BBBB-CCCC", **at)  # type: ignore[arg-type]
    assert accounts.too_many_failures(town.session, "lan", "203.0.113.9", one, now=town.now)
