"""What the account knows is typed once: where it is filled in, when it is let go, and who is told that it is locked."""

from __future__ import annotations

from datetime import UTC, datetime

import forms
from bpmn import bundle
from casework import demo, prefilling
from casework.prefilling import Known

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
SAID = {"name": "Nguyễn Văn Hưng", "id_number": "030088001234", "address": "Khu 3, phường Thạch Khôi"}
VALUES = {f"{who}.{name}": value for who in ("applicant", "requester") for name, value in SAID.items()}
LOCKED = frozenset(f"{who}.{name}" for who in ("applicant", "requester") for name in ("name", "id_number"))
FACTS = Known(VALUES, dict.fromkeys(VALUES, "identity"), LOCKED)


def form_of(procedure: str, key: str) -> forms.EForm:
    files = bundle.read(demo.PROCEDURES / procedure / "v1").files
    return forms.load(files[f"{key}.form"], key)


def test_a_certificate_for_oneself_is_filled_in_and_one_for_another_is_not() -> None:
    """1.004873: name, number and address stand there for oneself; asked for another they go, and come back."""
    form = form_of("1.004873", "to_khai_xac_nhan")
    answers = forms.prefill(form, VALUES, context=FACTS.context, now=NOW)
    assert (answers["ho_ten"], answers["giay_to_tuy_than"]) == (SAID["name"], SAID["id_number"])
    assert {"ho_ten", "giay_to_tuy_than"} <= prefilling.locked_paths(form, FACTS, answers, now=NOW)

    another = prefilling.held(form, FACTS, answers | {"khai_cho": "nguoi_khac"}, answers, now=NOW)
    assert (another["ho_ten"], another["noi_cu_tru"]) == ("", "")
    assert "ho_ten" not in prefilling.locked_paths(form, FACTS, another, now=NOW)
    typed = another | {"ho_ten": "Lê Văn Tám"}
    assert prefilling.held(form, FACTS, typed, another, now=NOW)["ho_ten"] == "Lê Văn Tám"

    oneself = typed | {"khai_cho": "ban_than"}
    assert prefilling.changed(form, FACTS, oneself, typed, now=NOW) == ()
    back = prefilling.held(form, FACTS, oneself, typed, now=NOW)
    assert (back["ho_ten"], back["noi_cu_tru"]) == (SAID["name"], SAID["address"])


def test_a_certificate_by_mandate_is_filled_in_with_who_is_represented() -> None:
    """It is for another, of whom nothing is typed again; only who acts is locked."""
    form = form_of("1.004873", "to_khai_xac_nhan")
    child = {"applicant.name": "Lê Văn Tám", "applicant.for": "nguoi_khac"}
    locked = frozenset({"requester.name", "requester.id_number"})
    facts = Known(VALUES | child, dict.fromkeys(VALUES | child, "mandate"), locked, represented=True)
    filled = forms.prefill(form, facts.values, context=facts.context, now=NOW)
    answers = prefilling.held(form, facts, filled, {}, now=NOW)
    assert (answers["khai_cho"], answers["ho_ten"]) == ("nguoi_khac", "Lê Văn Tám")
    assert answers["nguoi_yeu_cau"] == SAID["name"]
    assert prefilling.locked_paths(form, facts, answers, now=NOW) == {"nguoi_yeu_cau"}


def test_the_parent_who_files_is_not_asked_twice() -> None:
    """1.001193: the father's lines are the requester's once the father says who he is."""
    form = form_of("1.001193", "to_khai_khai_sinh")
    empty = forms.prefill(form, VALUES, context=FACTS.context, now=NOW)
    assert "cha_ho_ten" not in empty
    father = prefilling.held(form, FACTS, empty | {"quan_he": "cha"}, empty, now=NOW)
    assert (father["cha_ho_ten"], father["cha_giay_to"]) == (SAID["name"], SAID["id_number"])
    assert prefilling.sources_of(form, FACTS, father, now=NOW)["cha_ho_ten"] == "identity"
    mother = prefilling.held(form, FACTS, father | {"quan_he": "me"}, father, now=NOW)
    assert (mother["cha_ho_ten"], mother["me_ho_ten"]) == ("", SAID["name"])


def test_who_changes_a_locked_field_is_told_at_the_field() -> None:
    """Also when a draft is kept, not only at the last button; the answers keep what is known."""
    form = form_of("1.001193", "to_khai_khai_sinh")
    before = forms.prefill(form, VALUES, context=FACTS.context, now=NOW)
    posted = before | {"nguoi_yeu_cau": "Ai Đó"}
    told = prefilling.changed(form, FACTS, posted, before, now=NOW)
    assert [(problem.where, problem.code) for problem in told] == [("nguoi_yeu_cau", "identity_locked")]
    assert prefilling.held(form, FACTS, posted, before, now=NOW)["nguoi_yeu_cau"] == SAID["name"]
