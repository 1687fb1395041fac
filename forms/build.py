"""Compiling the fields of a well-formed schema: expressions, templates, patterns, and who owns which key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import re2

import feel
from forms.choices import normalised
from forms.conditions import Condition, compile_condition
from forms.fields import UNSET, Field, Options, Rules
from forms.problem import Problem
from forms.structure import CHOICES, CONTAINERS, INPUTS
from forms.template import EMPTY, Template, compile_template
from forms.values import Json, working_copy

TEXTS = ("text", "content", "source", "alt", "url", "accept", "title", "dateLabel", "timeLabel")
EXTRAS = ("dataSource", "columnsExpression", "multiple")
ELEMENT_WHEN = "elementWhen"
"""Of `properties`: when a field asks for its data element (forms.prefill)."""
LIMITS = ("min", "max", "minLength", "maxLength")

DEFAULT_LABELS = {
    "textfield": "Text field",
    "textarea": "Text area",
    "number": "Number",
    "checkbox": "Checkbox",
    "checklist": "Checkbox group",
    "radio": "Radio group",
    "select": "Select",
    "taglist": "Tag list",
    "filepicker": "File picker",
    "group": "Group",
    "dynamiclist": "Dynamic list",
    "documentPreview": "Document preview",
}
"""What form-js writes where the schema has no label (a label "" stays empty)."""

_Compiled = TypeVar("_Compiled")


class Builder:
    """One pass over the components: makes the fields and collects what is wrong with them."""

    def __init__(self, english: Mapping[str, str]) -> None:
        self._english = english
        self.problems: list[Problem] = []
        self._claims = _Claims()
        self._ids: set[str] = set()

    def fields(
        self,
        components: list[dict[str, Any]],
        parent: tuple[str, ...] = (),
        lists: tuple[str, ...] = (),
        number: str = "",
        within: str = "",
    ) -> tuple[Field, ...]:
        """Compile components in order; `parent` is the path they hang on, `lists` the ids of the lists around."""
        return tuple(
            self._field(raw, parent, lists, f"{number}{'_' if number else ''}{index}", within)
            for index, raw in enumerate(components, 1)
        )

    def _field(
        self,
        raw: Mapping[str, Any],
        parent: tuple[str, ...],
        lists: tuple[str, ...],
        number: str,
        within: str,
    ) -> Field:
        kind = raw["type"]
        field_id = raw.get("id") or f"Field_{number}"
        keyed = kind in INPUTS
        repeats = kind == "dynamiclist" and raw.get("isRepeating", True) is not False
        text = raw.get("key") if keyed else raw.get("path") if kind in CONTAINERS else None
        if kind == "dynamiclist" and not text:
            text = f"dynamiclist_{number}"
        key = tuple(text.split(".")) if text else ()
        where = text or field_id
        path = parent + key
        if field_id in self._ids:
            self._wrong(
                where,
                "form.duplicate_id",
                f"Mã trường {field_id!r} bị trùng.",
                f"Expected a unique id but {field_id!r} is taken.",
            )
        self._ids.add(field_id)
        if key:
            self._claim(where, path, keyed, field_id if repeats else None, lists)
        inside = (*lists, field_id) if repeats else lists
        around = str(raw.get("label") or within) if kind in CONTAINERS else within
        children = (
            self.fields(raw.get("components") or [], path, inside, number, around)
            if kind in CONTAINERS
            else ()
        )
        hide = (raw.get("conditional") or {}).get("hide")
        readonly = raw.get("readonly", False)
        default = raw.get("defaultValue", UNSET)
        return Field(
            id=field_id,
            type=kind,
            key=key,
            path=path,
            raw=raw,
            label=self._template(where, "label", raw.get("label", DEFAULT_LABELS.get(kind, ""))),
            description=self._template(where, "description", raw.get("description", "")),
            keyed=keyed,
            disabled=bool(raw.get("disabled", False)),
            readonly=self._condition(where, "readonly", readonly)
            or (bool(readonly) and not _is_feel(readonly)),
            hide=self._condition(where, "conditional.hide", hide),
            default=default if default is UNSET else working_copy(default),
            rules=self._rules(where, raw["validate"]) if keyed and "validate" in raw else None,
            options=self._options(where, raw) if kind in CHOICES else None,
            expression=self._expression(where, "expression", raw.get("expression")),
            on_submit=raw.get("computeOn") == "presubmit",
            texts=self._texts(where, raw),
            extras={
                name: compiled
                for name, text in self._extras(raw)
                if (compiled := self._expression(where, name, text)) is not None
            },
            children=children,
            repeats=repeats,
            within=within,
            english=self._english,
        )

    def _extras(self, raw: Mapping[str, Any]) -> list[tuple[str, Any]]:
        properties = raw.get("properties")
        when = properties.get(ELEMENT_WHEN) if isinstance(properties, Mapping) else None
        return [*((name, raw.get(name)) for name in EXTRAS), (ELEMENT_WHEN, when)]

    def _claim(
        self, where: str, path: tuple[str, ...], leaf: bool, repeater: str | None, lists: tuple[str, ...]
    ) -> None:
        if not self._claims.claim(path, leaf=leaf, repeater=repeater, lists=lists):
            self._wrong(
                where,
                "form.duplicate_key",
                f"Khóa {'.'.join(path)!r} đã được trường khác dùng.",
                f"Expected a free key but {'.'.join(path)!r} is claimed by another field.",
            )

    def _rules(self, where: str, raw: Mapping[str, Any]) -> Rules:
        pattern = raw.get("pattern") or ""
        limits: dict[str, Json | feel.Expression] = {}
        for name in LIMITS:
            if name in raw:
                compiled = self._expression(where, f"validate.{name}", raw[name])
                limits[name] = compiled if compiled is not None else working_copy(raw[name])
        return Rules(
            required=raw.get("required") is True,
            pattern=self._try(where, "validate.pattern", lambda: compile_pattern(pattern))
            if pattern
            else None,
            pattern_text=pattern,
            pattern_message=raw.get("patternErrorMessage") or "",
            preset=raw.get("validationType") or "",
            limits=limits,
        )

    def _options(self, where: str, raw: Mapping[str, Any]) -> Options:
        values: list[Json] | None = raw.get("values")
        if values is None and not raw.get("valuesKey") and not raw.get("valuesExpression"):
            values = [{"label": "Value", "value": "value"}]
        fixed = None if values is None else tuple(normalised(values))
        given = [option["value"] for option in fixed or ()]
        return Options(
            from_data=raw.get("valuesKey"),
            fixed=fixed,
            computed=self._expression(where, "valuesExpression", raw.get("valuesExpression")),
            fixed_texts=frozenset(given)
            if fixed and all(isinstance(value, str) for value in given)
            else None,
        )

    def _texts(self, where: str, raw: Mapping[str, Any]) -> dict[str, Template]:
        texts = {name: raw[name] for name in TEXTS if isinstance(raw.get(name), str)}
        appearance = raw.get("appearance") or {}
        texts |= {
            name: appearance[name] for name in ("prefixAdorner", "suffixAdorner") if appearance.get(name)
        }
        return {name: self._template(where, name, text) for name, text in texts.items()}

    def _template(self, where: str, name: str, text: str) -> Template:
        return self._try(where, name, lambda: compile_template(text)) or EMPTY

    def _expression(self, where: str, name: str, text: Any) -> feel.Expression | None:
        if not _is_feel(text):
            return None
        return self._try(where, name, lambda: feel.compile(text[1:], loose=True)) or feel.compile("null")

    def _condition(self, where: str, name: str, text: Any) -> Condition | None:
        if not _is_feel(text):
            return None
        return self._try(where, name, lambda: compile_condition(text[1:]))

    def _try(self, where: str, name: str, make: Callable[[], _Compiled]) -> _Compiled | None:
        try:
            return make()
        except feel.FeelError as error:
            vi, en = error.sentence_vi, error.sentence_en
            at_vi, at_en = f"dòng {error.line} cột {error.column}", f"line {error.line} column {error.column}"
            self._wrong(where, "form.expression", f"{name} ({at_vi}): {vi}", f"{name} ({at_en}): {en}")
        except PatternRefused as error:
            self._wrong(
                where,
                "form.pattern",
                f"Mẫu kiểm tra (pattern) không dùng được: {error}",
                f"Unusable pattern: {error}",
            )
        return None

    def _wrong(self, where: str, code: str, vi: str, en: str) -> None:
        self.problems.append(Problem(where, code, f"Trường {where}: {vi}", f"Field {where}: {en}"))


def _is_feel(text: Any) -> bool:
    return isinstance(text, str) and text.startswith("=")


# -- patterns -----------------------------------------------------------------------------------------------------


class PatternRefused(ValueError):
    """A pattern that cannot be matched in linear time (back references, look-around) or is none."""


def compile_pattern(text: str) -> Any:
    """A JavaScript pattern as an RE2 one: matching takes time linear in the text, whatever the pattern is."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(_from_javascript(text), options)
    except re2.error as error:
        reason = error.args[0]
        raise PatternRefused(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def _from_javascript(text: str) -> str:
    """What RE2 writes otherwise: `\\uXXXX`, `\\cX` is rare and left alone, `\\/` and `\\-` are plain characters."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            following = text[at + 1]
            code = text[at + 2 : at + 6]
            if (
                following == "u"
                and len(code) == 4
                and all(digit in "0123456789abcdefABCDEF" for digit in code)
            ):
                out.append(f"\\x{{{code}}}")
                at += 6
                continue
            out.append(text[at : at + 2])
            at += 2
            continue
        out.append(text[at])
        at += 1
    return "".join(out)


# -- keys ---------------------------------------------------------------------------------------------------------


class _Claims:
    """Which key paths are taken: a leaf excludes everything at and below it, a list all but its own fields."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}
        self._leaves: set[tuple[str, ...]] = set()
        self._lists: dict[tuple[str, ...], str] = {}
        self._open: set[tuple[str, ...]] = set()

    def claim(
        self, path: tuple[str, ...], *, leaf: bool, repeater: str | None, lists: tuple[str, ...]
    ) -> bool:
        for length in range(1, len(path) + 1):
            prefix = path[:length]
            if prefix in self._leaves or self._lists.get(prefix, repeater or "") not in (
                "",
                repeater,
                *lists,
            ):
                return False
        if (leaf or repeater) and path in self._open:
            return False
        for length in range(1, len(path) + 1):
            self._open.add(path[:length])
        if leaf:
            self._leaves.add(path)
        if repeater:
            self._lists[path] = repeater
        return True
