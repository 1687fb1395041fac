"""What a forger tries with a document that was signed: none of it is called valid, and none of it hurts who checks it."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from asn1crypto import cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from casework.documents import pades
from casework.documents.check_child import MOST_SIGNATURES
from casework.documents.checking import SEAL, check
from national.demo_ca import PIN
from national.ports import Holder
from tests.documents.conftest import Desk
from tests.documents.test_checking import person

NUMBER = "So"
Keyed = tuple[x509.Certificate, rsa.RSAPrivateKey]


@pytest.fixture(scope="module")
def sealed(desk: Desk) -> bytes:
    """Signed by a leader, numbered and sealed by the agency, as a result is."""
    keep = {NUMBER: pades.Box(1, 200, 60, 80, 20)}
    later = {SEAL: pades.Box(1, 300, 60, 100, 100)}
    first = _signed(desk, blank(), person("leader"), "NguoiKy", keep=keep, keep_signatures=later)
    agency = Holder("H99", "seal", "Ủy ban nhân dân", "Ủy ban nhân dân")
    return _signed(desk, first, agency, SEAL, fill={NUMBER: pades.Fill("01", blank())})


def blank() -> bytes:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(whole := io.BytesIO())
    return whole.getvalue()


def _signed(desk: Desk, pdf: bytes, holder: Holder, field: str, **how: object) -> bytes:
    item = pades.ToSign(pdf, holder, field, pades.Box(1, 40, 60, 100, 40), blank(), **how)  # type: ignore[arg-type]
    chain = desk.signing.service.certificates(holder)
    waits = pades.prepare(item, chain)
    (signature,) = desk.signing.service.sign(holder, PIN, [waits.digest]).signatures or ()
    return pades.finish(waits, signature, chain, desk.signing.stamps)


def another_number(pdf: bytes) -> bytes:
    """The number's field filled in anew, as the leader's certifying signature allows."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    (field,) = (
        one.get_object()
        for one in writer.root["/AcroForm"]["/Fields"]
        if one.get_object().get("/T") == NUMBER
    )
    field[generic.pdf_name("/V")] = generic.pdf_string("99")
    writer.update_container(field)
    writer.write(out := io.BytesIO())
    return out.getvalue()


def less_signed(pdf: bytes) -> bytes:
    """The last signature says that it covers less."""
    found = list(re.finditer(rb"/ByteRange \[\d+ \d+ \d+ (\d+)\s*\]", pdf))[-1]
    less = str(int(found[1]) - 100).encode().rjust(len(found[1]), b"0")
    return pdf[: found.start(1)] + less + pdf[found.end(1) :]


def test_what_was_sealed_is_closed(desk: Desk, sealed: bytes) -> None:
    """The seal's field is locked: the number stands, and nobody signs behind it, not even with a good certificate."""
    assert check(sealed, desk.anchors).verdict == "valid"
    assert check(sealed + b"\r\n", desk.anchors).verdict == "valid"
    for forged in (
        another_number(sealed),
        _signed(desk, another_number(sealed), person("citizen"), "KyThem"),
        _signed(desk, sealed, person("citizen"), "KyThem"),
        less_signed(sealed),
        sealed + b"\n% another trailer may follow\n",
    ):
        assert check(forged, desk.anchors).verdict == "changed"


def test_a_field_filled_in_behind_the_last_signature_is_a_change(desk: Desk) -> None:
    """A document that waits for its seal is not to be numbered by anybody."""
    keep = {NUMBER: pades.Box(1, 200, 60, 80, 20)}
    signed = _signed(desk, blank(), person("alone"), "NguoiKy", keep=keep)
    assert check(signed, desk.anchors).verdict == "valid"
    assert check(another_number(signed), desk.anchors).verdict == "changed"


def test_a_time_stamp_of_another_signature_gives_no_time(desk: Desk, sealed: bytes) -> None:
    """Backdated with a stamp that was once given to something else."""
    forged = _stamp_of(_signed(desk, blank(), person("late"), "Ky"), sealed)
    (one,) = check(forged, desk.anchors).signatures
    assert (one.stamp, one.stamped) == ("broken", False)


def _stamp_of(pdf: bytes, other: bytes) -> bytes:
    places = [list(re.finditer(rb"/Contents\s*<([0-9a-fA-F]+)>", one))[-1] for one in (pdf, other)]
    mine, theirs = (cms.ContentInfo.load(bytes.fromhex(one[1].decode())) for one in places)
    signer = mine["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = theirs["content"]["signer_infos"][0]["unsigned_attrs"]
    size = len(places[0][1])
    forged = mine.dump().hex().encode().ljust(size, b"0")
    return pdf[: places[0].start(1)] + forged + pdf[places[0].end(1) :]


def issued(
    desk: Desk,
    *,
    bits: int = 2048,
    issuer: str | Keyed = "root",
    own_name: bool = False,
    authority: bool = False,
) -> Keyed:
    """A certificate as a forger gets it: of the true root (too short), of a person's key, of another's, or of nobody."""
    root = desk.authority.root
    key = rsa.generate_private_key(65537, bits)
    name = root.subject if own_name else x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Chủ tịch")])
    signs = (
        {
            "root": lambda: (root.subject, desk.authority.key("ca", PIN)),
            "leaf": lambda: (
                desk.authority.certificate("person:leaf", "Leaf", "X").subject,
                desk.authority.key("person:leaf", PIN),
            ),
            "self": lambda: (name, key),
        }[issuer]()
        if isinstance(issuer, str)
        else (issuer[0].subject, issuer[1])
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(signs[0], name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=99))
        .add_extension(
            x509.KeyUsage(
                not authority, not authority, False, False, False, authority, authority, False, False
            ),
            True,
        )
        .add_extension(x509.BasicConstraints(authority, None), True)
    )
    return made.sign(signs[1], hashes.SHA256()), key


def by(own: Keyed, pdf: bytes, *between: x509.Certificate, digest: str = "sha256") -> bytes:
    """Signed by whatever software a forger has, without a time stamp."""
    der, plain = serialization.Encoding.DER, serialization.NoEncryption()
    known = SimpleCertificateStore()
    known.register_multiple(asn1_x509.Certificate.load(one.public_bytes(der)) for one in between)
    signer = signers.SimpleSigner(
        asn1_x509.Certificate.load(own[0].public_bytes(der)),
        keys.PrivateKeyInfo.load(own[1].private_bytes(der, serialization.PrivateFormat.PKCS8, plain)),
        cert_registry=known,
    )
    metadata = signers.PdfSignatureMetadata(field_name="Ky", md_algorithm=digest)
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=signer).getvalue()


@pytest.mark.parametrize(
    "forge",
    [
        lambda desk: by(issued(desk), blank(), digest="sha1"),
        lambda desk: by(issued(desk, bits=1024), blank()),
        lambda desk: by(issued(desk, issuer="self"), blank()),
        lambda desk: by(issued(desk, issuer="self", own_name=True), blank()),
        lambda desk: by(issued(desk, issuer="leaf"), blank()),
    ],
    ids=["SHA-1", "1024 bits", "self-signed", "self-signed in the root's name", "issued by a person"],
)
def test_who_cannot_be_believed_is_not(desk: Desk, forge: Callable[[Desk], bytes]) -> None:
    """Digests and keys that are broken today, and chains that end nowhere."""
    assert check(forge(desk), desk.anchors).verdict == "untrusted"
    assert check(by(issued(desk), blank()), desk.anchors).verdict == "valid"


def test_signatures_beyond_counting_are_not_passed_over(desk: Desk, sealed: bytes) -> None:
    """Nobody hides a bad one behind twenty good ones."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    fields = writer.root["/AcroForm"]["/Fields"]
    good = next(one.get_object() for one in fields if one.get_object().get("/T") == SEAL)
    for number in range(MOST_SIGNATURES):
        twin = generic.DictionaryObject({key: good.raw_get(key) for key in ("/FT", "/V")})
        twin[generic.pdf_name("/T")] = generic.pdf_string(f"Ky{number}")
        fields.append(writer.add_object(twin))
    writer.update_container(fields)
    writer.write(out := io.BytesIO())
    assert check(out.getvalue(), desk.anchors).verdict == "unreadable"


def test_a_bomb_takes_its_own_process_only(desk: Desk) -> None:
    """Two kilobytes a megabyte, two gigabytes in all: refused within its limits, and the next file is judged as ever."""
    press = zlib.compressobj(9)
    start = press.compress(bytes(2**24)) + press.flush(zlib.Z_FULL_FLUSH)
    again = press.compress(bytes(2**24)) + press.flush(zlib.Z_FULL_FLUSH)
    stream = start + again * 127 + press.flush()
    head = b"%PDF-1.7\n"
    table = (
        b"1 0 obj\n<</Type /XRef /Size 2 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length %d>>\nstream\n"
        % len(stream)
    )
    bomb = head + table + stream + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    assert check(bomb, desk.anchors).verdict == "unreadable"
    assert check(blank(), desk.anchors).verdict == "unsigned"
