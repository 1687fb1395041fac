"""How Alembic reaches the database: `store.migrate` hands it the URL. Each migration is a transaction of its own."""

import time

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from store.tables import metadata

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    # Two processes that start at once: the second waits, then finds nothing to do. It asks again and again, for a session
    # that slept in a statement would be waited for by an index that is built concurrently.
    while not connection.scalar(text("select pg_try_advisory_lock(7011966)")):
        connection.commit()
        time.sleep(0.2)
    # Who waits for a table holds up everybody who comes after: rather give up and be started again.
    patience = {"patience": context.config.attributes["patience"]}
    connection.execute(text("select set_config('lock_timeout', :patience, false)"), patience)
    connection.commit()
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
