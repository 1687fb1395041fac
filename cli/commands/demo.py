"""`./motcua demo accounts [--json] | reset | advance P3D | sign FILE.pdf`: the demo province of this machine."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from cli import answers
from cli.machine import AlreadyRunning, Machine, database, reached

STEP_SECONDS = 5.0  # how long `advance` waits at one moment for its timers to fire


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    accounts = actions.add_parser("accounts", help="the demo accounts with their roles")
    accounts.add_argument("--json", action="store_true", help="as a JSON array")
    actions.add_parser("reset", help="throw the demo's data away (stop ./motcua up first)")
    advance = actions.add_parser("advance", help="move the system's clock ahead")
    advance.add_argument("duration", help="ISO 8601, such as P3D or PT4H")
    sign = actions.add_parser("sign", help="sign a PDF as a designer whom the demo trusts")
    sign.add_argument("file", type=Path, metavar="FILE.pdf")


def run(arguments: argparse.Namespace) -> int:
    actions = {"accounts": _accounts, "reset": _reset, "advance": _advance, "sign": _sign}
    return actions[arguments.action](arguments)


def fill_if_empty() -> bool:
    """Load the demo province and publish the shipped procedures, whichever an earlier start did not finish.

    True if there was anything to do. Raises Unreadable when a shipped bundle does not pass its own gate.
    """
    from sqlalchemy import exists, select

    from assembly import clock
    from casework import demo
    from store.tables import account, procedure_version

    with database() as session:
        filled = session.scalar(select(exists().where(account.c.username.is_not(None))))
        if filled and session.scalar(select(exists().where(procedure_version.c.version > 0))):
            return False
        try:
            if filled:
                demo.publish_shipped(session, now=clock.now(session.get_bind()))
            else:
                demo.load(session)
        except demo.DemoBroken as problem:
            raise answers.Unreadable(
                f"a shipped procedure does not pass its own gate\n{problem}"
            ) from problem
        session.commit()
        return True


def subscribe(url: str, secret: str) -> None:
    """Let the simulated subscriber hear of everything, wherever it listens this time."""
    from sqlalchemy import delete, insert

    from assembly import clock
    from store.tables import webhook

    with database() as session:
        session.execute(delete(webhook).where(webhook.c.created_by == "demo"))
        row = {"url": url, "secret": secret, "topics": ["*"], "created_by": "demo"}
        session.execute(insert(webhook).values(created_at=clock.now(session.get_bind()), **row))
        session.commit()


def accounts_table() -> str:
    """The accounts as text for people, with the password they share."""
    from casework import demo_data

    people = _listed()
    width = max((len(str(person["username"])) for person in people), default=0) + 2
    lines = [
        f"  {person['username']:<{width}}{person['name']} — {'; '.join(person['roles']) or person['kind']}"
        for person in people
    ]
    return "\n".join([f"Demo accounts (password of all: {demo_data.read().password})", *lines])


def _accounts(arguments: argparse.Namespace) -> int:
    from casework import demo_data

    with reached():
        if arguments.json:
            password = demo_data.read().password
            print(
                json.dumps(
                    [{**person, "password": password} for person in _listed()], ensure_ascii=False, indent=1
                )
            )
        else:
            print(accounts_table())
    return 0


def _listed() -> list[dict[str, object]]:
    from casework import accounts

    with database() as session:
        return accounts.demo_list(session)


def _reset(_: argparse.Namespace) -> int:
    machine = Machine.from_env()
    if not (machine.postgres and machine.valkey):
        print(
            "motcua: DATABASE_URL or REDIS_URL is set; only a demo of this machine can be reset.",
            file=sys.stderr,
        )
        return 1
    try:
        machine.lock()
    except AlreadyRunning as problem:
        print(f"motcua: {problem} Stop it first.", file=sys.stderr)
        return 1
    for name in ("postgres", "valkey", "mail", "log"):
        shutil.rmtree(machine.var / name, ignore_errors=True)
    machine.stop()
    print("The demo is empty; ./motcua up loads it anew.")
    return 0


def _advance(arguments: argparse.Namespace) -> int:
    """Pass through every moment at which a timer is due, so that what a timer starts is dated as it would be."""
    import feel
    from engine.local import LOCAL

    if Machine.from_env().env().get("MOTCUA_DEMO", "1") != "1":
        print("motcua: this is not a demo (MOTCUA_DEMO).", file=sys.stderr)
        return 1
    by = feel.from_json(arguments.duration)
    if not isinstance(by, timedelta) or by <= timedelta():
        print(
            "motcua: expected a duration such as P3D or PT4H; the clock only goes forward.", file=sys.stderr
        )
        return 2
    with reached():
        print(f"The system's clock: {_step_to(by).astimezone(LOCAL):%Y-%m-%d %H:%M}")
    return 0


def _sign(arguments: argparse.Namespace) -> int:
    """Drawings are taken only with a digital signature, and who tries the demo has none: a copy of the file gets one."""
    from pyhanko.pdf_utils.misc import PdfError

    try:
        signed = _signed(arguments.file.read_bytes())
    except (OSError, PdfError) as problem:
        raise answers.Unreadable(f"{arguments.file}: {problem}") from problem
    copy = arguments.file.with_name(f"{arguments.file.stem}-da-ky.pdf")
    copy.write_bytes(signed)
    print(f"Signed by Nguyễn Minh Kiến, for this demo alone: {copy}")
    return 0


def _signed(pdf: bytes) -> bytes:
    """With a key of the demo's own authority, and its time stamp."""
    from assembly import settings
    from assembly.partners import partners
    from casework.documents.pades import Box, ToSign, finish, prepare
    from casework.papers import render_mark
    from national.demo_ca import PIN
    from national.ports import Holder
    from national.simulators.time_stamp import Direct, Stamps

    demo = {"MOTCUA_DEMO": "1", "MOTCUA_TIME_STAMP_URL": "http://127.0.0.1"}
    ours = settings.load({**Machine.from_env().env(), **demo})
    signing = partners(ours).signing
    if signing is None or ours.signs_elsewhere:
        raise answers.Unreadable("signatures are made elsewhere (MOTCUA_SIGNING_URL), not with a demo's keys")
    company = "Công ty TNHH Thiết kế Thành Đông"
    holder = Holder("designer", "person", "Nguyễn Minh Kiến", company, "Chủ trì thiết kế")
    mark = render_mark("signature", 100, 40, strokes=[1, 200, 30, 90, 9, 70, 180, 44])
    chain = signing.service.certificates(holder)
    waits = prepare(ToSign(pdf, holder, "ThietKe", Box(1, 40, 40, 100, 40), mark), chain)
    (signature,) = signing.service.sign(holder, PIN, [waits.digest]).signatures or ()
    return finish(waits, signature, chain, Direct(Stamps(ours.demo_keys)))


def _step_to(by: timedelta) -> datetime:
    from assembly import clock
    from casework import clockwork

    with database() as session:
        engine = session.get_bind()
        target = clock.now(engine) + by
        while True:
            due = clockwork.next_due(session)
            stop = min(due, target) if due else target
            clock.advance(engine, max(stop - clock.now(engine), timedelta()))
            if stop == target:
                return clock.now(engine)
            _wait_for_timers(session, stop)


def _wait_for_timers(session: Session, moment: datetime) -> None:
    """Until the running clock has taken the timers due by then."""
    from casework import clockwork

    deadline = time.monotonic() + STEP_SECONDS
    while time.monotonic() < deadline:
        due = clockwork.next_due(session)
        if due is None or due > moment:
            return
        time.sleep(0.05)
    raise answers.Unreadable(
        "timers are due and nobody fires them: is ./motcua up running? (var/log/clock.log)"
    )
