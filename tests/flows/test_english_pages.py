"""English all the way: what a bundle says stands in English on an English page, and what is left is marked Vietnamese.

A person's words, names of people and agencies and the law's own forms stay Vietnamese, with `lang="vi"` around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from bpmn import bundle, english, guide
from casework import demo_data
from casework.demo import PROCEDURES
from tests.flows.counter import Counter
from tests.flows.play import reached
from web import assets

VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
READ_OUT = ("aria-label", "alt", "placeholder", "title", "label", "data-label")
BRAND = "Một Cửa"
JOURNEYS = [  # (procedure, scenario, step that is at work)
    ("1.001193", "trong_ngay", "tham_dinh"),
    ("1.004873", "hoi_ba_xa", "tham_dinh"),
    ("1.009994", "im_lang_dong_y", "tham_dinh"),
    ("2.000815", "trong_ngay", "doi_chieu"),
]


@pytest.fixture(autouse=True)
def _no_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_chunk", lambda entry: {"file": entry})
    monkeypatch.setattr(assets, "_manifest", dict)


def reader(counter: Counter, username: str) -> FlaskClient:
    """A browser where the account is signed in and reads English."""
    client = counter.app.test_client()
    given = {"username": username, "password": demo_data.read().password}
    assert client.post("/sign-in?lang=en", data=given).status_code == 302
    return client


def texts(page: str) -> Iterator[tuple[str, bool]]:
    """Every text that a person sees or hears, and whether it is marked as Vietnamese."""
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        marked = "vi" in [e.get("lang") for e in (element, *element.iterancestors()) if e.get("lang")][:1]
        read_out = [element.get(name) for name in READ_OUT]
        yield from ((text, marked) for text in (element.text, *read_out) if text)
        around = next((e.get("lang") for e in element.iterancestors() if e.get("lang")), "")
        if element.tail:
            yield element.tail, around == "vi"


def faults(page: str, words: dict[str, str]) -> list[str]:
    """Vietnamese that is not marked; and marked Vietnamese of which there is English."""
    return [
        text.strip()
        for text, marked in texts(page)
        if (text.strip() in words if marked else VIETNAMESE.search(text.replace(BRAND, "")))
    ]


@pytest.mark.parametrize(("code", "scenario", "step"), JOURNEYS)
def test_the_english_pages_of_a_procedure_say_nothing_in_unmarked_vietnamese(
    counter: Counter, code: str, scenario: str, step: str
) -> None:
    """The procedure, the wizard's pages, the dossier for its applicant and for its officer, and the task at work."""
    words = english.read(bundle.read(PROCEDURES / code / "v1").files["en.po"])
    play = reached(counter, f"{code}/{scenario}", step)
    citizen = reader(counter, "nguyenvanhung")
    draft = citizen.post(f"/thu-tuc/{code}/nop", data={"agency": play.agency}).location
    task = play.task(step)
    officer = reader(counter, counter.officer(task["agency"], task["role"]))
    pages = [
        (citizen, f"/thu-tuc/{code}"),
        (citizen, draft),
        (citizen, f"{draft}/giay-to"),
        (citizen, f"{draft}/xem-lai"),
    ]
    pages += [(officer, f"/desk/tasks/{task['id']}"), (officer, f"/desk/dossiers/{play.code}")]
    for client, address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert 'lang="en"' in answer.text[:200]
        assert faults(answer.text, words) == [], address


def test_a_refused_form_names_its_fields_in_english(counter: Counter) -> None:
    """The same answers are refused as in Vietnamese; the sentences are English."""
    client = reader(counter, "nguyenvanhung")
    draft = client.post("/thu-tuc/1.001193/nop", data={"agency": "H23.30.05"}).location
    answer = client.post(draft, data={"ho_ten": ""})
    assert answer.status_code == 422
    assert "Ethnic group" in answer.text
    assert faults(answer.text, english.read((PROCEDURES / "1.001193/v1/en.po").read_bytes())) == []


def test_the_questions_of_the_guide_are_asked_in_english(counter: Counter) -> None:
    answer = reader(counter, "nguyenvanhung").get("/can-lam-gi")
    assert answer.status_code == 200, answer.location
    assert "What is happening in your life" in answer.text
    assert faults(answer.text, english.read((guide.FOLDER / "en.po").read_bytes())) == []
