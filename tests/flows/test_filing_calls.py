"""Before there is a dossier, over the API: drafts as the pages keep them, a filing tried out without being filed."""

from __future__ import annotations

from tests.casework.town import BIRTH, BIRTH_ANSWERS, WARD
from tests.flows.counter import CITIZEN, Counter
from tests.security.people import OTHER_CITIZEN, clerk

BODY = {"procedure": BIRTH, "agency": WARD, "answers": dict(BIRTH_ANSWERS)}


def test_a_draft_is_begun_kept_read_and_forgotten_by_its_owner(counter: Counter) -> None:
    """What is known is filled in; half an answer may be kept; nobody else finds it."""
    citizen, stranger = counter.sign_in(CITIZEN), counter.sign_in(OTHER_CITIZEN)
    assert citizen.post("/drafts", {"procedure": "9.999999", "agency": WARD}).status_code == 404
    assert citizen.post("/drafts", {"procedure": BIRTH, "agency": "H23"}).json["code"] == "not_receiving"
    assert counter.sign_in(clerk(counter)).post("/drafts", BODY).status_code == 403
    begun = citizen.post("/drafts", {"procedure": BIRTH, "agency": WARD, "answers": {"ho_ten": "AN"}})
    assert begun.status_code == 201, begun.json
    assert begun.json["answers"]["ho_ten"] == "AN"
    assert begun.json["answers"]["nguoi_yeu_cau"], "the account's own name is known"
    path = f"/drafts/{begun.json['id']}"
    file = citizen.attach()
    said = {
        "answers": {"ho_ten": "ANH"},
        "papers": {"giay_chung_sinh": [file]},
        "returning": {"way": "counter"},
    }
    kept = citizen.call("PATCH", path, json=said).json
    assert (kept["answers"], kept["papers"]) == ({"ho_ten": "ANH"}, {"giay_chung_sinh": [file]})
    assert citizen.call("PATCH", path, json={"agency": "H23"}).json["code"] == "not_receiving"
    assert citizen.call("PATCH", path, json={"papers": {"khac": []}}).json["code"] == "unknown_key"
    foreign = {"papers": {"giay_chung_sinh": [stranger.attach()]}}
    assert citizen.call("PATCH", path, json=foreign).json["code"] == "unknown_attachment"
    assert citizen.get(path).json == kept
    assert [one["id"] for one in citizen.get("/drafts").json["items"]] == [kept["id"]]
    assert stranger.get(path).json["code"] == "unknown_draft"
    assert stranger.call("DELETE", path).status_code == 404
    assert citizen.call("DELETE", path).status_code == 204
    assert citizen.get(path).status_code == 404


def test_a_filing_tried_out_says_what_it_costs_and_when_it_is_due_and_leaves_nothing(
    counter: Counter,
) -> None:
    """Refused as the filing itself would be."""
    citizen, before = counter.sign_in(CITIZEN), counter.rows()
    assert citizen.post("/dossier-checks", BODY).json["code"] == "component_missing"
    wrong = citizen.post("/dossier-checks", BODY | {"answers": {**BIRTH_ANSWERS, "gioi_tinh": "?"}})
    assert (wrong.status_code, wrong.json["code"]) == (422, "answers_invalid")
    late = BODY | {"answers": {**BIRTH_ANSWERS, "ngay_sinh": "2020-01-05"}}
    paper = {"components": [{"code": "giay_chung_sinh", "originals": 1}]}
    told = citizen.post("/dossier-checks", late | paper)
    assert told.status_code == 200, told.json
    assert told.json["due_vnd"] == 8000
    assert told.json["due_at"]
    assert told.json["reception_due_at"]
    assert counter.rows() == before
    filed = citizen.submit(late | paper)
    assert filed.status_code == 201, "the same body is filed afterwards"
