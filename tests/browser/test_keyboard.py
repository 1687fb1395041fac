"""The most used pages by keyboard alone and on paper; `tools/every_page.py --keyboard` and `--print` look at all of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Site, Visitor
from tests.browser.test_leaders import received
from tests.browser.test_officer import COUNTER, WARD, Visit, code
from tools import page_faults

__all__ = ["code"]


def walked(visitor: Visitor, *addresses: str) -> list[str]:
    """What is wrong with these pages under Tab, then on paper."""
    faults = []
    for address in addresses:
        visitor.go(address)
        for rules in (page_faults.by_keyboard, page_faults.on_paper):
            faults += [f"{address}: {fault}" for fault in rules(visitor.page)]
        visitor.page.emulate_media(media="screen")
        visitor.page.set_viewport_size({"width": 1366, "height": 768})
    return faults


def test_tab_comes_everywhere_and_paper_shows_what_it_should(visit: Visit, site: Site, code: str) -> None:
    """Every link, button and field is reached, seen where it is and left again; paper has the words and nothing to press."""
    signed = received(site, WARD)
    site.town.now = datetime.now(UTC)
    officer = site.town.officer(WARD, "civil_status_officer")
    site.town.complete(signed, "tham_dinh", officer, "approve", tra_cuu_duoc=False)
    site.town.complete(signed, "tong_hop", officer, "submit", ket_luan="Chưa đăng ký kết hôn với ai.")

    citizen = visit(width=1366)
    assert walked(citizen, "/", "/thu-tuc/1.004873", "/tra-cuu") == []
    citizen.sign_in("nguyenvanhung")
    citizen.go("/thu-tuc/1.004873/nop")
    citizen.press("Tiếp tục")
    assert walked(citizen, citizen.page.url.removeprefix(site.url)) == []

    clerk = visit(width=1366)
    clerk.sign_in("mc.thachkhoi")
    assert walked(clerk, "/quay", "/quay/nop-ho-so", COUNTER) == []
    clerk.go(f"{COUNTER}?q={code}")
    clerk.page.click(f"tr:has-text('{code}') button:has-text('Nhận việc')")
    clerk.page.wait_for_selector("#step-form")
    assert walked(clerk, clerk.page.url.removeprefix(site.url)) == []

    leader = visit(width=1366)
    leader.sign_in("ld.thachkhoi")
    assert walked(leader, "/desk/tray", "/desk/agency") == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<a href=/a>A</a> <div style='cursor: pointer'>B</div>", "pressed by mouse alone"),
        ("<a href=/a>A</a> <button tabindex=-1>B</button>", "out of reach of the keyboard"),
        ("<a href=/a style='outline: none'>A</a>", "focus is not seen"),
        ("<a href=/a>A</a> <a href=/b tabindex=2>B</a>", "an order of its own"),
        (
            "<a href=/a id=a>A</a> <a href=/b onfocus=\"document.getElementById('a').focus()\">B</a>",
            "never reached",
        ),
        ("<div style='height: 900px'></div><a href=/a>A</a><a href=/b style='position: absolute; top: 0; left: 0'>B</a>", "jumps"),
    ],
)  # fmt: skip
def test_the_walk_finds_what_stops_a_keyboard(browser: Browser, page: str, fault: str) -> None:
    opened = browser.new_page()
    opened.set_content(f"<style>:focus {{ outline: 3px solid black }}</style><h1>X</h1>{page}")
    assert [one for one in page_faults.by_keyboard(opened) if fault in one]
    opened.close()


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<button>B</button>", "printed though it is pressed"),
        ("<p style='white-space: nowrap; font: 40px serif'>" + "rộng " * 40 + "</p>", "cut off"),
        ("<p style='color: #fff'>trắng trên giấy trắng thì không ai đọc được</p>", "too light"),
        ("", "an empty sheet"),
        (
            "<form class=mc-panel><input id=f style='outline: 3px solid'></form><script>f.focus()</script>",
            "focus is printed",
        ),
    ],
)
def test_paper_shows_what_it_should_not(browser: Browser, page: str, fault: str) -> None:
    opened = browser.new_page()
    opened.set_content(f"<h1>X</h1>{page}")
    assert [one for one in page_faults.on_paper(opened) if fault in one]
    opened.close()


@pytest.mark.parametrize(
    "words",
    ["<b>số 06</b><i>· chưa ký</i>", "Kính gửi , ông", "Người nộp: None", "&lt;b&gt;đậm&lt;/b&gt;", "a ·b"],
)
def test_what_nobody_wrote_is_found(browser: Browser, words: str) -> None:
    opened = browser.new_page()
    opened.set_content(f"<main><h1>X</h1><p>Số 06 · đã ký, ngày 01/01</p><p>{words}</p></main>")
    assert len([one for one in page_faults.as_seen(opened) if "nobody" in one]) == 1
    opened.close()
