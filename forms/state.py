"""What to draw: the form at rest as a tree of plain values, one `FieldState` for each field where it stands."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import feel
from forms import content
from forms.answers import submitted
from forms.choices import Option
from forms.fields import EForm
from forms.problem import Problem
from forms.settle import Node, Settled, settle, takes_many
from forms.values import Json, js_text, path_text, plain

GRID = 16
"""Columns of the form-js layout grid."""


@dataclass(frozen=True, slots=True)
class FieldState:
    """One field as it stands now. Texts are plain text; `html` alone is markup, and cleaned."""

    id: str
    """Of the field; the same in every row."""
    type: str
    path: str
    """`hoc_sinh[0].ten`; for groups and lists their own path; "" for what holds no data."""
    label: str
    description: str
    value: Json
    required: bool
    disabled: bool
    readonly: bool
    multiple: bool
    """A file picker that takes several files."""
    options: tuple[Option, ...]
    limits: Mapping[str, Json]
    """`min`, `max`, `minLength`, `maxLength`, as they come out now."""
    problems: tuple[Problem, ...]
    texts: Mapping[str, str]
    """Rendered adorners, image source and alt, accept, date and time labels."""
    html: str
    raw: Mapping[str, Any]
    """The component as designed, for what is only drawing (action, searchable, height, use24h …)."""
    lines: tuple[tuple[FieldState, ...], ...]
    """The fields of a group, line by line."""
    rows: tuple[Row, ...]
    """The rows of a list."""
    table: Table | None

    @property
    def columns(self) -> int | None:
        """Its width in a grid of 16, None for an equal share of the line."""
        width = (self.raw.get("layout") or {}).get("columns")
        return int(width) if width else None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list; `number` counts from 0."""

    number: int
    lines: tuple[tuple[FieldState, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A read-only table: column headings and cells as text."""

    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FormState:
    """The whole form as it stands. Hidden fields are left out."""

    e_form: EForm
    lines: tuple[tuple[FieldState, ...], ...]
    answers: dict[str, Json]
    """What would be submitted now."""
    problems: tuple[Problem, ...]
    """As given by the caller."""

    def fields(self) -> Iterator[FieldState]:
        """Every field that is drawn, those of groups and rows included."""
        return _each(self.lines)


def state(
    e_form: EForm,
    data: Mapping[str, Json],
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    files: Container[str] = frozenset(),
    problems: Iterable[Problem] = (),
) -> FormState:
    """The form at rest on these data, ready to draw; arguments as for `forms.check`.

    `problems` (those of a check) are laid beside the fields they name.
    Raises `forms.values.TooLarge` and `feel.BudgetExceeded` where `check` reports `too_large` and `too_costly`.
    """
    settled = settle(e_form, data, context=context or {}, now=now, files=files)
    found = tuple(problems)
    by_path: dict[str, list[Problem]] = {}
    for problem in found:
        by_path.setdefault(problem.where, []).append(problem)
    drawing = _Drawing(settled, by_path)
    return FormState(e_form, drawing.lines(settled.nodes), submitted(settled), found)


def _each(lines: Iterable[Iterable[FieldState]]) -> Iterator[FieldState]:
    for one in chain.from_iterable(lines):
        yield one
        yield from _each(one.lines)
        for row in one.rows:
            yield from _each(row.lines)


class _Drawing:
    """Turns nodes into field states; holds what all of them need."""

    def __init__(self, settled: Settled, problems: Mapping[str, list[Problem]]) -> None:
        self.settled = settled
        self.problems = problems

    def lines(self, nodes: list[Node]) -> tuple[tuple[FieldState, ...], ...]:
        """Visible nodes by layout row, rows in order of their first field."""
        lines: dict[str, list[FieldState]] = {}
        for node in nodes:
            if node.visible:
                row = (node.field.raw.get("layout") or {}).get("row") or f" {node.field.id}"
                lines.setdefault(row, []).append(self.field(node))
        return tuple(tuple(line) for line in lines.values())

    def field(self, node: Node) -> FieldState:
        one, settled = node.field, self.settled
        where = path_text(node.path) if one.key else ""
        texts = {
            name: self.text(template, node)
            for name, template in one.texts.items()
            if name not in ("text", "content")
        }
        label = self.text(one.label, node)
        return FieldState(
            id=one.id,
            type=one.type,
            path=where,
            label=label or (texts.get("dateLabel") or texts.get("timeLabel") or "" if one.keyed else ""),
            description=self.text(one.description, node),
            value=plain(settled.value(node)) if one.keyed else None,
            required=one.rules is not None and one.rules.required,
            disabled=one.disabled,
            readonly=node.readonly,
            multiple=takes_many(settled, node),
            options=tuple(plain(settled.choices(node))),
            limits=self.limits(node),
            problems=tuple(self.problems.get(where, ())) if where else (),
            texts=texts,
            html=self.html(node, texts),
            raw=one.raw,
            lines=self.lines(node.children),
            rows=tuple(Row(number, self.lines(row)) for number, row in enumerate(node.rows)),
            table=self.table(node) if one.type == "table" else None,
        )

    def text(self, template: Any, node: Node, escape: Any = str) -> str:
        rendered: str = template.render(
            node.scope, escape=escape, now=self.settled.now, budget=self.settled.budget
        )
        return rendered

    def limits(self, node: Node) -> dict[str, Json]:
        if node.field.rules is None:
            return {}
        return {name: plain(self.value_of(limit, node)) for name, limit in node.field.rules.limits.items()}

    def value_of(self, value: Json | feel.Expression, node: Node) -> Json:
        if isinstance(value, feel.Expression):
            return value(node.scope, self.settled.budget, self.settled.now)
        return value

    def html(self, node: Node, texts: dict[str, str]) -> str:
        one = node.field
        if "text" in one.texts and one.type == "text":
            return content.markdown(self.text(one.texts["text"], node, content.escape_markdown))
        if "content" in one.texts and one.type == "html":
            return content.clean(self.text(one.texts["content"], node, content.escape_html))
        if "source" in texts:
            texts["source"] = content.image_source(texts["source"])
        if "url" in texts:
            texts["url"] = content.link(texts["url"])
        return ""

    def table(self, node: Node) -> Table:
        one = node.field
        columns = (
            self.value_of(one.extras["columnsExpression"], node)
            if "columnsExpression" in one.extras
            else None
        )
        columns = columns if isinstance(columns, list) else one.raw.get("columns") or []
        named = [
            column for column in columns if isinstance(column, Mapping) and isinstance(column.get("key"), str)
        ]
        source = self.value_of(one.extras["dataSource"], node) if "dataSource" in one.extras else None
        rows = [row for row in source if isinstance(row, Mapping)] if isinstance(source, list) else []
        return Table(
            tuple(str(column.get("label") or column["key"]) for column in named),
            tuple(tuple(_cell(row.get(column["key"])) for column in named) for row in rows),
        )


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return json.dumps(plain(value), ensure_ascii=False)
    return js_text(value)
