"""The one-stop counter: whose it is, who is known there, filing for somebody and receiving at once."""

from __future__ import annotations

from sqlalchemy import select, update

from casework import counters
from casework.gate import Accepted
from engine.declared import Person
from engine.rejection import Rejected
from store import rebuild
from store.tables import account, dossier, walk_in
from tests.casework.town import WARD, Town

HAU = Person("Đặng Thị Hậu", id_number="030170009999", phone="0911222333", address="Khu 5, Thạch Khôi")
CHECKED = {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]}


def filed_at_counter(town: Town, **more: object) -> str:
    clerk = town.officer(WARD, "one_stop_officer")
    return town.submitted(**{"actor": clerk, "applicant": HAU, "channel": "counter", **more})


def test_the_counter_is_the_one_stop_officers(town: Town) -> None:
    """A leader or a clerk of the same ward has no counter."""
    clerk, leader = town.officer(WARD, "one_stop_officer"), town.officer(WARD, "leader")
    assert counters.desks(town.session, clerk, now=town.now) == [WARD]
    assert counters.desks(town.session, leader, now=town.now) == []


def test_filed_and_received_in_one_go(town: Town) -> None:
    """Reception at the counter starts the clock at once and issues the receipt."""
    clerk = town.officer(WARD, "one_stop_officer")
    code = filed_at_counter(town)
    received = counters.receive(town.session, clerk, code, CHECKED, now=town.now)
    assert isinstance(received, Accepted), received
    row = town.session.execute(select(dossier).where(dossier.c.code == code)).one()
    assert (row.channel, row.received_at, row.due_at is not None) == ("counter", town.now, True)
    assert row.applicant_account is None
    again = counters.receive(town.session, clerk, code, CHECKED, now=town.now)
    assert isinstance(again, Rejected)
    assert again.code == "unknown_task"


def test_receiving_is_not_for_another_counter(town: Town) -> None:
    """The officer of a neighbouring ward finds no reception to complete."""
    code = filed_at_counter(town)
    stranger = town.officer("H23.30.01", "one_stop_officer")
    refused = counters.receive(town.session, stranger, code, CHECKED, now=town.now)
    assert isinstance(refused, Rejected)


def test_somebody_met_before_is_found_by_identifier(town: Town) -> None:
    """The newest dossier of these counters is the source; a strange counter learns nothing from it."""
    clerk, stranger = (
        town.officer(WARD, "one_stop_officer"),
        town.officer("H23.30.01", "one_stop_officer"),
    )
    code = filed_at_counter(town)
    found = counters.find_person(town.session, clerk, [WARD], "030 170 009 999", now=town.now)
    assert found is not None
    assert (found["name"], found["phone"], found["source"]) == (HAU.name, HAU.phone, code)
    assert counters.find_person(town.session, stranger, ["H23.30.01"], HAU.id_number, now=town.now) is None


def test_an_account_is_found_by_identifier_and_user_name(town: Town) -> None:
    """Who registered online need not say everything again at the counter; a stranger who registered with the number has
    nothing of theirs filled in."""
    clerk = town.officer(WARD, "one_stop_officer")
    theirs = {"id_number": "0800123459", "account": name_of(town, "0800123459")}

    def found(named: str) -> dict[str, str] | None:
        return counters.find_person(
            town.session, clerk, [WARD], theirs["id_number"], named=named, now=town.now
        )

    assert found("") is None
    assert counters.told_by_name(town.session, theirs)
    person = found(theirs["account"])
    assert person is not None
    assert (person["kind"], person["source"]) == ("business", "")
    assert counters.check_account(town.session, theirs) == []
    wrong = counters.check_account(town.session, {**theirs, "account": "nguyenvanhung"})
    assert [(problem.where, problem.code) for problem in wrong] == [("account", "mismatch")]


def test_a_branch_is_found_by_its_tax_code_with_or_without_the_dash(town: Town) -> None:
    """However it registered, and however it is written down at the counter: one account, and the dossier follows to it."""
    name = name_of(town, "0800123459")
    for kept in ("0800123459-001", "0800123459001"):
        town.session.execute(update(account).where(account.c.username == name).values(id_number=kept))
        town.session.commit()
        for told in ("0800123459-001", "0800123459001"):
            given = {"id_number": told, "account": name}
            assert counters.check_account(town.session, given) == []
            assert counters.told_by_name(town.session, given)
            filed = filed_at_counter(
                town, applicant=Person("Chi nhánh", kind="business", id_number=told, account=name)
            )
            theirs = select(dossier.c.applicant_account).where(dossier.c.code == filed)
            assert town.session.scalar(theirs) == name
    for told in ("0800123459-001", "0800123459001"):
        found = counters.find_person(
            town.session, town.officer(WARD, "one_stop_officer"), [WARD], told, now=town.now
        )
        assert found
        assert found["source"] == filed
    assert not counters.told_by_name(town.session, {"id_number": "0800123459-002"})


def name_of(town: Town, number: str) -> str:
    return str(town.session.scalar(select(account.c.username).where(account.c.id_number == number)))


def test_an_applicant_is_checked_by_kind() -> None:
    """Citizens have 12 (or 9) digits, businesses a tax code; a name is always asked for."""
    assert counters.check_person({"name": "A", "id_number": "030088001234", "kind": "citizen"}) == []
    assert counters.check_person({"name": "A", "id_number": "0800123459-001", "kind": "business"}) == []
    wrong = counters.check_person({"name": "", "id_number": "123", "phone": "abc", "email": "x"})
    assert [problem.where for problem in wrong] == ["name", "id_number", "phone", "email"]


def test_help_at_the_counter_is_noted(town: Town) -> None:
    """Who typed and whether help was needed stands beside the dossier; the log's projections are untouched."""
    clerk = town.officer(WARD, "one_stop_officer")
    filed_at_counter(
        town,
        along=lambda session, done: counters.note_walk_in(
            session, clerk, done.dossier_id, True, now=town.now
        ),
    )
    row = town.session.execute(select(walk_in)).one()
    assert (row.officer, row.assisted) == (clerk.id, True)
    assert rebuild.differences(town.session) == []
