"""Two at the same moment, and one who takes too much: told so in words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from casework import attachments, publish
from casework.publish import Published
from engine.rejection import Rejected
from tests.casework.conftest import town
from tests.casework.test_publish import ADMIN, zipped
from tests.casework.town import Town
from tests.flows.counter import PDF

__all__ = ["town"]


def test_of_two_who_publish_one_version_one_is_told_it_exists(town: Town) -> None:
    """At the same moment, with the same content and with another."""

    def try_it(content: bytes) -> Published | Rejected:
        with town.new_session() as session:
            day = town.now.date()
            return publish.publish(
                session, ADMIN, content, decision_number="1", effective_from=day, now=town.now
            )

    contents = [zipped(), zipped(), zipped(**{"templates/giay_khai_sinh.typ": b"#pagebreak()"})]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(try_it, contents))
    won = [answer for answer in answers if isinstance(answer, Published)]
    lost = [answer.code for answer in answers if isinstance(answer, Rejected)]
    assert (len(won), lost) == (1, ["version_exists"] * 2), answers


def test_uploads_that_nobody_hands_in_have_an_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """One account fills no disk; what another account uploads counts for that one."""
    monkeypatch.setattr(attachments, "MAX_WAITING_BYTES", 2 * len(PDF))
    citizen, clerk = town.applicant(), town.officer("H23.30.05", "one_stop_officer")
    for _ in range(2):
        assert isinstance(attachments.keep(town.session, citizen, "a.pdf", PDF, now=town.now), dict)
    refused = attachments.keep(town.session, citizen, "a.pdf", PDF, now=town.now)
    assert isinstance(refused, Rejected)
    assert refused.code == "too_large"
    assert isinstance(attachments.keep(town.session, clerk, "a.pdf", PDF, now=town.now), dict)
