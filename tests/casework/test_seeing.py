"""What people see: queues with their counts and filters, pages without gap or twin, dossiers trimmed to the reader."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework import looks
from engine.actor import Actor, Post
from engine.commands import ClaimTask
from engine.declared import Person
from engine.rejection import Rejected
from store.queries import dossiers, inbox, looked, people
from tests.casework.town import WARD, Town, at

QUEUE = (WARD, "one_stop_officer")
NAMES = ("Nguyễn Thị Đào", "Trần Đức Quỳnh", "Đặng Văn Hậu", "Nguyễn Quỳnh Hoa")


@pytest.fixture
def counter(town: Town) -> Town:
    """Four dossiers filed at the counter, ten minutes apart, all waiting for reception."""
    clerk = town.officer(*QUEUE)
    for name in NAMES:
        town.submitted(actor=clerk, channel="counter", applicant=Person(name), now=town.now)
        town.now += timedelta(minutes=10)
    return town


def names(page: dict[str, object]) -> list[object]:
    return [item["applicant"] for item in page["items"]]  # type: ignore[attr-defined]


def test_a_queue_counts_what_its_filters_show(counter: Town) -> None:
    """Open, new, due soon, overdue, mine: the number on the tab is the length of the list."""
    clerk = counter.officer(*QUEUE)
    counter.give(f"{WARD}-230615-0002", ClaimTask(clerk, 1))
    for moment in (counter.now, counter.now + timedelta(hours=20), counter.now + timedelta(days=30)):
        counts = inbox.queue(counter.session, clerk, *QUEUE, now=moment)["counts"]
        assert counts["open"] == len(NAMES)
        for chosen in inbox.FILTERS:
            shown = inbox.page(counter.session, clerk, *QUEUE, now=moment, chosen=chosen)
            assert len(shown["items"]) == counts["open" if chosen == "all" else chosen], (chosen, moment)
    assert inbox.queue(counter.session, clerk, *QUEUE, now=counter.now)["counts"]["mine"] == 1
    assert [item["dossier"] for item in inbox.mine(counter.session, clerk, now=counter.now)] == [
        f"{WARD}-230615-0002"
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_follow_each_other_without_gap_or_twin(counter: Town, limit: int) -> None:
    """By keyset, whatever the size of a page, also among equal due dates."""
    clerk = counter.officer(*QUEUE)
    seen: list[object] = []
    cursor = None
    while True:
        page = inbox.page(counter.session, clerk, *QUEUE, now=counter.now, limit=limit, cursor=cursor)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == len(NAMES)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("nguyen", {"Nguyễn Thị Đào", "Nguyễn Quỳnh Hoa"}),
        ("Quỳnh", {"Trần Đức Quỳnh", "Nguyễn Quỳnh Hoa"}),
        ("dang hau", {"Đặng Văn Hậu"}),
        ("duc qu", {"Trần Đức Quỳnh"}),
        (f"{WARD}-230615-0003", {"Đặng Văn Hậu"}),
        ("0003", {"Đặng Văn Hậu"}),
        ("le", set()),
        ("')); drop table task; --", set()),
    ],
)
def test_names_and_codes_are_found_without_accents(counter: Town, q: str, expected: set[str]) -> None:
    """In the queue and among the agency's dossiers, by the same words."""
    clerk = counter.officer(*QUEUE)
    assert set(names(inbox.page(counter.session, clerk, *QUEUE, now=counter.now, q=q))) == expected
    found = dossiers.page(counter.session, clerk, q=q)
    assert {item["applicant_name"] for item in found["items"]} == expected


def test_a_dossier_is_trimmed_to_its_reader(town: Town) -> None:
    """The receiving agency and the applicant see it all; an agency of its past its course; others nothing."""
    code = town.received()
    clerk, far = town.officer(*QUEUE), town.officer("H23.31", "one_stop_officer")
    full = dossiers.one(town.session, clerk, code, now=town.now)
    own = dossiers.one(town.session, town.applicant(), code, now=town.now)
    none = dossiers.one(town.session, far, code, now=town.now)
    course = dossiers.one(town.session, Actor("admin", "admin"), code, now=town.now)
    assert isinstance(full, dict)
    assert isinstance(own, dict)
    assert isinstance(course, dict)
    assert isinstance(none, Rejected)
    assert full["applicant"]["name"] == town.applicant().name
    assert own["answers"]
    assert (course["applicant"], course["answers"], course["components"]) == (None, {}, [])
    assert none.code == "unknown_dossier"


@pytest.mark.parametrize(
    "actor",
    [
        Actor("x", "officer", posts=(Post("H23.31", "one_stop_officer"),)),
        Actor("x", "officer", posts=(Post("H23.31", "leader"), Post("H23.33", "leader"))),
        Actor("x", "officer"),
        Actor("somebody", "applicant"),
        Actor("p", "partner"),
    ],
)
def test_lists_hold_only_what_the_reader_may_see(town: Town, actor: Actor) -> None:
    """Neither by list nor by search does a stranger learn that a dossier exists."""
    town.received()
    assert dossiers.page(town.session, actor)["items"] == []
    assert dossiers.page(town.session, actor, q=town.applicant().name)["items"] == []
    clerk = town.officer(*QUEUE)
    both = Actor("y", "officer", posts=(Post(WARD, "leader"), Post("H23.31", "leader")))
    for reader in (clerk, both, town.applicant()):
        assert len(dossiers.page(town.session, reader, q=town.applicant().name)["items"]) == 1


def test_an_admin_finds_dossiers_by_code_and_reads_no_names(town: Town) -> None:
    """Keeping the system running needs no person's name."""
    code = town.received()
    admin = Actor("admin", "admin")
    assert dossiers.page(town.session, admin, q=town.applicant().name)["items"] == []
    (line,) = dossiers.page(town.session, admin, q=code)["items"]
    seen = dossiers.one(town.session, admin, code, now=town.now)
    assert not isinstance(seen, Rejected)
    assert town.applicant().name not in str(line) + str(seen)


def test_tracking_needs_the_secret_and_tells_no_names(town: Town) -> None:
    """Code and the four digits of the receipt open the course; wrong digits open nothing."""
    code = town.received()
    secret = dossiers.secret_of(town.session, town.applicant(), code)
    assert secret
    assert len(secret) == 4
    shown = dossiers.track(town.session, code, secret, now=at("2023-06-15T10:00"))
    assert isinstance(shown, dict)
    assert town.applicant().name not in str(shown)
    wrong = f"{(int(secret) + 1) % 10_000:04d}"
    assert isinstance(dossiers.track(town.session, code, wrong, now=town.now), Rejected)
    assert dossiers.secret_of(town.session, town.officer("H23.31", "leader"), code) is None


def test_the_applicant_is_told_who_looked(town: Town) -> None:
    """By day and agency: what was opened and what only stood in a list; no officer's name, none of the own looks."""
    code, now = town.received(), at("2023-06-15T10:00")
    clerk, public = town.officer(*QUEUE), None
    seen = (
        *((page, clerk) for page in ("desk/queue", "desk/tray/batch", "counter/hand_list.pdf", "desk/task")),
        *((page, clerk) for page in ("attachment", "paper/01", "api/result/giay_khai_sinh", "an/old/name")),
        *(("tracking", public), ("document/check", public)),
    )
    for page, reader in (*seen, ("citizen/dossier", town.applicant())):
        looks.record(town.session, reader, page, [code], now=now)
    looks.record(town.session, town.person("admin"), "api/dossier", [code], now=now - timedelta(days=1))
    dossier_id = dossiers.ids(town.session, code)
    assert dossier_id is not None
    told = looked.by_day(town.session, dossier_id, code, town.applicant().id)
    ward = people.agency_names(town.session)[WARD]
    assert {
        (row["day"].day, row["who"], row["agency"], row["opened"], row["files"], row["listed"])
        for row in told
    } == {
        (15, "officer", ward, 2, 3, 3),
        (15, "public", None, 1, 0, 0),
        (15, "checker", None, 0, 1, 0),
        (14, "admin", None, 1, 0, 0),
    }
    assert clerk.name not in str(told)
