"""What a signature is worth: whole, changed, revoked, expired, of nobody known, unchecked, without a time stamp."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from casework import papers
from casework.documents import checking, markup
from casework.documents.checking import Anchors, asked, check
from national.adapters.soft_token import SoftToken
from national.demo_ca import PIN
from national.ports import Holder, SigningRefused
from tests.documents.conftest import Desk
from tests.underway import busy

PLAIN = b'#set page(width: 10cm, height: 8cm)\n#set text(font: "Tinos")\nGi\xe1\xba\xa5y x\xc3\xa1c nh\xe1\xba\xadn'


def signed(desk: Desk, holder: Holder, pdf: bytes | None = None) -> bytes:
    from casework.documents.pades import Box, ToSign, finish, prepare

    made = pdf or papers.render_result(PLAIN, {}).pdf
    mark = papers.render_mark("signature", 100, 40, strokes=[1, 200, 30, 90, 9, 70, 180, 44])
    item = ToSign(made, holder, f"Ky{holder.id}", Box(1, 40, 60, 100, 40), mark)
    chain = desk.signing.service.certificates(holder)
    waits = prepare(item, chain)
    (signature,) = desk.signing.service.sign(holder, PIN, [waits.digest]).signatures or ()
    return finish(waits, signature, chain, desk.signing.stamps)


def person(id: str) -> Holder:
    return Holder(id, "person", "Mạc Quỳnh Chi", "UBND phường Thạch Khôi", "Chủ tịch")


def test_a_whole_file_is_valid_and_says_who_signed(desk: Desk) -> None:
    """Name, title, organisation and the moment of the time stamp."""
    found = check(signed(desk, person("whole")), desk.anchors)
    assert found.verdict == "valid"
    (one,) = found.signatures
    assert (one.name, one.title, one.stamped, one.trust) == ("Mạc Quỳnh Chi", "Chủ tịch", True, "ok")
    assert one.signed_at is not None
    assert abs(one.signed_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6])
def test_one_changed_byte_is_found(desk: Desk, place: float) -> None:
    """Wherever it is in what was signed."""
    pdf = bytearray(signed(desk, person("changed")))
    pdf[int(len(pdf) * place)] ^= 1
    assert check(bytes(pdf), desk.anchors).verdict in ("changed", "unreadable")


def test_what_is_added_after_the_certifying_signature_is_a_change(desk: Desk) -> None:
    """A new page content in an addition breaks it, though the signed bytes are whole."""
    import io

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed(desk, person("added"))))
    stream = generic.StreamObject(stream_data=b"0 0 1 rg 10 10 50 50 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))
    out = io.BytesIO()
    writer.write(out)
    assert check(out.getvalue(), desk.anchors).verdict == "changed"


def test_a_revoked_certificate_is_named(desk: Desk) -> None:
    """Revoked before it signed: worth nothing. Revoked later: what was stamped before stays."""
    before, later = person("revoked"), person("revoked-later")
    pdf, kept = signed(desk, before), signed(desk, later)
    desk.authority.revoke("person:revoked", at=datetime.now(UTC) - timedelta(hours=2))
    desk.authority.revoke("person:revoked-later", at=datetime.now(UTC) + timedelta(hours=2))
    found = check(pdf, desk.anchors)
    assert (found.verdict, found.signatures[0].trust) == ("untrusted", "revoked")
    assert check(kept, desk.anchors).verdict == "valid"


def test_an_expired_certificate_is_named(desk: Desk) -> None:
    """It signed after its end."""
    now = datetime.now(UTC)
    desk.authority.certificate(
        "person:expired",
        "Mạc Quỳnh Chi",
        "UBND",
        starts=now - timedelta(days=9),
        ends=now - timedelta(days=1),
    )
    found = check(signed(desk, person("expired")), desk.anchors)
    assert (found.verdict, found.signatures[0].trust) == ("untrusted", "expired")


def test_a_chain_that_ends_elsewhere_is_unknown(desk: Desk, tmp_path: Path) -> None:
    """A certificate of an authority that we do not trust."""
    other = Desk(tmp_path)
    found = check(signed(other, person("stranger")), desk.anchors)
    assert (found.verdict, found.signatures[0].trust) == ("untrusted", "unknown")


def test_without_a_revocation_list_it_says_so(desk: Desk) -> None:
    """Valid, but nobody could ask whether the certificate was revoked."""
    bare = Anchors((desk.authority.root.public_bytes(Encoding.DER),), ())
    found = check(signed(desk, person("unchecked")), bare)
    assert (found.verdict, found.signatures[0].trust) == ("valid_unchecked", "unchecked")


@pytest.mark.parametrize("content", [b"", b"abc", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"<<" * 5000])
def test_what_is_no_pdf_is_unreadable(desk: Desk, content: bytes) -> None:
    """An answer, never a traceback."""
    assert check(content, desk.anchors).verdict == "unreadable"


def test_an_unsigned_file_says_so(desk: Desk) -> None:
    """No signature is not a broken one."""
    assert check(papers.render_result(PLAIN, {}).pdf, desk.anchors).verdict == "unsigned"


def test_the_key_locks_after_five_wrong_pins(desk: Desk, tmp_path: Path) -> None:
    """Also for the right one."""
    token, holder = SoftToken(tmp_path), person("locked")
    token.certificates(holder)
    codes = []
    for pin in ["000000"] * 5 + [PIN]:
        with pytest.raises(SigningRefused) as refused:
            token.sign(holder, pin, [b"\0" * 32])
        codes.append(refused.value.code)
    assert codes == ["pin_wrong"] * 5 + ["pin_locked"]


def test_markup_is_paragraphs_emphasis_and_lists_and_nothing_else() -> None:
    """HTML, links, headings, pictures and Typst stay characters."""
    text = "# a **b** <b>c</b> [d](http://e) ![f](g) `h` #panic()\n\n1. một\n2. *hai*"
    first, second = markup.blocks(text)
    assert (
        "".join(run["text"] for run in first["runs"]) == "# a b <b>c</b> [d](http://e) ![f](g) `h` #panic()"
    )  # type: ignore[attr-defined]
    assert second == {"kind": "numbers", "items": [[{"text": "một"}], [{"text": "hai", "italic": True}]]}


def test_every_vietnamese_letter_has_a_glyph_in_every_face() -> None:
    """134 letters of the alphabet with their tones (and đ), composed, and the combining marks, in all four faces of Tinos."""
    import itertools
    import unicodedata

    from fontTools.ttLib import TTFont

    vowels = [*"aăâeêioôơuưy"]
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    lower = {unicodedata.normalize("NFC", v + t) for v, t in itertools.product(vowels, tones)} | {"đ"}
    letters = {one for one in lower if not one.isascii()} | {
        one.upper() for one in lower if not one.isascii()
    }
    assert len(letters) == 134
    marks = {*tones[1:], "\u0302", "\u0306", "\u031b"}
    faces = sorted(papers.FONTS.glob("Tinos*.ttf"))
    assert len(faces) == 4
    for face in faces:
        known = set(TTFont(face).getBestCmap())
        assert {one for one in letters if ord(one) not in known} == set(), face.name
        assert {one for one in marks if ord(one) not in known} == set(), face.name


def test_each_file_is_judged_by_a_process_of_its_own(desk: Desk) -> None:
    """One that dies of its file, and even the death of what forks them, costs no other file its answer."""

    whole = signed(desk, person("whole"))
    assert check(whole, desk.anchors, seconds=0.001).verdict == "unreadable", "stopped in time"
    assert check(whole, desk.anchors).verdict == "valid"
    process = checking._CHILDREN._process
    assert process is not None
    process.kill()
    process.wait()
    assert check(whole, desk.anchors).verdict == "valid"


def test_what_is_known_of_a_file_holds_until_a_list_changes(desk: Desk) -> None:
    """A revocation counts at once; a page that waits for nobody hears that the file is being judged."""
    pdf = signed(desk, person("asked"))
    with busy(checking._judged):
        assert asked(pdf, desk.anchors, patience=0).verdict == "judging"
    assert asked(pdf, desk.anchors, patience=20).verdict == "valid"
    with busy(checking._judged):
        assert asked(pdf, desk.anchors, patience=0).verdict == "valid"
        desk.authority.revoke("person:asked", at=datetime.now(UTC) - timedelta(hours=2))
        assert asked(pdf, desk.anchors, patience=0).verdict == "judging"
    assert asked(pdf, desk.anchors, patience=20).verdict == "untrusted"


def test_what_could_not_be_judged_is_judged_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine under load is no fault of the file's: the public check does not call it damaged for ten minutes."""
    answers: list[bytes | OSError] = [OSError("too slow"), b'{"readable": true, "signatures": []}']

    def answer(request: bytes, seconds: float) -> bytes:
        said = answers.pop(0)
        if isinstance(said, OSError):
            raise said
        return said

    monkeypatch.setattr(checking._CHILDREN, "answer", answer)
    said = [checking.asked(b"a file of this test", Anchors((), ()), patience=20.0).verdict for _ in range(3)]
    assert said == ["unreadable", "unsigned", "unsigned"]
