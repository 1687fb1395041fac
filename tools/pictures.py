"""The README's pictures, made anew from a running demo: `python tools/pictures.py http://127.0.0.1:8000`.

Files dossiers of the shipped procedures (tools/play.py), signs in as the officers and writes docs/pictures/*.png, each
1440 pixels wide and at most 840 high. Needs Debian's Chromium and the development requirements.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))

from play import CHECKOUT, PROVINCE, Player

PICTURES = CHECKOUT / "docs" / "pictures"
WIDTH, HEIGHT = 1440, 840
COUNTER = "H23.30.05:one_stop_officer"
SURVEYORS = "H23.30.61:construction_officer"


def main(url: str) -> None:
    player = Player(url)
    for procedure, scenario in [
        ("1.001193", "trong_ngay"),
        ("1.004873", "hoi_ba_xa"),
        ("1.001193", "bo_sung"),
    ]:
        player.play(procedure, scenario, until="tiep_nhan", applicant="phamthilan")
    counted = player.play("1.004873", "hoi_ba_xa", until="tham_dinh")
    appraised = player.play("1.009994", "dung_han", until="tham_dinh", applicant="tranthuha")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
            args=["--no-sandbox"],
        )
        with signed_in(browser, url, "nguyenvanhung") as page:
            take(page, f"{url}/thu-tuc/1.009994", "procedure")
        with signed_in(browser, url, "mc.thachkhoi") as page:
            take(page, f"{url}/desk/queues/{COUNTER}", "queue")
            take(page, f"{url}/desk/dossiers/{counted}/deadline", "deadline")
        with signed_in(browser, url, "cv.qldt.haiduong") as page:
            page.goto(f"{url}/desk/queues/{SURVEYORS}")
            page.click(f"tr:has-text('{appraised}') button")
            take(page, page.url, "task")
        browser.close()


@contextmanager
def signed_in(browser: Browser, url: str, username: str) -> Iterator[Page]:
    """A page of a fresh browser in which the account has signed in."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.fill("#f-username", username)
    page.fill("#f-password", PROVINCE.password)
    page.click("main form button")
    yield page
    context.close()


def take(page: Page, address: str, name: str) -> None:
    """The page as it opens, without the footer's empty space below it."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    tall = page.evaluate(
        "document.querySelector('main').lastElementChild.getBoundingClientRect().bottom + 32"
    )
    PICTURES.mkdir(parents=True, exist_ok=True)
    height = max(320, min(HEIGHT, int(tall)))
    page.screenshot(path=PICTURES / f"{name}.png", clip={"x": 0, "y": 0, "width": WIDTH, "height": height})


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
