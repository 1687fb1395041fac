"""The words of what goes outside, read from `notice_templates.toml`: frames by channel and language, what nobody can turn off."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_DATA: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).parent / "notice_templates.toml").read_text(encoding="utf-8")
)
REQUIRED = frozenset(_DATA["required"])
ZALO_TEMPLATE = str(_DATA["zalo"]["template_id"])
LANGUAGES = ("vi", "en")


def frame(channel: str, language: str) -> Mapping[str, str]:
    """The frame of a channel; Vietnamese where a language is not known."""
    words: Mapping[str, str] = _DATA[channel][language if language in LANGUAGES else "vi"]
    return words
