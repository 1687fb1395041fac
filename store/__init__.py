"""The database: tables, journal, queries, outbox."""
