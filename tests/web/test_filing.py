"""The applicant's wizard over HTTP: what a browser sends, and what somebody else sends."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.builders import PDF
from tests.casework.town import BIRTH, BIRTH_ANSWERS, WARD

Visitors = Callable[[str], FlaskClient]
CITIZEN, OTHER = "nguyenvanhung", "tranthuha"


def begin(client: FlaskClient) -> str:
    """The path of a new draft."""
    answer = client.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD})
    assert answer.status_code == 302
    return answer.location


def fill(client: FlaskClient, path: str, **changed: str) -> int:
    """Post the e-form; the status."""
    posted = {
        name: "true" if value is True else "" if value is False else str(value)
        for name, value in BIRTH_ANSWERS.items()
    }
    return client.post(path, data=posted | changed).status_code


def attach(client: FlaskClient, path: str, content: bytes = PDF, go: bool = True) -> int:
    """Post the papers; the status."""
    files = {"papers.giay_chung_sinh": (io.BytesIO(content), "giấy chứng sinh.pdf")}
    return client.post(f"{path}/giay-to", data=files | ({"_go": "1"} if go else {})).status_code


def test_a_filing_leads_to_one_dossier(visitor: Visitors) -> None:
    """Filed once, however often the last button is pressed; the draft is gone from the list."""
    client = visitor(CITIZEN)
    path = begin(client)
    assert fill(client, path, cam_doan="") == 422
    assert attach(client, path) == 302
    assert client.post(f"{path}/xem-lai").status_code == 422
    assert fill(client, path) == 302
    first = client.post(f"{path}/xem-lai")
    again = client.post(f"{path}/xem-lai")
    assert re.fullmatch(rf"/ho-so/{re.escape(WARD)}-\d{{6}}-0001/da-nop", first.location)
    assert again.location == first.location
    mine = client.get("/ho-so").text
    assert path not in mine
    assert first.location.split("/")[2] in mine


def test_the_agency_is_chosen_beforehand(visitor: Visitors) -> None:
    """By the place in the account's address; afterwards by where it was filed last; what the address asks for comes first."""
    client = visitor(CITIZEN)
    page = f"/thu-tuc/{BIRTH}/nop"
    first = client.get(page).text
    assert f'value="{WARD}" selected' in first
    assert "theo địa chỉ trong tài khoản" in first
    procedure = client.get(f"/thu-tuc/{BIRTH}").text
    assert "Khi nộp tại Ủy ban nhân dân phường Thạch Khôi" in procedure
    assert f'name="agency" value="{WARD}"' in procedure  # one press files there
    assert 'name="agency"' not in visitor("").get(f"/thu-tuc/{BIRTH}").text
    elsewhere = "H23.30.01"
    assert f'value="{elsewhere}" selected' in client.get(f"{page}?agency={elsewhere}").text
    path = client.post(page, data={"agency": elsewhere}).location
    fill(client, path)
    attach(client, path)
    assert client.post(f"{path}/xem-lai").status_code == 302
    again = client.get(page).text
    assert f'value="{elsewhere}" selected' in again
    assert "nộp lần trước" in again


def test_the_applicant_says_how_to_receive_the_result(visitor: Visitors) -> None:
    """By post the address is asked for, each fault at its field; the choice is kept and stands on the receipt."""
    client = visitor(CITIZEN)
    path = begin(client)
    fill(client, path)
    attach(client, path)
    chosen = {
        "declared": "1",
        "way": "post",
        "post.name": "Lê Thị Hoa",
        "post.phone": "1",
        "post.address": "",
    }
    refused = client.post(f"{path}/xem-lai", data=chosen)
    assert refused.status_code == 422
    assert re.search(r'href="#f-post-phone".*href="#f-post-address"', refused.text, re.S)
    assert not re.search(r"<button[^>]*disabled", refused.text)
    assert re.search(r'value="post" id="way-post" checked', client.get(f"{path}/xem-lai").text)
    home = {"post.phone": "0912345678", "post.address": "Khu 3, phường Thạch Khôi"}
    done = client.post(f"{path}/xem-lai", data=chosen | home)
    assert "qua bưu chính công ích" in client.get(done.location).text


def test_the_last_page_says_what_it_costs_and_why(visitor: Visitors) -> None:
    """The fee with its rule, and its reason: a birth declared within sixty days is free."""
    client = visitor(CITIZEN)
    path = begin(client)
    fill(client, path)
    page = client.get(f"{path}/xem-lai").text
    assert "Lệ phí đăng ký khai sinh quá hạn" in page
    assert "Quá 60 ngày: 8.000 đồng" in page


def test_what_is_missing_leads_to_its_page(visitor: Visitors) -> None:
    """Opened too early, the last page names what is missing and leads to where it is mended."""
    client = visitor(CITIZEN)
    path = begin(client)
    page = client.get(f"{path}/xem-lai").text
    assert f'href="{path}#f-ho-ten"' in page
    assert "Bạn đã cam đoan" not in page
    fill(client, path)
    assert f'href="{path}/giay-to#f-papers-giay-chung-sinh"' in client.get(f"{path}/xem-lai").text


def test_what_is_wrong_keeps_the_applicant_on_the_page(visitor: Visitors) -> None:
    """Mistakes answer 422 with the sentence; what was typed stays."""
    client = visitor(CITIZEN)
    path = begin(client)
    posted = {"ho_ten": "TRẦN BẢO NGỌC", "me_nam_sinh": "mười"}
    answer = client.post(path, data=posted)
    assert answer.status_code == 422
    assert "Năm sinh" in answer.text
    assert 'value="mười"' in answer.text
    assert 'value="TRẦN BẢO NGỌC"' in client.get(path).text
    fill(client, path)
    assert client.post(f"{path}/giay-to", data={"_go": "1"}).status_code == 422
    assert attach(client, path, b"<html>no paper</html>") == 422
    assert attach(client, path, b"") == 422


def test_a_paper_can_be_taken_away_again(visitor: Visitors) -> None:
    """The button beside a file removes it from the draft."""
    client = visitor(CITIZEN)
    path = begin(client)
    fill(client, path)
    attach(client, path, go=False)
    page = client.get(f"{path}/giay-to").text
    [file_id] = re.findall(r'name="drop" value="([^"]+)"', page)
    client.post(f"{path}/giay-to", data={"drop": file_id})
    assert file_id not in client.get(f"{path}/giay-to").text


@pytest.mark.parametrize("page", ["", "/giay-to", "/xem-lai"])
def test_drafts_are_their_owners_alone(visitor: Visitors, page: str) -> None:
    """Another account, a stranger, an invented id: nothing there."""
    path = begin(visitor(CITIZEN))
    other = visitor(OTHER)
    assert other.get(path + page).status_code == 404
    assert other.post(path + page, data={"declared": "1"}).status_code == 404
    assert other.get(f"/ban-nhap/{uuid.uuid4()}{page}").status_code == 404
    assert visitor("").get(path + page).status_code == 302
    other.post(f"{path}/xoa")
    assert visitor(CITIZEN).get(path).status_code == 200


def test_a_part_of_a_page_is_not_swapped_for_the_page_of_sign_in(visitor: Visitors) -> None:
    """The session is over in mid-draft: what saves itself is told so (401), what is opened leads to sign-in and back."""
    path = begin(visitor("nguyenvanhung"))
    stranger = visitor("")
    for header in ("HX-Request", "Tus-Resumable"):
        answer = stranger.post(f"{path}/luu", data={"ho_ten": "A"}, headers={header: "1"})
        assert (answer.status_code, answer.data) == (401, b"")
    assert stranger.get(path).location.startswith("/sign-in?next=")


def test_others_dossiers_and_tasks_are_not_there(visitor: Visitors) -> None:
    """Receipt, dossier and task of somebody else answer as if they did not exist."""
    client = visitor(CITIZEN)
    path = begin(client)
    fill(client, path)
    attach(client, path)
    receipt = client.post(f"{path}/xem-lai", data={"declared": "1"}).location
    other = visitor(OTHER)
    assert other.get(receipt).status_code == 404
    assert other.get(receipt.removesuffix("/da-nop")).status_code == 404
    assert other.get("/viec/1").status_code == 404


def test_a_post_from_another_site_is_refused(visitor: Visitors) -> None:
    """The browser says where a request comes from; ours must come from us."""
    client = visitor(CITIZEN)
    path = begin(client)
    answer = client.post(f"{path}/xoa", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.get(path).status_code == 200


def test_an_agency_that_does_not_receive_is_not_taken(visitor: Visitors) -> None:
    """The choice is checked on the server."""
    client = visitor(CITIZEN)
    assert client.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": "H23"}).status_code == 422
    assert client.post("/thu-tuc/9.999999/nop", data={"agency": WARD}).status_code == 404


def test_pages_carry_a_policy_without_inline_scripts_or_styles(visitor: Visitors) -> None:
    """Content-Security-Policy on every page; no page needs more than it allows."""
    client = visitor(CITIZEN)
    path = begin(client)
    for page in (
        "/",
        "/thu-tuc",
        f"/thu-tuc/{BIRTH}",
        path,
        f"{path}/giay-to",
        f"{path}/xem-lai",
        "/ho-so",
        "/tra-cuu",
    ):
        answer = client.get(page)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r'<script(?![^>]*\bsrc=)|<style|\sstyle="|\son[a-z]+="', answer.text), page


def test_the_secret_is_asked_for_and_never_in_an_address(visitor: Visitors) -> None:
    """The receipt's QR code brings the dossier code only."""
    page = visitor("").get(
        "/tra-cuu?code=H23.30.05-230615-0001&secret=1234"
    )  # a secret there is not even read
    assert page.status_code == 200
    assert 'value="H23.30.05-230615-0001"' in page.text
    assert 'value="1234"' not in page.text
    assert 'method="post"' in page.text
