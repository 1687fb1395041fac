"""Revocation information that a file brings along (PAdES B-LT): honoured where our lists say nothing, never above them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from asn1crypto import crl, ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

from casework.documents.checking import Anchors, check
from national import demo_ca
from national.demo_ca import PIN, Authority
from national.simulators import time_stamp
from national.simulators.time_stamp import HOLDER
from tests.documents.conftest import Desk
from tests.documents.test_checking import person, signed
from tests.documents.test_forgeries import blank, by, issued

WHO = "a"
NOW, HOUR, DAY = datetime.now(UTC), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def own(desk: Desk, tmp_path: Path) -> Desk:
    """An authority that a test may spoil, whose certificates name a responder as real ones do. Nobody asks it."""
    made = Desk(tmp_path / "own")
    made.authority.answers_at("http://ocsp.example.vn/")
    return made


def bare(own: Desk) -> Anchors:
    """We trust the authority and have no list of it."""
    return Anchors((own.authority.root.public_bytes(Encoding.DER),))


def carrying(pdf: bytes, *answers: bytes, lists: tuple[bytes, ...] = ()) -> bytes:
    """The file with these OCSP answers and revocation lists in its security store."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    told = [ocsp.OCSPResponse.load(one) for one in answers]
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, ocsps=told, crls=[crl.CertificateList.load(one) for one in lists]
    )
    writer.write(made := io.BytesIO())
    return made.getvalue()


def listing(
    issuer: x509.Certificate, key: RSAPrivateKey, until: datetime, *revoked: int, since: datetime = NOW - HOUR
) -> bytes:
    """A list of three days ago that holds `until`."""
    made = x509.CertificateRevocationListBuilder(issuer.subject, NOW - 3 * DAY, until)
    made = made.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False
    ).add_extension(x509.CRLNumber(1), False)
    for serial in revoked:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        made = made.add_revoked_certificate(one.build())
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_without_a_list_a_file_that_brings_nothing_is_unchecked(own: Desk) -> None:
    (one,) = check(signed(own, person(WHO)), bare(own)).signatures
    assert (one.trust, one.stamp) == ("unchecked", "unchecked")


def test_an_answer_in_the_file_counts_for_the_certificate_that_it_names(own: Desk) -> None:
    """The signer's alone, then the time stamp's too; the file is whole, what was added proves its signature for longer."""
    pdf = signed(own, person(WHO))
    found = check(carrying(pdf, own.authority.status(f"person:{WHO}")), bare(own))
    assert (found.verdict, found.signatures[0].trust, found.signatures[0].stamp) == (
        "valid",
        "ok",
        "unchecked",
    )
    both = carrying(pdf, own.authority.status(f"person:{WHO}"), own.authority.status(HOLDER))
    assert check(both, bare(own)).signatures[0].stamp == "ok"
    listed = carrying(pdf, lists=(own.authority.publish_list(),))
    assert check(listed, bare(own)).signatures[0].trust == "ok"


def test_an_answer_that_says_revoked_is_believed(own: Desk) -> None:
    """Of the signer and of who stamped; an answer that revokes from a later moment on says nothing of the one of signing."""
    pdf, other = signed(own, person(WHO)), signed(own, person("b"))
    own.authority.revoke(f"person:{WHO}", at=NOW - HOUR)
    own.authority.revoke("person:b", at=NOW + HOUR)
    judged = check(carrying(pdf, own.authority.status(f"person:{WHO}")), bare(own))
    assert (judged.verdict, judged.signatures[0].trust) == ("untrusted", "revoked")
    judged = check(carrying(other, own.authority.status("person:b")), bare(own))
    assert (judged.verdict, judged.signatures[0].trust) == ("valid_unchecked", "unchecked")
    own.authority.revoke(HOLDER, at=NOW - HOUR)
    judged = check(carrying(other, own.authority.status(HOLDER)), bare(own))
    assert (judged.signatures[0].stamp, judged.signatures[0].trust) == ("revoked", "unchecked")


def test_an_answer_that_knows_nothing_leaves_it_unchecked(own: Desk) -> None:
    pdf = carrying(signed(own, person(WHO)), own.authority.status(f"person:{WHO}", unknown=True))
    assert check(pdf, bare(own)).signatures[0].trust == "unchecked"


def test_a_stranger_s_answer_counts_for_nothing(own: Desk, tmp_path: Path) -> None:
    """Signed by an authority of the same name that nobody trusts."""
    pdf = signed(own, person(WHO))
    forged = Authority(tmp_path / "forged").status(f"person:{WHO}", asked_of=own.authority)
    assert check(carrying(pdf, forged), bare(own)).signatures[0].trust == "unchecked"


def test_our_own_list_stands_above_what_the_file_brings(own: Desk) -> None:
    """Whoever signed may keep a good answer for as long as it lasts: the list that revokes is newer."""
    pdf = signed(own, person(WHO))
    good = own.authority.status(f"person:{WHO}")
    own.authority.revoke(f"person:{WHO}", at=NOW - HOUR)
    assert check(carrying(pdf, good), own.anchors).signatures[0].trust == "revoked"


@pytest.mark.parametrize(("since", "trust"), [(NOW - 2 * DAY, "revoked"), (NOW + HOUR, "ok")])
def test_our_own_list_that_is_out_of_date_still_says_who_was_revoked(
    own: Desk, since: datetime, trust: str
) -> None:
    """Neither a good answer nor an older list that holds for longer takes it back; what was stamped before stays, as ever."""
    pdf, root, key = signed(own, person(WHO)), own.authority.root, own.authority.key("ca", PIN)
    serial = own.authority.certificate(f"person:{WHO}", "", "").serial_number
    stale = Anchors(bare(own).roots, (listing(root, key, NOW - HOUR, serial, since=since),))
    good, longer = own.authority.status(f"person:{WHO}"), listing(root, key, NOW + 9 * DAY)
    for brought in (carrying(pdf, good), carrying(pdf, lists=(longer,))):
        assert check(brought, stale).signatures[0].trust == trust


def test_an_authority_between_that_our_stale_list_names_signs_nothing(own: Desk) -> None:
    """Its own list and the root's older one, brought along, say nothing of it."""
    root, key = own.authority.root, own.authority.key("ca", PIN)
    between = issued(own, authority=True)
    pdf = by(issued(own, issuer=between), blank(), between[0])
    lists = listing(root, key, NOW + 9 * DAY), listing(*between, NOW + 9 * DAY)
    silent = Anchors(bare(own).roots, (listing(root, key, NOW - HOUR),))
    assert check(carrying(pdf, lists=lists), silent).signatures[0].trust == "ok"
    stale = Anchors(bare(own).roots, (listing(root, key, NOW - HOUR, between[0].serial_number),))
    assert check(carrying(pdf, lists=lists), stale).signatures[0].trust == "revoked"


class LastWeek(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return NOW - 7 * DAY


def test_a_time_stamp_does_not_vouch_for_its_own_past(own: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has stolen its key stamps as of a day of which good answers were kept: only one that holds now says that the
    authority was good, and only then the signer is judged as of the stamp."""
    with monkeypatch.context() as then:
        for module in (demo_ca, time_stamp):
            then.setattr(module, "datetime", LastWeek)
        pdf = signed(own, person(WHO))
        kept = own.authority.status(HOLDER), own.authority.status(f"person:{WHO}")

    def judged(*answers: bytes) -> tuple[str | None, str]:
        (one,) = check(carrying(pdf, *answers), bare(own)).signatures
        assert one.signed_at is not None
        assert one.signed_at < NOW - 6 * DAY
        return one.stamp, one.trust

    assert judged(*kept) == ("unchecked", "unchecked")
    assert judged(own.authority.status(HOLDER), kept[1]) == ("ok", "ok")
    assert judged(own.authority.status(f"person:{WHO}"), kept[0]) == ("unchecked", "ok")
