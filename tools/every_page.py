"""Every page of the house as a person would see it: `python tools/every_page.py FOLDER [--only desk.] [--paper]`.

Plays the demo province (as `./motcua bench pages` does), opens each address that shows a page as the first person who
may, in Debian's Chromium at each width, and keeps a picture of it. Prints what no picture shows: accessibility
violations (axe), a page wider than its screen, messages in the console, more or fewer than one main heading.
`--paper` keeps the page as it is printed (PDF) too. Ends with 1 when anything was found.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from assembly.settings import Settings  # noqa: E402 (the checkout must be on the path first)
from bench import pages  # noqa: E402
from bench.database import VAR, database  # noqa: E402
from store.db import make_engine  # noqa: E402
from wsgi import create_app  # noqa: E402

AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument(
        "--only", default="", help="addresses whose endpoint begins with this, such as counter."
    )
    parser.add_argument("--widths", default="360,1440", help="of the screen in pixels; default %(default)s")
    parser.add_argument("--paper", action="store_true", help="as printed, too")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    widths = [int(width) for width in given.widths.split(",")]
    faults = 0
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
            for endpoint, who, address, cookie in opened(app, url, given.only):
                for width in widths:
                    for fault in looked_at(browser, server.port, address, cookie, width, given, endpoint):
                        print(f"{endpoint} as {who} at {width} px, {address}: {fault}", flush=True)
                        faults += 1
            browser.close()
        server.shutdown()
    print(f"{faults} faults")
    return 1 if faults else 0


def opened(app: Flask, url: str, only: str) -> Iterator[tuple[str, str, str, str]]:
    """(endpoint, who, address, session cookie) of the first person who may open each page, the first address that opens."""
    with Session(make_engine(url)) as session:
        people = {who: pages._client(app, session, account) for who, account in pages.PEOPLE.items()}
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" not in (rule.methods or ()) or rule.endpoint in pages.ELSEWHERE | pages.FOREIGN:
                continue
            if not rule.endpoint.startswith(only):
                continue
            shown = (
                (rule.endpoint, who, address, cookie.value if (cookie := client.get_cookie("motcua")) else "")
                for address in list(pages._addresses(app, session, rule))
                for who, (client, headers) in people.items()
                if (answer := client.get(address)).status_code == 200 and b"<html" in answer.data
            )
            if first := next(shown, None):
                yield first


def looked_at(
    browser: Browser,
    port: int,
    address: str,
    cookie: str,
    width: int,
    given: argparse.Namespace,
    endpoint: str,
) -> Iterator[str]:
    """What is wrong with the page at this width; its picture is kept."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    if cookie:
        context.add_cookies([{"name": "motcua", "value": cookie, "url": f"http://127.0.0.1:{port}"}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"http://127.0.0.1:{port}{address}")
    if endpoint != "auth.sign_in" and "/sign-in" in page.url:
        raise RuntimeError(f"{address} asks to sign in")
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    page.screenshot(path=given.folder / f"{endpoint}-{width}.png", full_page=True)
    if given.paper:
        page.pdf(path=given.folder / f"{endpoint}.pdf", format="A4")
    yield from said
    yield from _measured(page, width)
    context.close()


def _measured(page: Page, width: int) -> Iterator[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} px wide"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} main headings"
    page.evaluate(AXE.read_text() + ";undefined")
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    for one in found["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html'][:150]}"


if __name__ == "__main__":
    sys.exit(main())
