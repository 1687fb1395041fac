"""The personal e-store: own papers only, offered where they fit, taken over with their source; files judged at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from casework import attachments, own_papers
from tests.web.test_filing import CITIZEN, OTHER, PDF, attach, begin, fill

Visitors = Callable[[str], FlaskClient]


def filed(client: FlaskClient) -> str:
    """A birth registration with one paper; the code."""
    path = begin(client)
    assert fill(client, path) == 302
    assert attach(client, path) == 302
    return str(client.post(f"{path}/xem-lai", data={"declared": "1"}).location.split("/")[2])


def receive(url: str, code: str) -> None:
    with create_engine(url).begin() as connection:
        connection.execute(
            text("update dossier set received_at = submitted_at where code = :code"), {"code": code}
        )


def offered(client: FlaskClient, path: str) -> list[str]:
    page = client.get(f"{path}/giay-to").text
    return re.findall(r'value="((?:component|result):[^"]+)"', page)


def test_a_paper_of_an_earlier_dossier_is_taken_and_its_source_is_on_record(
    visitor: Visitors, town_url: str
) -> None:
    """Only after somebody has received it; only the owner's; the new dossier notes that it was reused, and from where."""
    client = visitor(CITIZEN)
    first = filed(client)
    path = begin(client)
    fill(client, path)
    assert offered(client, path) == []
    receive(town_url, first)
    assert first in client.get("/giay-to").text
    (ref,) = offered(client, path)
    other = visitor(OTHER)
    assert first not in other.get("/giay-to").text
    theirs = begin(other)
    fill(other, theirs)
    assert offered(other, theirs) == []
    stolen = other.post(f"{theirs}/giay-to", data={"store.giay_chung_sinh": ref, "_go": "1"})
    assert stolen.status_code == 422
    assert other.get(f"/giay-to/{ref.partition(':')[2]}").status_code == 404
    assert client.get(f"/giay-to/{ref.partition(':')[2]}").data == PDF
    assert client.post(f"{path}/giay-to", data={"store.giay_chung_sinh": ref, "_go": "1"}).status_code == 302
    assert "1 trang" in client.get(f"{path}/giay-to").text
    second = client.post(f"{path}/xem-lai", data={"declared": "1"}).location.split("/")[2]
    with create_engine(town_url).connect() as connection:
        row = connection.execute(
            text(
                "select g.digitised, a.dossier_id = d.id as own, g.attachments[1] as file, a.sha256 from component_given g "
                "join dossier d on d.id = g.dossier_id join attachment a on a.id::text = g.attachments[1] "
                "where d.code = :code and g.code = 'giay_chung_sinh'"
            ),
            {"code": second},
        ).one()
        looks = connection.scalar(text("select count(*) from look_log where page = 'store/giay_chung_sinh'"))
    assert (row.digitised, row.own) == (2, True)
    assert row.file != ref.partition(":")[2]
    assert looks == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (PDF[: len(PDF) // 3], "bị hỏng"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "bị hỏng"),
        ("locked", "đặt mật khẩu"),
        (b"", "Tệp rỗng"),
        (b"MZ\x90\x00 not a paper", "không phải PDF"),
    ],
)  # fmt: skip
def test_a_bad_file_says_what_is_wrong_and_how_to_mend_it(
    visitor: Visitors, content: bytes | str, says: str
) -> None:
    """At once, beside its box; the next good one goes through."""
    if content == "locked":
        made = io.BytesIO()
        with pikepdf.open(io.BytesIO(PDF)) as document:
            document.save(made, encryption=pikepdf.Encryption(user="bi-mat", owner="bi-mat"))
        content = made.getvalue()
    assert isinstance(content, bytes)
    client = visitor(CITIZEN)
    path = begin(client)
    fill(client, path)
    files = {"papers.giay_chung_sinh": (io.BytesIO(content), "giấy.pdf"), "_go": "1"}
    answer = client.post(f"{path}/giay-to", data=files)
    assert answer.status_code == 422
    assert says in answer.text
    assert attach(client, path) == 302


def put(client: FlaskClient, content: bytes = PDF, **said: str):
    """A paper of one's own into the store."""
    given = {"name": "Giấy chứng sinh của bé", "code": "giay_chung_sinh", "valid_to": ""} | said
    return client.post("/giay-to", data={"file": (io.BytesIO(content), "gcs.pdf"), **given})


def own(client: FlaskClient) -> list[str]:
    return re.findall(r'action="(/giay-to/[0-9a-f-]{36})"', client.get("/giay-to").text)


def test_an_own_paper_is_named_offered_taken_and_removed(visitor: Visitors, town_url: str) -> None:
    """Offered to its owner where a filing asks for its type, without standing as reused; others never see it; what a
    dossier took stays when the paper goes."""
    client, other = visitor(CITIZEN), visitor(OTHER)
    assert put(client).status_code == 302
    (address,) = own(client)
    assert client.get(address).data == PDF
    assert other.get(address).status_code == 404
    for does in ({"do": "remove"}, {"do": "save", "name": "x"}):
        assert other.post(address, data=does).status_code == 404
    renamed = {
        "do": "save",
        "name": "Chứng sinh, bản rõ",
        "code": "giay_chung_sinh",
        "valid_to": "2099-12-31",
    }
    assert client.post(address, data=renamed).status_code == 302
    assert "31/12/2099" in client.get("/giay-to").text
    path = begin(client)
    fill(client, path)
    page = client.get(f"{path}/giay-to").text
    (ref,) = re.findall(r'value="(own:[^"]+)"', page)
    assert "Chứng sinh, bản rõ" in page
    theirs = begin(other)
    fill(other, theirs)
    assert other.post(f"{theirs}/giay-to", data={"store.giay_chung_sinh": ref, "_go": "1"}).status_code == 422
    assert client.post(f"{path}/giay-to", data={"store.giay_chung_sinh": ref, "_go": "1"}).status_code == 302
    code = str(client.post(f"{path}/xem-lai", data={"declared": "1"}).location.split("/")[2])
    assert client.post(address, data={"do": "remove"}).status_code == 302
    assert own(client) == []
    assert client.get(address).status_code == 404
    with create_engine(town_url).begin() as connection:
        row = connection.execute(
            text("""
            select g.digitised, g.source, t.name from component_given g join dossier d on d.id = g.dossier_id
            join attachment t on t.id::text = any(g.attachments) where d.code = :code
            """),
            {"code": code},
        ).one()
    assert (row.digitised, "tự tải lên" in row.source) == (0, True)


def test_an_own_paper_that_has_ended_is_kept_but_not_offered(visitor: Visitors) -> None:
    client = visitor(CITIZEN)
    put(client, valid_to="2020-01-01")
    assert "hết hiệu lực" in client.get("/giay-to").text
    path = begin(client)
    fill(client, path)
    assert "own:" not in client.get(f"{path}/giay-to").text


@pytest.mark.parametrize(
    ("said", "content", "status", "says"),
    [
        ({"name": " ", "code": ""}, PDF, 422, "Chưa ghi tên giấy tờ"),
        ({"name": "a" * 201}, PDF, 422, "dài quá 200"),
        ({"code": "khong_co"}, PDF, 422, "Loại giấy tờ không có"),
        ({"valid_to": "mai"}, PDF, 422, "không phải là ngày"),
        ({}, b"", 422, "Tệp rỗng"),
        ({}, b"MZ not a paper", 422, "không phải PDF"),
        ({}, PDF[: len(PDF) // 3], 422, "bị hỏng"),
    ],
)
def test_what_the_store_does_not_take_is_said(visitor: Visitors, said, content, status, says) -> None:
    """Beside its field; what was typed stays; nothing is kept."""
    client = visitor(CITIZEN)
    answer = put(client, content, **said)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert own(client) == []


def test_the_store_has_an_end(visitor: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number and by size, each with how to make room."""
    client = visitor(CITIZEN)
    monkeypatch.setattr(own_papers, "MOST", 1)
    assert put(client).status_code == 302
    full = put(client)
    assert (full.status_code, "Hãy xóa bớt" in full.text) == (409, True)
    monkeypatch.setattr(own_papers, "MOST", 100)
    monkeypatch.setattr(own_papers, "MOST_BYTES", len(PDF) + 1)
    assert put(client).status_code == 409


def test_a_stored_paper_outlives_the_cleaning_and_needs_an_applicant(
    visitor: Visitors, town_url: str
) -> None:
    """Unused uploads go after a week; the store's papers do not. Officers have no such store."""
    client = visitor(CITIZEN)
    put(client)
    with Session(create_engine(town_url)) as session:
        attachments.forget_unused(session, datetime.now(UTC) + timedelta(days=30))
    (address,) = own(client)
    assert client.get(address).data == PDF
    assert put(visitor("mc.thachkhoi")).status_code == 403
