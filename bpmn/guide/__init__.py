"""What helps people find a procedure: the life events of the catalogue, and the questions of "which one do I need?".

Data of this folder, read once: `life_events.toml` and `questions.form` (an e-form like any other). A bundle's manifest
says which life events its procedure belongs to, and for which answers it is suggested (`[[suggested]]`, dialect §2).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import forms
from bpmn import bundle, english
from forms import EForm

FOLDER = Path(__file__).parent
ANSWERS = "need"
"""What the conditions of `[[suggested]]` call the answers: `need.viec`."""


@dataclass(frozen=True)
class LifeEvent:
    """A moment of life that brings procedures with it; `icon` is a name of the page's icon font."""

    code: str
    name: str
    name_en: str
    icon: str


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """In the order of the catalogue."""
    table = tomllib.loads((FOLDER / "life_events.toml").read_text(encoding="utf-8"))
    return tuple(LifeEvent(**row) for row in table["life_events"])


@cache
def questions() -> EForm:
    """The e-form of the questions."""
    words = english.read((FOLDER / bundle.ENGLISH).read_bytes())
    return forms.load((FOLDER / "questions.form").read_bytes(), key=ANSWERS, english=words)
