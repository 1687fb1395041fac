"""A certificate authority for demo and tests: root, certificates of persons and seals, revocation list, time stamps' key.

What it signs has no legal value, and every certificate says so in its issuer. Keys lie under one folder, readable by their
owner, each locked with a PIN. Only workers, simulators and tests import this: it loads `cryptography`.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

NAME = "CA thử nghiệm Một Cửa (không có giá trị pháp lý)"
PIN = "123456"  # of every key of a demo, shown on its pages
KEY_BITS = 2048
LIFE = timedelta(days=3 * 365)
LIST_LIFE = timedelta(days=30)
DAY = timedelta(days=1)

Key = rsa.RSAPrivateKey


class Authority:
    """The authority of one folder, made at first use. Several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            if not (folder / "root.pem").exists():
                self._make_root()
        if self._list_is_old():
            self.publish_list()

    @property
    def root(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "root.pem").read_bytes())

    def certificate(
        self,
        holder: str,
        name: str,
        organisation: str,
        title: str = "",
        *,
        starts: datetime | None = None,
        ends: datetime | None = None,
        time_stamping: bool = False,
    ) -> x509.Certificate:
        """The holder's certificate, issued at first asking with a key locked by PIN."""
        path = self._path(holder, "pem")
        with self._alone():
            if not path.exists():
                key = rsa.generate_private_key(65537, KEY_BITS)
                starts = starts or datetime.now(UTC) - DAY
                made = self._issue(
                    key, (name, organisation, title), starts, ends or starts + LIFE, time_stamping
                )
                _write(self._path(holder, "key"), _locked(key, PIN))
                _write(path, made.public_bytes(serialization.Encoding.PEM))
        return x509.load_pem_x509_certificate(path.read_bytes())

    def key(self, holder: str, pin: str) -> Key:
        """The holder's key. Raises ValueError for a wrong PIN, FileNotFoundError where none was issued."""
        body = self._path(holder, "key").read_bytes()
        key = serialization.load_pem_private_key(body, pin.encode() or b"-")
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def revoke(self, holder: str, at: datetime | None = None, reason: str = "") -> None:
        """From `at` (now) on the holder's certificate is worth nothing; the list is published anew.

        `reason`: a name of `x509.ReasonFlags`, such as `superseded`; "" = none given."""
        serial = x509.load_pem_x509_certificate(self._path(holder, "pem").read_bytes()).serial_number
        moment = (at or datetime.now(UTC)).isoformat()
        with self._alone(), (self.folder / "revoked").open("a") as revoked:
            revoked.write(f"{serial} {moment} {reason}".rstrip() + "\n")
        self.publish_list()

    def answers_at(self, url: str) -> None:
        """Certificates issued from now on name this OCSP responder."""
        _write(self.folder / "responder", url.encode())

    def publish_list(self) -> bytes:
        """A new revocation list (DER), also kept as root.crl."""
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(now - DAY).next_update(now + LIST_LIFE)
        for serial, at, reason in self._revoked():
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
            if reason:
                one = one.add_extension(x509.CRLReason(x509.ReasonFlags[reason]), False)
            builder = builder.add_revoked_certificate(one.build())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root.public_key())  # type: ignore[arg-type]
        builder = builder.add_extension(issuer, False).add_extension(
            x509.CRLNumber(int(now.timestamp())), False
        )
        made = builder.sign(self.key("ca", PIN), hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        _write(self.folder / "root.crl", made)
        return made

    def status(self, holder: str, *, unknown: bool = False, asked_of: Authority | None = None) -> bytes:
        """What an OCSP responder says of the holder's certificate now (RFC 6960, DER): good or revoked; `unknown`: that it knows
        nothing of it. `asked_of`: whose certificate it is, if another authority's."""
        of = asked_of or self
        certificate = x509.load_pem_x509_certificate(of._path(holder, "pem").read_bytes())
        found = [one for one in self._revoked() if one[0] == certificate.serial_number]
        at, reason = (
            (found[0][1], x509.ReasonFlags[found[0][2]] if found[0][2] else None) if found else (None, None)
        )
        said = ocsp.OCSPCertStatus.REVOKED if found else ocsp.OCSPCertStatus.GOOD
        if unknown:
            said, at, reason = ocsp.OCSPCertStatus.UNKNOWN, None, None
        now = datetime.now(UTC)
        answer = ocsp.OCSPResponseBuilder().add_response(
            certificate, of.root, hashes.SHA256(), said, now - timedelta(minutes=1), now + DAY, at, reason
        )
        answer = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)
        return answer.sign(self.key("ca", PIN), hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _make_root(self) -> None:
        key, now = rsa.generate_private_key(65537, 3072), datetime.now(UTC)
        name = _name(NAME, "Một Cửa")
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - 10 * 365 * DAY)
            .not_valid_after(now + 20 * 365 * DAY)
            .add_extension(x509.BasicConstraints(True, 0), True)
            .add_extension(usage, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, hashes.SHA256())
        )
        _write(self._path("ca", "key"), _locked(key, PIN))
        _write(self.folder / "root.pem", made.public_bytes(serialization.Encoding.PEM))

    def _issue(
        self, key: Key, named: tuple[str, str, str], starts: datetime, ends: datetime, time_stamping: bool
    ) -> x509.Certificate:
        root = self.root
        builder = (
            x509.CertificateBuilder(
                root.subject, _name(*named), key.public_key(), x509.random_serial_number()
            )
            .not_valid_before(starts)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), False)  # type: ignore[arg-type]
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )
        if time_stamping:  # RFC 3161, 2.3: critical, and the only purpose
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        if (asked := self.folder / "responder").exists():
            where = x509.UniformResourceIdentifier(asked.read_text())
            named = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(x509.AuthorityInformationAccess([named]), False)
        return builder.sign(self.key("ca", PIN), hashes.SHA256())

    def _revoked(self) -> Iterator[tuple[int, datetime, str]]:
        path = self.folder / "revoked"
        for line in path.read_text().splitlines() if path.exists() else ():
            serial, at, *reason = line.split()
            yield int(serial), datetime.fromisoformat(at), "".join(reason)

    def _list_is_old(self) -> bool:
        path = self.folder / "root.crl"
        return not path.exists() or time.time() - path.stat().st_mtime > DAY.total_seconds()

    def _path(self, holder: str, kind: str) -> Path:
        return self.folder / f"{holder.encode().hex() if holder != 'ca' else 'ca'}.{kind}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _name(name: str, organisation: str, title: str = "") -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation[:64])]
    parts += [(NameOID.TITLE, title[:64])] if title else []
    return x509.Name(
        [x509.NameAttribute(kind, value) for kind, value in (*parts, (NameOID.COMMON_NAME, name[:64]))]
    )


def _locked(key: Key, pin: str) -> bytes:
    lock = serialization.BestAvailableEncryption(pin.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def _write(path: Path, content: bytes) -> None:
    new = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
    new.rename(path)
