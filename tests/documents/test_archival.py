"""A result is PDF/A before it is signed, and after each signature: NĐ 30/2020 wants PDF, archives want PDF/A-2."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from casework import papers
from casework.documents import files
from store.queries import dossiers
from tests.casework.town import WARD, Town
from tests.documents.archival import problems
from tests.documents.conftest import Desk
from tests.documents.work import asked, carry_out, confirmation_before, public_id, result_of

PAPER = "giay_xac_nhan"
PLAIN = b'#set text(font: "Tinos")\nGi\xe1\xba\xa5y x\xc3\xa1c nh\xe1\xba\xadn'


def kept(town: Town, code: str) -> bytes:
    found = files.content(
        town.session, dossiers.ids(town.session, code), PAPER, result_of(town, code, result=PAPER)["file"]
    )
    assert found is not None
    return found


def test_still_pdfa_after_the_signature_and_after_the_seal(town: Town, desk: Desk) -> None:
    """Each an addition: the bytes of before are untouched, fonts and colours of what was added are in the file."""
    code = confirmation_before(town, "vao_so", desk.signing)
    signed = kept(town, code)
    asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    sealed = kept(town, code)
    assert problems(signed) == []
    assert problems(sealed) == []
    assert sealed.startswith(signed)
    assert sealed.count(b"%%EOF") == 3


def _unembedded(document: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    document.pages[0].obj.Resources.Font[Name("/X")] = document.make_indirect(font)


def _script(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.Root.OpenAction = document.make_indirect(action)


def _hidden_note(document: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], F=2)
    document.pages[0].obj.Annots = Array([document.make_indirect(note)])


def _no_profile(document: pikepdf.Pdf) -> None:
    del document.Root.OutputIntents


def _no_xmp(document: pikepdf.Pdf) -> None:
    del document.Root.Metadata


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (_unembedded, "6.2.11.4"),
        (_script, "6.5.1"),
        (_hidden_note, "6.3.1"),
        (_hidden_note, "6.3.2"),
        (_no_profile, "6.2.3"),
        (_no_xmp, "6.6.4"),
    ],
)
def test_the_check_finds_what_it_looks_for(
    desk: Desk, spoil: Callable[[pikepdf.Pdf], None], clause: str
) -> None:
    """A file of ours, spoiled in one way."""
    whole = papers.render_result(PLAIN, {}).pdf
    assert problems(whole) == []
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as document:
        spoil(document)
        document.save(out)
    assert any(one.startswith(clause) for one in problems(out.getvalue()))


def test_the_check_finds_an_addition_in_the_middle_of_a_line(desk: Desk) -> None:
    """What pyHanko makes of a file that ends without a line break."""
    assert problems(papers.render_result(PLAIN, {}).pdf + b"1 0 obj\nnull\nendobj\n%%EOF\n") == [
        "6.1.9: an addition does not begin on a line of its own"
    ]
