"""The typesetter's own process: one request on standard input, one JSON answer on standard output. Run as a script.

Request: {main, root, fonts, data, want: "pdf" | "png"}. Answer: {"files": [base64, …], "rooms": […]}, the PDF or its pages as
pictures, and the places that a template keeps for number, date and signature (nd30.typ, `room`).

A template may be a stranger's: it gets its own files and its data, and no network, no packages, no other file,
bounded memory and processor time. Only this module imports `typst`, so that no web process ever loads it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

CPU_SECONDS = 20
PICTURE_PPI = 110
MEMORY_BYTES = 2 * 1024**3
NO_PROXY_HERE = "http://127.0.0.1:9"  # the discard port: a download fails at once
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def main() -> int:
    """Exit 0 with a PDF, 1 with the reason on standard error."""
    request = json.load(sys.stdin.buffer)
    _confine()
    import typst  # after the limits: its threads obey them too

    with tempfile.TemporaryDirectory(prefix="motcua-typst-") as empty:
        try:
            compiler = typst.Compiler(
                request["main"],
                root=request["root"],
                font_paths=[request["fonts"]],
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(request["data"], ensure_ascii=False)},
                package_path=empty,
                package_cache_path=empty,
            )
            if request["want"] == "png":
                made = compiler.compile(format="png", ppi=PICTURE_PPI)
            else:
                made = compiler.compile(format="pdf", pdf_standards="a-2b")
            rooms = json.loads(compiler.query("<mc-room>", field="value"))
        except typst.TypstError as error:
            sys.stderr.write(str(error.message))
            return 1
    files = [one for one in (made if isinstance(made, list) else [made]) if one is not None]
    json.dump({"files": [b64encode(one).decode() for one in files], "rooms": rooms}, sys.stdout)
    return 0


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = NO_PROXY_HERE
    # A network namespace without interfaces, where the kernel grants one (BSD and containers may not).
    library = ctypes.CDLL(None)
    if hasattr(library, "unshare") and library.unshare(CLONE_NEWNET) != 0:
        library.unshare(CLONE_NEWUSER | CLONE_NEWNET)


if __name__ == "__main__":
    os.chdir(Path(tempfile.gettempdir()))
    sys.exit(main())
