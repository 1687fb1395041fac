"""What is wrong with an open page that no picture shows: as seen, by keyboard alone, on paper, without scripts.

Each function yields sentences, one a fault; the rules themselves run in the browser (page_faults.js).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

CHECKOUT = Path(__file__).resolve().parent.parent
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
RULES = Path(__file__).with_suffix(".js")
# What nobody wrote: a dot between words that runs into them, a space before a comma, a value that is none, markup shown.
SLIPS = re.compile(
    r"\S+·.*|.*·\S+|\S+ [,;]\s.*|.*\b(?:None|undefined|NaN)\b.*|.*(?:\{\{|&[a-z]+;|</?[a-z]+>).*"
)
PAPER, PRINTED = 794, 680  # pixels: an A4 sheet's 210 mm, and 180 mm between its margins


def as_seen(page: Page) -> Iterator[str]:
    """Accessibility (axe), one main heading, nothing wider than the screen, no slips between the words."""
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > screen:
        yield f"{wide} px wide"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} main headings"
    for slip in dict.fromkeys(SLIPS.findall(page.locator("main").inner_text())):
        yield f"written by nobody: {slip[:80]}"
    page.evaluate(AXE.read_text() + ";undefined")
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    for one in found["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html'][:150]}"


def by_keyboard(page: Page) -> Iterator[str]:
    """Tab, from the top until it is round: comes everywhere, is seen everywhere, is caught nowhere, reads downwards."""
    page.emulate_media(reduced_motion="reduce")  # how it looks at rest, not on the way
    page.evaluate(RULES.read_text())
    if page.locator(".mc-header").is_visible():
        yield from _skipped(page)
    places = page.evaluate("pageFaults.start()")
    for _ in range(places * 2 + 20):  # a date is one place and several steps
        page.keyboard.press("Tab")
        step = page.evaluate("pageFaults.step()")
        yield from step["faults"]
        if step["over"] or step.get("stuck"):
            break
    yield from page.evaluate("pageFaults.missed()")


def _skipped(page: Page) -> Iterator[str]:
    """WCAG 2.4.1: the first Tab shows a link that leads past the frame, and it does."""
    page.evaluate("pageFaults.start()")
    page.keyboard.press("Tab")
    if not page.locator(".mc-skip:focus").count():
        yield "the first Tab does not lead to the link that skips the frame"
        return
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.closest('.mc-header') !== null"):
        yield "the link that skips the frame does not"


def on_paper(page: Page) -> Iterator[str]:
    """As printed on A4: nothing to press, nothing cut off, black on white, a heading."""
    page.emulate_media(media="print", reduced_motion="reduce")  # at rest
    page.set_viewport_size({"width": PAPER, "height": 1123})
    page.evaluate(f"document.documentElement.style.width = '{PRINTED}px'")
    page.evaluate(RULES.read_text())
    yield from page.evaluate(f"pageFaults.paper({PRINTED})")


def without_scripts(page: Page) -> Iterator[str]:
    """In a browser that runs none: a heading, forms that can be sent, nothing that waits for ever."""
    page.evaluate(RULES.read_text())
    yield from page.evaluate("pageFaults.unscripted()")
