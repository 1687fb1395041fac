"""Dates and deadlines: calendars of agencies, time limits, and due dates that explain themselves (pure)."""

from engine.worktime.calendar import Calendar, Day
from engine.worktime.counting import Interval, Stop
from engine.worktime.deadline import CutOff, Due, Explanation, TimeLimit, due, in_days, working_duration

__all__ = [
    "Calendar",
    "CutOff",
    "Day",
    "Due",
    "Explanation",
    "Interval",
    "Stop",
    "TimeLimit",
    "due",
    "in_days",
    "working_duration",
]
