"""Events that others must hear of, as outbox rows of the same commit. Payloads name codes and tokens, no persons.

Only what a message is correlated by stands in them as it is, to be matched; erasure takes it out (casework/erasure.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import events
from engine.events import Event
from store import outbox
from store.appliers import Applied
from store.changes import Row

Payload = dict[str, object]


def announcements(happened: Iterable[Event], applied: Applied) -> Iterator[Row]:
    """The outbox rows of one command's events."""
    happened = tuple(happened)
    for event in happened:
        for topic, payload in (*_told(event, applied), *_to_children(event, happened, applied)):
            yield outbox.row(topic, payload, now=applied.at, dossier_id=applied.dossier_id)


def _told(event: Event, applied: Applied) -> Iterator[tuple[str, Payload]]:
    state = applied.state
    match event:
        case events.JobRequested():
            asked: Payload = {
                "dossier": state.dossier_code,
                "token": event.token_id,
                "element": event.element_id,
            }
            yield event.topic, asked
        case events.NoticeDue():
            task_id = None if event.task_no is None else applied.task(event.task_no)
            yield "notice", {"topic": event.topic, "to": event.to, "task": task_id}
        case events.MessageThrown():
            thrown = {
                "name": event.name,
                "correlation": applied.body(event.correlation_digest),
                "digest": event.digest,
            }
            yield "message", {"dossier": state.dossier_code, "at": applied.at.isoformat(), **thrown}
        case events.MessageAwaited():
            yield (
                "message.sought",
                {"name": event.name, "correlation": applied.body(event.correlation_digest)},
            )
        case events.RefundOrdered(method="online"):
            yield "payment.refund", {"reference": event.reference, "amount_vnd": event.amount_vnd}
        case events.DossierClosed() if state.parent:
            ended: Payload = {
                "dossier": state.dossier_code,
                "parent": state.parent,
                "end_kind": event.end_kind,
            }
            yield "child.finished", ended
        case _:
            pass


def _to_children(
    event: Event, happened: tuple[Event, ...], applied: Applied
) -> Iterator[tuple[str, Payload]]:
    """What happens to a dossier happens to those that it has opened and waits for (casework/children.py)."""
    of: Payload = {"dossier": applied.state.dossier_code}
    match event:
        case events.JobCancelled(child=True):
            ordered = (
                other for other in happened if isinstance(other, events.StatusChanged | events.TaskReturned)
            )
            reason = next((other.reason_digest for other in ordered if other.reason_digest), None)
            yield "children", of | {"token": event.token_id, "reason": reason}
        case events.DossierStopped() | events.DossierResumed() if applied.state.jobs:
            yield "children", of | {"reason": event.reason_digest}
        case _:
            pass
