"""The whole application in a real browser: Debian's Chromium, pages served from the demo province.

The headless shell is taken where it is installed: the same engine, without the windows and menus that nobody sees, for
less than half of the processor time.

Skipped by name where Chromium or the page assets are absent. `MOTCUA_SHOTS=DIR` keeps a picture of every page looked at.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from assembly.clock import advance
from assembly.partners import partners
from assembly.settings import CHECKOUT, Settings
from casework import deliver, demo_data
from store.db import make_engine, sessions
from store.tables import outbox
from tests.casework.town import Town
from tests.servers import DatabaseServer

EXAMINE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return { passes: found.passes.length, violations: found.violations };
}"""
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
ASSETS = CHECKOUT / "web" / "static" / "dist" / "manifest.json"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@dataclass
class Site:
    """A running site: its address, and the people who work behind it (through the gate, without pages)."""

    url: str
    town: Town
    app: Flask

    @contextmanager
    def knowing(self, **settings: Any) -> Iterator[None]:
        """These settings hold for the running site meanwhile."""
        before = self.app.config["SETTINGS"]
        self.app.config["SETTINGS"] = dataclasses.replace(before, **settings)
        yield
        self.app.config["SETTINGS"] = before


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if executable is None:
        pytest.skip("Chromium is not installed: pages are not looked at")
    if not (AXE.exists() and ASSETS.exists()):
        pytest.skip("the page assets are not built (./motcua up builds them)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(
    database_server: DatabaseServer, demo_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The application on a demo database of its own."""
    from wsgi import create_app

    url = database_server.clone(demo_database)
    engine = make_engine(url)
    var = tmp_path_factory.mktemp("var")
    settings = Settings(url, "redis://127.0.0.1:1/0", "browser tests", var, demo=True)
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    town = Town(sessions(engine))
    yield Site(f"http://127.0.0.1:{server.port}", town, app)
    server.shutdown()
    thread.join()
    town.session.close()
    engine.dispose()
    database_server.drop(url)


def works(site: Site, *topics: str) -> None:
    """What workers have to do of these topics, done."""
    site.town.session.rollback()
    now = advance(site.town.session.get_bind(), timedelta())
    outside = partners(site.app.config["SETTINGS"])
    waiting = select(outbox.c.job_id).where(outbox.c.topic.in_(topics), outbox.c.done_at.is_(None))
    for job in site.town.session.scalars(waiting.where(outbox.c.run_at <= now)).all():
        deliver.deliver(site.town.session, outside, job, now)


@dataclass
class Visitor:
    """Somebody at a browser. `look` is what every page must pass."""

    page: Page
    url: str
    width: int
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def type_password(self, username: str) -> None:
        """Sign in as people do."""
        self.go("/sign-in")
        self.fill("username", username)
        self.fill("password", demo_data.read().password)
        self.press("Đăng nhập")

    def sign_in(self, username: str) -> None:
        """Signed in from the next page on, without looking at the two on the way."""
        given = {"username": username, "password": demo_data.read().password}
        answer = self.page.request.post(f"{self.url}/sign-in", form=given, max_redirects=0)
        assert answer.status == 302

    def leave(self) -> None:
        """Whoever comes next finds nothing of this visit."""
        context = self.page.context
        for other in context.pages[1:]:
            other.close()
        self.page.unroute_all()
        self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.page.goto("about:blank")
        context.clear_cookies()
        self.faults.clear()

    def fill(self, key: str, text: str) -> None:
        self.page.fill(f"#f-{re.sub('[^A-Za-z0-9]+', '-', key)}", text)

    def choose(self, key: str, value: str) -> None:
        self.page.select_option(f"#f-{re.sub('[^A-Za-z0-9]+', '-', key)}", value)

    def press(self, label: str) -> None:
        self.page.click(f'main button:has-text("{label}")')
        self.settle()

    def settle(self) -> None:
        """The page is loaded, and htmx waits for nothing."""
        self.page.wait_for_load_state("load")
        self.page.locator(".htmx-request, .mc-sending").first.wait_for(state="detached")

    def look(self, name: str, *more_widths: int) -> None:
        """No accessibility violation, nothing wider than the screen, no error in the console, one main heading."""
        for width in (self.width, *more_widths):
            self.page.set_viewport_size({"width": width, "height": 900})
            self._look(name, width)
        if more_widths:
            self.page.set_viewport_size({"width": self.width, "height": 900})

    def _look(self, name: str, width: int) -> None:
        page = self.page
        self.settle()
        if folder := os.environ.get("MOTCUA_SHOTS"):
            page.screenshot(path=Path(folder) / f"{width}-{name}.png", full_page=True)
        assert self.faults == [], f"{name}: {self.faults}"
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text() + ";undefined")
        result = page.evaluate(EXAMINE)
        # What axe leaves behind would be carried into the next swap of a form by htmx, and refused there.
        page.evaluate("document.querySelectorAll('[style]').forEach((one) => one.removeAttribute('style'))")
        self.faults.clear()  # axe styles its own test elements, which the policy forbids: no fault of the page
        assert result["passes"], "axe examined nothing"
        found = [(one["id"], [node["html"][:150] for node in one["nodes"]]) for one in result["violations"]]
        assert found == [], f"{name} at {width} px"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name}: {wide} px wide on a screen of {width} px"
        assert page.locator("h1").count() == 1, f"{name}: expected one h1"


@pytest.fixture(scope="package")
def idle() -> list[Visitor]:
    """Who left and may come again: a new browser costs as much as several pages."""
    return []


@pytest.fixture
def visit(browser: Browser, site: Site, idle: list[Visitor]) -> Iterator[Callable[..., Visitor]]:
    """`visit(width=360)` opens a browser of that width; `scripts=False` without JavaScript; `own` is used only once."""
    came: list[Visitor] = []
    alone: list[Visitor] = []

    def visit(width: int = 1440, scripts: bool = True, own: bool = False) -> Visitor:
        shared = scripts and not own
        visitor = idle.pop() if shared and idle else _arrived(browser, scripts)
        (came if shared else alone).append(visitor)
        visitor.url, visitor.width = site.url, width
        visitor.page.set_viewport_size({"width": width, "height": 900})
        return visitor

    yield visit
    for visitor in came:
        if visitor.page.url.startswith(site.url):
            visitor.leave()
            idle.append(visitor)
        else:
            alone.append(visitor)
    for visitor in alone:
        visitor.page.context.close()


def _arrived(browser: Browser, scripts: bool) -> Visitor:
    context = browser.new_context(
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",  # colours are judged as they rest, not on their way
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    visitor = Visitor(page, "", 0)
    page.on("pageerror", lambda error: visitor.faults.append(f"script: {error}"))
    page.on(
        "console",
        lambda said: visitor.faults.append(f"{said.text[:60]} {said.location}") if _fault(said) else None,
    )
    page.on(
        "response",
        lambda answer: (
            visitor.faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
        ),
    )
    return visitor


def _fault(said: ConsoleMessage) -> bool:
    """An error in the console (a broken content security policy is one), but not the browser's note of a 4xx answer,

    nor htmx's word that a request was dropped because the page was left.
    """
    harmless = "the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest"
    return said.type == "error" and not any(one in said.text for one in harmless)
