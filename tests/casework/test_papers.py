"""The statutory papers: every one is typeset with its Vietnamese letters, and a template can reach nothing else."""

import io
import shutil
import subprocess
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageFont

from casework import papers
from tests.documents.archival import problems

pytestmark = pytest.mark.skipif(
    not any(papers.FONTS.glob("*.ttf")), reason="the page assets are not built: no Tinos fonts"
)

BUNDLES = Path(papers.__file__).parents[2] / "bpmn" / "procedures"
LETTERS = "ĂÂĐÊÔƠƯăâđêôơư ÁÀẢÃẠ áàảãạ ẮẰẲẴẶ ắằẳẵặ ẤẦẨẪẬ ấầẩẫậ ÉÈẺẼẸ éèẻẽẹ ẾỀỂỄỆ ếềểễệ ÍÌỈĨỊ íìỉĩị"
LETTERS += " ÓÒỎÕỌ óòỏõọ ỐỒỔỖỘ ốồổỗộ ỚỜỞỠỢ ớờởỡợ ÚÙỦŨỤ úùủũụ ỨỪỬỮỰ ứừửữự ÝỲỶỸỴ ýỳỷỹỵ"

DATA = {
    "agency": {"name": "Ủy ban nhân dân phường Thạch Khôi"},
    "number": "12",
    "place": "Thạch Khôi",
    "date": "2023-06-15",
    "dossier": {
        "code": "H23.30.05-230615-0012",
        "procedure": "Đăng ký khai sinh",
        "procedure_code": "1.001193",
    },
    "applicant": {"name": "Nguyễn Văn Hưng", "address": "Khu 3, phường Thạch Khôi", "phone": "0912345678"},
    "components": [{"name": "Giấy chứng sinh", "originals": 1}],
    "received_at": "2023-06-15T08:45",
    "due_at": "2023-06-15T17:00",
    "new_due_at": "2023-06-16T17:00",
    "reason": "Chờ phần mềm hộ tịch trả số định danh",
    "lookup": {"url": "https://motcua.example.vn/tra-cuu", "secret": "4821", "phone": "0220 3000 037"},
    "hand_overs": [
        {
            "from": "Bộ phận TN&TKQ",
            "to": "Tư pháp - hộ tịch",
            "at": "2023-06-15T09:00",
            "giver": "A",
            "taker": "B",
        }
    ],
    "from": "2023-06-01",
    "to": "2023-06-30",
    "dossiers": [
        {"code": "H23.30.05-230615-0012", "procedure": "Đăng ký khai sinh", "applicant": "Nguyễn Văn Hưng"}
    ],
}


def text_of(pdf: bytes, folder: Path) -> str:
    """The words of a PDF by pdftotext, or a skip where it is not installed."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    (folder / "paper.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", folder / "paper.pdf", "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_every_statutory_paper_is_typeset(paper: str, tmp_path: Path) -> None:
    """Mẫu 01-06 of TT 01/2018: PDF/A with the motto, the title and the dossier's code."""
    pdf = papers.render(paper, DATA)
    assert problems(pdf) == []
    words = text_of(pdf, tmp_path)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    assert papers.PAPERS[paper].upper() in " ".join(words.split())
    assert "H23.30.05-" in words


@pytest.mark.parametrize(
    ("paper", "lines"),
    [
        (
            "01",
            [
                "Bộ phận Tiếp nhận và Trả kết quả: Ủy ban nhân dân phường Thạch Khôi",
                "Tiếp nhận hồ sơ của: Nguyễn Văn Hưng",
                "Địa chỉ: Khu 3, phường Thạch Khôi",
                "Số điện thoại: 0912345678",
                "Email: ....",
                "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
                "1. Thành phần hồ sơ nộp gồm:",
                "2. Số lượng hồ sơ: 01 (bộ)",
                "3. Thời gian giải quyết hồ sơ theo quy định là:",
                "4. Thời gian nhận hồ sơ: 08 giờ 45 phút, ngày 15 tháng 6 năm 2023",
                "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 15 tháng 6 năm 2023",
                "6. Đăng ký nhận kết quả tại:",
                "Vào Sổ theo dõi hồ sơ, Quyển số: 2023, Số thứ tự: 12",
                "NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ",
                "(Ký và ghi rõ họ tên) (Ký và ghi rõ họ tên)",
            ],
        ),
        (
            "02",
            [
                "Hồ sơ của: Nguyễn Văn Hưng",
                "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
                "Địa chỉ: Khu 3, phường Thạch Khôi",
                "Số điện thoại: 0912345678",
                "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
                "Lý do: Chờ phần mềm hộ tịch trả số định danh",
                "nếu có vướng mắc, Ông/Bà liên hệ với",
                "số điện thoại 0220 3000 037 để được hướng dẫn./.",
                "NGƯỜI HƯỚNG DẪN",
            ],
        ),
        (
            "03",
            [
                "Tiếp nhận hồ sơ của: Nguyễn Văn Hưng",
                "Địa chỉ: Khu 3, phường Thạch Khôi",
                "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
                "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
                "Xin thông báo cho Ông/Bà được biết và thực hiện./.",
                "NGƯỜI NỘP HỒ SƠ",
            ],
        ),
        (
            "04",
            [
                "Kính gửi: Nguyễn Văn Hưng",
                "Ngày 15 tháng 6 năm 2023, Ủy ban nhân dân phường Thạch Khôi tiếp nhận giải quyết hồ sơ",
                "đề nghị giải quyết thủ tục hành chính Đăng ký khai sinh của Ông/Bà/Tổ chức",
                "mã số hồ sơ: H23.30.05-230615-0012",
                "Thời gian hẹn trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 15 tháng 6 năm 2023",
                "chưa trả kết quả giải quyết hồ sơ của Ông/Bà/Tổ chức đúng thời hạn",
                "Lý do: Chờ phần mềm hộ tịch trả số định danh",
                "sẽ trả kết quả giải quyết hồ sơ cho Ông/Bà/Tổ chức vào 17 giờ 00 phút, ngày 16 tháng 6 năm 2023",
                "Mong nhận được sự thông cảm của Ông/Bà/Tổ chức vì sự chậm trễ này./.",
                "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
            ],
        ),
        (
            "05",
            [
                "Mã hồ sơ: H23.30.05-230615-0012",
                "Cơ quan (bộ phận) giải quyết hồ sơ: Ủy ban nhân dân phường Thạch Khôi",
                "Cơ quan phối hợp giải quyết hồ sơ: không",
                "Ngày nhận: 08 giờ 45 phút, ngày 15 tháng 6 năm 2023",
                "Hẹn trả kết quả vào: 17 giờ 00 phút, ngày 15 tháng 6 năm 2023",
                "(Trước hạn",
                "1. Giao:",
                "2. Nhận:",
                "Người giao",
                "Người nhận",
                "Kết quả giải quyết hồ sơ do bên nhận ghi khi nhận bàn giao hồ sơ.",
            ],
        ),
    ],
)
def test_a_paper_has_every_line_of_its_form(paper: str, lines: list[str], tmp_path: Path) -> None:
    """In the order and words of TT 01/2018/TT-VPCP, annex; on one page, as the forms are."""
    components = [{"name": f"Giấy tờ thứ {n}", "originals": 1} for n in range(1, 8)]
    pdf = papers.render(paper, {**DATA, "components": components})
    words = " ".join(text_of(pdf, tmp_path).split())
    at = 0
    for line in lines:
        assert line in words[at:], line
        at = words.index(line, at) if paper != "05" else 0
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) == 1


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_a_paper_with_nothing_known_is_still_printed(paper: str) -> None:
    """Missing data prints as dots, to be filled in by hand."""
    assert papers.render(paper, {}).startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["ban_giao", "bien_lai", "bien_nhan", "so_chung_thuc"])
def test_every_other_paper_is_pdfa(kind: str) -> None:
    """Hand-over lists, receipts, the register of certified copies."""
    listed = {**DATA["dossiers"][0], "papers": 3, "pages": 12}  # type: ignore[index]
    assert problems(papers.render_own(kind, {**DATA, "dossiers": [listed]})) == []


def test_a_printed_form_and_a_scanned_picture_are_pdfa() -> None:
    assert problems(papers.render_form({"title": "Tờ khai", "lines": [], "blank": True})) == []
    Image.new("RGB", (800, 1100), "white").save(picture := io.BytesIO(), "PNG")
    assert problems(papers.render_picture(picture.getvalue(), ".png", "Giấy chứng sinh")) == []


@pytest.mark.parametrize("template", sorted(BUNDLES.glob("*/v*/templates/*.typ")), ids=lambda path: path.stem)
def test_every_shipped_result_is_pdfa(template: Path) -> None:
    """Also while nothing is known of it."""
    data = {
        "dossier": {"code": "X"},
        "agency": {"name": "UBND"},
        "answers": {},
        "variables": {},
        "result": {},
    }
    assert problems(papers.render_result(template.read_bytes(), data).pdf) == []


def test_every_vietnamese_letter_is_printed(tmp_path: Path) -> None:
    """All 134 letters with their marks survive into the PDF, from the one font we ship."""
    pdf = papers.render("03", {**DATA, "reason": LETTERS})
    words = text_of(pdf, tmp_path)
    assert [letter for letter in LETTERS if not letter.isspace() and letter not in words] == []
    assert b"Tinos" in pdf or b"Tinos" in _inflated(pdf)


@pytest.mark.parametrize("font", sorted(papers.FONTS.glob("*.ttf")), ids=lambda path: path.stem)
def test_every_style_of_the_font_has_every_vietnamese_letter(font: Path) -> None:
    """None is drawn as the box of a missing letter, in regular, bold, italic and both."""
    drawn = ImageFont.truetype(str(font), 40)
    missing = bytes(drawn.getmask("\ufdd0"))
    assert [letter for letter in LETTERS if bytes(drawn.getmask(letter)) == missing] == []


def test_dates_are_written_as_the_law_has_them(tmp_path: Path) -> None:
    """A 0 before days below 10 and months below 3 (NĐ 30/2020/NĐ-CP); a birth certificate says the day in words too."""
    words = " ".join(text_of(papers.render("01", {**DATA, "date": "2024-02-05"}), tmp_path).split())
    assert "Thạch Khôi, ngày 05 tháng 02 năm 2024" in words
    template = (BUNDLES / "1.001193/v1/templates/giay_khai_sinh.typ").read_bytes()
    data = {
        "dossier": {"code": "X"},
        "agency": {"name": "UBND"},
        "answers": {"to_khai_khai_sinh": {"ngay_sinh": "2005-04-21"}},
        "variables": {},
        "result": {},
    }
    words = " ".join(text_of(papers.render_result(template, data).pdf, tmp_path).split())
    assert "Ngày hai mươi mốt, tháng tư, năm hai nghìn không trăm lẻ năm" in words


def test_the_recipients_are_listed_as_the_law_has_them(tmp_path: Path) -> None:
    """Each on its line, closed by a semicolon; the last one says where it is kept (NĐ 30/2020/NĐ-CP, phụ lục I, mục II.9)."""
    template = (BUNDLES / "1.009994/v1/templates/thong_bao_khong_cap_phep.typ").read_bytes()
    data = {
        "dossier": {"code": "X-1"},
        "agency": {"name": "UBND"},
        "answers": {},
        "variables": {},
        "result": {},
    }
    words = text_of(papers.render_result(template, data).pdf, tmp_path)
    for line in ("Nơi nhận:", "- Như trên;", "- Bộ phận Tiếp nhận và Trả kết quả;", "- Lưu: VT, hồ sơ X-1."):
        assert line in words


def test_data_is_never_markup(tmp_path: Path) -> None:
    """Names that look like Typst code are printed as they are."""
    evil = '#panic("x") *đậm* $1+1$ `raw` @nguồn'
    words = text_of(papers.render("03", {**DATA, "applicant": {"name": evil}}), tmp_path)
    assert '#panic("x") *đậm* $1+1$ `raw` @nguồn' in " ".join(words.split())


def test_an_unknown_paper_is_a_key_error() -> None:
    """There are six statutory papers."""
    with pytest.raises(KeyError):
        papers.render("07", {})


@pytest.mark.parametrize(
    "template",
    [
        '#read("/etc/passwd")',
        '#read("../../../../etc/passwd")',
        '#import "@preview/cetz:0.3.4": *',
        "#panic(1)",
        "#let broken = (",
    ],
)
def test_a_template_reaches_no_file_no_package_and_no_network(template: str) -> None:
    """A hostile template is refused with a sentence, quickly."""
    start = time.monotonic()
    with pytest.raises(papers.PaperFailed) as failed:
        papers.render_result(template.encode(), {})
    assert failed.value.code == "paper_template"
    assert time.monotonic() - start < 5


def test_a_template_that_never_ends_is_killed() -> None:
    """The child process is ended when its time is up."""
    with pytest.raises(papers.PaperFailed) as failed:
        papers.render_result(b"#let f(n) = { let i = 0\n while i < 1e15 { i += 1 } }\n#f(1)", {}, seconds=2)
    assert failed.value.code in ("paper_time", "paper_template")


def test_results_of_the_shipped_procedures_are_typeset() -> None:
    """Each bundle's template prints even before the clerk has numbered the result."""
    templates = sorted(BUNDLES.glob("*/v*/templates/*.typ"))
    assert len(templates) == 5
    data = {
        "dossier": {"code": "X"},
        "agency": {"name": "UBND"},
        "answers": {},
        "variables": {},
        "result": {},
    }
    for template in templates:
        assert papers.render_result(template.read_bytes(), data).pdf.startswith(b"%PDF")


def _inflated(pdf: bytes) -> bytes:
    """All compressed streams of a PDF, unpacked as far as they are."""
    out = []
    for part in pdf.split(b"stream\n")[1:]:
        try:
            out.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return b"".join(out)
