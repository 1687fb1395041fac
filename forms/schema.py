"""From a `.form` to an `EForm`: read, judged, compiled. A form is hostile input until it has passed here.

Everything wrong is reported at once, each problem naming the field; nothing of a refused form is ever run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from forms.build import Builder
from forms.fields import EForm, each
from forms.hiding import cycle_problems
from forms.prefill import ELEMENTS, element_of
from forms.problem import Problem
from forms.structure import CONTAINERS, field_problems, form_problems

MAX_BYTES = 1_000_000
MAX_FIELDS = 2_000
MAX_NESTING = 12
MAX_OPTIONS = 2_000
MAX_TEXT = 50_000
MAX_REPETITIONS = 100
MAX_PROBLEMS = 100

BORNE_BY_VIEWER = frozenset({"form.misplaced", "form.drawing", "form.expression", "form.cycle"})
"""What form-js-viewer opens all the same."""

NO_WORDS: Mapping[str, str] = MappingProxyType({})

UNSAFE_NAMES = frozenset({"__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty"})
"""Names that would write to the prototype of an object in any JavaScript that later reads the answers."""


class EFormRefused(ValueError):
    """The `.form` cannot be used; `problems` says why, all at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems = problems


def load(
    source: bytes | str | Mapping[str, Any],
    key: str = "",
    *,
    as_viewer: bool = False,
    english: Mapping[str, str] = NO_WORDS,
) -> EForm:
    """The e-form of this form-js schema, ready to check answers.

    `key` is the name by which `camunda:formRef` knows it (default: the form's own id); `english` holds its bundle's texts
    in English: problems name fields by them, `forms.in_english` draws with them.
    Raises `EFormRefused` with every problem found; each names the field and has a stable code `form.*`.

    `as_viewer` opens what form-js-viewer opens although it should not be published: properties that a field type does
    not have, expressions that cannot be read (null), fields that decide about each other in a circle.
    """
    schema = _read(source)
    borne = BORNE_BY_VIEWER if as_viewer else frozenset()
    problems = list(_capped(problem for problem in _all_problems(schema) if problem.code not in borne))
    if problems:
        raise EFormRefused(tuple(problems))
    builder = Builder(english)
    fields = builder.fields(schema["components"])
    problems = builder.problems or list(cycle_problems(fields))
    problems = [problem for problem in problems if problem.code not in borne]
    if problems:
        raise EFormRefused(tuple(problems[:MAX_PROBLEMS]))
    by_id = {field.id: field for field in each(fields)}
    return EForm(
        key=key or str(schema.get("id", "")),
        schema=MappingProxyType(schema),
        fields=fields,
        by_id=MappingProxyType(by_id),
        conditional=any(field.hide is not None for field in by_id.values()),
        roots=frozenset(field.path[0] for field in by_id.values() if field.path),
        ambiguous=_repeated([str(field.raw.get("label", "")) for field in by_id.values() if field.keyed]),
        english=english,
    )


def _repeated(texts: list[str]) -> frozenset[str]:
    return frozenset(text for text, count in Counter(texts).items() if count > 1)


def structure_problems(source: bytes | str | Mapping[str, Any]) -> tuple[Problem, ...]:
    """What the form-js JSON schema says against this form, each `where` a JSON pointer; () if it is well-formed."""
    try:
        schema = _read(source)
    except EFormRefused as refused:
        return refused.problems
    return tuple(_capped(_structure(schema)))


# -- reading ----------------------------------------------------------------------------------------------------


def _read(source: bytes | str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(source, Mapping):
        try:
            source = json.dumps(source)
        except (TypeError, ValueError, RecursionError):
            _refuse(
                "form.unreadable",
                "Biểu mẫu không phải JSON.",
                "Expected JSON but the form holds other values.",
            )
    if len(source) > MAX_BYTES:
        _refuse("form.too_large", "Biểu mẫu lớn hơn 1 MB.", "Expected at most 1 MB.")
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        schema = json.loads(
            text, object_pairs_hook=_no_twins, parse_constant=_no_constant, parse_float=_finite
        )
    except _Twin as twin:
        _refuse(
            "form.duplicate_name",
            f"Thuộc tính {twin.args[0]!r} xuất hiện hai lần trong cùng một đối tượng.",
            f"Expected each property once but {twin.args[0]!r} stands twice in one object.",
        )
    except RecursionError:
        _refuse("form.too_deep", "Biểu mẫu lồng quá sâu.", "Expected less nesting.")
    except ValueError as error:
        _refuse("form.unreadable", f"Không đọc được JSON: {error}.", f"Expected JSON: {error}.")
    if not isinstance(schema, dict):
        _refuse("form.unreadable", "Biểu mẫu phải là một đối tượng JSON.", "Expected a JSON object.")
    return schema


class _Twin(Exception):
    pass


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twin(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:30]} is too large")
    return number


def _refuse(code: str, vi: str, en: str) -> NoReturn:
    raise EFormRefused((Problem("", code, vi, en),))


# -- judging ----------------------------------------------------------------------------------------------------


def _all_problems(schema: dict[str, Any]) -> Iterator[Problem]:
    yield from form_problems(schema)
    for count, (pointer, field, depth) in enumerate(_walk(schema), 1):
        if count > MAX_FIELDS:
            yield Problem(
                "",
                "form.too_many",
                f"Biểu mẫu có hơn {MAX_FIELDS} trường.",
                f"Expected at most {MAX_FIELDS} fields.",
            )
            return
        if depth > MAX_NESTING:
            yield _named(
                field,
                Problem(
                    pointer,
                    "form.too_deep",
                    f"Nhóm lồng quá {MAX_NESTING} tầng.",
                    f"Expected at most {MAX_NESTING} levels of groups.",
                ),
            )
            return
        for problem in (*field_problems(field, pointer), *_unsafe(field, pointer)):
            yield _named(field, problem)


def _structure(schema: dict[str, Any]) -> Iterator[Problem]:
    yield from form_problems(schema)
    for pointer, field, depth in _walk(schema):
        if depth > MAX_NESTING:
            return
        yield from field_problems(field, pointer)


def _walk(
    parent: Mapping[str, Any], pointer: str = "", depth: int = 1
) -> Iterator[tuple[str, dict[str, Any], int]]:
    components = parent.get("components")
    if not isinstance(components, list):
        return
    for number, field in enumerate(components):
        where = f"{pointer}/components/{number}"
        yield where, field if isinstance(field, dict) else {}, depth
        if isinstance(field, dict) and str(field.get("type")) in CONTAINERS and depth <= MAX_NESTING:
            yield from _walk(field, where, depth + 1)


def _unsafe(field: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    for name in ("key", "path", "valuesKey", "id"):
        segments = str(field.get(name) or "").split(".")
        bad = next((segment for segment in segments if segment in UNSAFE_NAMES), None)
        if bad:
            yield Problem(
                f"{pointer}/{name}",
                "form.unsafe_name",
                f"Không được dùng tên {bad!r} trong {name} {field[name]!r}.",
                f"Expected a harmless name but {name} {field[name]!r} holds {bad!r}.",
            )
    for name in ("values", "columns"):
        values = field.get(name)
        if isinstance(values, list) and len(values) > MAX_OPTIONS:
            yield Problem(
                f"{pointer}/{name}",
                "form.too_many",
                f"Có hơn {MAX_OPTIONS} lựa chọn trong {name}.",
                f"Expected at most {MAX_OPTIONS} entries in {name}.",
            )
    rows = field.get("defaultRepetitions")
    if isinstance(rows, (int, float)) and not 0 <= rows <= MAX_REPETITIONS:
        yield Problem(
            f"{pointer}/defaultRepetitions",
            "form.too_many",
            f"Số dòng mặc định phải từ 0 đến {MAX_REPETITIONS}.",
            f"Expected 0 to {MAX_REPETITIONS} default repetitions.",
        )
    element = element_of(field)
    if element is not None and element not in ELEMENTS:
        yield Problem(
            f"{pointer}/properties/element",
            "form.unknown_element",
            f"Không có phần tử dữ liệu dùng chung {element[:100]!r}.",
            f"Expected a known data element but found {element[:100]!r}.",
        )
    for name, value in field.items():
        if isinstance(value, str) and len(value) > MAX_TEXT:
            yield Problem(
                f"{pointer}/{name}",
                "form.too_large",
                f"Nội dung {name} dài hơn {MAX_TEXT} ký tự.",
                f"Expected at most {MAX_TEXT} characters in {name}.",
            )


def _named(field: Mapping[str, Any], problem: Problem) -> Problem:
    name = str(
        field.get("key") or field.get("path") or field.get("id") or field.get("label") or problem.where
    )[:100]
    return Problem(problem.where, problem.code, f"Trường {name}: {problem.vi}", f"Field {name}: {problem.en}")


def _capped(problems: Iterator[Problem]) -> Iterator[Problem]:
    for number, problem in enumerate(problems):
        if number >= MAX_PROBLEMS:
            return
        yield problem
