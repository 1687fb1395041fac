"""Uploads in pieces (tus 1.0.0): broken off, gone on with, taken into a filing; and everything that does not fit."""

from __future__ import annotations

import base64
import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from casework import attachments, partial
from store.tables import upload_part
from tests.web.test_filing import CITIZEN, OTHER, PDF, begin, fill

Visitors = Callable[[str], FlaskClient]
TUS = {"Tus-Resumable": "1.0.0"}
NAME = base64.b64encode("giấy chứng sinh.pdf".encode()).decode()


def create(client: FlaskClient, length: object = len(PDF), **headers: str):
    more = {"Upload-Length": str(length), "Upload-Metadata": f"filename {NAME}"}
    return client.post("/tai-len", headers=TUS | more | headers)


def patch(client: FlaskClient, where: str, offset: object, content: bytes, **headers: str):
    more = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(where, data=content, headers=TUS | more | headers)


def offset(client: FlaskClient, where: str) -> int:
    return int(client.head(where, headers=TUS).headers["Upload-Offset"])


def test_what_was_broken_off_goes_on_and_becomes_a_paper(visitor: Visitors) -> None:
    """HEAD tells how far it came, PATCH adds the rest; the page takes it by its id, once."""
    client = visitor(CITIZEN)
    path = begin(client)
    fill(client, path)
    where = create(client).headers["Location"]
    assert patch(client, where, 0, PDF[:40]).headers["Upload-Offset"] == "40"
    assert offset(client, where) == 40
    half = client.post(f"{path}/giay-to", data={"uploaded.giay_chung_sinh": where.split("/")[-1]})
    assert half.status_code == 422
    assert patch(client, where, 40, PDF[40:]).status_code == 204
    files = {"uploaded.giay_chung_sinh": where.split("/")[-1], "_go": "1"}
    assert client.post(f"{path}/giay-to", data=files).status_code == 302
    page = client.get(f"{path}/giay-to").text
    assert "giấy chứng sinh.pdf" in page
    assert "1 trang" in page
    assert client.head(where, headers=TUS).status_code == 404
    assert client.post(f"{path}/giay-to", data=files).status_code == 422


def test_a_body_that_breaks_off_leaves_what_arrived(visitor: Visitors) -> None:
    """The connection dies in the middle of a piece: the bytes before are kept, the next HEAD says so."""
    client = visitor(CITIZEN)
    where = create(client).headers["Location"]
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    environ = {"CONTENT_LENGTH": str(len(PDF))}
    client.patch(where, input_stream=io.BytesIO(PDF[:70]), headers=headers, environ_overrides=environ)
    assert offset(client, where) == 70
    assert patch(client, where, 70, PDF[70:]).headers["Upload-Offset"] == str(len(PDF))


@pytest.mark.parametrize(
    ("at", "content", "headers", "status"),
    [
        (5, b"x", {}, 409),
        (-1, b"x", {}, 400),
        ("", b"x", {}, 400),
        ("9" * 40, b"x", {}, 400),
        (0, PDF + b"more", {}, 413),
        (0, b"x", {"Content-Type": "application/pdf"}, 415),
        (0, b"x", {"Tus-Resumable": "0.2.2"}, 412),
    ],
)  # fmt: skip
def test_pieces_that_do_not_fit_are_refused_and_nothing_is_kept(
    visitor: Visitors, at: object, content: bytes, headers: dict[str, str], status: int
) -> None:
    """Offsets behind, before, beyond; another type; another version."""
    client = visitor(CITIZEN)
    where = create(client).headers["Location"]
    assert patch(client, where, at, content, **headers).status_code == status
    assert offset(client, where) == 0


@pytest.mark.parametrize(
    ("length", "status"),
    [("", 400), ("-5", 400), ("1e3", 400), ("9" * 30, 400), (0, 422), (attachments.MAX_BYTES + 1, 413)],
)
def test_lengths_that_cannot_be_kept_are_refused(visitor: Visitors, length: object, status: int) -> None:
    """Before a byte is sent."""
    assert create(visitor(CITIZEN), length).status_code == status


def test_an_upload_is_its_owners_alone(visitor: Visitors) -> None:
    """Somebody else neither sees nor writes nor takes it; a stranger is sent to sign in; names tell nothing."""
    client, other = visitor(CITIZEN), visitor(OTHER)
    where = create(client).headers["Location"]
    assert other.head(where, headers=TUS).status_code == 404
    assert patch(other, where, 0, PDF).status_code == 404
    assert other.delete(where, headers=TUS).status_code == 404
    assert visitor("").head(where, headers=TUS).status_code == 401
    patch(client, where, 0, PDF)
    path = begin(other)
    fill(other, path)
    stolen = other.post(f"{path}/giay-to", data={"uploaded.giay_chung_sinh": where.split("/")[-1]})
    assert stolen.status_code == 422
    for wrong in ("x", str(uuid.uuid4()), "../../etc/passwd"):
        assert other.post(f"{path}/giay-to", data={"uploaded.giay_chung_sinh": wrong}).status_code == 422
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404
    assert client.options("/tai-len").headers["Tus-Version"] == "1.0.0"


def test_a_folder_of_uploads_is_never_in_memory_at_once(
    visitor: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is kept before the next is read, however many a page names; one that belongs nowhere is let go unread."""
    client, done = visitor(CITIZEN), []
    path = begin(client)
    fill(client, path)
    names = ("giay_chung_sinh 1.pdf", "giay_chung_sinh 2.pdf", "khac.pdf")
    pieces = []
    for name in names:
        told = f"filename {base64.b64encode(name.encode()).decode()}"
        where = create(client, **{"Upload-Metadata": told}).headers["Location"]
        patch(client, where, 0, PDF)
        pieces.append(where)
    for room, name in ((partial, "taken"), (attachments, "keep")):
        original = getattr(room, name)

        def noted(*given, original=original, name=name, **more):  # type: ignore[no-untyped-def]
            done.append(name)
            return original(*given, **more)

        monkeypatch.setattr(room, name, noted)
    shown = client.post(
        f"{path}/giay-to", data={"uploaded": [one.split("/")[-1] for one in pieces], "_go": "1"}
    )
    assert done == ["taken", "keep"] * 2
    assert "“khac.pdf” chưa rõ thuộc giấy tờ nào" in shown.text
    assert [client.head(one, headers=TUS).status_code for one in pieces] == [404] * 3


def test_no_account_fills_the_disk(visitor: Visitors) -> None:
    """Fifty at a time; and what was never finished goes after a day."""
    client = visitor(CITIZEN)
    for _ in range(partial.MOST_OPEN):
        assert create(client, 10).status_code == 201
    assert create(client, 10).status_code == 413


def test_what_was_never_finished_goes(visitor: Visitors, town_url: str) -> None:
    """Expired, it is found no more; the sweep takes its pieces with it."""
    client = visitor(CITIZEN)
    patch(client, create(client).headers["Location"], 0, PDF[:9])
    engine = create_engine(town_url)
    with Session(engine) as session:
        partial.forget_expired(session, datetime.now(UTC))
        assert session.scalar(select(func.count()).select_from(upload_part)) == 1
        partial.forget_expired(session, datetime.now(UTC) + timedelta(days=2))
        assert session.scalar(select(func.count()).select_from(upload_part)) == 0
    engine.dispose()
