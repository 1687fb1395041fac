"""A commune's calendar of 2023 for the tests: 8 hours a day, Tết, 30/4 and 1/5, a make-up Saturday."""

from datetime import date, time, timedelta

from engine.worktime import Calendar, Day

EIGHT_HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
TET = {date(2023, 1, 20) + timedelta(days=n): Day("holiday", "Tết Nguyên đán") for n in range(7)}
HOLIDAYS = TET | {
    date(2023, 4, 29): Day("holiday", "Giỗ Tổ Hùng Vương"),
    date(2023, 4, 30): Day("holiday", "Ngày Giải phóng miền Nam"),
    date(2023, 5, 1): Day("holiday", "Ngày Quốc tế Lao động"),
    date(2023, 5, 2): Day("holiday", "nghỉ bù Giỗ Tổ"),
    date(2023, 5, 3): Day("holiday", "nghỉ bù 30/4"),
    date(2023, 5, 6): Day("make_up", "làm bù ngày 03/5"),
}


def commune_calendar() -> Calendar:
    return Calendar("H23.30", "Asia/Ho_Chi_Minh", dict.fromkeys(range(5), EIGHT_HOURS), HOLIDAYS, "2023")
