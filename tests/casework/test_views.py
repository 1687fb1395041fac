"""Saved views of a queue: one's own, or shared by whoever made them; only the maker changes them."""

from __future__ import annotations

from store.queries import views
from tests.casework.town import Town

QUEUE = "H23.30.05:one_stop_officer"


def names(town: Town, who: str) -> list[tuple[str, bool]]:
    return [(view["name"], view["mine"]) for view in views.of(town.session, who, QUEUE)]


def test_a_view_is_renamed_shared_and_removed_by_its_maker(town: Town) -> None:
    """A colleague reads what is shared with the queue, and changes nothing of it."""
    mine, colleague = "mc.thachkhoi", "mc.saodo"
    assert views.save(town.session, mine, QUEUE, "Gấp", "filter=overdue")
    assert views.save(town.session, mine, QUEUE, "Khai sinh", "procedure=1.001193")
    number = next(view["id"] for view in views.of(town.session, mine, QUEUE) if view["name"] == "Gấp")
    assert names(town, colleague) == []
    assert views.change(town.session, mine, number, "Quá hạn", True)
    assert names(town, mine) == [("Khai sinh", True), ("Quá hạn", True)]
    assert names(town, colleague) == [("Quá hạn", False)]
    assert not views.change(town.session, mine, number, "Khai sinh", True), "the name is taken"
    views.change(town.session, colleague, number, "Của tôi", False)
    views.forget(town.session, colleague, number)
    assert names(town, colleague) == [("Quá hạn", False)]
    views.forget(town.session, mine, number)
    assert names(town, mine) == [("Khai sinh", True)]
