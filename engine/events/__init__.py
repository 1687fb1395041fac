"""What happened to a dossier, past tense. One row of the event log holds all events of one command.

Events carry no personal data and nothing that somebody wrote or declared: answers, persons, reasons, notes, loop items
and partners' words are content-addressed rows that can be erased; here stands their digest, in a field `…_digest`.
Moments are ISO 8601 in UTC (strings, so that an event is JSON as it stands). A new event is a class in the file of
its topic, and is found here: `from engine.events import TaskOpened`.
"""

# ruff: noqa: F403 (all classes of a topic's file are events)
from __future__ import annotations

from engine.events.clock import *
from engine.events.colleagues import *
from engine.events.conversation import *
from engine.events.dossier import *
from engine.events.event import Event as Event
from engine.events.papers import *
from engine.events.payment import *
from engine.events.task import *
from engine.events.waiting import *
