"""E-forms on pages: draw one inside a page's <form>, read what was posted back into answers, show answers to read.

The server is the only one that knows how the form behaves: a change of a field that others depend on posts the form
and gets it back in its new state (htmx); without JavaScript the same happens when a button is pressed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import render_template
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

import feel
import forms
from assembly.clock import now
from casework.attachments import MAX_BYTES as MAX_FILE_BYTES
from casework.attachments import MEDIA_NAMES
from forms.dependencies import live_fields
from forms.fields import EForm, Field
from forms.importing import MAX_ROWS
from forms.moments import wall_text
from forms.problem import Problem
from forms.state import FieldState
from forms.values import TooLarge, get, js_text, path_text, put, put_copy, same
from web.names import english, vn
from web.show import sentence

Posted = MultiDict[str, str]


EXTENSIONS = {"application/pdf": (".pdf",), "image/jpeg": (".jpg", ".jpeg", ".jpe"), "image/png": (".png",)}
"""What the attachments store takes, by the extensions of HTML's `accept`."""


def accepts(accept: str, media_type: str) -> bool:
    """Does an HTML `accept` list (`.pdf, image/*`) name the type? An empty list takes everything."""
    listed = [item.strip().lower() for item in accept.split(",") if item.strip()]
    family = media_type.partition("/")[0] + "/*"
    names = {media_type, family, "*/*", "*", *EXTENSIONS[media_type]}
    return not listed or not names.isdisjoint(listed)


class _AnyFile:
    """Every key names a file: for answers that were checked before."""

    def __contains__(self, key: object) -> bool:
        return True


ANY_FILE = _AnyFile()


def html(
    e_form: EForm,
    data: Mapping[str, Any],
    *,
    url: str,
    context: Mapping[str, Any] | None = None,
    problems: Iterable[Problem] = (),
    files: Container[str] = frozenset(),
    at: datetime | None = None,
    sources: Mapping[str, str] = {},
    locked: Container[str] = frozenset(),
) -> Markup:
    """The form as a fragment to stand inside the page's <form>; `url` answers a POST of that form with the same.

    `data` are the answers so far, `context` as for `forms.check`, `problems` are shown beside the fields they name.
    `at` is the moment that expressions see (default: the system's clock). `sources` say by key path where a prefilled
    answer came from (casework.prefilling); `locked` are the paths that are not to be changed.
    """
    at = at or now()
    e_form = in_readers_language(e_form)
    try:
        state = forms.state(e_form, data, context=context, now=at, problems=problems, files=files)
    except (TooLarge, feel.BudgetExceeded):
        state = forms.state(e_form, {}, context=context, now=at, problems=problems, files=files)
    return Markup(  # noqa: S704 (rendered by an autoescaping template)
        render_template(
            "eform/form.html",
            state=state,
            form_id=f"e-form-{re.sub('[^A-Za-z0-9_-]', '', e_form.key)}",
            url=url,
            live=_live(e_form),
            shown=lambda one: _shown(one, data),
            tongue=_tongue(e_form),
            chosen=_chosen,
            brief=_brief,
            coded=_coded,
            sources=sources,
            locked_paths=locked,
            files=files if isinstance(files, Mapping) else {},
            file_ids=file_ids,
            has_files=bool(forms.pickers(e_form)),
            accepted=_accepted,
            max_megabytes=MAX_FILE_BYTES // 1_000_000,
        )
    )


def parse(e_form: EForm, posted: Posted, uploaded: Mapping[str, Sequence[str]] = {}) -> dict[str, Any]:
    """The answers in a posted form, as JSON data for `forms.check`; a pressed row button is carried out.

    Only fields of the form are read; what the browser did not send stays away. Text that is no number stays text, so
    that the check can say so. `uploaded`: ids of files just kept, by the path of their field (web/eform_files.py).
    """
    if uploaded:
        posted = MultiDict(
            [*posted.items(multi=True), *((p, id) for p, ids in uploaded.items() for id in ids)]
        )
    data: dict[str, Any] = {}
    for one in e_form.fields:
        _parse_field(one, (), posted, data)
    return _with_row_change(e_form, posted, data)


def row_change(e_form: EForm, posted: Posted, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The data to draw again if the person pressed a row button (or Enter) rather than one of the page's, else None."""
    return data if "_row" in posted else None


def in_readers_language(e_form: EForm) -> EForm:
    """The form to draw. What is posted is judged by the form itself, in no language."""
    return forms.in_english(e_form) if english() else e_form


Tongue = Callable[..., str]


def _tongue(e_form: EForm) -> Tongue:
    """How a text of the drawn form goes onto the page: on an English one, marked as Vietnamese where it has no English.

    `written`: the text in the schema, where blanks are filled in on the page.
    """
    if not english():
        return lambda text, written=None: text
    known = _english_of(e_form)
    return lambda text, written=None: text if (written or text) in known else vn(text)


@lru_cache(maxsize=512)
def _english_of(e_form: EForm) -> frozenset[str]:
    return frozenset(e_form.english.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of answers to read: a heading (`value` is None) or a label with its value."""

    label: str
    value: str | None
    level: int
    path: str
    files: tuple[Mapping[str, Any], ...] = ()
    """Of a file field: {id, name, size, media_type}."""


def lines(
    e_form: EForm,
    answers: Mapping[str, Any],
    context: Mapping[str, Any] | None = None,
    *,
    files: Mapping[str, Mapping[str, Any]] = {},
    at: datetime | None = None,
) -> list[Line]:
    """The answers as people read them, in the order of the form; hidden fields are left out. `files` have the names."""
    e_form = in_readers_language(e_form)
    try:
        filled = _with_lists(e_form, answers)
        state = forms.state(e_form, filled, context=context, now=at or now(), files=ANY_FILE)
    except (TooLarge, feel.BudgetExceeded):
        return [Line(name, js_text(value), 0, name) for name, value in answers.items()]
    return list(_lines(state.lines, 0, files, _tongue(e_form)))


# -- reading posted forms ---------------------------------------------------------------------------------------------


def _parse_field(one: Field, base: tuple[str | int, ...], posted: Posted, data: dict[str, Any]) -> None:
    path = base + one.key
    if one.keyed:
        given = posted.getlist(path_text(path))
        value = _file_ids(one, given, posted) if one.type == "filepicker" else _parse_value(one, given)
        if value is not _ABSENT:
            put(data, path, value)
    elif one.repeats:
        name = path_text(path)
        if f"{name}[]" in posted:
            put(data, path, [])
        for row, number in enumerate(_row_numbers(name, posted)):
            put(data, (*path, row), {})
            _parse_row(one, (*path, row), (*path, number), posted, data)
    else:
        for child in one.children:
            _parse_field(child, path, posted, data)


def _parse_row(
    one: Field, to: tuple[str | int, ...], source: tuple[str | int, ...], posted: Posted, data: dict[str, Any]
) -> None:
    """Read a row by the number it was posted under and write it under its place (rows may have gaps)."""
    row: dict[str, Any] = {}
    for child in one.children:
        _parse_field(child, source, posted, row)
    put(data, to, get(row, source) or {})


def _row_numbers(name: str, posted: Posted) -> list[int]:
    marker = re.compile(re.escape(name) + r"\[(\d{1,4})\]")
    numbers = {int(match[1]) for key in posted if (match := marker.fullmatch(key))}
    return sorted(numbers)[:MAX_ROWS]


_ABSENT: Any = object()


def _parse_value(one: Field, given: list[str]) -> Any:
    if not given or one.type == "expression":
        return _ABSENT
    last = given[-1]
    if one.type == "checkbox":
        return last == "true"
    if one.type in ("checklist", "taglist"):
        return [_decoded(text) for text in given if text]
    if one.type in ("radio", "select"):
        return _decoded(last) if last else None
    if one.type == "number":
        return _number(last.strip(), one.raw)
    if one.type == "datetime":
        return _moment(last.strip()) or None
    return last.replace("\r\n", "\n")


def _file_ids(one: Field, given: list[str], posted: Posted) -> Any:
    dropped = {"", posted.get("_row", "").removeprefix("drop:")}
    kept = [id for id in dict.fromkeys(given) if id not in dropped]
    if not kept:
        return None if given else _ABSENT
    return kept if one.raw.get("multiple") else kept[-1]


_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3}){1,}(,\d+)?", re.ASCII)


def _number(text: str, raw: Mapping[str, Any]) -> Any:
    """A number as people write it here: 1200000, 1.200.000, 1.200,5, 12,5 or 12.5.

    `1.200` is twelve hundred, unless the field takes three decimals or more.
    """
    if not text:
        return None
    compact = text.replace(" ", "").replace("\u00a0", "")
    grouped = _GROUPED.fullmatch(compact) and not compact.lstrip("+-").startswith("0")
    if grouped and ("," in compact or compact.count(".") > 1 or (raw.get("decimalDigits") or 0) < 3):
        compact = compact.replace(".", "")
    if len(compact) > 300 or not _NUMBER.fullmatch(compact):
        return text
    compact = compact.replace(",", ".").removeprefix("+")
    if raw.get("serializeToString"):
        return compact
    return float(compact) if "." in compact else int(compact)


_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}:\d\d))?", re.ASCII)


def _moment(text: str) -> str:
    """A date as people write it (21/11/2026, 5-6-2026 7:30), where a browser has no field for dates; else as it is."""
    match = _DAY_FIRST.fullmatch(text)
    if match is None:
        return text
    day, month, year, clock = match.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock:0>5}" if clock else "")


def _coded(value: Any) -> str:
    """A choice's value as an HTML attribute; what is no text travels as JSON."""
    return value if isinstance(value, str) and not value.startswith("json:") else "json:" + json.dumps(value)


def _decoded(text: str) -> Any:
    if not text.startswith("json:"):
        return text
    try:
        return json.loads(text[5:])
    except (ValueError, RecursionError):
        return text


def _path_of(name: str) -> tuple[str | int, ...]:
    return tuple(
        int(step) if step.isdecimal() and len(step) < 9 else step for step in re.findall(r"[^.\[\]]+", name)
    )


def _with_row_change(e_form: EForm, posted: Posted, data: dict[str, Any]) -> dict[str, Any]:
    action, _, name = posted.get("_row", "").partition(":")
    path = _path_of(name)
    lists = {one.path for one in e_form.by_id.values() if one.repeats}
    if action == "add" and tuple(step for step in path if isinstance(step, str)) in lists:
        rows = get(data, path)
        rows = rows if isinstance(rows, list) else []
        if len(rows) < MAX_ROWS:
            put(data, path, [*rows, {}])
    elif action == "remove" and path and isinstance(path[-1], int):
        rows = get(data, path[:-1])
        if isinstance(rows, list) and path[-1] < len(rows):
            put(data, path[:-1], rows[: path[-1]] + rows[path[-1] + 1 :])
    return data


# -- drawing ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _live(e_form: EForm) -> frozenset[str]:
    return live_fields(e_form)


def _shown(one: FieldState, data: Mapping[str, Any]) -> str:
    """The text of an input: what was typed if it could not be understood, else the value."""
    typed = get(data, _path_of(one.path)) if one.problems else None
    if one.type == "datetime":
        return typed if isinstance(typed, str) else wall_text(one.raw.get("subtype", "date"), one.value)
    if isinstance(typed, str):
        return typed
    if one.value is None:
        return ""
    text = js_text(one.value)
    return text.replace(".", ",") if one.type == "number" else text


def _accepted(accept: str) -> str:
    """The kinds of files a picker takes, for people."""
    return ", ".join(name for media, name in MEDIA_NAMES.items() if accepts(accept, media))


def _brief(problem: Problem) -> str:
    """The sentence of a problem without the label, which stands right above it."""
    text = sentence(problem).partition(": ")[2] or sentence(problem)
    return text[:1].upper() + text[1:]


def _chosen(one: FieldState, option: Mapping[str, Any]) -> bool:
    values = one.value if one.type in ("checklist", "taglist") else [one.value]
    return isinstance(values, list) and any(same(value, option["value"]) for value in values)


# -- answers to read ------------------------------------------------------------------------------------------------------


def _with_lists(e_form: EForm, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """form-js submits no list without rows, and draws a first row where there is none: say that there is none."""
    lists = {one.path for one in e_form.by_id.values() if one.repeats}
    for path in lists:
        inside = any(path[:length] in lists for length in range(1, len(path)))
        if not inside and get(answers, path) is None:
            answers = put_copy(dict(answers), path, [])
    return answers


def file_ids(value: Any) -> list[str]:
    """The ids in a file field's answer."""
    return [id for id in (value if isinstance(value, list) else [value]) if isinstance(id, str) and id]


def _lines(
    rows: Iterable[Iterable[FieldState]], level: int, files: Mapping[str, Any], tongue: Tongue
) -> Iterator[Line]:
    for row in rows:
        for one in row:
            written = one.raw.get("label") or one.raw.get("dateLabel") or one.raw.get("timeLabel")
            label = tongue(one.label, written) if one.label else ""
            if one.type == "group":
                if label:
                    yield Line(label, None, level, one.path)
                yield from _lines(one.lines, level + bool(label), files, tongue)
            elif one.type == "dynamiclist":
                for entry in one.rows:
                    yield Line(Markup("{} ({})").format(label, entry.number + 1), None, level, one.path)
                    yield from _lines(entry.lines, level + 1, files, tongue)
            elif (one.path and one.type != "expression") or (one.type == "expression" and label):
                named = (
                    tuple(files[id] for id in file_ids(one.value) if id in files)
                    if one.type == "filepicker"
                    else ()
                )
                names = vn("; ".join(str(file["name"]) for file in named))
                yield Line(label or one.path, names or _readable(one, tongue), level, one.path, named)


def _readable(one: FieldState, tongue: Tongue) -> str:
    value = one.value
    if value is None or value in ("", []):
        return "–"
    if one.type == "checkbox":
        return gettext("Có") if value else gettext("Không")
    if one.options:
        chosen = [tongue(str(option["label"])) for option in one.options if _chosen(one, option)]
        return Markup("; ").join(chosen) or "–"
    if one.type == "datetime":
        return _readable_moment(one.raw.get("subtype", "date"), value)
    if one.type == "filepicker":
        return gettext("%(n)s tệp", n=len(value) if isinstance(value, list) else 1)
    text = js_text(value)
    return text.replace(".", ",") if one.type == "number" else vn(text)


def _readable_moment(subtype: str, value: Any) -> str:
    text = wall_text(subtype, value)
    day, _, clock = text.partition("T") if subtype == "datetime" else (text, "", "")
    if subtype == "time" or not day:
        return text
    year, month, number = day.split("-")
    return f"{number}/{month}/{year}" + (f" {clock}" if clock else "")
