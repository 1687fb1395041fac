"""A pattern machine that reads the text once (Pike's): time is text × program, whatever the pattern.

Threads are kept in the order of preference of a backtracking matcher, so that greedy, lazy and alternatives choose
the same match; each carries its own group bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from feel.budget import Frame, charge_steps
from feel.errors import BudgetExceeded
from feel.pattern_syntax import Item, Parsed

MAX_PROGRAM = 20_000


@dataclass(slots=True)
class Program:
    """Instructions as (operation, argument): char, split (preferred first), jump, save, assert, match."""

    code: list[tuple[str, object]] = field(default_factory=list)
    slots: int = 2


def assemble(parsed: Parsed, flags: int) -> Program:
    """Raises `BudgetExceeded` where counted repeats make the program too long."""
    program = Program(slots=2 * (parsed.groups + 1))
    _add(program, parsed.tree, flags)
    program.code.append(("match", None))
    return program


def _add(program: Program, item: Item, flags: int) -> None:
    code = program.code
    if len(code) > MAX_PROGRAM:
        raise BudgetExceeded("size")
    match item.kind:
        case "char":
            code.append(("char", _CharTest(re.compile(item.source, flags))))
        case "start" | "end":
            code.append(("assert", re.compile(item.source)))
        case "sequence":
            for part in item.items:
                _add(program, part, flags)
        case "group":
            code.append(("save", 2 * item.number))
            _add(program, item.items[0], flags)
            code.append(("save", 2 * item.number + 1))
        case "choice":
            _add_choice(program, item, flags)
        case "repeat":
            _add_repeat(program, item, flags)


def _add_choice(program: Program, item: Item, flags: int) -> None:
    code = program.code
    jumps: list[int] = []
    for branch in item.items[:-1]:
        split = len(code)
        code.append(("split", None))
        _add(program, branch, flags)
        jumps.append(len(code))
        code.append(("jump", None))
        code[split] = ("split", (split + 1, len(code)))
    _add(program, item.items[-1], flags)
    for jump in jumps:
        code[jump] = ("jump", len(code))


def _add_repeat(program: Program, item: Item, flags: int) -> None:
    code = program.code
    inner = item.items[0]
    for _ in range(item.low):
        _add(program, inner, flags)
    if item.high is None:
        split = len(code)
        code.append(("split", None))
        _add(program, inner, flags)
        code.append(("jump", split))
        code[split] = ("split", _preferred(split + 1, len(code), item.lazy))
        return
    splits: list[int] = []
    for _ in range(item.high - item.low):
        splits.append(len(code))
        code.append(("split", None))
        _add(program, inner, flags)
    for split in splits:
        code[split] = ("split", _preferred(split + 1, len(code), item.lazy))


def _preferred(into: int, past: int, lazy: bool) -> tuple[int, int]:
    return (past, into) if lazy else (into, past)


class _CharTest(dict[str, bool]):
    """Whether a character fits; asked once for each."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        super().__init__()
        self.pattern = pattern

    def __missing__(self, character: str) -> bool:
        fits = self[character] = self.pattern.fullmatch(character) is not None
        return fits


def find(frame: Frame, program: Program, text: str, start: int) -> list[int] | None:
    """The bounds of the first match at or behind `start`."""
    code = program.code
    nothing = (-1,) * program.slots
    threads: list[tuple[int, tuple[int, ...]]] = []
    found: tuple[int, ...] | None = None
    for position in range(start, len(text) + 1):
        if found is None:
            _follow(code, threads, {pc for pc, _ in threads}, 0, (position, *nothing[1:]), text, position)
        elif not threads:
            break
        charge_steps(frame, 1 + len(threads))
        advanced: list[tuple[int, tuple[int, ...]]] = []
        seen: set[int] = set()
        character = text[position : position + 1]
        for pc, saved in threads:
            operation, argument = code[pc]
            if operation == "match":
                found = (saved[0], position, *saved[2:])
                break
            if character and argument[character]:  # type: ignore[index]
                _follow(code, advanced, seen, pc + 1, saved, text, position + 1)
        threads = advanced
    return list(found) if found is not None else None


def _follow(
    code: list[tuple[str, object]],
    threads: list[tuple[int, tuple[int, ...]]],
    seen: set[int],
    pc: int,
    saved: tuple[int, ...],
    text: str,
    position: int,
) -> None:
    """Adds what can be reached from `pc` without reading a character, the preferred way first."""
    stack: list[tuple[int, tuple[int, ...]]] = [(pc, saved)]
    while stack:
        pc, saved = stack.pop()
        if pc in seen:
            continue
        seen.add(pc)
        operation, argument = code[pc]
        if operation == "jump":
            stack.append((argument, saved))  # type: ignore[arg-type]
        elif operation == "split":
            ways: tuple[int, int] = argument  # type: ignore[assignment]
            stack.append((ways[1], saved))
            stack.append((ways[0], saved))
        elif operation == "save":
            slot: int = argument  # type: ignore[assignment]
            stack.append((pc + 1, (*saved[:slot], position, *saved[slot + 1 :])))
        elif operation == "assert":
            check: Callable[..., object] = argument.match  # type: ignore[attr-defined]
            if check(text, position):
                stack.append((pc + 1, saved))
        else:
            threads.append((pc, saved))
