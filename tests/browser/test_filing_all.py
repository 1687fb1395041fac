"""The other shipped procedures (births: test_applicant.py) from the search to the dossier's code: the empty form names what
is missing, papers as the answers ask for them, the fee before the last button, the way back of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from store.queries import dossiers
from tests.browser.conftest import Site, Visitor
from tests.browser.test_applicant import CITIZEN, PDF, WARD
from tests.documents.conftest import Desk
from tests.documents.test_checking import person, signed

Visit = Callable[..., Visitor]
Fill = Callable[[Visitor], None]


def marital_status(visitor: Visitor) -> None:
    """For oneself, divorced, lived elsewhere once, for a marriage, three copies."""
    page = visitor.page
    assert page.input_value("#f-ho-ten") == "Nguyễn Văn Hưng", "known from the account"
    page.check("#f-khai-cho-2")
    page.wait_for_selector("#f-quan-he")
    assert page.input_value("#f-ho-ten") == "", "for another person nothing of it stays"
    page.check("#f-khai-cho")
    page.wait_for_selector("#f-quan-he", state="detached")
    page.check("#f-gioi-tinh")
    visitor.fill("ngay_sinh", "1988-05-06")
    assert page.input_value("#f-giay-to-tuy-than") == "030088001234"
    assert page.input_value("#f-noi-cu-tru").startswith("Khu 3, phường Thạch Khôi")
    visitor.fill("cu_tru_tu_ngay", "2015-01-01")
    page.check("#f-tinh-trang-2")
    visitor.fill("quyet_dinh_ly_hon", "Số 12/2020/QĐST-HNGĐ ngày 05/6/2020")
    page.click("button:has-text('Thêm dòng')")
    page.wait_for_selector("#f-noi-cu-tru-truoc-0-xa")
    page.select_option("#f-noi-cu-tru-truoc-0-xa", "H23.31.01")
    visitor.fill("noi_cu_tru_truoc[0].tu_ngay", "2008-05-06")
    visitor.fill("noi_cu_tru_truoc[0].den_ngay", "2014-12-31")
    visitor.choose("muc_dich", "ket_hon")
    page.wait_for_selector("#f-nguoi-ket-hon")
    visitor.fill("nguoi_ket_hon", "Trần Thị Lan, sinh 01/02/1990, số 030190004321")
    visitor.fill("noi_ket_hon", "UBND phường Thạch Khôi")
    visitor.fill("so_ban", "3")
    page.check("#f-cam-doan")


def house(visitor: Visitor) -> None:
    """A new house with a neighbour, drawn by a company."""
    page = visitor.page
    visitor.choose("huyen", "H23.30")
    page.wait_for_selector("#f-xa option[value='H23.30.05']", state="attached")
    visitor.choose("xa", "H23.30.05")
    for key, said in {
        "dia_diem": "Khu 3",
        "thua_so": "125",
        "to_ban_do": "18",
        "dien_tich_dat": "120",
        "so_giay_chung_nhan": "CT 123456",
        "so_tang": "3",
        "dien_tich_tang_1": "80",
        "tong_dien_tich_san": "240",
        "chieu_cao": "11,5",
        "thoi_gian_thi_cong": "10",
    }.items():
        visitor.fill(key, said)
    page.check("#f-co-nha-lien-ke")
    page.check("#f-thiet-ke")
    visitor.fill("ten_thiet_ke", "Công ty TNHH Xây dựng Đông Nam")
    visitor.fill("chung_chi", "HAD-00012345")
    page.check("#f-cam-ket")


def certified_copies(visitor: Visitor) -> None:
    """Two copies of five pages, one of them electronic."""
    page = visitor.page
    if not page.locator("#f-giay-to-0-ten").count():
        page.click("button:has-text('Thêm dòng')")
        page.wait_for_selector("#f-giay-to-0-ten")
    visitor.fill("giay_to[0].ten", "Bằng tốt nghiệp đại học")
    visitor.fill("giay_to[0].co_quan_cap", "Đại học Bách khoa Hà Nội")
    visitor.fill("giay_to[0].so_trang", "5")
    visitor.fill("giay_to[0].so_ban", "1")
    page.check("#f-giay-to-0-dien-tu")
    page.check("#f-cam-doan")


@dataclass(frozen=True)
class Walk:
    """`papers` are asked for, given the answers; `fee` is what the last page says; `way`: how the result goes back."""

    code: str
    search: str
    agency: str
    fill: Fill
    papers: tuple[str, ...]
    fee: str
    way: str
    not_offered: str = ""
    signed_paper: str = ""
    missing: tuple[str, ...] = field(default_factory=tuple)


WALKS = {
    "marital": Walk(
        "1.004873", "độc thân", WARD, marital_status, ("ban_an_ly_hon",), "30.000", "electronic", "", "", ("Giới tính", "Hiện nay", "Giấy dùng để"),
    ),
    "house": Walk(
        "1.009994", "xây nhà", "H23.30", house, ("giay_to_dat", "ban_ve", "cam_ket_lien_ke", "chung_chi_thiet_ke"), "37.500", "post", "", "ban_ve", ("Thửa số", "Người thiết kế"),
    ),
    "copies": Walk(
        "2.000815", "sao y", WARD, certified_copies, ("ban_chinh",), "14.000", "counter", "electronic", "", ("Tôi chịu trách nhiệm",),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawing(site: Site) -> bytes:
    """A PDF signed by the demo's own authority, which the site trusts."""
    desk = Desk(site.app.config["SETTINGS"].demo_keys)
    with ThreadPoolExecutor(1) as beside:  # the browser has this thread's event loop
        return beside.submit(signed, desk, person("designer")).result()


@pytest.mark.parametrize(
    ("name", "width"),
    [("marital", 360), ("house", 1440), ("copies", 360)],
)
def test_a_citizen_files_from_the_search_to_the_code(
    visit: Visit, site: Site, drawing: bytes, name: str, width: int
) -> None:
    """Nothing is asked that does not apply, nothing is filed that lacks something."""
    walk = WALKS[name]
    visitor = visit(width)
    page = visitor.page
    visitor.sign_in(CITIZEN)
    visitor.go("/")
    page.fill("input[name=q]", walk.search)
    page.press("input[name=q]", "Enter")
    page.click(f"main a[href='/thu-tuc/{walk.code}']")
    page.click("main aside a[href*='/nop']")
    visitor.choose("agency", walk.agency)
    visitor.press("Tiếp tục")
    visitor.press("Lưu và tiếp tục")
    told = page.inner_text("#errors")
    assert [label for label in walk.missing if label not in told] == []
    walk.fill(visitor)
    visitor.settle()
    visitor.look(f"{name}-form-filled")
    visitor.press("Lưu và tiếp tục")

    required = page.locator("section:has(.mc-required)")
    assert required.count() == len(walk.papers)
    for paper in walk.papers:
        content = drawing if paper == walk.signed_paper else PDF
        given = {"name": f"{paper}.pdf", "mimeType": "application/pdf", "buffer": content}
        page.set_input_files(f"#f-papers-{paper.replace('_', '-')}", [given])
        page.wait_for_selector(f"section[aria-labelledby='c-{paper}'] .mc-files", timeout=60_000)
    assert page.locator("text=hợp lệ, tệp chưa bị sửa sau khi ký").count() == bool(walk.signed_paper)
    visitor.look(f"{name}-papers-given")
    visitor.press("Lưu và tiếp tục")

    assert walk.fee in page.inner_text("section[aria-labelledby=fees]")
    if walk.not_offered:
        assert page.locator(f"#way-{walk.not_offered}").count() == 0
    page.check(f"#way-{walk.way}")
    if walk.way == "post":
        visitor.fill("post.address", "")
        visitor.press("Nộp hồ sơ")
        assert "Ghi đủ địa chỉ" in page.inner_text("main")
        assert page.input_value("#f-post-address") == ""
        visitor.look(f"{name}-review-wrong")
        visitor.fill("post.address", "Khu 3, phường Thạch Khôi, thành phố Hải Dương")
    visitor.look(f"{name}-review")
    visitor.press("Nộp hồ sơ")
    code = page.inner_text(".mc-code").strip()
    site.town.session.rollback()
    officer = site.town.officer(walk.agency, "one_stop_officer")
    row = dossiers.one(site.town.session, officer, code, now=site.town.now)
    assert row["return_by"] == walk.way
    assert {part["code"] for part in row["components"] if part["attachments"]} == set(walk.papers)
