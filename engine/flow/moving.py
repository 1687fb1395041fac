"""`move`: one token back to a step it has passed, or forward again: recall, return, admin reset."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.flow import changes as c
from engine.flow import codec
from engine.flow.definition import FlowSpec
from engine.flow.mends.activities import Activity, is_open
from engine.flow.running import Running
from engine.flow.scripts import Names
from engine.flow.step import step
from engine.flow.token import Token
from engine.flow.trail import has_passed


def move(
    spec: FlowSpec,
    snapshot: bytes,
    token_id: str,
    to_element: str,
    scope: c.Scope,
    now: datetime,
    *,
    whole: bool = False,
) -> c.Moved:
    """Takes the token from where it rests (or is stuck) to `to_element` and enters that anew.

    Legal only to an activity or catching event that this very token has passed while the same concurrent branches ran:
    not out of or into a parallel branch, and out of a sub-process only if nothing else runs in it. One instance of a loop does
    not move; `whole`: all of them together do, while none has completed.
    Raises FlowRejected `token_not_waiting` or `move_illegal`.
    """
    return step(spec, snapshot, scope, now, lambda engine: _move(engine, token_id, to_element, whole))


def returnable(spec: FlowSpec, snapshot: bytes, token_id: str, now: datetime) -> tuple[str, ...]:
    """Element ids that `move` would take this token to, outermost last; none if it does not rest."""
    engine = codec.load(spec, snapshot, Names(c.Scope(), now))
    here = engine.find(token_id)
    if here is None or not _rests(here):
        return ()
    found: list[str] = []
    while here is not None and here.index is None:
        space = here.workflow
        found += [
            name
            for name, node in space.spec.task_specs.items()
            if node.returnable and has_passed(here.trail, node.ordinal)
        ]
        here = space.host if space.live <= 1 else None
    return tuple(found)


def _move(engine: Running, token_id: str, to_element: str, whole: bool) -> None:
    token = engine.find(token_id)
    if token is None or not _rests(token):
        raise c.FlowRejected(
            "token_not_waiting",
            "Việc này đã xong hoặc không còn chờ xử lý.",
            "This task is done or no longer waits.",
        )
    body = token.owner if whole and token.index is not None and not token.owner.memo["done"] else None
    leaving = _leaver(body or token, to_element)
    for one in body.children if body else (token,):
        if isinstance(one.task_spec, Activity):
            one.task_spec.finished(one, "moved")
    space, trail = leaving.workflow, leaving.trail
    leaving.cancel()
    space.place(space.spec.task_specs[to_element], trail)
    engine.drain()


def _rests(token: Token) -> bool:
    return is_open(token) or (not token.listener and (token.armed or bool(token._state == TaskState.ERROR)))


def _leaver(token: Token, to_element: str) -> Token:
    """The token that leaves: `token` itself, or the sub-process around it that stands beside the target."""
    here = token
    while True:
        if here.index is not None:
            raise _illegal("việc này là một lần lặp song song", "this task is one of several instances")
        space = here.workflow
        node = space.spec.task_specs.get(to_element)
        if node is not None:
            if not node.returnable or not has_passed(here.trail, node.ordinal):
                raise _illegal(
                    f"chưa đi qua «{node.element.name or to_element}» với cùng các nhánh song song",
                    f"“{node.element.name or to_element}” was not passed with the same concurrent branches",
                )
            return here
        if space.host is None:
            raise _illegal(
                f"«{to_element}» không nằm trên đường đã đi",
                f"“{to_element}” is not on the way that was taken",
            )
        if space.live > 1:
            raise _illegal(
                "còn nhánh khác đang chạy trong quy trình con", "other branches run in the sub-process"
            )
        here = space.host


def _illegal(vi: str, en: str) -> c.FlowRejected:
    return c.FlowRejected(
        "move_illegal", f"Không thể chuyển bước: {vi}.", f"The token cannot be moved: {en}."
    )
