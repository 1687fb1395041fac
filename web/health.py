"""GET /healthz: 200 when the main job can run, else 503; the JSON says part by part why not.

Redis may be away without stopping anybody: what it would carry waits in the outbox. Only when both Redis is away and the
outbox has grown old are people no longer told things, and we say so.
"""

from __future__ import annotations

import functools
import re
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import exists, select, text
from sqlalchemy.exc import DBAPIError

from assembly.clock import now
from store import outbox
from store.db import db
from store.tables import procedure_version
from web.gated import public

blueprint = Blueprint("health", __name__)

LONGEST_WAIT = timedelta(minutes=2)
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"


@blueprint.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """`{ok, parts: {database, migrated, procedures, redis, outbox}}`, each part true or a sentence."""
    parts: dict[str, bool | str] = {"redis": _redis()}
    try:
        parts["database"] = True
        parts["migrated"] = _migrated()
        if parts["migrated"] is True:
            published = db.session.scalar(select(exists().where(procedure_version.c.state == "published")))
            parts["procedures"] = published or "no procedure is published"
            parts["outbox"] = _outbox()
    except DBAPIError as error:
        db.session.rollback()
        parts["database"] = f"does not answer ({type(error.orig).__name__})"
    needed = [parts.get(name) is True for name in ("database", "migrated", "procedures")]
    ok = all(needed) and (parts["redis"] is True or parts["outbox"] is True)
    return jsonify(ok=ok, parts=parts), 200 if ok else 503


def _redis() -> bool | str:
    try:
        with Redis.from_url(
            current_app.config["SETTINGS"].redis_url, socket_timeout=1, socket_connect_timeout=1
        ) as client:
            return bool(client.ping())
    except RedisError as error:
        return f"does not answer ({type(error).__name__})"


def _migrated() -> bool | str:
    if db.session.scalar(text("select to_regclass('alembic_version')")) is None:
        return "the database is empty"
    found = db.session.scalar(text("select version_num from alembic_version"))
    return found == newest_migration() or f"at {found}, expected {newest_migration()}"


def _outbox() -> bool | str:
    oldest = min(
        (row["oldest"] for row in outbox.waiting(db.session)), default=None
    )  # a postponed row lies ahead
    late = now() - oldest if oldest else timedelta()  # type: ignore[operator]
    return late < LONGEST_WAIT or f"the oldest row waits {int(late.total_seconds())} s"


@functools.cache
def newest_migration() -> str:
    """The head of the migrations, read from their files: a web process does not import alembic."""
    texts = [path.read_text(encoding="utf-8") for path in MIGRATIONS.glob("*.py")]
    named = {
        name: re.findall(rf'^{name}\b.*?= "([^"]+)"', "\n".join(texts), re.M)
        for name in ("revision", "down_revision")
    }
    (head,) = set(named["revision"]) - set(named["down_revision"])
    return head
