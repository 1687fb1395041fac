"""The officer who scans signs the scans, many at once; the signed files take their places, whatever happens meanwhile."""

from __future__ import annotations

import io
import uuid
from base64 import b64decode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from sqlalchemy import select

from casework import attachments, sheets
from casework.documents import scans
from casework.documents.checking import check
from casework.gate import Accepted
from engine.actor import Actor
from engine.commands import RecordPapers
from engine.declared import ComponentGiven, Person
from engine.rejection import Rejected
from national.demo_ca import PIN
from national.ports import Asked, Holder, Signing, Unreachable
from store import rebuild
from store.queries import counter, dossiers
from store.tables import signing_batch
from tests.casework.town import BIRTH_ANSWERS, WARD, Town
from tests.documents.conftest import PUBLIC, SECRET, Desk
from tests.documents.work import carry_out

PAPER = "giay_chung_sinh"
# A picture of one grey dot, whole enough to be shown.
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def pdf(*, rotate: int = 0) -> bytes:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        if rotate:
            document.pages[0].obj.Rotate = rotate
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.save(whole := io.BytesIO())
    return whole.getvalue()


def scanned(town: Town, desk: Actor, *contents: bytes) -> str:
    """A dossier filed at the counter with these scans of one paper, received."""
    files = [
        attachments.keep(town.session, desk, f"quet {n}", one, now=town.now) for n, one in enumerate(contents)
    ]
    ids = tuple(str(one["id"]) for one in files if isinstance(one, dict))
    assert len(ids) == len(contents)
    paper = ComponentGiven(PAPER, ids, originals=1, pages=len(ids), kept=True, digitised=1)
    who = Person("Lê Thị Hoa", id_number="030192005678")
    code = town.submitted(
        actor=desk, channel="counter", applicant=who, answers=BIRTH_ANSWERS, components=(paper,)
    )
    town.complete(code, "tiep_nhan", desk, "accept", da_kiem_tra=["du_giay_to"])
    return code


def files_of(town: Town, code: str) -> list[dict[str, Any]]:
    row = dossiers.one(town.session, town.officer(WARD, "one_stop_officer"), code, now=town.now)
    assert isinstance(row, dict)
    (part,) = [one for one in row["components"] if one["code"] == PAPER]
    assert (part["originals"], part["kept"], part["digitised"]) == (1, True, 1)
    return list(part["attachments"])


def waiting(town: Town, desk: Actor, *codes: str) -> list[str]:
    return [
        str(row["id"])
        for row in counter.scans_to_sign(town.session, desk.id, [WARD])
        if row["dossier"] in codes
    ]


def asked(town: Town, desk: Actor, *ids: str, pin: str = PIN) -> uuid.UUID:
    batch = scans.ask(town.session, desk, [WARD], ids, pin, secret=SECRET, now=town.now)
    assert isinstance(batch, uuid.UUID), batch
    return batch


def done(town: Town, desk: Desk | None) -> None:
    carry_out(town, desk and desk.signing)


def states(town: Town, batch: uuid.UUID) -> list[tuple[str, str]]:
    return [(row["state"], row["problem"]) for row in counter.scans_of_batch(town.session, batch)]


def test_scans_of_several_dossiers_are_signed_with_one_pin(town: Town, desk: Desk) -> None:
    """Pictures become PDF/A; each file carries the officer's valid signature and takes the scan's place."""
    officer = town.officer(WARD, "one_stop_officer")
    first, second = scanned(town, officer, PNG, pdf(rotate=90)), scanned(town, officer, pdf())
    before = {one["id"] for code in (first, second) for one in files_of(town, code)}
    assert set(waiting(town, officer, first, second)) == before
    batch = asked(town, officer, *before)
    assert waiting(town, officer, first, second) == []
    done(town, desk)
    assert states(town, batch) == [("done", "")] * 3
    after = [one for code in (first, second) for one in files_of(town, code)]
    assert not before & {one["id"] for one in after}
    for one in after:
        assert (one["signed_by"], one["media_type"]) == (officer.name, "application/pdf")
        kept = attachments.read(town.session, officer, uuid.UUID(one["id"]), now=town.now)
        assert isinstance(kept, attachments.File)
        judged = check(kept.content, desk.anchors)
        assert judged.verdict == "valid"
        assert [(sign.name, sign.stamped) for sign in judged.signatures] == [(officer.name, True)]
        assert b"JavaScript" not in kept.content
    assert rebuild.differences(town.session) == []
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None


def test_a_turned_page_is_upright_before_it_is_signed() -> None:
    """The mark stands at the top right as the reader sees the page."""
    made, width = sheets.plain(pdf(rotate=90))
    with pikepdf.open(io.BytesIO(made)) as document:
        assert "/Rotate" not in document.pages[0].obj
        assert [float(value) for value in document.pages[0].mediabox] == [0, 0, 842, 595]
    assert width == 842


def test_only_who_scanned_signs(town: Town, desk: Desk) -> None:
    """A colleague finds nothing to sign; a wrong PIN signs nothing and is said with each scan."""
    officer, colleague = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "clerk")
    code = scanned(town, officer, pdf())
    ids = waiting(town, officer, code)
    refused = scans.ask(town.session, colleague, [WARD], ids, PIN, secret=SECRET, now=town.now)
    assert isinstance(refused, Rejected)
    assert refused.code == "nothing_to_sign"
    batch = asked(town, officer, *ids, pin="000000")
    done(town, desk)
    assert states(town, batch) == [("failed", "pin_wrong")]
    assert [one["id"] for one in files_of(town, code)] == ids
    assert waiting(town, officer, code) == ids


@pytest.mark.parametrize("late", [False, True])
def test_a_scan_taken_away_meanwhile_is_not_put_back(town: Town, desk: Desk, late: bool) -> None:
    """Dropped before or after the signature was made: the dossier stays as the officer left it."""
    officer = town.officer(WARD, "one_stop_officer")
    code = scanned(town, officer, pdf())
    batch = asked(town, officer, *waiting(town, officer, code))
    if late:
        carry_out(town, desk.signing, "sign.scans")
    again = attachments.keep(town.session, officer, "quét lại", PNG, now=town.now)
    assert isinstance(again, dict)
    paper = ComponentGiven(PAPER, (str(again["id"]),), originals=1, pages=1, kept=True, digitised=1)
    assert isinstance(town.give(code, RecordPapers(officer, (paper,))), Accepted)
    done(town, desk)
    assert states(town, batch) == [("failed", "scan_gone")]
    assert [one["id"] for one in files_of(town, code)] == [str(again["id"])]


def test_a_signed_file_is_no_scan(town: Town, desk: Desk) -> None:
    """Another signature would change what somebody signed: the file is left alone, and the page says why."""
    officer = town.officer(WARD, "one_stop_officer")
    code = scanned(town, officer, pdf())
    asked(town, officer, *waiting(town, officer, code))
    done(town, desk)
    (signed,) = files_of(town, code)
    kept = attachments.read(town.session, officer, uuid.UUID(signed["id"]), now=town.now)
    assert isinstance(kept, attachments.File)
    other = scanned(town, officer, kept.content)
    batch = asked(town, officer, *waiting(town, officer, other))
    done(town, desk)
    assert states(town, batch) == [("failed", "scan_already_signed")]


class Silent:
    """A signing service that does not answer."""

    def certificates(self, holder: Holder) -> list[bytes]:
        raise Unreachable("no answer")

    def sign(self, holder: Holder, pin: str, digests: Sequence[bytes], memory: object = None) -> Asked:
        raise Unreachable("no answer")


def test_a_silent_service_is_waited_for_not_for_ever(town: Town, desk: Desk) -> None:
    """Nothing is kept of a try that failed; after an hour the batch fails by name and its PIN is gone."""
    officer = town.officer(WARD, "one_stop_officer")
    code = scanned(town, officer, pdf())
    batch = asked(town, officer, *waiting(town, officer, code))
    silent = Signing(Silent(), desk.signing.stamps, PUBLIC, SECRET)
    carry_out(town, silent)
    assert states(town, batch) == [("waiting", "")]
    town.now += timedelta(hours=2)
    carry_out(town, silent)
    assert states(town, batch) == [("failed", "signing_unreachable")]
    assert town.session.scalar(select(signing_batch.c.pin).where(signing_batch.c.id == batch)) is None


def test_without_a_signing_service_nothing_is_changed(town: Town) -> None:
    """Each scan says that there is no service."""
    officer = town.officer(WARD, "one_stop_officer")
    code = scanned(town, officer, pdf())
    batch = asked(town, officer, *waiting(town, officer, code))
    done(town, None)
    assert states(town, batch) == [("failed", "no_signing_service")]
