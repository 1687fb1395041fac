"""Context functions (DMN 1.5 §10.3.4.10, table 83)."""

from __future__ import annotations

from typing import Any

from feel.budget import Frame, charge_size, charge_steps

from .registry import builtin

Context = dict[str, Any]


@builtin("get value", "m: context, key: string")
def get_value(frame: Frame, m: Context, key: str) -> Any:
    return m.get(key)


@builtin("get value", "m: context, keys: list")
def get_value_at(frame: Frame, m: Context, keys: list[Any]) -> Any:
    value: Any = m
    for key in keys:
        if value.__class__ is not dict or key.__class__ is not str:
            return None
        value = value.get(key)
    return value if keys else None


@builtin("get entries", "m: context")
def get_entries(frame: Frame, m: Context) -> list[Context]:
    charge_size(frame, 3 * len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context(frame: Frame, entries: list[Any]) -> Context | None:
    """Null if an entry lacks its key or value, or a key comes twice."""
    result: Context = {}
    for entry in entries:
        if entry.__class__ is not dict or "value" not in entry or entry.get("key").__class__ is not str:
            return None
        if entry["key"] in result:
            return None
        result[entry["key"]] = entry["value"]
    charge_size(frame, len(result))
    return result


@builtin("context put", "context: context, key: string, value: any")
def context_put(frame: Frame, m: Context, key: str, value: Any) -> Context:
    charge_size(frame, len(m) + 1)
    return {**m, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_at(frame: Frame, m: Context, keys: list[Any], value: Any) -> Context | None:
    if not keys or keys[0].__class__ is not str:
        return None
    charge_steps(frame, len(keys))
    if len(keys) > 1:
        inner = m.get(keys[0])
        value = context_put_at(frame, inner, keys[1:], value) if inner.__class__ is dict else None
        if value is None:
            return None
    charge_size(frame, len(m) + 1)
    return {**m, keys[0]: value}


@builtin("context merge", "contexts: list")
def context_merge(frame: Frame, contexts: list[Any]) -> Context | None:
    merged: Context = {}
    for one in contexts:
        if one.__class__ is not dict:
            return None
        charge_size(frame, len(one))
        merged.update(one)
    return merged
