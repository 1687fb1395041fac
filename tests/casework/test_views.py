"""Saved views of a queue: one's own, or shared by whoever made them; only the maker changes them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from engine.local import local_day
from store.queries import views
from store.tables import post, saved_view
from tests.casework.town import Town

QUEUE = "H23.30.05:one_stop_officer"


def names(town: Town, who: str) -> list[tuple[str, bool]]:
    found = views.of(town.session, who, QUEUE, local_day(town.now))
    return [(view["name"], view["mine"]) for view in found]


def number_of(town: Town, who: str, name: str) -> int:
    found = views.of(town.session, who, QUEUE, local_day(town.now))
    return next(view["id"] for view in found if view["name"] == name)


def test_a_view_is_renamed_shared_and_removed_by_its_maker(town: Town) -> None:
    """A colleague reads what is shared with the queue, and changes nothing of it."""
    mine, colleague = "mc.thachkhoi", "mc.saodo"
    assert views.save(town.session, mine, QUEUE, "Gấp", "filter=overdue")
    assert views.save(town.session, mine, QUEUE, "Khai sinh", "procedure=1.001193")
    number = number_of(town, mine, "Gấp")
    assert names(town, colleague) == []
    assert views.change(town.session, mine, number, "Quá hạn", True) == "saved"
    assert names(town, mine) == [("Khai sinh", True), ("Quá hạn", True)]
    assert names(town, colleague) == [("Quá hạn", False)]
    assert views.change(town.session, mine, number, "Khai sinh", True) == "name_taken"
    views.change(town.session, colleague, number, "Của tôi", False)
    views.forget(town.session, colleague, number)
    assert names(town, colleague) == [("Quá hạn", False)]
    views.forget(town.session, mine, number)
    assert names(town, mine) == [("Khai sinh", True)]


def test_who_left_the_queue_shares_nothing_with_it(town: Town) -> None:
    """Only views of who works there today are read by others; one's own are kept."""
    mine, colleague = "mc.thachkhoi", "mc.saodo"
    views.save(town.session, mine, QUEUE, "Gấp", "filter=overdue")
    views.change(town.session, mine, number_of(town, mine, "Gấp"), "Gấp", True)
    assert names(town, colleague) == [("Gấp", False)]
    yesterday = local_day(town.now) - timedelta(days=1)
    town.session.execute(update(post).where(post.c.account == mine).values(held_to=yesterday))
    assert names(town, colleague) == []
    assert names(town, mine) == [("Gấp", True)]


def test_a_view_that_searches_by_words_is_nobody_elses(town: Town) -> None:
    """The words may be a person's name: it is not shared, and one that is shared stops when words come in."""
    mine, colleague = "mc.thachkhoi", "mc.saodo"
    for query in ("filter=mine&q=Le+Thi+Hoa", "%71=Hoa"):
        views.save(town.session, mine, QUEUE, "Của chị Hoa", query)
        number = number_of(town, mine, "Của chị Hoa")
        assert views.change(town.session, mine, number, "Của chị Hoa", True) == "searches"
        assert views.change(town.session, mine, number, "Của chị Hoa", False) == "saved"
    views.save(town.session, mine, QUEUE, "Gấp", "q=&filter=overdue")
    assert views.change(town.session, mine, number_of(town, mine, "Gấp"), "Gấp", True) == "saved"
    assert names(town, colleague) == [("Gấp", False)]
    views.save(town.session, mine, QUEUE, "Gấp", "q=Hoa&filter=overdue")
    assert names(town, colleague) == []
    town.session.execute(
        update(saved_view).values(shared=True)
    )  # as an earlier release would have let them be
    assert names(town, colleague) == []
