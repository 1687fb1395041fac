"""`./motcua signing-key person:ACCOUNT|seal:AGENCY --provider NAME [--user ID]`: which signing provider keeps whose key."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from assembly import settings
from cli.machine import database, reached


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("holder", help="person:<account> or seal:<agency code>")
    parser.add_argument("--provider", required=True, help="its name in MOTCUA_SIGNING_PROVIDERS")
    parser.add_argument("--user", default="", help="what the provider calls the holder, if not the same")


def run(arguments: argparse.Namespace) -> int:
    from sqlalchemy import select
    from sqlalchemy.dialects.postgresql import insert

    from store.tables import account, agency, signing_credential

    kind, _, name = arguments.holder.partition(":")
    owners = {"person": account.c.username, "seal": agency.c.code}
    with reached():
        known = [one["name"] for one in settings.load().signing_providers]
        if arguments.provider not in known:
            print(f"motcua: no provider {arguments.provider!r}, only: {', '.join(known)}", file=sys.stderr)
            return 2
        with database() as session:
            if kind not in owners or session.scalar(select(owners[kind]).where(owners[kind] == name)) is None:
                print(f"motcua: no holder {arguments.holder!r}", file=sys.stderr)
                return 2
            told = {"provider": arguments.provider, "user_id": arguments.user, "set_at": datetime.now(UTC)}
            row = insert(signing_credential).values(holder=arguments.holder, **told)
            session.execute(row.on_conflict_do_update(index_elements=["holder"], set_=told))
            session.commit()
    print(f"{arguments.holder}: {arguments.provider}")
    return 0
