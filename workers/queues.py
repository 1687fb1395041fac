"""The single list of RQ queues, and which outbox topics go where. Workers serve all of them, in this order."""

from __future__ import annotations

from rq import Queue
from rq.serializers import JSONSerializer

INSIDE, PARTNERS = "inside", "partners"

JOB_QUEUES = {
    INSIDE: "what only touches our own database; never waits behind a slow partner",
    PARTNERS: "calls to mail servers, webhooks and national systems",
}

INSIDE_TOPICS = frozenset(
    {
        "notice",
        "message",
        "message.sought",
        "child.finished",
        "children",
        "child.follow",
        "sign.effect",
        "scan.effect",
        "certified-copy.register",
        "migrate",
    }
)


def queue_for(topic: str) -> str:
    """Name of the queue that a job of this outbox topic goes to."""
    return INSIDE if topic in INSIDE_TOPICS else PARTNERS


def queue(name: str, connection: object) -> Queue:
    """An RQ queue that carries JSON: a pickle would run code when it is read."""
    return Queue(name, connection=connection, serializer=JSONSerializer)
