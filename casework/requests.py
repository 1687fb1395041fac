"""What a supplement request asks for, item by item, so that each can be ticked when it is answered.

The officer writes one item a line (the counter's remarks on single papers are such lines). A line that names a paper of the
procedure belongs to that paper.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from engine.commands import CompleteTask
from engine.definition import Component, Definition
from engine.rejection import Problem, Rejected
from engine.state import State
from store.folding import fold
from store.queries import dossiers

BULLET = re.compile(r"^\s*(?:[-–•*+]|\d{1,2}[.)])\s*")


@dataclass(frozen=True)
class Item:
    number: int  # from 1
    text: str
    component: Component | None = None  # the paper that it asks for


def items(definition: Definition, request: Mapping[str, object]) -> list[Item]:
    """The items of a request as the officer's e-form holds it."""
    found: list[Item] = []
    for line in _lines(definition, request):
        found.append(Item(len(found) + 1, line, _named(definition, line)))
    return found


def covered(asked: Sequence[Item], marked: Collection[int], given: Collection[str]) -> tuple[int, ...]:
    """Numbers of the items that an answer covers: those marked; a new paper covers the item that asks for it (`given`: codes of
    components), and a lone question needs no mark."""
    return tuple(
        item.number
        for item in asked
        if item.number in marked or (item.component.code in given if item.component else len(asked) == 1)
    )


def answered(
    session: Session, dossier_id: int, definition: Definition, state: State, command: CompleteTask
) -> tuple[CompleteTask, Rejected | None]:
    """The order with the items it covers, and why it is refused if it leaves one out: everything is answered in one go, for
    the law lets an agency ask once (NĐ 61/2018/NĐ-CP art. 17)."""
    task = state.tasks.get(command.task_no)
    if task is None or task.kind != "supplement":
        return command, None
    asked = items(definition, (dossiers.supplement(session, dossier_id) or {}).get("request") or {})
    given = {
        one.code
        for one in command.components
        if one.attachments or one.originals or one.certified or one.copies
    }
    numbers = covered(asked, command.ticked, given)
    problems = tuple(
        Problem(
            f"item.{item.number}",
            "required",
            f"Mục {item.number} chưa được đánh dấu đã bổ sung: {item.text}",
            f"Item {item.number} is not marked as answered: {item.text}",
        )
        for item in asked
        if item.number not in numbers
    )
    if not problems:
        return replace(command, ticked=numbers), None
    vi = f"Còn {len(problems)} mục của yêu cầu bổ sung chưa được trả lời."
    en = f"Expected every item of the request to be answered, but {len(problems)} are not."
    return command, Rejected("answers_invalid", vi, en, problems)


def _lines(definition: Definition, request: Mapping[str, object]) -> list[str]:
    """Every line of every text area, bullets and numbers taken off."""
    areas = {
        str(one.path[0])
        for e_form in definition.forms.values()
        for one in e_form.keyed()
        if one.type == "textarea" and len(one.path) == 1
    }
    texts = [value for key, value in request.items() if key in areas and isinstance(value, str)]
    lines = [BULLET.sub("", line).strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line]


def _named(definition: Definition, line: str) -> Component | None:
    """The paper whose name the line says, the longest first; else the one whose name begins as the words before a colon.

    Forms are answered in the form.
    """
    papers = [part for part in definition.components if part.form is None]
    said = fold(line)
    named = [part for part in papers if fold(part.name) in said]
    if named:
        return max(named, key=lambda part: len(part.name))
    head, colon, _ = line.partition(":")
    begun = [
        part for part in papers if colon and head.strip() and fold(part.name).startswith(fold(head.strip()))
    ]
    return begun[0] if len(begun) == 1 else None
