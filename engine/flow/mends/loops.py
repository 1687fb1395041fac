"""Loop characteristics (BPMN 2.0.2 §10.3.8, §13.3.6, §13.3.7): a body token that owns one token per instance.

Names that an instance sees: `item` (or the element variable), `loopCounter` (from 1), `nrOfInstances`,
`nrOfActiveInstances`, `nrOfCompletedInstances`.
"""

from __future__ import annotations

from typing import Any

from engine.flow import changes as c
from engine.flow.codec import storable
from engine.flow.definition import Element, Loop
from engine.flow.token import Token

MAX_INSTANCES = 1_000


def begin(node: Any, body: Token) -> bool:
    """Starts the first instance or instances; True if there is nothing to do at all."""
    loop: Loop = node.loop
    if loop.kind == "standard":
        body.memo = {"done": 0}
        if (loop.test_before and not _again(loop, body, 0)) or loop.maximum == 0:
            return True
        _start(node, body, 0, None)
        return False
    items = _items(node.element, loop, body)
    body.memo = {"n": len(items), "done": 0}
    if loop.output is not None:
        body.engine.set_variable(loop.output, [None] * len(items), node.element.id)
    if not items:
        return True
    if loop.kind == "sequential":
        body.memo["items"] = items
        _start(node, body, 0, items[0])
    else:
        for index, item in enumerate(items):
            _start(node, body, index, item)
    return False


def instance_done(node: Any, token: Token) -> None:
    """An instance completed: the loop ends, goes on, or waits for the others. Raises Stuck, having changed nothing."""
    loop: Loop = node.loop
    body: Any = token.owner
    memo = body.memo
    done = memo["done"] + 1
    if loop.kind == "standard":
        over = (loop.maximum is not None and done >= loop.maximum) or not _again(loop, body, done)
    else:
        over = done >= memo["n"] or _complete(loop, token, done)
    memo["done"] = done
    _collect(node, token)
    token.drop()
    if over:
        for child in body.children:
            if not child.listener:
                child.cancel()
        body.engine.attempt(body, body.complete)
    elif loop.kind == "standard":
        _start(node, body, done, None)
    elif loop.kind == "sequential":
        _start(node, body, done, memo["items"][done])


def _collect(node: Any, token: Token) -> None:
    """What this instance left goes to its place in the collection (Table 10.27, loopDataOutputRef, outputDataItem)."""
    loop: Loop = node.loop
    if loop.output is None or loop.output_item is None:
        return
    names = token.engine.names.values()
    found = names.get(loop.output)
    values = list(found) if isinstance(found, (list, tuple)) else []
    values += [None] * (token.owner.memo["n"] - len(values))
    values[token.index or 0] = names.get(loop.output_item)
    token.engine.set_variable(loop.output, values, node.element.id)


def variables(loop: Loop, token: Token) -> dict[str, object]:
    """The loop variables of one instance."""
    assert token.index is not None
    names: dict[str, object] = {"loopCounter": token.index + 1}
    body: Any = token.owner
    if body is not None and "n" in body.memo:
        done = body.memo["done"]
        active = 1 if loop.kind == "sequential" else body.memo["n"] - done
        names.update(nrOfInstances=body.memo["n"], nrOfCompletedInstances=done, nrOfActiveInstances=active)
    if loop.collection is not None:
        names["item"] = token.item
        if loop.variable:
            names[loop.variable] = token.item
    return names


def _start(node: Any, body: Token, index: int, item: object) -> None:
    token = Token(body.workflow, node, parent=body)
    token.index = index
    token.item = item
    node._update(token)


def _items(element: Element, loop: Loop, body: Token) -> list[object]:
    text = loop.collection or loop.cardinality
    value = body.engine.evaluate(text, body)
    if loop.collection is not None:
        if not isinstance(value, (list, tuple)):
            raise _wrong(element, value, "một danh sách", "a list")
        items = list(value)
    else:
        count = _whole(value)
        if count is None:
            raise _wrong(element, value, "một số nguyên không âm", "a whole number, not negative")
        items = [None] * min(count, MAX_INSTANCES + 1)
    if not storable(items):
        raise _wrong(element, value, "các giá trị lưu được", "values that can be stored")
    if len(items) > MAX_INSTANCES:
        raise c.Stuck(
            "too_many_instances",
            f"«{element.name or element.id}» lặp quá {MAX_INSTANCES} lần.",
            f"“{element.name or element.id}” has more than {MAX_INSTANCES} instances.",
        )
    return items


def _whole(value: object) -> int | None:
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None
    return number if number == value and number >= 0 and not isinstance(value, (bool, str)) else None


def _wrong(element: Element, value: object, vi: str, en: str) -> c.Stuck:
    return c.Stuck(
        "loop_value_wrong",
        f"Vòng lặp «{element.name or element.id}» cần {vi}, nhưng nhận {str(value)[:60]}.",
        f"The loop “{element.name or element.id}” expected {en} but got {str(value)[:60]}.",
    )


def _complete(loop: Loop, token: Token, done: int) -> bool:
    if loop.completion is None:
        return False
    names = token.workflow.loop_names(token) or {}
    total = token.owner.memo["n"]
    names["nrOfCompletedInstances"] = done
    names["nrOfActiveInstances"] = 0 if loop.kind == "sequential" else total - done
    return token.engine.names.evaluate(loop.completion, names) is True


def _again(loop: Loop, body: Token, done: int) -> bool:
    if loop.condition is None:
        return True
    names = body.workflow.loop_names(body) or {}
    return body.engine.names.evaluate(loop.condition, {**names, "loopCounter": done + 1}) is True
