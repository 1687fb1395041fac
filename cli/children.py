"""Child processes that cannot outlive us: started here, stopped here, gone when we are killed.

The kernel sends a child its "parent died" signal (PDEATHSIG) even after `kill -9` of the parent. It forgets that wish
when the child changes its uid, so it is set last, just before exec.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 1, 8, 28, 47
PR_CAP_AMBIENT_RAISE, SECBIT_NO_SETUID_FIXUP = 2, 4
CLONE_NEWUSER = 0x10000000
CAPABILITY_VERSION_3 = 0x20080522
REACH_FILES = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
NOBODY = 65534


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    parent_death: signal.Signals = signal.SIGTERM,
    disguise: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own (Ctrl-C reaches only us), its output appended to `log` or inherited."""

    def before_exec() -> None:
        if disguise:
            disguise()
        _libc.prctl(PR_SET_PDEATHSIG, int(parent_death), 0, 0, 0)

    output = open(log, "ab") if log else None  # noqa: SIM115 (closed below, once the child has it)
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(env) if env is not None else None,
            start_new_session=True,
            preexec_fn=before_exec,
        )
    finally:
        if output:
            output.close()


def stop(process: subprocess.Popen[bytes], ask: signal.Signals, patience_seconds: float) -> None:
    """Ask the process to stop; after `patience_seconds` kill it and all of its session's group."""
    if process.poll() is None:
        process.send_signal(ask)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    sweep(process)


def sweep(process: subprocess.Popen[bytes]) -> None:
    """Kill what a dead process left behind in its group (a server's own workers), and reap it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


class CannotDisguise(Exception):
    """We are root and found no way to run a program that refuses root."""


@functools.cache
def not_root(probe: tuple[str, ...]) -> tuple[Callable[[], None] | None, int]:
    """How to run a program that refuses uid 0: what to do in the child, and the uid its files must have.

    An ordinary user needs nothing. Root maps itself to uid 1000 in a user namespace; where the host forbids those,
    root becomes `nobody`, keeping only the right to reach files (the checkout may stand in a 0700 home).
    """
    if os.geteuid() != 0:
        return None, os.geteuid()
    for disguise, owner in ((_in_user_namespace, 0), (_as_nobody, NOBODY)):
        try:
            subprocess.run(probe, preexec_fn=disguise, check=True, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError):
            continue
        return disguise, owner
    raise CannotDisguise(
        f"PostgreSQL refuses to run as root, and neither a user namespace nor uid {NOBODY} could start {probe[0]}. "
        "Run as an ordinary user, or put the checkout where every user can read it."
    )


def give(folder: Path, owner: int) -> None:
    """Hand a folder and all in it to `owner`, if we may and it is not theirs yet."""
    if os.geteuid() != 0 or not folder.exists() or folder.stat().st_uid == owner:
        return
    for root, _, files in os.walk(folder):
        for path in (root, *(os.path.join(root, name) for name in files)):
            os.lchown(path, owner, owner)


def _in_user_namespace() -> None:
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, line in (("setgroups", "deny"), ("uid_map", "1000 0 1"), ("gid_map", "1000 0 1")):
        with open(f"/proc/self/{name}", "w") as handle:
            handle.write(line)


def _as_nobody() -> None:
    # access(2), which PostgreSQL asks about its own programs, ignores capabilities of a real uid that is not root,
    # unless setuid is told to leave capabilities alone.
    _libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    for capability in REACH_FILES:  # one at a time: a container's root often has only the first
        _keep(capability)


def _keep(capability: int) -> None:
    """Let one capability survive setuid and exec, together with those kept before; silently not, where root lacks it."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (
        ctypes.c_uint32 * 6
    )()  # effective, permitted, inheritable; then the same for capabilities above 31
    if _libc.capget(header, sets) != 0 or not sets[1] & (1 << capability):
        return
    sets[0] |= 1 << capability
    sets[2] |= 1 << capability
    if _libc.capset(header, sets) == 0:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
