"""Requests whose texts the database can hold: NUL in an address, a query or a form is refused before anybody reads it.

JSON bodies are judged by `api.blueprint.StrictJson`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from flask import Request, abort, request
from werkzeug.datastructures import MultiDict


class PlainRequest(Request):
    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _plain(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        _plain(self.form)


def refuse_address() -> None:
    """PostgreSQL knows no text with NUL (22021): there is nothing at such an address."""
    if "\0" in request.path:
        abort(404)


def _plain(given: MultiDict[str, str]) -> MultiDict[str, str]:
    if any("\0" in text for text in _texts(given)):
        abort(400)
    return given


def _texts(given: MultiDict[str, str]) -> Iterable[str]:
    for key, value in given.items(multi=True):
        yield key
        yield value
