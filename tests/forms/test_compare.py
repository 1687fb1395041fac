"""What an approver is told about a new version of a form."""

from __future__ import annotations

from forms import compare
from tests.forms.build import e_form, text


def test_fields_added_removed_and_changed_are_named() -> None:
    """By key path, with what changed about them; layout and order do not count."""
    old = e_form(
        text("a", validate={"required": True}),
        text("b"),
        text("c", layout={"row": "1"}),
        {"type": "separator", "id": "s"},
    )
    new = e_form(
        text("c", layout={"row": "2"}),
        text("a", label="Tên", validate={"required": False, "maxLength": 5}),
        text("d"),
        {"type": "separator", "id": "s"},
    )
    assert [(one.kind, one.path, one.properties) for one in compare(old, new)] == [
        ("changed", "a", ("label", "validate.maxLength", "validate.required")),
        ("added", "d", ()),
        ("removed", "b", ()),
    ]
    assert compare(old, old) == ()
