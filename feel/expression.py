"""The two things others hold: a compiled expression and compiled unary tests."""

from __future__ import annotations

import datetime as py
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from feel.budget import Budget, Frame
from feel.builtins import FUNCTIONS
from feel.compile import Compiler
from feel.constant import ConstantTests, constant_tests
from feel.errors import BudgetExceeded, FeelError
from feel.lexer import position_of
from feel.parser import Parser
from feel.syntax import Node, children
from feel.types import TypeTest
from feel.values import PLAIN, from_python, to_python

MAX_DEPTH = 160  # of the tree; a chain of operators counts one level for each
MAX_CACHED = 2_000  # characters: longer texts would fill the memory
NO_TYPES: Mapping[str, TypeTest] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that compiles but cannot mean what was meant. Position counts from 1."""

    code: str  # feel.unknown_name, feel.always_null
    sentence_vi: str
    sentence_en: str
    line: int
    column: int
    name: str


class _Compiled:
    """What expressions and unary tests share: their text and what they read."""

    __slots__ = ("_blank", "_misuses", "_reads", "_run", "may_read", "names", "paths", "text")

    def __init__(self, text: str, compiler: Compiler, run: Any) -> None:
        self.text = text
        self.names = frozenset(path[0] for path, _ in compiler.reads)
        self.paths = frozenset(path for path, _ in compiler.reads)
        self.may_read = frozenset(compiler.may_read)
        self._run = run
        self._blank: list[Any] = [None] * (compiler.slots - 3)
        self._reads = compiler.reads
        self._misuses = compiler.misuses

    def problems(self, known: Mapping[str, Any] | None) -> list[Problem]:
        """Names that `known` lacks, and calls that can only give null.

        `known` maps each name to a mapping of its members, or to None where any member is allowed, and so on down;
        None in place of `known` skips the check of names.
        """
        found = (
            [self._unknown(path, offset, known) for path, offset in self._reads] if known is not None else []
        )
        wrong = [
            Problem("feel.always_null", vi, en, *position_of(self.text, offset), "")
            for vi, en, offset in self._misuses
        ]
        unique = dict.fromkeys(problem for problem in [*found, *wrong] if problem is not None)
        return list(unique)

    def _unknown(self, path: tuple[str, ...], offset: int, known: Mapping[str, Any]) -> Problem | None:
        level: Any = known
        for depth, name in enumerate(path):
            if not isinstance(level, Mapping):
                return None
            if name not in level:
                full = ".".join(path[: depth + 1])
                return Problem(
                    "feel.unknown_name",
                    f"Không có tên “{full}” trong phạm vi này.",
                    f"There is no name “{full}” in this scope.",
                    *position_of(self.text, offset),
                    full,
                )
            level = level[name]
        return None


class Expression(_Compiled):
    """A compiled expression; thread-safe, call it as often as you like.

    `names` are the top-level names of the context it reads, `paths` the dotted paths ("dossier", "fee"); `may_read` those
    inside a filter, which are the context's where the item has no such entry.
    """

    __slots__ = ()

    def __call__(
        self, context: Mapping[str, Any], budget: Budget | None = None, now: py.datetime | None = None
    ) -> Any:
        """The value over `context`, as Python's own types. `now` feeds now() and today(), null without it.

        Raises `BudgetExceeded` and nothing else.
        """
        frame: Frame = [context, budget, now, *self._blank]
        try:
            value = self._run(frame)
            return value if value.__class__ in PLAIN else to_python(value, frame)
        except RecursionError:
            raise BudgetExceeded("depth") from None

    def raw(
        self, context: Mapping[str, Any], budget: Budget | None = None, now: py.datetime | None = None
    ) -> Any:
        """The same, as the values used inside evaluations (`feel.values`): for callers that evaluate on."""
        try:
            return self._run([context, budget, now, *self._blank])
        except RecursionError:
            raise BudgetExceeded("depth") from None


class UnaryTests(_Compiled):
    """Compiled unary tests: one cell of a decision table."""

    __slots__ = ("constant",)

    def __init__(self, text: str, compiler: Compiler, run: Any, constant: ConstantTests | None) -> None:
        super().__init__(text, compiler, run)
        self.constant = constant  # what the cell accepts, where that can be said without running it

    def __call__(
        self,
        value: Any,
        context: Mapping[str, Any],
        budget: Budget | None = None,
        now: py.datetime | None = None,
    ) -> bool:
        """Whether `value` passes; raises `BudgetExceeded` and nothing else."""
        frame: Frame = [context, budget, now, *self._blank]
        frame[3] = value if value.__class__ in PLAIN else from_python(value, frame)
        try:
            return self._run(frame) is True
        except RecursionError:
            raise BudgetExceeded("depth") from None


def compile(
    text: str,
    names: Iterable[str] = (),
    members: Iterable[str] = (),
    types: Mapping[str, TypeTest] | None = None,
    *,
    loose: bool = False,
) -> Expression:
    """Compile an expression.

    `names` are the variables it may see: needed for names that hold spaces or symbols, and to call a function of the
    context (a variable hides a built-in function of its name). `members` are names of entries inside of variables,
    needed only where they hold spaces or symbols. `types` are named types for `instance of`. With `loose` unlike
    values compare as in the form-js viewer (feel/loose.py).

    Raises `FeelError`. Results are cached.
    """
    if types or len(text) > MAX_CACHED:
        return _compile(text, frozenset(names), frozenset(members), types or NO_TYPES, loose)
    return _cached(text, frozenset(names), frozenset(members), loose)


def compile_unary(
    text: str,
    names: Iterable[str] = (),
    members: Iterable[str] = (),
    types: Mapping[str, TypeTest] | None = None,
) -> UnaryTests:
    """Compile the unary tests of a decision table cell: `-`, `"a", "b"`, `[1..5)`, `not(< 3)`, `? * 2 > 7`.

    Arguments as for `compile`. Raises `FeelError`. Results are cached.
    """
    if types or len(text) > MAX_CACHED:
        return _compile_unary(text, frozenset(names), frozenset(members), types or NO_TYPES)
    return _cached_unary(text, frozenset(names), frozenset(members))


@lru_cache(maxsize=8192)
def _cached(text: str, names: frozenset[str], members: frozenset[str], loose: bool) -> Expression:
    return _compile(text, names, members, NO_TYPES, loose)


@lru_cache(maxsize=8192)
def _cached_unary(text: str, names: frozenset[str], members: frozenset[str]) -> UnaryTests:
    return _compile_unary(text, names, members, NO_TYPES)


def _compile(
    text: str, names: frozenset[str], members: frozenset[str], types: Mapping[str, TypeTest], loose: bool
) -> Expression:
    try:
        tree = Parser(text, names | members, FUNCTIONS).whole_expression()
        check_depth(tree, text)
        compiler = Compiler(text, names, types, loose=loose)
        return Expression(text, compiler, compiler.compile(tree))
    except RecursionError:
        raise _too_deep() from None


def _compile_unary(
    text: str, names: frozenset[str], members: frozenset[str], types: Mapping[str, TypeTest]
) -> UnaryTests:
    try:
        tree = Parser(text, names | members, FUNCTIONS).whole_unary_tests()
        check_depth(tree, text)
        compiler = Compiler(text, names, types)
        compiler.scopes.append(("?", compiler.new_slot()))
        return UnaryTests(text, compiler, compiler.compile(tree), constant_tests(tree))
    except RecursionError:
        raise _too_deep() from None


def check_depth(root: Node, text: str) -> None:
    """Refuses trees that would exhaust Python's stack; without recursion itself."""
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise FeelError(
                "feel.too_deep",
                "Biểu thức lồng nhau quá sâu.",
                f"Expected at most {MAX_DEPTH} nested levels.",
                *position_of(text, node.offset),
            )
        stack.extend((child, depth + 1) for child in children(node))


def _too_deep() -> FeelError:
    return FeelError(
        "feel.too_deep", "Biểu thức lồng nhau quá sâu.", "Expected a less deeply nested expression."
    )
