"""The documents that a result comes to: itself, or one for each item of a list of the dossier (each original's own copy).

The second of `ban_sao` has the code `ban_sao.2`: wherever a result is named by its code, each document is one by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.definition import Result, Step


def of_step(results: Sequence[Result], step: Step, scope: Mapping[str, object]) -> list[Result]:
    """The documents that a step makes: of the results it names, else of all."""
    made = [one for one in results if not step.results or one.code in step.results]
    return [document for one in made for document in documents(one, scope)]


def documents(result: Result, scope: Mapping[str, object]) -> list[Result]:
    """A result's documents, numbered in the list's order; the result itself where it has no list, or an empty one."""
    items = result.each.of_scope(scope) if result.each else None
    if not isinstance(items, list) or not items:
        return [replace(result, on_paper=_on_paper(result, scope))] if result.electronic else [result]
    return [_of_item(result, number, item, scope) for number, item in enumerate(items, 1)]


def known(made: Sequence[Result]) -> list[Result]:
    """Without the results whose list is not known yet, or empty: they have no document."""
    return [one for one in made if one.each is None or one.item is not None]


def by_key(made: Sequence[Result]) -> list[Result]:
    """Those that are signed by key: a document that is made on paper alone has no file."""
    return [one for one in made if not one.on_paper]


def called(name: str, title: str) -> str:
    """What people read: the result's name, and which of several it is."""
    return f"{name}: {title}" if title else name


def of_manifest(code: str) -> str:
    """The code that the manifest knows a document's result by."""
    return code.partition(".")[0]


def _of_item(result: Result, number: int, item: object, scope: Mapping[str, object]) -> Result:
    said = result.each_title.of_scope({**scope, "item": item}) if result.each_title else None
    title = str(said or "")
    code, name = f"{result.code}.{number}", called(result.name, title)
    on_paper = _on_paper(result, {**scope, "item": item})
    return replace(result, code=code, name=name, item=item, title=title, on_paper=on_paper)


def _on_paper(result: Result, scope: Mapping[str, object]) -> bool:
    return result.electronic is not None and result.electronic.of_scope(scope) is False
