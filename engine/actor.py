"""Who gives a command: a person at a post, an applicant, a partner system, or the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["officer", "applicant", "holder", "admin", "partner", "clock", "system"]


@dataclass(frozen=True)
class Post:
    """A role held at an agency (and, where it matters, in one of its units).

    `instead_of`: the account whose post it is, while the actor substitutes for somebody who is away.
    """

    agency: str
    role: str
    unit: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class Actor:
    """The author of a command. `id` is the account's name, never a personal identifier."""

    id: str
    kind: ActorKind
    name: str = ""
    posts: tuple[Post, ...] = ()
    level: int = (
        0  # how surely the session's identity is known: 0 a local account, 1 and 2 by the identity provider
    )

    def holds(self, agency: str, role: str) -> bool:
        """True if the actor holds `role` at `agency`."""
        return any(post.agency == agency and post.role == role for post in self.posts)

    def stands_in(self, account: str | None, agency: str, role: str) -> bool:
        """True for the actor's own work, and for that of who is away and whose post the actor fills meanwhile."""
        return account is not None and (
            account == self.id
            or any(
                (post.agency, post.role, post.instead_of) == (agency, role, account) for post in self.posts
            )
        )

    def agencies(self) -> frozenset[str]:
        """The codes of the agencies where the actor holds a post."""
        return frozenset(post.agency for post in self.posts)


CLOCK = Actor("clock", "clock", "Đồng hồ hệ thống")
SYSTEM = Actor("system", "system", "Hệ thống")


def holder(dossier_code: str) -> Actor:
    """Whoever proved to hold the receipt of a dossier (its code and its secret), without an account: of that dossier only."""
    return Actor(f"receipt:{dossier_code}", "holder")
