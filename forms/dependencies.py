"""Which fields others depend on: a change of one of them can change how the form looks."""

from __future__ import annotations

from collections.abc import Iterator

from forms.fields import EForm, Field
from forms.template import Template

_Path = tuple[str, ...]
_AROUND = frozenset({"this", "_this_", "parent", "_parent_", "i", "_i_"})


def live_fields(e_form: EForm) -> frozenset[str]:
    """Ids of the inputs that a condition, choice, text or computed value of any field reads."""
    read = {
        tuple(step for step in path if step not in _AROUND)
        for field in e_form.by_id.values()
        for path in _paths(field)
    }
    sources = {field.options.from_data for field in e_form.by_id.values() if field.options is not None}
    return frozenset(
        field.id
        for field in e_form.keyed()
        if field.path[0] in sources or any(_touches(path, field) for path in read)
    )


def _touches(path: _Path, field: Field) -> bool:
    """A path read inside a list starts at the row (`this.x`): the ends of both are compared, too."""
    if not path:
        return field.path != field.key
    length = min(len(path), len(field.path))
    return path[:length] == field.path[:length] or path[: len(field.key)] == field.key


def _paths(field: Field) -> Iterator[_Path]:
    """Every dotted path read by what decides how the field looks."""
    if field.hide is not None:
        yield from field.hide.paths
    if not isinstance(field.readonly, bool):
        yield from field.readonly.paths
    templates: list[Template] = [field.label, field.description, *field.texts.values()]
    expressions = [expression for template in templates for expression in template.expressions]
    expressions.extend(field.extras.values())
    if field.expression is not None:
        expressions.append(field.expression)
    if field.options is not None and field.options.computed is not None:
        expressions.append(field.options.computed)
    for expression in expressions:
        yield from expression.paths
        yield from expression.may_read
