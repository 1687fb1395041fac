"""Filing for somebody else: the represented is the applicant, the representative acts, either side ends it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from tests.builders import PDF
from tests.casework.town import BIRTH, BIRTH_ANSWERS, WARD

Visitors = Callable[[str], FlaskClient]
HUNG, HA = "nguyenvanhung", "tranthuha"
TODAY = datetime.now(UTC).date()
CHILD = {
    "capacity": "child",
    "name": "Nguyễn Minh Khang",
    "born_on": (TODAY - timedelta(days=900)).isoformat(),
}
ADULT = {
    "capacity": "authorised", "name": "Trần Văn Bảy", "id_number": "030060001111",
    "valid_to": (TODAY + timedelta(days=30)).isoformat(), "address": "Xã An Lâm",
}  # fmt: skip


def declare(client: FlaskClient, given: dict[str, str], paper: bool = False, **more: object):
    files = {"paper": (io.BytesIO(PDF), "uy quyen.pdf")} if paper else {}
    return client.post("/dai-dien", data=given | files | more, content_type="multipart/form-data")


def mandates(client: FlaskClient, code: str = BIRTH) -> list[str]:
    """Those offered where the procedure is filed."""
    return re.findall(r'name="mandate" value="([0-9a-f-]{36})"', client.get(f"/thu-tuc/{code}/nop").text)


def file(client: FlaskClient, mandate: str) -> str:
    """File a birth registration by the mandate; the dossier's code."""
    path = client.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD, "mandate": mandate}).location
    posted = {name: {True: "true", False: ""}.get(value, str(value)) for name, value in BIRTH_ANSWERS.items()}  # type: ignore[call-overload]
    assert client.post(path, data=posted).status_code == 302
    paper = {"papers.giay_chung_sinh": (io.BytesIO(PDF), "a.pdf"), "_go": "1"}
    assert client.post(f"{path}/giay-to", data=paper).status_code == 302
    assert "Trần Văn Bảy" in client.get(f"{path}/xem-lai").text
    done = client.post(f"{path}/xem-lai", data={"declared": "1"})
    assert done.status_code == 302, done.text
    return str(done.location.split("/")[2])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Chọn bạn đại diện cho ai"),
        (CHILD | {"born_on": "1990-01-01"}, "chưa đủ 18 tuổi"),
        (CHILD | {"born_on": "2999-01-01"}, "chưa đủ 18 tuổi"),
        (CHILD | {"born_on": "hôm qua"}, "Ngày không đúng"),
        (CHILD | {"id_number": "123"}, "12 chữ số"),
        (ADULT, "Đính kèm giấy ủy quyền"),
        (ADULT | {"paper_id": "00000000-0000-0000-0000-000000000000"}, "Không có tệp này"),
        (ADULT | {"paper_id": "x", "valid_to": "2020-01-01"}, "đã hết hạn"),
        (ADULT | {"valid_to": ""}, "có giá trị đến ngày nào"),
        ({"capacity": "company", "name": "Công ty A", "id_number": "030060001111"}, "Mã số thuế"),
        ({"capacity": "king", "name": "x"}, "Chọn bạn đại diện cho ai"),
    ],
)
def test_what_does_not_make_a_mandate_is_said(visitor: Visitors, given: dict[str, str], says: str) -> None:
    """Each problem beside its field; nothing is kept."""
    client = visitor(HUNG)
    answer = declare(client, given)
    assert answer.status_code == 422
    assert says in answer.text
    assert mandates(client) == []


def test_a_child_is_filed_for_until_it_is_of_age(visitor: Visitors, town_url: str) -> None:
    """No paper is asked for: parents act by law; the mandate ends with the eighteenth birthday."""
    client = visitor(HUNG)
    assert declare(client, CHILD).status_code == 302
    assert len(mandates(client)) == 1
    with create_engine(town_url).begin() as connection:
        ends = connection.scalar(text("select valid_to from mandate"))
        assert ends.year == int(CHILD["born_on"][:4]) + 18
        connection.execute(text("update mandate set valid_to = current_date - 1, valid_from = '2000-01-01'"))
    assert mandates(client) == []


def test_a_mandate_covers_only_what_it_names(visitor: Visitors) -> None:
    """Offered for its procedures only, and refused where it is posted all the same."""
    client = visitor(HUNG)
    declare(client, CHILD, procedures="1.004873")
    (mandate,) = mandates(client, "1.004873")
    assert mandates(client) == []
    assert client.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD, "mandate": mandate}).status_code == 422


def test_the_represented_is_the_applicant_and_the_representative_acts(visitor: Visitors) -> None:
    """Officers see both and the paper; a stranger sees nothing; revoked, the representative sees nothing either."""
    client, officer = visitor(HUNG), visitor("mc.thachkhoi")
    assert declare(client, ADULT, paper=True).status_code == 302
    (mandate,) = mandates(client)
    assert (
        visitor(HA).post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD, "mandate": mandate}).status_code
        == 422
    )
    code = file(client, mandate)
    assert client.get(f"/ho-so/{code}").status_code == 200
    assert code in client.get("/ho-so").text
    assert visitor(HA).get(f"/ho-so/{code}").status_code == 404
    page = officer.get(f"/desk/dossiers/{code}").text
    assert "Trần Văn Bảy" in page
    assert "Người nộp thay" in page
    paper = re.search(r'href="(/[^"]*)">xem giấy tờ đại diện', page)
    assert paper
    assert officer.get(paper[1]).data == PDF
    assert visitor("mc.saodo").get(paper[1]).status_code == 404
    assert client.post(f"/dai-dien/{mandate}/thoi").status_code == 302
    assert client.get(f"/ho-so/{code}").status_code == 404
    assert client.post(f"/ho-so/{code}/rut", data={"reason": "x"}).status_code == 404
    assert mandates(client) == []
    assert client.post(f"/dai-dien/{mandate}/thoi").status_code == 403


def test_a_draft_whose_mandate_is_over_is_not_filed(visitor: Visitors) -> None:
    """Told on every page and judged again when it is sent; a new mandate for the same person carries it on."""
    client = visitor(HUNG)
    declare(client, ADULT, paper=True)
    (mandate,) = mandates(client)
    path = client.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD, "mandate": mandate}).location
    over = "không đại diện cho người này"
    assert over not in client.get(path).text
    client.post(f"/dai-dien/{mandate}/thoi")
    assert all(over in client.get(path + page).text for page in ("", "/giay-to", "/xem-lai"))
    answer = client.post(f"{path}/xem-lai", data={"declared": "1"})
    assert answer.status_code == 422
    assert over in answer.text
    declare(client, ADULT, paper=True)
    assert all(over not in client.get(path + page).text for page in ("", "/giay-to", "/xem-lai"))
    assert "Trần Văn Bảy" in client.get(f"{path}/xem-lai").text


def test_earlier_answers_are_taken_over_and_show_where_from(visitor: Visitors) -> None:
    """From the account and from the own earlier dossier, never from somebody else's; consent is given anew."""
    client = visitor(HUNG)
    declare(client, ADULT, paper=True)
    code = file(client, mandates(client)[0])
    path = client.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD, "earlier": code}).location
    page = client.get(path).text
    assert f"Lấy từ hồ sơ {code}" in page
    assert "Lấy từ tài khoản của bạn" in page
    assert 'value="Trần Thị Thu Hà"' in page
    assert not re.search(r'id="f-cam-doan"[^>]* checked', page)
    paper = client.get(f"{path}/to-khai")
    assert paper.data.startswith(b"%PDF")
    other = visitor(HA)
    theirs = other.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD, "earlier": code}).location
    assert "Lấy từ hồ sơ" not in other.get(theirs).text
    assert other.get(f"{path}/to-khai").status_code == 404
