"""The English catalogue of a bundle: what is listed, what a file may be, what an update keeps."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from bpmn import bundle, english, guide, texts
from bpmn.compile import read_parts
from bpmn.english import EnglishRefused

SOUND = read_parts(bundle.read(Path(__file__).parents[1] / "diagrams" / "bundle").files)
HEAD = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def entry(vi: str, en: str, before: str = "") -> bytes:
    return f'{before}msgid "{vi}"\nmsgstr "{en}"\n\n'.encode()


def listed() -> dict[str, list[str]]:
    return texts.listed(SOUND.forms, SOUND.manifest, SOUND.diagrams)


def test_every_text_is_listed_with_where_it_stands() -> None:
    """Manifest, diagram and forms; each text once, FEEL and numbers not at all."""
    found = listed()
    assert found["Đơn"] == ["procedure.toml components.don"]
    assert found["Một cửa"] == ["process.bpmn lane"]
    assert found["Họ tên"] == ["don.form ten"]
    assert not [text for text in found if text.startswith("=")]


def test_an_update_keeps_what_is_translated_and_takes_nothing_away() -> None:
    """A text that is gone is kept out of use (#~), with its English for the day it comes back."""
    old = HEAD + entry("Họ tên", "Full name") + entry("Câu cũ", "An old text")
    new = english.write(listed(), old)
    assert english.read(new) == {"Họ tên": "Full name"}
    assert '#~ msgid "Câu cũ"\n#~ msgstr "An old text"' in new.decode()
    back = english.write({**listed(), "Câu cũ": ["don.form"]}, new)
    assert english.read(back) == {"Họ tên": "Full name", "Câu cũ": "An old text"}
    assert english.write(listed(), new) == new


def test_what_a_translator_is_unsure_of_is_not_shown() -> None:
    """Entries that Poedit marks as needing work count as not translated, before and after an update."""
    doubtful = HEAD + entry("Họ tên", "Name", "#, fuzzy\n")
    assert english.read(doubtful) == {}
    assert english.read(english.write(listed(), doubtful)) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"PK\x03\x04",
        HEAD + b'msgid "a"\n',
        HEAD + b'msgstr[0] "a"\n',
        HEAD + b'msgctxt "x"\n' + entry("a", "b"),
        b'msgid ""\nmsgstr "Plural-Forms: nplurals=900000000; plural=0;\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n',
        HEAD + b"".join(entry(f"t{n}", "x") for n in range(english.MAX_TEXTS + 1)),
        HEAD + b"#" * english.MAX_BYTES,
        HEAD + b'msgid "two"\nmsgstr "Two\n',
        HEAD + b'msgid "four"\nmsgstr "Four" x\n',
        HEAD + b'msgid "one\nmsgstr "One"\n',
        HEAD + entry("a", "b") + b'msgid ""\n"a"\nmsgstr "c"\n',
    ],
    ids=[
        "not-utf-8",
        "zip",
        "cut",
        "plural",
        "context",
        "plural-bomb",
        "too-many",
        "too-large",
        "no-end",
        "more-behind",
        "id-without-end",
        "twice",
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(data: bytes) -> None:
    with pytest.raises(EnglishRefused) as refused:
        english.read(data)
    assert refused.value.vi
    assert refused.value.en


@pytest.mark.parametrize("seed", range(40))
def test_no_bytes_make_the_reader_crash(seed: int) -> None:
    """A shipped catalogue with pieces changed, cut and doubled: read or refused, never anything else."""
    chance = random.Random(seed)
    data = bytearray((guide.FOLDER / "en.po").read_bytes())
    for _ in range(chance.choice([1, 5, 50])):
        at = chance.randrange(len(data))
        piece = chance.choice(
            [
                b'"',
                b"msgid ",
                b"msgstr ",
                b"#~ ",
                b"\\",
                b"\n",
                b"#, fuzzy\n",
                b"\0",
                b"\xc3",
                b"Language: x/y",
            ]
        )
        data[at : at + chance.choice([0, 1, 40])] = piece
    try:
        read = english.read(bytes(data))
    except EnglishRefused:
        return
    assert all(isinstance(text, str) and isinstance(said, str) and said for text, said in read.items())


@pytest.mark.parametrize(
    "line",
    [b"#: a:1 b:2 c:3\n", b"#. note\n", b"#, fuzzy\n", b'msgid "a"\nmsgstr "b"\n', b'"\\\\\\\\"\n', b'msgid "%(((((("\nmsgstr "%%%%%"\n'],
)  # fmt: skip
def test_a_large_hostile_file_costs_little(line: bytes) -> None:
    """One megabyte of one line, whatever it is: linear work."""
    data = HEAD + entry("x", "y") + line * ((english.MAX_BYTES - 200) // len(line))
    began = time.process_time()
    try:
        english.read(data)
    except EnglishRefused:
        pass
    assert time.process_time() - began < 5


def test_the_questions_of_the_guide_are_whole_in_english() -> None:
    """They are no bundle, so no gate looks at them."""
    parts = read_parts({"questions.form": (guide.FOLDER / "questions.form").read_bytes()}, bare=True)
    words = guide.questions().english
    missing = [text for text in texts.listed(parts.forms, None, {}) if text not in words]
    assert missing == []
