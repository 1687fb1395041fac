"""`./motcua up`: everything on this machine, in the foreground, until Ctrl-C."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from cli import children, embedded, pages
from cli.machine import AlreadyRunning, Machine
from cli.supervisor import Supervisor
from store import roles

PYTHON = (sys.executable, "-P")
READY_SECONDS = 60.0


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port of the pages and the API (default 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--workers", type=int, default=2, help="web processes (default 2)")


def run(arguments: argparse.Namespace) -> int:
    machine = Machine.from_env()
    try:
        _check_port(arguments.host, arguments.port)
        machine.lock()
        if pages.build():
            _say("page assets built")
    except (AlreadyRunning, PortBusy, pages.CannotBuild) as problem:
        machine.stop()
        print(f"motcua: {problem}", file=sys.stderr)
        return 1
    env = _environment(machine, arguments)
    supervisor = Supervisor(machine, env, _say)
    supervisor.stop_on_signals()
    try:
        machine.start()
        _prepare(env, machine.owner())
        _start_web(supervisor, arguments)
        url = f"http://{arguments.host}:{arguments.port}"
        deadline = time.monotonic() + READY_SECONDS
        supervisor.watch(until=lambda: _ready(url) or time.monotonic() > deadline)
        if not supervisor.stopping:
            _start_background(supervisor)
            _announce(url, env, ready=_ready(url))
        supervisor.watch()
    except (embedded.DidNotStart, children.CannotDisguise, roles.CannotUpgrade) as problem:
        print(f"motcua: {problem}", file=sys.stderr)
        return 1
    finally:
        supervisor.stop()
    _say("stopped")
    return 0


class PortBusy(Exception):
    """Somebody listens there already, or we may not."""


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortBusy(
                    f"port {port} is in use; choose another: ./motcua up --port {port + 100}"
                ) from None
            raise PortBusy(f"cannot listen on {host}:{port}: {error.strerror}") from None


def _environment(machine: Machine, arguments: argparse.Namespace) -> dict[str, str]:
    """What every child sees: the servers, and in a demo the simulators of the partners."""
    env = {**machine.env(), "PYTHONUNBUFFERED": "1"}
    shown = "127.0.0.1" if arguments.host in ("0.0.0.0", "::") else arguments.host  # noqa: S104
    env.setdefault("MOTCUA_PUBLIC_URL", f"http://{shown}:{arguments.port}")
    env.setdefault("MOTCUA_DEMO", "1")
    if env["MOTCUA_DEMO"] == "1":
        from national import simulators

        smtp, http = _free_port(arguments.port + 25), _free_port(arguments.port + 1)
        env["MOTCUA_SIMULATOR_SMTP_PORT"], env["MOTCUA_SIMULATOR_HTTP_PORT"] = str(smtp), str(http)
        for name, value in simulators.settings(smtp, http).items():
            env.setdefault(name, value)
    return env


def _prepare(env: Mapping[str, str], owner: Mapping[str, str]) -> None:
    """Bring the database to this release, as its owner; fill an empty demo."""
    os.environ.update(env)
    from assembly import settings
    from store import migrate

    ours = settings.load({**os.environ, **owner})
    migrate.upgrade(ours.owner_url, app_url=ours.database_url)
    if env["MOTCUA_DEMO"] == "1":
        from cli.commands import demo
        from national import simulators

        if demo.fill_if_empty():
            _say("demo province loaded, shipped procedures published")
        demo.subscribe(simulators.subscriber_url(int(env["MOTCUA_SIMULATOR_HTTP_PORT"])), simulators.SECRET)


def _start_web(supervisor: Supervisor, arguments: argparse.Namespace) -> None:
    """First and alone: people wait for pages; what the rest would do keeps in the outbox for a second."""
    supervisor.add(
        "web", *PYTHON, "-m", "granian", "--interface", "wsgi", "--host", arguments.host, "--port", str(arguments.port),
        "--workers", str(arguments.workers), "--blocking-threads", "4", "--respawn-failed-workers",
        "--workers-kill-timeout", "5", "--no-ws", "--factory", "wsgi:create_app",
    )  # fmt: skip


def _start_background(supervisor: Supervisor) -> None:
    if supervisor.env["MOTCUA_DEMO"] == "1":
        supervisor.add("simulators", *PYTHON, "-m", "national.simulators")
    for name in ("relay", "worker", "clock"):
        supervisor.add(name, *PYTHON, "-m", "workers.run", name)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def _announce(url: str, env: Mapping[str, str], ready: bool) -> None:
    if not ready:
        _say(f"{url}/healthz does not answer 200 yet: look there, and in {env['MOTCUA_VAR']}/log/")
    print(f"\nMột Cửa runs at {url}   (API: {url}/api/v1/openapi.json)")
    if env["MOTCUA_DEMO"] == "1":
        from cli.commands import demo

        print(f"Mail and partners (simulated): http://127.0.0.1:{env['MOTCUA_SIMULATOR_HTTP_PORT']}/\n")
        print(demo.accounts_table())
    print("\nCtrl-C stops everything.", flush=True)


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return probe.getsockname()[1]
    raise PortBusy("no free port on 127.0.0.1")


def _say(sentence: str) -> None:
    print(f"motcua: {sentence}", file=sys.stderr, flush=True)
