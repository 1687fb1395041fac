"""The time zone of the country's days and hours (Decree 134/2002/NĐ-CP): the law counts in them, whatever a server's clock says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(moment: datetime) -> date:
    """The date it is in Viet Nam at a moment (aware)."""
    return moment.astimezone(LOCAL).date()
