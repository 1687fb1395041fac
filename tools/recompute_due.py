"""Recompute a due date, slowly and plainly, from what `/deadline` exports: recompute_due.py deadline.json"""

import json
import sys
from calendar import monthrange
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# fmt: off
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def recompute(data):
    """The due date in ISO 8601, or None while the clock stands still."""
    cal, limit, zone = data["calendar"], data["limit"], ZoneInfo(data["calendar"]["timezone"])
    special = {d["date"]: [] for d in cal["holidays"]} | {d["date"]: d["hours"] for d in cal["make_up_days"]}
    wall = lambda text: datetime.fromisoformat(text).astimezone(zone).replace(tzinfo=None, second=0)
    hours = lambda day: special.get(str(day), cal["hours"].get(f"{day:%a}".lower(), []))
    works = lambda at: any(start <= f"{at:%H:%M}" < end for start, end in hours(at.date()))
    worked = lambda start, end: sum(works(start + n * MINUTE) for n in range((end - start) // MINUTE))
    rolled = lambda day: day if hours(day) else rolled(day + DAY)
    closing = lambda day: datetime.fromisoformat(f"{rolled(day)} {hours(rolled(day))[-1][1]}")
    stops = sorted((wall(p["from"]), wall(p["to"])) for p in data["pauses"] if p["to"])
    paused = min((wall(p["from"]) for p in data["pauses"] if not p["to"]), default=datetime.max)

    def after_minutes(at, minutes, counts):
        while minutes and at <= paused:
            minutes -= counts(at) and not any(start <= at < end for start, end in stops)
            at += MINUTE
        return at

    def after_days(start, days):
        day, here = start.date(), [stop for stop in stops if stop[1] > start]
        while days:
            day += DAY
            days -= not any(a.date() < day <= b.date() for a, b in here)
        for a, b in here:
            day = max(day, b.date()) if a < closing(day) else day
        return closing(day)

    received, amount, unit, effect = wall(data["started_at"]), limit["amount"], limit["unit"], limit["cut_off_effect"]
    at = next(received + n * MINUTE for n in range(10**6) if works(received + n * MINUTE))
    late, tomorrow = effect and at.date() == received.date() and f"{at:%H:%M}" > limit["cut_off"], rolled(at.date() + DAY)
    at = datetime.fromisoformat(f"{tomorrow} {hours(tomorrow)[0][0]}") if late and effect == "shift_clock" else at
    today, end = worked(at, closing(at.date())), after_days(at, amount)
    if limit["same_day"] or unit.startswith("working"):
        minutes = today if limit["same_day"] else amount * (60 if unit == "working_hour" else cal["day_minutes"])
        minutes = worked(at, closing(tomorrow)) if late and effect == "shift_result" and minutes <= today else minutes
        end = after_minutes(at, minutes, works)
    elif unit == "hour":
        end = after_minutes(at, amount * 60, lambda _: True)
    elif unit == "month":
        year, month = divmod(at.year * 12 + at.month - 1 + amount, 12)
        end = after_days(at, (date(year, month + 1, min(at.day, monthrange(year, month + 1)[1])) - at.date()).days)
    end = after_days(end, data["extensions"][0]["days"]) if data["extensions"] else end
    return None if end > paused else end.replace(tzinfo=zone).isoformat()


print(recompute(json.loads(Path(sys.argv[1]).read_bytes()))) if __name__ == "__main__" else None
