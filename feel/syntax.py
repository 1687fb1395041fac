"""The syntax tree of FEEL. Nodes are plain frozen values; every node knows where it starts and how deep it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    offset: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: int | Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class AtLiteral(Node):
    """`@"..."`: a date, time, date and time or duration."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Input(Node):
    """`?`: the value under test."""


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`< 5` where an operand is expected: the range (or test) of all values for which it holds."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic (`+ - * / **`) and comparison (`= != < <= > >=`)."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """A chain of one connective: `and` or `or`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class Path(Node):
    value: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    value: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[tuple[str, Node, Node | None], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    quantifier: str
    iterators: tuple[tuple[str, Node, Node | None], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Function(Node):
    parameters: tuple[tuple[str, TypeNode | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class External(Node):
    """`function(...) external`: parsed, and refused."""


@dataclass(frozen=True, slots=True)
class AnyTest(Node):
    """`-` in a decision table cell."""


@dataclass(frozen=True, slots=True)
class TestList(Node):
    """Comma-separated unary tests, `not(...)` if negated."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class TypeNode:
    """A type as written after `instance of`: a name, with its parameters where it has some."""

    name: str
    arguments: tuple[TypeNode, ...] = ()
    members: tuple[tuple[str, TypeNode], ...] = ()


def reads_input(node: Any) -> bool:
    """Whether the tree asks for `?`."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Input):
            return True
        stack.extend(children(current))
    return False


def reads_name(node: Any, name: str) -> bool:
    """Whether the tree names `name` anywhere."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Name) and current.name == name:
            return True
        stack.extend(children(current))
    return False


def children(node: Any) -> Iterable[Any]:
    """The nodes and type nodes directly below."""
    for field in fields(node):
        value = getattr(node, field.name)
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, tuple):
                stack.extend(reversed(item))
            elif isinstance(item, Node):
                yield item
