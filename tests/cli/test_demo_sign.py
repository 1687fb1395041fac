"""`./motcua demo sign`: who tries the demo has no digital signature of the own."""

from __future__ import annotations

from pathlib import Path

import pytest

from assembly import settings
from assembly.partners import anchors
from casework import papers
from casework.documents.checking import check
from cli.__main__ import main
from tests.documents.test_checking import PLAIN


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not any(papers.FONTS.glob("*.ttf")):
        pytest.skip("the page assets are not built: no Tinos fonts")
    monkeypatch.setenv("MOTCUA_VAR", str(tmp_path))
    return tmp_path


def test_a_copy_is_signed_as_the_demo_trusts_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Valid, with a time stamp; the file itself stays as it was."""
    file = folder / "bản vẽ.pdf"
    file.write_bytes(before := papers.render_result(PLAIN, {}).pdf)
    assert main(["demo", "sign", str(file)]) == 0
    ours = settings.load(
        {"MOTCUA_VAR": str(folder), "MOTCUA_DEMO": "1", "DATABASE_URL": "-", "REDIS_URL": "-"}
    )
    found = check((folder / "bản vẽ-da-ky.pdf").read_bytes(), anchors(ours))
    assert (found.verdict, found.signatures[0].name) == ("valid", "Nguyễn Minh Kiến")
    assert found.signatures[0].stamped
    assert file.read_bytes() == before


def test_what_is_no_pdf_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, no traceback, no copy."""
    file = folder / "thư.txt"
    file.write_text("không phải PDF")
    assert main(["demo", "sign", str(file)]) != 0
    assert "thư.txt" in capsys.readouterr().err
    assert [one.name for one in folder.glob("*da-ky*")] == []
