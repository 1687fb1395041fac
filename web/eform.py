"""E-forms on pages: draw one inside a page's <form>, show answers to read. What comes back: web/eform_posted.py.

The server is the only one that knows how the form behaves: a change of a field that others depend on posts the form
and gets it back in its new state (htmx); without JavaScript the same happens when a button is pressed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import render_template
from flask_babel import gettext
from markupsafe import Markup

import feel
import forms
from assembly.clock import now
from casework.attachments import MAX_BYTES as MAX_FILE_BYTES
from casework.attachments import MEDIA_NAMES
from forms.dependencies import live_fields
from forms.fields import EForm
from forms.moments import wall_text
from forms.problem import Problem
from forms.state import FieldState
from forms.values import TooLarge, get, js_text, put_copy, same
from web.eform_posted import path_of
from web.names import english, vn
from web.show import sentence

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


# -- drawing ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _live(e_form: EForm) -> frozenset[str]:
    return live_fields(e_form)


def _coded(value: Any) -> str:
    """A choice's value as an HTML attribute; what is no text travels as JSON."""
    return value if isinstance(value, str) and not value.startswith("json:") else "json:" + json.dumps(value)


def _shown(one: FieldState, data: Mapping[str, Any]) -> str:
    """The text of an input: what was typed if it could not be understood, else the value."""
    typed = get(data, path_of(one.path)) if one.problems else None
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
