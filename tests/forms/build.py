"""Small forms for the tests."""

from __future__ import annotations

from typing import Any

import forms


def e_form(*components: dict[str, Any], **more: Any) -> forms.EForm:
    """A loaded form of these components."""
    return forms.load({"type": "default", "id": "F", "components": list(components), **more}, "to_khai")


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, **more}


def refusals(*components: dict[str, Any], **more: Any) -> dict[str, str]:
    """code → first English sentence of why the form is refused; {} if it is accepted."""
    try:
        e_form(*components, **more)
    except forms.EFormRefused as refused:
        return {problem.code: problem.en for problem in reversed(refused.problems)}
    return {}
