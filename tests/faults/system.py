"""`./motcua up` as a process of its own, for tests that kill parts of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from cli import embedded
from cli.machine import DATABASE

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0


class System:
    """The whole of one machine on a free port, its data under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {"MOTCUA_VAR": str(folder), "PYTHONPATH": str(ROOT)}
        theirs = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
        self.env = {name: value for name, value in os.environ.items() if name not in theirs} | ours
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        argv = [sys.executable, "-P", "-m", "cli", "up", "--port", str(self.port), "--workers", "1"]
        with open(self.folder / "up.log", "a") as log:
            self.process = subprocess.Popen(
                argv, env=self.env, cwd=self.folder, stdout=log, stderr=log, text=True
            )
        wait(lambda: self.healthy(), START_SECONDS, lambda: (self.folder / "up.log").read_text()[-3000:])

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def said(self) -> str:
        """What this start has printed."""
        return (self.folder / "up.log").read_text()

    def healthy(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.said()
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def pids(self) -> dict[str, int]:
        """Process ids by name, of what the supervisor started."""
        try:
            return json.loads((self.folder / "processes.json").read_text())
        except FileNotFoundError:
            return {}

    def kill(self, name: str) -> None:
        """SIGKILL, if it is there just now."""
        try:
            os.kill(self.pids()[name], signal.SIGKILL)
        except (KeyError, ProcessLookupError):
            pass

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One `./motcua` command against this system."""
        argv = [sys.executable, "-P", "-m", "cli", *arguments]
        return subprocess.run(argv, env=self.env, capture_output=True, text=True, timeout=120)

    def database_url(self, driver: str = "postgresql") -> str:
        return embedded.Postgres(self.folder / "postgres").url(DATABASE, driver)

    def simulated(self, partner: str) -> Any:
        """What a simulated partner got so far: `mail`, `webhook` or `civil-status`."""
        (base,) = set(re.findall(r"\(simulated\): (http://[^/]+)", self.said()))
        return httpx.get(f"{base}/{partner}.json", timeout=5).json()

    def token(self, username: str, password: str) -> dict[str, str]:
        """The header that speaks for an account."""
        answer = self.insist("POST", "/tokens", json={"username": username, "password": password})
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def insist(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask until there is an answer that is no breakdown, as a careful client does."""
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = httpx.request(method, f"{self.url}/api/v1{path}", timeout=10, **request)
                if answer.status_code < 500:
                    return answer
            except httpx.HTTPError:
                pass
            assert time.monotonic() < deadline, f"{method} {path} had no answer for a minute"
            time.sleep(0.1)


def wait(until: Any, seconds: float, otherwise: Any = lambda: "") -> None:
    """Until the condition holds; fails with what `otherwise` says when it does not in time."""
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
