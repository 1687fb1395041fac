"""Files that answers name: a file picker's answer is the id of an uploaded file, a list of ids where it takes several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.fields import EForm, Field
from forms.values import Json, Path, get


def pickers(e_form: EForm) -> tuple[Field, ...]:
    """The form's file pickers, those in lists included."""
    return tuple(one for one in e_form.by_id.values() if one.type == "filepicker")


def named(e_form: EForm, answers: Mapping[str, Json]) -> tuple[str, ...]:
    """The ids of uploaded files in the answers, each once, in document order."""
    found = (name for one in pickers(e_form) for name in _named(answers, one.path))
    return tuple(dict.fromkeys(found))


def _named(data: Json, path: Path) -> Iterator[str]:
    """Ids at `path`, in every row where a list stands on the way."""
    if isinstance(data, list):
        for row in data:
            yield from _named(row, path)
    elif path:
        yield from _named(get(data, path[:1]), path[1:])
    elif isinstance(data, str) and data:
        yield data
