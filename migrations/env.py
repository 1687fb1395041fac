"""How Alembic reaches the database: `store.migrate` hands it the URL. One transaction for all migrations."""

from alembic import context
from sqlalchemy import create_engine, text

from store.tables import metadata

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        # Two processes that start at once: the second waits, then finds nothing to do.
        connection.execute(text("select pg_advisory_xact_lock(7011966)"))
        context.run_migrations()
engine.dispose()
