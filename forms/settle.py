"""What a form looks like once it has come to rest on some data: values, visibility, choices, computed fields.

form-js draws again and again until nothing changes; here the same is one bounded loop:

1. import: every input gets its value from the data, its default or its empty value, made fit for its type;
2. hide: conditions are judged over the data without what is hidden (over which a name falls back to its first value);
3. settle: choices no longer offered are dropped, computed fields are computed, dates take their format; back to 2.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feel
from forms.choices import Option, choices
from forms.fields import EForm, Field
from forms.importing import imported
from forms.moments import serialised
from forms.values import Json, Path, among, get, put_copy, same, truthy, working_copy

MAX_ROUNDS = 50

Scope = Mapping[str, Any]


@dataclass(slots=True)
class Node:
    """One field where it stands: once, or once in each row of the lists around it."""

    field: Field
    path: Path
    indexes: tuple[int, ...]
    """Row numbers of the lists around it, outermost first."""
    scope: Scope
    visible: bool
    readonly: bool
    children: list[Node] = dataclasses.field(default_factory=list)
    """Of a visible group."""
    rows: list[list[Node]] = dataclasses.field(default_factory=list)
    """Of a visible list."""

    @property
    def locked(self) -> bool:
        """True if the applicant cannot change it."""
        return self.readonly or self.field.disabled


@dataclass(slots=True)
class Settled:
    """The form at rest. `inputs` are the visible inputs in document order; `data` belong to the caller."""

    e_form: EForm
    data: dict[str, Json]
    initial: dict[str, Json]
    nodes: list[Node]
    inputs: list[Node]
    now: datetime | None
    budget: feel.Budget

    def value(self, node: Node) -> Json:
        """The node's value."""
        return get(self.data, node.path)

    def choices(self, node: Node) -> list[Option]:
        """What the node offers; [] for a field that offers nothing."""
        options = node.field.options
        if options is None:
            return []
        return choices(options, self.initial, node.scope, now=self.now, budget=self.budget) or []


def settle(
    e_form: EForm,
    data: Mapping[str, Json],
    *,
    context: Mapping[str, Any],
    now: datetime | None,
    files: Container[str],
) -> Settled:
    """Import the data and let the form come to rest.

    Raises `forms.values.TooLarge` for data out of bounds and `feel.BudgetExceeded` for forms that compute too long.
    """
    budget = feel.Budget()
    initial = imported(e_form, data, context)
    settled = Settled(e_form, initial, initial, [], [], now, budget)
    for _ in range(MAX_ROUNDS):
        _draw(settled)
        if not _react(settled, files):
            break
    return settled


def takes_many(settled: Settled, node: Node) -> bool:
    """May the file picker hold more than one file now? `multiple` is true, false or an expression."""
    many = node.field.extras.get("multiple")
    if many is None:
        return node.field.raw.get("multiple") is True
    return many(node.scope, settled.budget, settled.now) is True


def compute_on_submit(settled: Settled) -> None:
    """Compute the expression fields that form-js computes just before submission; nothing hides or shows any more."""
    for node in settled.inputs:
        if node.field.on_submit and node.field.expression is not None and not node.locked:
            value = working_copy(node.field.expression(node.scope, settled.budget, settled.now))
            settled.data = put_copy(settled.data, node.path, value)


# -- 2. hide ------------------------------------------------------------------------------------------------------


def _draw(settled: Settled) -> None:
    """Make the nodes anew over the present data."""
    data = settled.data
    seen = {**settled.initial, **_without_hidden(settled)} if settled.e_form.conditional else data
    scope = _scope(seen, this=seen, parent=None, numbers=[])
    settled.inputs = []
    settled.nodes = [_node(one, (), (), scope, seen, settled) for one in settled.e_form.fields]


def _node(
    one: Field, base: Path, indexes: tuple[int, ...], scope: Scope, seen: Mapping[str, Json], settled: Settled
) -> Node:
    budget, now = settled.budget, settled.now
    hidden = one.hide is not None and one.hide.holds(scope, budget, now)
    readonly = one.readonly if isinstance(one.readonly, bool) else one.readonly.holds(scope, budget, now)
    node = Node(one, base + one.key, indexes, scope, not hidden, readonly)
    if hidden:
        return node
    if one.keyed:
        settled.inputs.append(node)
    elif one.repeats:
        rows = get(settled.data, node.path)
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            inner = _row_scope(scope, seen, row, number)
            place = (*node.path, number)
            node.rows.append(
                [_node(child, place, (*indexes, number), inner, seen, settled) for child in one.children]
            )
    elif one.children:
        node.children = [_node(child, node.path, indexes, scope, seen, settled) for child in one.children]
    return node


def _scope(seen: Mapping[str, Json], *, this: Json, parent: Any, numbers: list[int]) -> dict[str, Any]:
    return {
        "this": this,
        "parent": parent,
        "i": numbers,
        **seen,
        "_this_": this,
        "_parent_": parent,
        "_i_": numbers,
    }


def _row_scope(around: Scope, seen: Mapping[str, Json], row: Json, number: int) -> dict[str, Any]:
    own = around["_this_"] if isinstance(around["_this_"], Mapping) else {}
    parent = _scope(own, this=around["_this_"], parent=around["_parent_"], numbers=around["_i_"])
    return _scope(seen, this=row, parent=parent, numbers=[*around["_i_"], number + 1])


def _without_hidden(settled: Settled) -> dict[str, Json]:
    """The data less the values of hidden inputs, conditions judged over the data as they are."""
    data = settled.data
    hidden: list[Path] = []
    scope = _scope(data, this=data, parent=None, numbers=[])
    for one in settled.e_form.fields:
        _find_hidden(one, (), scope, False, settled, hidden)
    if not hidden:
        return data
    left: dict[str, Json] = dict(data)
    for name in {path[0] for path in hidden}:
        if name in left:
            left[str(name)] = working_copy(left[str(name)])
    for path in hidden:
        _clear(left, path)
    return left


def _find_hidden(
    one: Field, base: Path, scope: Scope, hidden: bool, settled: Settled, found: list[Path]
) -> None:
    path = base + one.key
    if not hidden and one.hide is not None:
        hidden = one.hide.holds(scope, settled.budget, settled.now)
    if hidden and (one.keyed or one.repeats):
        found.append(path)
    elif one.repeats:
        rows = get(settled.data, path)
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            inner = _scope(
                settled.data, this=row, parent=scope["_this_"], numbers=[*scope["_i_"], number + 1]
            )
            for child in one.children:
                _find_hidden(child, (*path, number), inner, False, settled, found)
    else:
        for child in one.children:
            _find_hidden(child, path, scope, hidden, settled, found)


def _clear(data: dict[str, Json], path: Path) -> None:
    """Remove the value, and what it leaves empty above it."""
    while path:
        parent = get(data, path[:-1])
        last = path[-1]
        if isinstance(parent, dict):
            parent.pop(last, None)
        elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
            parent[last] = None
        path = path[:-1]
        if parent and (isinstance(parent, dict) or any(item is not None for item in parent)):
            return


# -- 3. settle ----------------------------------------------------------------------------------------------------


def _react(settled: Settled, files: Container[str]) -> bool:
    """Let every visible input react to what is around it; True if anything changed."""
    changed = False
    for node in settled.inputs:
        kind = node.field.type
        if kind not in _REACTING or node.locked:
            continue
        value = settled.value(node)
        new = _reaction(settled, node, value, files)
        if not same(new, value):
            settled.data = put_copy(settled.data, node.path, new)
            changed = True
    return changed


_REACTING = frozenset({"select", "radio", "checklist", "taglist", "expression", "datetime", "filepicker"})


def _reaction(settled: Settled, node: Node, value: Json, files: Container[str]) -> Json:
    one = node.field
    if one.options is not None:
        return _still_offered(settled, node, one, value)
    if one.type == "expression":
        if one.expression is None or one.on_submit:
            return value
        return working_copy(one.expression(node.scope, settled.budget, settled.now))
    if one.type == "datetime":
        if value is None:
            return None
        return serialised(one.raw.get("subtype", "date"), value, one.raw.get("timeSerializingFormat", ""))
    known = value if isinstance(value, list) else [value]
    kept = bool(known) and all(isinstance(key, str) and key in files for key in known)
    return value if kept or not truthy(value) else None


def _still_offered(settled: Settled, node: Node, one: Field, value: Json) -> Json:
    assert one.options is not None
    many = one.type in ("checklist", "taglist")
    if not truthy(value) or (many and value == []):
        return value
    if one.options.fixed_texts is not None and one.options.from_data is None:
        texts = one.options.fixed_texts
        if not many:
            return value if isinstance(value, str) and value in texts else None
        return [item for item in value if isinstance(item, str) and item in texts]
    offered = choices(one.options, settled.initial, node.scope, now=settled.now, budget=settled.budget)
    if offered is None:
        return value
    values = [option["value"] for option in offered]
    if many:
        return [item for item in value if among(item, values)] if isinstance(value, list) else []
    return value if among(value, values) else None
