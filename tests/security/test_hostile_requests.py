"""What no form of ours would send: refused in words, never a broken page."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from tests.casework.town import WARD
from tests.flows.counter import CITIZEN, Counter
from tests.security.people import ADMIN, browser, clerk, file_one

TEXTS = ["\x00", "a\x00b", "'", "%", "../../etc/passwd", "{{7*7}}", "<script>", "9" * 30, "-1", "x" * 5000]
CURSORS = [
    "[1e400]",
    "[99999999999999999999999]",
    "[-1]",
    "[" * 3000,
    '["0001-01-01T00:00:00+14:00", 1]',
    '["2020-01-01T00:00:00", 1]',
    '["2023-01-01T00:00:00+00:00", 99999999999999999999]',
    '[{"a": 1}]',
]
DEEP = [
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"username":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    b"\xff",
    b"null",
]
PARAMETERS = ("q", "status", "level", "field", "agency", "cursor", "filter", "code", "lang")


def encoded(cursor: str) -> str:
    return base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


@pytest.mark.parametrize("who", [None, CITIZEN, "clerk", ADMIN])
def test_no_parameter_breaks_a_page(counter: Counter, who: str | None) -> None:
    """NUL, numbers without end, forged cursors, traversal, in every parameter and path of every list."""
    code = str(file_one(counter)["code"])
    reader = browser(counter, clerk(counter) if who == "clerk" else who)
    pages = ["/thu-tuc", "/ho-so", "/tra-cuu", f"/desk/queues/{WARD}:one_stop_officer", "/desk/dossiers"]
    paths = ["/thu-tuc/{}", "/ho-so/{}", "/desk/dossiers/{}", "/desk/queues/{}", "/admin/procedures/{}/1"]
    paths += [f"/desk/dossiers/{code}/papers/{{}}", "/desk/tasks/{}", "/viec/{}", "/api/v1/procedures/{}"]
    paths += [
        f"/quay/so/{WARD}/2023-06-15/{{}}",
        f"/quay/so/{WARD}/{{}}/1",
        "/quay/viec/{}",
        "/quay/ban-giao/{}.pdf",
    ]
    paths += ["/admin/procedures/1.001193/{}", "/admin/procedures/1.001193/{}/migration", "/notices/{}"]
    asked = [(page, {name: text}) for page in pages for name in PARAMETERS for text in TEXTS]
    asked += [(page, {"cursor": encoded(cursor)}) for page in pages for cursor in CURSORS]
    asked += [(path.format(quote(text, safe="")), {}) for path in paths for text in TEXTS]
    asked += [("/kiem-tra", {name: "x"}) for name in ("endpoint", "_method", "_scheme", "self")]
    broken = [(path, query) for path, query in asked if _status(reader, path, query) >= 500]
    assert broken == []


def _status(reader, path, query) -> int:  # type: ignore[no-untyped-def]
    return int(reader.get(path, query_string=query).status_code)


def test_json_nested_without_end_is_malformed(counter: Counter) -> None:
    """At every call that takes JSON, before and after signing in."""
    for caller in (counter.anybody(), counter.sign_in(CITIZEN)):
        for path in ("/tokens", "/dossiers", "/tasks/1048577/complete"):
            for content in DEEP:
                headers = {"Content-Type": "application/json", "Idempotency-Key": "deep"}
                answer = caller.call("POST", path, data=content, headers=headers)
                assert answer.status_code in (400, 401, 422), (path, content[:20], answer.status_code)


def test_json_larger_than_any_declaration_is_too_large(counter: Counter) -> None:
    """Two megabytes of JSON are read, not twenty-five: files go by multipart."""
    content = b'{"username": "' + b"x" * 2_100_000 + b'"}'
    answer = counter.anybody().call(
        "POST", "/tokens", data=content, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_name_that_no_database_can_hold_is_a_wrong_name(counter: Counter) -> None:
    """NUL and lone surrogates in a user name or password are not a failure of ours."""
    for text in ("\x00", "\ud800", "a\x00"):
        answer = counter.anybody().call(
            "POST",
            "/tokens",
            data=b'{"username": "%s", "password": "x"}'
            % text.encode("unicode_escape").replace(b"\\x00", b"\\u0000"),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (400, 401, 422), (text, answer.json)


def test_a_registration_has_an_end(counter: Counter) -> None:
    """Line breaks in a name would stand in letters to others; a megabyte of address in every list."""
    good = {
        "username": "nguoimoi",
        "password": "mot-mat-khau",
        "name": "Người Mới",
        "id_number": "012345678901",
        "phone": "0912345678",
        "email": "moi@example.vn",
    }
    visitor = browser(counter)
    for wrong in ({"name": "Người\nMới"}, {"address": "x" * 600}, {"email": "a@b.c\r\nBcc: d@e.f"}):
        assert visitor.post("/register", data=good | wrong).status_code == 422, wrong
    assert visitor.post("/register", data=good).status_code == 302


def test_the_page_of_a_failure_needs_no_database(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database is what failed, people still read a sentence."""
    from store.queries import law

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the database is away")

    counter.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(law, "profile_name", away)
    page = browser(counter).get("/tra-cuu")
    assert page.status_code == 500
    assert "Hệ thống gặp lỗi" in page.text
    assert "ConnectionError" not in page.text


def test_a_traceback_names_no_parameter(counter: Counter) -> None:
    """SQLAlchemy would write the values of a failed statement into the log: names, numbers, answers."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from store.db import db

    with counter.app.app_context(), pytest.raises(DBAPIError) as failed:
        db.session.execute(text("select cast(:who as bigint)"), {"who": "x"})
        db.session.execute(text("select 1 / (length(:who) - 16)"), {"who": "Nguyễn Văn Hưng!"})
    assert "Nguyễn Văn Hưng" not in str(failed.value)
    assert "[parameters:" not in str(failed.value)
