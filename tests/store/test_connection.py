"""What a connection keeps between requests (store/db.py)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store.db import make_engine

KEPT = text("select count(*) from pg_prepared_statements where statement like '%spoken for%'")
OFTEN = 8  # psycopg prepares what it has sent five times


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def test_what_was_prepared_survives_a_page_that_only_reads(engine: Engine) -> None:
    """A request that reads ends in a rollback, and the next one finds its statements ready."""
    for _ in range(OFTEN):
        with Session(engine) as session:
            session.execute(text("select 'spoken for'"))
    with Session(engine) as session:
        assert session.scalar(KEPT) == 1


def test_a_transaction_that_failed_is_rolled_back_and_prepared_anew(engine: Engine) -> None:
    """After an error psycopg starts afresh: a statement the server no longer knows must not fail for ever."""
    for _ in range(OFTEN):
        with Session(engine) as session:
            session.execute(text("select 'spoken for'"))
    with Session(engine) as session:
        with pytest.raises(DBAPIError):
            session.execute(text("select 1 / 0"))
        session.rollback()
        assert session.scalar(KEPT) == 0
        assert session.scalar(text("select 'spoken for'")) == "spoken for"
