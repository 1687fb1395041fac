"""What a time stamp is worth: its authority's certificate is looked at like the signer's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from casework.documents.checking import Anchors, check
from national.simulators.time_stamp import HOLDER, Direct
from tests.documents.conftest import Desk
from tests.documents.test_checking import person, signed

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def own(desk: Desk, tmp_path: Path) -> Desk:
    """An authority that a test may spoil."""
    return Desk(tmp_path)


def test_a_stamp_of_a_revoked_authority_gives_no_time(own: Desk) -> None:
    """Without a reason in the list nothing it ever stamped is believed (RFC 3161, 4): the signer's own time is told."""
    pdf = signed(own, person("a"))
    own.authority.revoke(HOLDER, at=NOW + HOUR)
    found = check(pdf, own.anchors)
    (one,) = found.signatures
    assert (one.stamp, one.stamped, one.trust, found.verdict) == ("revoked", False, "ok", "valid")


@pytest.mark.parametrize(
    ("reason", "since", "stamp"),
    [
        ("superseded", HOUR, "ok"),
        ("cessation_of_operation", HOUR, "ok"),
        ("superseded", -HOUR, "revoked"),
        ("key_compromise", HOUR, "revoked"),
    ],
)
def test_what_was_stamped_before_a_harmless_revocation_stays(
    own: Desk, reason: str, since: timedelta, stamp: str
) -> None:
    """The key was given up, not stolen, and the stamp is older."""
    pdf = signed(own, person("a"))
    own.authority.revoke(HOLDER, at=NOW + since, reason=reason)
    assert check(pdf, own.anchors).signatures[0].stamp == stamp


def test_a_stamp_made_with_an_expired_certificate_gives_no_time(own: Desk) -> None:
    """It was over before it stamped."""
    day = timedelta(days=1)
    own.authority.certificate(
        HOLDER, "Dấu thời gian", "Một Cửa", starts=NOW - 9 * day, ends=NOW - day, time_stamping=True
    )
    (one,) = check(signed(own, person("a")), own.anchors).signatures
    assert (one.stamp, one.stamped) == ("expired", False)


def test_a_stamp_of_nobody_known_gives_no_time(own: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The signer is of an authority that we trust, who stamped is not."""
    from national.simulators.time_stamp import Stamps

    stranger = Stamps(tmp_path_factory.mktemp("stranger"))
    own.signing = type(own.signing)(own.signing.service, Direct(stranger), "", "")
    (one,) = check(signed(own, person("a")), own.anchors).signatures
    assert (one.stamp, one.trust) == ("unknown", "ok")


def test_without_lists_stamps_are_unchecked(own: Desk) -> None:
    """Said as such, and believed."""
    bare = Anchors((own.authority.root.public_bytes(Encoding.DER),))
    (one,) = check(signed(own, person("a")), bare).signatures
    assert (one.stamp, one.stamped) == ("unchecked", True)
