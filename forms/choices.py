"""The choices of select, radio, checklist and taglist: normalised as form-js does, from three sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import feel
from forms.fields import Options
from forms.values import Json, among, js_text, truthy

Option = dict[str, Json]


def normalised(raw: Iterable[Json]) -> list[Option]:
    """{label, value} of each usable choice: primitives stand for both, what has no value is left out."""
    return [option for option in map(_option, raw) if option is not None]


def choices(
    options: Options,
    initial: Mapping[str, Any],
    scope: Mapping[str, Any],
    *,
    now: datetime | None = None,
    budget: feel.Budget | None = None,
) -> list[Option] | None:
    """The choices in this scope; None where the source is an expression that gives no list to choose from."""
    if options.from_data is not None:
        given = initial.get(options.from_data)
        return normalised(given) if isinstance(given, list) else []
    if options.fixed is not None:
        return list(options.fixed)
    if options.computed is not None:
        given = options.computed(scope, budget, now)
        return normalised(given) if isinstance(given, list) else [] if not truthy(given) else None
    return None


def sanitise_one(options: Options, value: Json, data: Mapping[str, Any]) -> Json:
    """A single choice as form-js imports it: null unless it is a choice; computed choices are judged later."""
    if options.computed is not None:
        return value
    if options.fixed_texts is not None and options.from_data is None:
        return value if isinstance(value, str) and value in options.fixed_texts else None
    known = _simple(options, data)
    return value if known is not None and among(value, known) else None


def sanitise_many(options: Options, value: Json, data: Mapping[str, Any]) -> Json:
    """Several choices as form-js imports them: those that are choices."""
    if options.computed is not None:
        return value
    known = _simple(options, data)
    if known is None or not isinstance(value, list):
        return []
    return [item for item in value if among(item, known)]


def _simple(options: Options, data: Mapping[str, Any]) -> list[Json] | None:
    if options.from_data is not None:
        given = data.get(options.from_data)
        return [option["value"] for option in normalised(given)] if isinstance(given, list) else None
    return None if options.fixed is None else [option["value"] for option in options.fixed]


def _option(raw: Json) -> Option | None:
    if _usable_primitive(raw):
        return {"label": js_text(raw), "value": raw}
    if isinstance(raw, Mapping):
        label, value = raw.get("label"), raw.get("value")
        has_label = isinstance(label, str) and bool(label)
        if not has_label and _usable_primitive(value):
            return {"label": js_text(value), "value": value}
        if has_label and (_usable_primitive(value) or (isinstance(value, (dict, list)) and bool(value))):
            return {"label": label, "value": value}
    return None


def _usable_primitive(value: Json) -> bool:
    if isinstance(value, (bool, int, float, Decimal)):
        return True
    return isinstance(value, str) and bool(value)
