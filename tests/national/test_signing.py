"""The remote signing service and the time stamps over real HTTP: adapter and simulator meet at docs/wire/."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.x509 import load_der_x509_certificate
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from national.adapters.remote_signing import RemoteSigning
from national.adapters.time_stamp import HttpTimeStamps
from national.demo_ca import PIN
from national.ports import Holder, SigningRefused, Unreachable
from national.simulators.remote_signing import MULTISIGN, Service
from national.simulators.time_stamp import Stamps

TOKEN = "for tests"
LEADER = Holder("ld", "person", "Mạc Quỳnh Chi", "UBND", "Chủ tịch")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ca")


@pytest.fixture
def service(folder: Path) -> Service:
    made = Service(folder, TOKEN)
    made.enrol("person:ld", LEADER.name, LEADER.organisation, LEADER.title)
    return made


@pytest.fixture
def url(service: Service, folder: Path) -> Iterator[str]:
    stamps = Stamps(folder)

    @Request.application
    def both(request: Request) -> Response:
        return stamps.answer(request) if request.path == "/tsa" else service.answer(request)

    server = make_server("127.0.0.1", 0, both, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


def test_digests_come_back_signed_by_the_certificate(url: str, service: Service) -> None:
    """More than one activation holds are split; each signature verifies with the certificate told."""
    remote = RemoteSigning(url, TOKEN, 5)
    digests = [hashlib.sha256(bytes([n])).digest() for n in range(MULTISIGN + 2)]
    signatures = remote.sign(LEADER, PIN, digests)
    assert service.authorised == 2
    key = load_der_x509_certificate(remote.certificates(LEADER)[0]).public_key()
    for digest, signature in zip(digests, signatures, strict=True):
        key.verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))  # type: ignore[call-arg,union-attr]


def test_refusals_have_their_names(url: str, service: Service) -> None:
    """Wrong PIN, locked, nobody enrolled, revoked; a wrong token is ours to mend, so it is tried again."""
    remote, digest = RemoteSigning(url, TOKEN, 5), [b"\1" * 32]
    codes = []
    for holder, pin in [*[(LEADER, "0")] * 5, (LEADER, PIN), (Holder("x", "person", "X", "Y"), PIN)]:
        with pytest.raises(SigningRefused) as refused:
            remote.sign(holder, pin, digest)
        codes.append(refused.value.code)
    assert codes == [*["pin_wrong"] * 5, "pin_locked", "no_certificate"]
    service.revoked.add("person:ld")
    with pytest.raises(SigningRefused, match="certificate_unusable"):
        remote.sign(LEADER, PIN, digest)
    with pytest.raises(Unreachable):
        RemoteSigning(url, "another", 5).sign(LEADER, PIN, digest)
    with pytest.raises(Unreachable):
        RemoteSigning("http://127.0.0.1:9", TOKEN, 1).certificates(LEADER)


def test_a_time_stamp_holds_the_digest_and_the_nonce(url: str) -> None:
    """RFC 3161; what is no request is rejected in the answer, what is no answer is unreachable."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\7" * 32}
    query = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 4711, "cert_req": True})
    stamps = HttpTimeStamps(f"{url}/tsa", 5)
    answer = tsp.TimeStampResp.load(stamps.answer(query.dump()))
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert answer["status"]["status"].native == "granted"
    assert (info["nonce"].native, info["message_imprint"]["hashed_message"].native) == (4711, b"\7" * 32)
    assert stamps.answer(b"no request").startswith(b"\x30"), "rejected in the answer"
    with pytest.raises(Unreachable):
        HttpTimeStamps(f"{url}/nowhere", 5).answer(query.dump())
