"""The date it is in Viet Nam, in SQL: by the database's clock, moved as a demo's is (`system_clock`)."""

from engine.local import LOCAL

TODAY = f"""((now() + (select "offset" from system_clock)) at time zone '{LOCAL.key}')::date"""  # noqa: S608 (a constant)
