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

from assembly import settings
from national.adapters.remote_signing import Provider, RemoteSigning, SigningProviders
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


def remote(url: str, token: str = TOKEN, **how: float) -> RemoteSigning:
    return RemoteSigning(Provider("", url, token=token), 5, **how)


def verified(service: RemoteSigning | SigningProviders, holder: Holder, digests: list[bytes], made) -> None:  # type: ignore[no-untyped-def]
    key = load_der_x509_certificate(service.certificates(holder)[0]).public_key()
    for digest, signature in zip(digests, made, strict=True):
        key.verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))  # type: ignore[call-arg,union-attr]


def test_digests_come_back_signed_by_the_certificate(url: str, service: Service) -> None:
    """More than one activation holds are split; each signature verifies with the certificate told."""
    digests = [hashlib.sha256(bytes([n])).digest() for n in range(MULTISIGN + 2)]
    said = remote(url).sign(LEADER, PIN, digests)
    assert service.authorised == 2
    verified(remote(url), LEADER, digests, said.signatures)


def test_a_phone_is_not_waited_for(url: str, service: Service) -> None:
    """The answer is a memory; with it another process goes on, and two authorisations are confirmed one after the other."""
    service.by_phone.add("person:ld")
    digests = [hashlib.sha256(bytes([n])).digest() for n in range(MULTISIGN + 2)]
    said = remote(url).sign(LEADER, PIN, digests)
    assert said.signatures is None
    assert PIN not in str(said.memory)
    assert remote(url).sign(LEADER, PIN, digests, said.memory).signatures is None
    assert service.ringing("person:ld") == MULTISIGN, "it rang once"
    service.confirm("person:ld")
    said = remote(url).sign(LEADER, PIN, digests, said.memory)
    assert (said.signatures, service.ringing("person:ld")) == (None, 2)
    service.confirm("person:ld")
    said = remote(url).sign(LEADER, PIN, digests, said.memory)
    verified(remote(url), LEADER, digests, said.signatures)
    said = remote(url).sign(LEADER, PIN, digests)
    service.confirm("person:ld", yes=False)
    with pytest.raises(SigningRefused, match="invalid_authentication_data") as declined:
        remote(url).sign(LEADER, PIN, digests, said.memory)
    assert declined.value.code == "confirmation_declined"
    with pytest.raises(SigningRefused) as gone:
        remote(url).sign(LEADER, PIN, digests, said.memory)
    assert gone.value.code == "confirmation_missed", "an answered handle is good no longer"
    late = remote(url, confirm_seconds=0)
    with pytest.raises(SigningRefused, match="confirmation_missed"):
        late.sign(LEADER, PIN, digests)


def test_each_holder_signs_at_the_provider_that_has_the_key(
    url: str, service: Service, tmp_path: Path
) -> None:
    """Two at once: one with a token agreed beforehand, one that gives tokens to its clients and signs in its own time."""
    other = Service(tmp_path, client=("motcua", "hush"), later=True)
    other.enrol("MST-0102", "Trần Thu Hà", "UBND")
    server = make_server("127.0.0.1", 0, Request.application(other.answer), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    second = Provider("second", f"http://127.0.0.1:{server.port}", "motcua", "hush")
    both = SigningProviders({"first": remote(url), "second": RemoteSigning(second, 5)})
    digests = [hashlib.sha256(b"one").digest(), hashlib.sha256(b"two").digest()]
    there = Holder("ha", "person", "Trần Thu Hà", "UBND", provider="second", user="MST-0102")
    try:
        verified(both, LEADER, digests, both.sign(LEADER, PIN, digests).signatures)
        said = both.sign(there, PIN, digests)
        assert said.signatures is None, "mode A: the answer is fetched"
        other.forget_tokens()
        said = both.sign(there, PIN, digests, said.memory)
        said = said if said.signatures else both.sign(there, PIN, digests, said.memory)
        verified(both, there, digests, said.signatures)
        assert (service.authorised, other.authorised) == (1, 1)
        with pytest.raises(SigningRefused, match="third"):
            both.certificates(Holder("ha", "person", "Trần Thu Hà", "UBND", provider="third"))
        stranger = RemoteSigning(Provider("", second.url, "motcua", "guess"), 5)
        with pytest.raises(Unreachable, match="no token"):
            stranger.certificates(there)
    finally:
        server.shutdown()


def test_providers_are_settings(tmp_path: Path) -> None:
    """A file names them, beside the one of the environment; what is wrong with it is said by name."""
    path = tmp_path / "signing.toml"
    env = {
        "DATABASE_URL": "postgresql:///x",
        "REDIS_URL": "redis://x",
        "MOTCUA_SIGNING_PROVIDERS": str(path),
        "MOTCUA_DEMO": "1",
    }
    path.write_text(
        '[[provider]]\nname = "vnpt"\nurl = "https://a.vn"\nclient_id = "i"\nclient_secret = "s"\n'
    )
    ours = settings.load({**env, "MOTCUA_VAR": str(tmp_path)})
    assert [Provider(**one) for one in ours.signing_providers] == [Provider("vnpt", "https://a.vn", "i", "s")]
    assert ours.trust == tmp_path / "trust", "keys are elsewhere: a demo's authority is not trusted"
    for wrong in ("", '[[provider]]\nname = "a"\n', '[[provider]]\nname = "a"\nurl = "b"\npin = "c"\n', "["):
        path.write_text(wrong)
        with pytest.raises(settings.BadSettings, match="MOTCUA_SIGNING_PROVIDERS"):
            settings.load({**env, "MOTCUA_VAR": str(tmp_path)})


def test_refusals_have_their_names(url: str, service: Service) -> None:
    """Wrong PIN, locked, nobody enrolled, revoked; a wrong token is ours to mend, so it is tried again."""
    digest = [b"\1" * 32]
    codes = []
    for holder, pin in [*[(LEADER, "0")] * 5, (LEADER, PIN), (Holder("x", "person", "X", "Y"), PIN)]:
        with pytest.raises(SigningRefused) as refused:
            remote(url).sign(holder, pin, digest)
        codes.append(refused.value.code)
    assert codes == [*["pin_wrong"] * 5, "pin_locked", "no_certificate"]
    service.revoked.add("person:ld")
    with pytest.raises(SigningRefused, match="certificate_unusable"):
        remote(url).sign(LEADER, PIN, digest)
    with pytest.raises(Unreachable):
        remote(url, "another").sign(LEADER, PIN, digest)
    with pytest.raises(Unreachable):
        remote("http://127.0.0.1:9").certificates(LEADER)


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
