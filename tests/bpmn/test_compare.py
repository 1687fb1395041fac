"""Two versions of a procedure side by side."""

from __future__ import annotations

from pathlib import Path

from bpmn.compare import Row, compare
from bpmn.compile import read_parts

FOLDER = Path(__file__).parents[1] / "diagrams" / "bundle"
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()
}


def changed(name: str, old: str, new: str) -> list[Row]:
    """The rows when this text of this file changes."""
    assert old.encode() in FILES[name]
    return compare(
        read_parts(FILES), read_parts({**FILES, name: FILES[name].replace(old.encode(), new.encode())})
    )


def test_a_version_does_not_differ_from_itself() -> None:
    assert compare(read_parts(FILES), read_parts(FILES)) == []


def test_statutory_limit() -> None:
    assert changed("procedure.toml", "amount = 3", "amount = 5") == [
        Row("manifest", "time_limit", "time_limit", "3 working_day", "5 working_day")
    ]


def test_limit_and_outcomes_of_a_step() -> None:
    """Each property that changed is a row of its step."""
    assert changed("process.bpmn", "4 working_hour", "2 working_hour") == [
        Row("step", "receive", "time_limit", "4 working_hour", "2 working_hour")
    ]
    (row,) = changed("process.bpmn", "refuse:Từ chối", "refuse:Không nhận")
    assert (row.kind, row.item, row.what) == ("step", "receive", "outcomes")


def test_condition_of_a_flow() -> None:
    (row,) = changed("process.bpmn", "outcome = &quot;refuse&quot;", "outcome != &quot;accept&quot;")
    assert (row.kind, row.item, row.what) == ("flow", "choice → refused", "condition")


def test_fields_that_come_and_go() -> None:
    """A field under another key is one gone and one new."""
    assert changed("don.form", '"key": "so_ban"', '"key": "so_luong"') == [
        Row("field", "don.so_ban", "", "Số bản", None),
        Row("field", "don.so_luong", "", None, "Số bản"),
    ]


def test_other_files_only_differ() -> None:
    assert changed("templates/giay.typ", "= Giấy", "= Giấy mới") == [
        Row("file", "templates/giay.typ", "content", "templates/giay.typ", "templates/giay.typ")
    ]
