"""Printed papers as PDF/A: the statutory forms of TT 01/2018/TT-VPCP and the result documents of bundles.

    render("01", data)          one of the statutory papers, Mẫu 01-06
    render_form(data)           an e-form as a paper, blank or declared
    render_picture(content, …)  a scan that came as a picture
    render_result(typ, data)    a bundle's `templates/<name>.typ`

Data goes in only as JSON (`sys.inputs.data`), never into markup. Typesetting runs in a child process that is killed
when it takes too long; call it from workers, not from a page. What each paper reads stands in README.md beside this.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import segno

FOLDER = Path(__file__).parent
FONTS = FOLDER.parents[1] / "web" / "static" / "dist" / "fonts"  # Tinos, put there by the page assets' build
TYPESETTER = FOLDER / "typeset.py"
SECONDS = 30.0
MAX_ANSWER_BYTES = 70_000_000
LAYOUT = "nd30.typ"  # what templates of bundles import

Want = Literal["pdf", "png"]

PAPERS: Mapping[str, str] = {
    "01": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "02": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    "03": "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    "04": "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
    "05": "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    "06": "Sổ theo dõi hồ sơ",
}
"""Number → title (TT 01/2018/TT-VPCP, annex)."""

SHEETS: Mapping[str, str] = {
    "ban_giao": "Danh sách bàn giao hồ sơ",
    "bien_nhan": "Giấy biên nhận trả kết quả",
    "so_chung_thuc": "Sổ chứng thực bản sao từ bản chính",
}
"""The counter's other sheets: template → title."""


class PaperFailed(Exception):
    """A paper that could not be typeset; `code` is `paper_template`, `paper_time` or `paper_fonts`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Typeset:
    """A typeset document: `files` is the PDF alone, or one picture a page; `rooms` what a template keeps free for
    number, date and signature: {kind, page, x, y, width, height} in points from the page's top left corner."""

    files: tuple[bytes, ...]
    rooms: tuple[Mapping[str, Any], ...] = ()

    @property
    def pdf(self) -> bytes:
        return self.files[0]


def render(paper: str, data: Mapping[str, object], *, seconds: float = SECONDS) -> bytes:
    """The PDF of a statutory paper or a sheet of the counter. Raises KeyError for an unknown name, PaperFailed."""
    return typeset(paper, data, seconds=seconds).pdf


def typeset(paper: str, data: Mapping[str, object], *, seconds: float = SECONDS) -> Typeset:
    """The same, with the rooms that are kept for signatures (`electronic` in `data`).

    For Mẫu 01 a QR code of `lookup.url` is added where there is one.
    """
    if paper not in PAPERS and paper not in SHEETS:
        raise KeyError(paper)
    name = f"mau_{paper}" if paper in PAPERS else paper
    return _typeset(FOLDER / f"{name}.typ", FOLDER, _with_qr(data), "pdf", seconds)


def render_form(data: Mapping[str, object], *, seconds: float = SECONDS) -> bytes:
    """The PDF of an e-form as a paper, blank or declared (`forms.paper`). Raises PaperFailed."""
    return _typeset(FOLDER / "to_khai.typ", FOLDER, data, "pdf", seconds).pdf


def render_own(name: str, data: Mapping[str, object], *, seconds: float = SECONDS) -> bytes:
    """The PDF of one of our own papers that is no statutory form (`<name>.typ` beside this). Raises PaperFailed."""
    return _typeset(FOLDER / f"{name}.typ", FOLDER, _with_qr(data), "pdf", seconds).pdf


def render_result(
    template: bytes, data: Mapping[str, object], *, want: Want = "pdf", seconds: float = SECONDS
) -> Typeset:
    """A bundle's document template, which may read `data` and `nd30.typ`, nothing else. Raises PaperFailed."""
    with tempfile.TemporaryDirectory(prefix="motcua-result-") as folder:
        main = Path(folder) / "main.typ"
        main.write_bytes(template)
        shutil.copyfile(FOLDER / LAYOUT, Path(folder) / LAYOUT)
        return _typeset(main, Path(folder), data, want, seconds)


def render_picture(content: bytes, kind: str, title: str, *, seconds: float = SECONDS) -> bytes:
    """A JPEG or PNG (`kind`: its ending) as PDF/A of one A4 page. Raises PaperFailed."""
    with tempfile.TemporaryDirectory(prefix="motcua-picture-") as folder:
        main, picture = Path(folder) / "main.typ", Path(folder) / f"picture{kind}"
        shutil.copyfile(FOLDER / "ban_quet.typ", main)
        picture.write_bytes(content)
        data = {"picture": picture.name, "title": title}
        return _typeset(main, Path(folder), data, "pdf", seconds).pdf


def render_pages(pdf: bytes, pages: int, *, seconds: float = SECONDS) -> Typeset:
    """The pages of a PDF as PNG. Raises PaperFailed."""
    with tempfile.TemporaryDirectory(prefix="motcua-pages-") as folder:
        main, whole = Path(folder) / "main.typ", Path(folder) / "whole.pdf"
        shutil.copyfile(FOLDER / "trang.typ", main)
        whole.write_bytes(pdf)
        return _typeset(main, Path(folder), {"pdf": whole.name, "pages": pages}, "png", seconds)


def render_sample(data: Mapping[str, object], *, seconds: float = SECONDS) -> bytes:
    """A page with an agency's seal where it will stand, as PNG. Raises PaperFailed."""
    return _typeset(FOLDER / "trang_mau.typ", FOLDER, data, "png", seconds).files[0]


def render_mark(kind: str, width: float, height: float, **said: object) -> bytes:
    """A seal, a drawn signature, a number or a date as a PDF of one page of that size (points; marks.typ)."""
    data = {"kind": kind, "width": width, "height": height, **said}
    return _typeset(FOLDER / "marks.typ", FOLDER, data, "pdf", SECONDS).pdf


def _with_qr(data: Mapping[str, object]) -> dict[str, object]:
    lookup = data.get("lookup")
    url = lookup.get("url") if isinstance(lookup, Mapping) else None
    if not url:
        return dict(data)
    return {**data, "qr": segno.make(str(url), error="m", micro=False).svg_inline(border=1)}


def _typeset(main: Path, root: Path, data: Mapping[str, object], want: Want, seconds: float) -> Typeset:
    if not any(FONTS.glob("*.ttf")):
        raise PaperFailed(
            "paper_fonts", f"Expected the Tinos fonts in {FONTS.name}/ (built with the page assets)"
        )
    request = {"main": str(main), "root": str(root), "fonts": str(FONTS), "data": data, "want": want}
    try:
        done = subprocess.run(  # noqa: S603  our own script, no shell
            [sys.executable, "-I", str(TYPESETTER)],
            input=json.dumps(request, ensure_ascii=False, default=str).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PATH": "/usr/bin:/bin"},
        )
    except subprocess.TimeoutExpired:
        raise PaperFailed(
            "paper_time", f"Expected the paper within {seconds:g} s but it took longer"
        ) from None
    if done.returncode != 0:
        raise PaperFailed(
            "paper_template", done.stderr.decode(errors="replace")[:500] or "The typesetter was stopped"
        )
    if len(done.stdout) > MAX_ANSWER_BYTES:
        raise PaperFailed("paper_template", f"Expected at most {MAX_ANSWER_BYTES} bytes of paper")
    answer = json.loads(done.stdout)
    return Typeset(tuple(b64decode(one) for one in answer["files"]), tuple(answer["rooms"]))
