"""Beside a result that was returned: what the signatures of the kept file are worth, for who holds its check code."""

from __future__ import annotations

from casework.documents import publicly
from casework.documents.checking import Anchors
from engine.commands import RevokeResult
from engine.rejection import Rejected
from store.queries import dossiers
from store.tables import document_file
from tests.casework.town import WARD, Town
from tests.documents.conftest import Desk
from tests.documents.work import RESULT, asked, before_the_leader, carry_out, public_id, result_of


def returned(town: Town, desk: Desk) -> str:
    """A birth registration, signed and sealed by token and handed over."""
    code = before_the_leader(town)
    asked(town, town.officer(WARD, "leader"), public_id(town, code, "ky"))
    carry_out(town, desk.signing)
    asked(town, town.officer(WARD, "clerk"), public_id(town, code, "vao_so"))
    carry_out(town, desk.signing)
    town.complete(code, "so_hoa_ket_qua", town.officer(WARD, "one_stop_officer"))
    town.complete(code, "tra_ket_qua", town.officer(WARD, "one_stop_officer"))
    return code


def found(town: Town, code: str) -> publicly.Found:
    check_code = result_of(town, code)["check_code"]
    answer = publicly.by_code(town.session, check_code, now=town.now)
    assert not isinstance(answer, Rejected)
    return answer


def test_the_kept_file_is_judged_with_signature_seal_and_time_stamp(town: Town, desk: Desk) -> None:
    """The leader's signature, then the agency's seal; a bare trust list says that revocation was not asked for."""
    one = found(town, returned(town, desk))
    checked = publicly.kept(town.session, one, desk.anchors, patience=20)
    assert checked is not None
    assert (one.standing, checked.verdict) == ("valid", "valid")
    assert [(part.seals, part.stamped, part.trust) for part in checked.signatures] == [
        (False, True, "ok"),
        (True, True, "ok"),
    ]
    bare = publicly.kept(town.session, one, Anchors(desk.anchors.roots), patience=20)
    assert bare is not None
    assert bare.verdict == "valid_unchecked"


def test_a_kept_file_that_was_tampered_with_is_told(town: Town, desk: Desk) -> None:
    """Also after it was judged once: what is remembered is remembered of these very bytes."""
    code = returned(town, desk)
    one = found(town, code)
    assert publicly.kept(town.session, one, desk.anchors, patience=20) is not None
    id = dossiers.ids(town.session, code)
    row = document_file.c.dossier_id == id, document_file.c.sha256 == result_of(town, code)["file"]
    pdf = bytearray(
        town.session.scalar(document_file.select().with_only_columns(document_file.c.content).where(*row))
    )  # type: ignore[arg-type]
    pdf[len(pdf) // 3] ^= 1
    town.session.execute(document_file.update().where(*row).values(content=bytes(pdf)))
    changed = publicly.kept(town.session, one, desk.anchors, patience=20)
    assert changed is not None
    assert changed.verdict in ("changed", "unreadable")


def test_a_revoked_result_stands_as_revoked_though_its_signatures_are_whole(town: Town, desk: Desk) -> None:
    """Two questions, two answers."""
    code = returned(town, desk)
    order = RevokeResult(town.officer(WARD, "leader"), RESULT, "Cấp sai nội dung")
    assert not isinstance(town.give(code, order), Rejected)
    one = found(town, code)
    checked = publicly.kept(town.session, one, desk.anchors, patience=20)
    assert checked is not None
    assert (one.standing, checked.verdict) == ("revoked", "valid")
