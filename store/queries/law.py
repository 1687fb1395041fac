"""Names of the law in force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import law_profile


def profile_name(session: Session, *, on: date) -> str:
    """The name of the legal profile in force on a day."""
    return (
        session.scalar(
            select(law_profile.c.name)
            .where(law_profile.c.effective_from <= on)
            .order_by(law_profile.c.effective_from.desc())
            .limit(1)
        )
        or ""
    )
