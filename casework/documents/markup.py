"""The plain markup that officers write: paragraphs, **bold**, *italic*, lists. Parsed to blocks; nothing in it is ever run.

Everything else of Markdown (headings, links, pictures, HTML, code) stays what it is: characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 20_000  # characters of one text

_PARSER = MarkdownIt("zero").enable(["emphasis", "list", "newline"])

Block = Mapping[str, object]


def blocks(text: str, kind: str = "paragraphs") -> list[Block]:
    """What a template gets of a text: par {runs}, bullets and numbers {items}; a run is {text, bold?, italic?}.

    A `line` is one paragraph, whatever is in it.
    """
    if kind == "line":
        words = " ".join(text.split())
        return [{"kind": "par", "runs": [{"text": words}]}] if words else []
    return list(_blocks(_PARSER.parse(text[:LONGEST].replace("\x00", ""))))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    lists: list[dict[str, object]] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append({"kind": "bullets" if token.type.startswith("bullet") else "numbers", "items": []})
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            done = lists.pop()
            if not lists:
                yield done
            else:  # a list in a list: its items follow those of the outer one
                lists[-1]["items"] += done["items"]  # type: ignore[operator]
        elif token.type == "inline":
            said = list(_runs(token.children or []))
            if lists:
                lists[-1]["items"].append(said)  # type: ignore[attr-defined]
            elif said:
                yield {"kind": "par", "runs": said}


def _runs(tokens: Sequence[Token]) -> Iterator[dict[str, object]]:
    bold = italic = 0
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold += 1 if token.type == "strong_open" else -1
        elif token.type in ("em_open", "em_close"):
            italic += 1 if token.type == "em_open" else -1
        else:
            text = " " if token.type in ("softbreak", "hardbreak") else token.content
            if text:
                run: dict[str, object] = {"text": text}
                yield run | ({"bold": True} if bold else {}) | ({"italic": True} if italic else {})
