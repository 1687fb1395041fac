"""The personal e-store: own papers only, offered where they fit, taken over with their source; files judged at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

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
