"""Bring a database to the newest migration. Alembic is imported here and nowhere in a web process."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from store import roles

SCRIPTS = Path(__file__).parent.parent / "migrations"


def upgrade(url: str, revision: str = "head", *, app_url: str | None = None) -> None:
    """Apply every migration up to `revision`; a database that is there already is left as it is.

    `url` is the owner's; the role of `app_url`, if it is another, gets what the application needs. Raises NoSuchRole.
    """
    command.upgrade(config(url), revision)
    if app_url is not None:
        roles.admit(url, app_url)


def config(url: str) -> Config:
    """Alembic's configuration for one database, without an ini file."""
    found = Config()
    found.set_main_option("script_location", str(SCRIPTS))
    found.attributes["url"] = url
    return found
