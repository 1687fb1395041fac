"""Keeps a handful of processes running: one that dies is started again, and all stop when we stop.

Not an init system: production uses systemd (deploy/). The supervisor itself may die in any way; PDEATHSIG takes the
children with it (cli/children.py).
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cli import children
from cli.machine import Machine

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between a death and the next start, doubled each time
STEADY_SECONDS = 20.0  # a process that ran this long starts again at once


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    argv: Sequence[str]
    patience_seconds: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = FIRST_PAUSE


class Supervisor:
    """Runs a machine's servers and the children that use them."""

    def __init__(self, machine: Machine, env: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.machine, self.env, self.say = machine, env, say
        self.children: list[Child] = []
        self.stopping = False
        self._logs = machine.var / "log"
        self._logs.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, *argv: str, patience_seconds: float = 10.0) -> None:
        """Start a process and keep it running; its output goes to var/log/<name>.log."""
        self.children.append(Child(name, argv, patience_seconds))
        self._start(self.children[-1])

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def watch(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Look after the children until asked to stop, or until `until()` holds."""
        while not self.stopping and not until():
            for server in (self.machine.postgres, self.machine.valkey):
                if server and server.process and server.process.poll() is not None:
                    self.say(
                        f"{type(server).__name__} stopped ({server.process.returncode}); starting it again"
                    )
                    children.sweep(server.process)
                    server.start()
                    self._write_pids()
            for child in self.children:
                self._look_after(child)
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask every child to stop, all at once, then the servers."""
        running = [child for child in self.children if child.process and child.process.poll() is None]
        for child in running:
            assert child.process
            child.process.send_signal(signal.SIGTERM)
        for child in running:
            assert child.process
            children.stop(child.process, signal.SIGTERM, child.patience_seconds)
        self.machine.stop()
        (self.machine.var / "processes.json").unlink(missing_ok=True)

    def _asked_to_stop(self, number: int, _: object) -> None:
        self.stopping = True

    def _start(self, child: Child) -> None:
        child.process = children.spawn(child.argv, log=self._logs / f"{child.name}.log", env=self.env)
        child.started_at = time.monotonic()
        self._write_pids()

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.start_again_at:
                self._start(child)
            return
        if child.process.poll() is None:
            return
        children.sweep(child.process)
        steady = time.monotonic() - child.started_at > STEADY_SECONDS
        child.pause = FIRST_PAUSE if steady else min(child.pause * 2, LONGEST_PAUSE)
        child.start_again_at = time.monotonic() + child.pause
        self.say(
            f"{child.name} stopped ({child.process.returncode}); starting it again in {child.pause:.1f} s "
            f"(see {self._logs / child.name}.log)"
        )
        child.process = None

    def _write_pids(self) -> None:
        """var/processes.json: name -> process id, for whoever looks after this machine."""
        pids = {child.name: child.process.pid for child in self.children if child.process}
        for server in (self.machine.postgres, self.machine.valkey):
            if server and server.process:
                pids[type(server).__name__.lower()] = server.process.pid
        target = self.machine.var / "processes.json"
        new = target.with_suffix(".new")
        new.write_text(json.dumps(pids, indent=1))
        new.rename(target)
