"""Every page of the house as a person would see it: `python tools/every_page.py FOLDER [--only desk.] [--keyboard]`.

Plays the demo province (as `./motcua bench pages` does), opens each address that shows a page as somebody who may
and sees much of it, in Debian's Chromium at each width, and keeps a picture of it. Prints what no picture shows (tools/page_faults.py):
accessibility violations (axe), a page wider than its screen, messages in the console, more or fewer than one main heading.
Instead of that, with

    --keyboard    whether Tab comes everywhere, is seen everywhere and is caught nowhere
    --print       the page as it is printed on A4 (PDF), and what should not be on paper
    --no-script   the page in a browser that runs no scripts
    --every       every address that the data offer for a page: a task of each step, a dossier of each status

Pages that nobody could open are named at the end. Ends with 1 when anything was found.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from flask import Flask  # noqa: E402 (the checkout must be on the path first)
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

from assembly.settings import Settings  # noqa: E402
from bench import pages  # noqa: E402
from bench.database import VAR, database  # noqa: E402
from national.ports import Identity  # noqa: E402
from store.db import make_engine  # noqa: E402
from tools import page_faults  # noqa: E402
from web.identity import ARRIVED  # noqa: E402
from wsgi import create_app  # noqa: E402

WIDTHS = {"seen": "360,768,1440,1920", "keyboard": "360,1366", "print": "1366", "no_script": "360"}
LOOKED = 12  # answers among which the fullest is taken: an empty list shows little
EVERY = {  # what stands in an address, one of each kind
    "task_id": "select max(id) as task_id from task where state < 2 group by procedure_code, element_id, assignee is null",
    "counter.step": "select max(id) as task_id from task where state < 2 and kind in ('receive', 'return_result')"
    " group by procedure_code, kind, assignee is null",
    "code": "select max(code) as code from dossier group by procedure_code, status",
}
SHOWN = {
    "seen": page_faults.as_seen,
    "keyboard": page_faults.by_keyboard,
    "print": page_faults.on_paper,
    "no_script": page_faults.without_scripts,
}


def main() -> int:
    given = _arguments()
    if given.every:
        pages.OBJECTS |= EVERY
    given.folder.mkdir(parents=True, exist_ok=True)
    widths = [int(width) for width in (given.widths or WIDTHS[given.how]).split(",")]
    faults, unopened = 0, list[str]()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with database("pages_demo") as url:
        pages._prepare(url, 0)
        app = create_app(Settings(url, "redis://127.0.0.1:1/0", "every page", VAR, demo=True))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
                args=["--no-sandbox"],
            )
            for name, who, address, cookie in opened(app, url, given, unopened):
                for width in widths:
                    at = f"http://127.0.0.1:{server.port}{address}"
                    for fault in looked_at(browser, at, cookie, width, given, name):
                        print(f"{name} as {who} at {width} px, {address}: {fault}", flush=True)
                        faults += 1
            browser.close()
        server.shutdown()
    print(f"pages not visited: {', '.join(unopened) or 'none'}")
    print(f"{faults} faults")
    return 1 if faults or unopened else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument(
        "--only", default="", help="addresses whose endpoint begins with this, such as counter."
    )
    parser.add_argument("--widths", help=f"of the screen in pixels; else {WIDTHS}")
    parser.add_argument("--every", action="store_true", help="every address that opens")
    for how in ("keyboard", "print", "no_script"):
        flag = f"--{how.replace('_', '-')}"
        parser.add_argument(flag, dest="how", action="store_const", const=how, default="seen")
    return parser.parse_args()


def opened(
    app: Flask, url: str, given: argparse.Namespace, unopened: list[str]
) -> Iterator[tuple[str, str, str, str]]:
    """(name, who, address, session cookie) of somebody who may open each page: the fullest of what opens.

    `unopened` gets the addresses that answer nobody: a page of which the data have none.
    """
    if "auth.join".startswith(given.only):
        arrived = app.test_client()
        with arrived.session_transaction() as kept:  # as the identity provider leaves it
            who = Identity("https://sso", "1", "1", 2, "citizen", "Nguyễn Văn Hưng", "030080001234")
            kept[ARRIVED] = asdict(who) | {"next": "/", "at": time.time()}
        yield "auth.join", "stranger", "/sign-in/lien-ket", arrived.get_cookie("motcua").value
    with Session(make_engine(url)) as session:
        people = {who: pages._client(app, session, account)[0] for who, account in pages.PEOPLE.items()}
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" not in (rule.methods or ()) or rule.endpoint in pages.ELSEWHERE | pages.FOREIGN:
                continue
            if rule.rule.startswith("/api/") or not rule.endpoint.startswith(given.only):
                continue
            about = pages.OBJECTS.get(rule.endpoint) or pages.OBJECTS.get(" ".join(sorted(rule.arguments)))
            most = 100 if about in EVERY.values() else 10
            answers = (
                (answer.data, address, who, client.get_cookie("motcua"))
                for address in pages._addresses(app, session, rule, most)
                for who, client in people.items()
                if (answer := client.get(address)).status_code in (200, 204)
            )
            found = list(answers if given.every else islice(answers, LOOKED))
            if not found:
                unopened.append(rule.endpoint)
            fullest = {
                address: one for one in sorted(found, key=lambda one: len(one[0])) for address in [one[1]]
            }
            shown = [one for one in reversed(fullest.values()) if b"<html" in one[0]]
            for nth, (_, address, who, cookie) in enumerate(shown[: None if given.every else 1]):
                name = rule.endpoint + (f"-{nth + 1}" if nth else "")
                yield name, who, address, cookie.value if cookie else ""


def looked_at(
    browser: Browser, address: str, cookie: str, width: int, given: argparse.Namespace, name: str
) -> Iterator[str]:
    """What is wrong with the page at this width; its picture is kept."""
    context = browser.new_context(
        viewport={"width": width, "height": 768 if width == 1366 else 900},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=given.how != "no_script",
    )
    if cookie:
        context.add_cookies([{"name": "motcua", "value": cookie, "domain": "127.0.0.1", "path": "/"}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    if "/sign-in" in page.url and "/sign-in" not in address:
        raise RuntimeError(f"{address} asks to sign in")
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    _kept(page, given, f"{name}-{width}")
    yield from said
    yield from SHOWN[given.how](page)
    context.close()


def _kept(page: Page, given: argparse.Namespace, name: str) -> None:
    if given.how == "print":
        page.pdf(path=given.folder / f"{name}.pdf", format="A4")
    elif given.how != "keyboard":
        page.screenshot(path=given.folder / f"{name}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
