"""Public tracking: the course for whoever holds both codes, and no guessing."""

from __future__ import annotations

from datetime import timedelta

from casework import tracking
from engine.rejection import Rejected
from store.queries import dossiers
from tests.casework.town import Town


def secret_of(town: Town, code: str) -> str:
    secret = dossiers.secret_of(town.session, town.applicant(), code)
    assert secret is not None
    return secret


def test_both_codes_show_the_course_without_names(town: Town) -> None:
    """Where the dossier is and what happened, not whose it is or what it says."""
    code = town.submitted()
    found = tracking.track(town.session, code, secret_of(town, code), now=town.now)
    assert not isinstance(found, Rejected)
    assert found["status"] == "submitted"
    assert not found["applicant_name"]
    assert not found["applicant"]
    assert not found["answers"]
    assert "secret" not in found


def test_guessing_the_secret_ends_after_a_few_attempts(town: Town) -> None:
    """Twenty wrong guesses close the dossier to tracking for a day, whatever address they come from."""
    code = town.submitted()
    secret = secret_of(town, code)
    wrong = "0000" if secret != "0000" else "1111"
    for number in range(tracking.GUESSES.of_name):
        answer = tracking.track(town.session, code, wrong, now=town.now, address=f"10.0.0.{number}")
        assert answer == tracking.NOT_FOUND
    assert tracking.track(town.session, code, secret, now=town.now, address="10.0.1.1") == tracking.TOO_MANY
    later = town.now + tracking.GUESSES.window + timedelta(seconds=1)
    assert not isinstance(tracking.track(town.session, code, secret, now=later), Rejected)


def test_an_unknown_code_is_answered_like_a_wrong_secret(town: Town) -> None:
    """Nobody learns which codes exist."""
    assert tracking.track(town.session, "H23.30.05-230615-9999", "0000", now=town.now) == tracking.NOT_FOUND
