"""An e-form as lines of a printed paper: blank, to be filled in by hand, or with the answers declared.

Plain dictionaries, because they go into a document template as JSON: `{heading, level}`, `{text}` or
`{cells: [{label, value, options: [{label, chosen}], span}]}`; `value` None is a line to write on. Words are
Vietnamese: an official form has one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from forms.fields import EForm, Field
from forms.moments import wall_text
from forms.state import GRID, FieldState, state
from forms.values import Json, js_text, same

BLANK_ROWS = 2  # of a list, on the blank form
MANY = 7  # choices from which on there is no box for each, but a line to write on
Line = dict[str, Any]
_SILENT = (
    "expression",
    "separator",
    "spacer",
    "image",
    "iframe",
    "button",
    "documentPreview",
    "table",
    "html",
)


def blank(e_form: EForm) -> list[Line]:
    """Every field, whatever it depends on: who fills it in by hand decides."""
    return _squeezed(_blank(e_form.fields, 0))


def declared(
    e_form: EForm,
    answers: Mapping[str, Json],
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> list[Line]:
    """The fields that show, with their answers. Raises `forms.values.TooLarge` and `feel.BudgetExceeded`."""
    shown = state(e_form, answers, context=context, now=now, files=_AnyFile())
    return _squeezed(_declared(shown.lines, 0))


def _blank(fields: Iterable[Field], level: int) -> Iterator[Line]:
    rows: dict[str, list[Field]] = {}
    for one in fields:
        row = (one.raw.get("layout") or {}).get("row") or f" {one.id}"
        rows.setdefault(row, []).append(one)
    for line in rows.values():
        cells = []
        for one in line:
            label = str(one.raw.get("label") or "")
            if one.type == "text":
                yield from _text(str(one.raw.get("text") or ""))
            elif one.repeats:
                for number in range(1, BLANK_ROWS + 1):
                    yield {"heading": f"{label} ({number})", "level": level}
                    yield from _blank(one.children, level + 1)
            elif one.children:
                if label:
                    yield {"heading": label, "level": level}
                yield from _blank(one.children, level + 1)
            elif one.keyed and one.type not in _SILENT:
                cells.append(_blank_cell(one, label))
        if cells:
            yield {"cells": cells}


def _blank_cell(one: Field, label: str) -> Line:
    fixed = one.options.fixed if one.options else None
    few = fixed is not None and len(fixed) < MANY
    options = [{"label": str(option["label"]), "chosen": False} for option in fixed or ()] if few else []
    if one.type == "checkbox":
        label, options = "", [{"label": label, "chosen": False}]
    return {"label": label or _dated(one.raw), "value": None, "options": options, "span": _span(one.raw)}


def _declared(lines: Iterable[Iterable[FieldState]], level: int) -> Iterator[Line]:
    for line in lines:
        cells = []
        for one in line:
            if one.type == "text":
                yield from _text(str(one.raw.get("text") or ""))
            elif one.type == "group":
                if one.label:
                    yield {"heading": one.label, "level": level}
                yield from _declared(one.lines, level + 1)
            elif one.type == "dynamiclist":
                for entry in one.rows:
                    yield {"heading": f"{one.label} ({entry.number + 1})", "level": level}
                    yield from _declared(entry.lines, level + 1)
            elif one.path and one.type not in _SILENT:
                cells.append(_declared_cell(one))
        if cells:
            yield {"cells": cells}


def _declared_cell(one: FieldState) -> Line:
    label = one.label or _dated(one.raw)
    if one.type == "checkbox":
        options = [{"label": one.label, "chosen": one.value is True}]
        return {"label": "", "value": "", "options": options, "span": _span(one.raw)}
    chosen = one.value if isinstance(one.value, list) else [one.value]
    if one.options:
        options = [
            {"label": str(option["label"]), "chosen": any(same(value, option["value"]) for value in chosen)}
            for option in one.options
        ]
        if len(options) < MANY:
            return {"label": label, "value": "", "options": options, "span": _span(one.raw)}
        value = "; ".join(str(option["label"]) for option in options if option["chosen"])
    else:
        value = _readable(one)
    return {"label": label, "value": value, "options": [], "span": _span(one.raw)}


def _readable(one: FieldState) -> str:
    if one.value is None or one.value in ("", []):
        return ""
    if one.type == "datetime":
        return _day(one.raw.get("subtype", "date"), one.value)
    if one.type == "filepicker":
        return f"{len(one.value) if isinstance(one.value, list) else 1} tệp"
    text = js_text(one.value)
    return text.replace(".", ",") if one.type == "number" else text


def _day(subtype: str, value: Json) -> str:
    text = wall_text(subtype, value)
    day, _, clock = text.partition("T") if subtype == "datetime" else (text, "", "")
    if subtype == "time" or day.count("-") != 2:
        return text
    return "/".join(reversed(day.split("-"))) + (f" {clock}" if clock else "")


def _dated(raw: Mapping[str, Any]) -> str:
    """A date or time without a label of its own has one of its parts."""
    return str(raw.get("dateLabel") or raw.get("timeLabel") or "")


def _span(raw: Mapping[str, Any]) -> int:
    return int((raw.get("layout") or {}).get("columns") or GRID)


def _text(markdown: str) -> Iterator[Line]:
    """Each paragraph as plain text; headings stay headings."""
    for paragraph in markdown.splitlines():
        plain = re.sub(r"[*_`]{1,3}|\[([^\]]*)\]\([^)]*\)", r"\1", paragraph).strip()
        if plain.startswith("#"):
            yield {"title": plain.lstrip("# ")}
        elif plain:
            yield {"text": plain}


def _squeezed(lines: Iterable[Line]) -> list[Line]:
    """Without headings of nothing."""
    found: list[Line] = []
    for line in lines:
        while found and "heading" in line and "heading" in found[-1] and found[-1]["level"] >= line["level"]:
            found.pop()
        found.append(line)
    return found[:-1] if found and "heading" in found[-1] else found


class _AnyFile:
    """Every key names a file: for answers that were checked before."""

    def __contains__(self, key: object) -> bool:
        return True
