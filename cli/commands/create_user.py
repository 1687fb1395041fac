"""`./motcua create-user NAME --kind officer --post AGENCY:ROLE[:TITLE]`: an account; the password is asked for, or made."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from datetime import UTC, datetime

from cli.machine import database, reached
from engine.local import local_day

KINDS = ("officer", "admin", "citizen", "business", "partner")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")
    parser.add_argument("--name", required=True, help="as it is shown, e.g. 'Nguyễn Văn An'")
    parser.add_argument("--kind", choices=KINDS, default="officer")
    parser.add_argument("--email", default="")
    parser.add_argument(
        "--post", action="append", default=[], metavar="AGENCY:ROLE[:TITLE]", help="may be repeated"
    )
    parser.add_argument(
        "--make-password", action="store_true", help="print a random password instead of asking"
    )


def run(arguments: argparse.Namespace) -> int:
    from sqlalchemy.exc import IntegrityError

    posts = [tuple([*post.split(":", 2), "", ""][:3]) for post in arguments.post]
    if any(not (agency and role) for agency, role, _ in posts):
        print(
            "motcua: expected --post AGENCY:ROLE[:TITLE], such as 'H23.30:leader:Chủ tịch'.", file=sys.stderr
        )
        return 2
    password = secrets.token_urlsafe(12) if arguments.make_password else getpass.getpass("Password: ")
    with reached():
        try:
            _create(arguments, password, posts)
        except IntegrityError as error:
            detail = str((getattr(error.orig, "diag", None) and error.orig.diag.message_detail) or error.orig)  # type: ignore[union-attr]
            print(f"motcua: not made: {detail}", file=sys.stderr)
            return 1
    print(f"{arguments.username} made" + (f"; password: {password}" if arguments.make_password else ""))
    return 0


def _create(arguments: argparse.Namespace, password: str, posts: list[tuple[str, ...]]) -> None:
    from sqlalchemy import insert

    from casework import accounts
    from store.tables import post

    now = datetime.now(UTC)
    with database() as session:
        accounts.create(
            session,
            arguments.username.lower(),
            password,
            kind=arguments.kind,
            name=arguments.name,
            now=now,
            email=arguments.email,
        )
        for agency, role, title in posts:
            row = {
                "account": arguments.username.lower(),
                "agency": agency,
                "role": role,
                "title": title,
                "held_from": local_day(now),
            }
            session.execute(insert(post).values(row))
        session.commit()
