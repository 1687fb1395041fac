"""Every address with somebody else's number in it: strangers learn nothing, not even that there is something."""

from __future__ import annotations

import uuid

import pytest

from tests.casework.town import BIRTH, BIRTH_ANSWERS, WARD
from tests.flows.counter import CITIZEN, PDF, Counter
from tests.security.people import ADMIN, BUSINESS, OTHER_CITIZEN, browser, clerk, file_of, file_one

NAMES = ("Nguyễn Văn Hưng", "NGUYỄN MINH ANH", "030088001234", "0912345678")


def strangers(counter: Counter) -> list[str | None]:
    """Nobody, another citizen, a business, an officer of an agency that has nothing to do with it."""
    elsewhere = next(
        name
        for name, person in sorted(counter.people.items())
        if person.posts
        and person.kind != "admin"
        and all(not post.agency.startswith(WARD) for post in person.posts)
    )
    return [None, OTHER_CITIZEN, BUSINESS, elsewhere]


def addresses(dossier: dict[str, object]) -> list[str]:
    """Every page and call that names a dossier, a task or a file."""
    code, task = dossier["code"], dossier["tasks"][0]["id"]  # type: ignore[index]
    file = file_of(dossier)
    pages = [f"/ho-so/{code}{end}" for end in ("", "/thoi-han", "/da-nop", "/ket-qua/giay_khai_sinh")]
    pages += [
        f"/desk/dossiers/{code}{end}" for end in ("", "/deadline", "/papers/01", "/papers/05", "/results/x")
    ]
    pages += [f"/desk/tasks/{task}", f"/desk/attachments/{file}", f"/viec/{task}"]
    pages += [f"/ho-so/{code}/phieu/01", f"/ho-so/{code}/to-khai", f"/desk/attachments/{file}/chu-ky"]
    pages += [f"/quay/so-hoa/trang/{file}.png"]
    pages += [f"/desk/tasks/{task}/documents/giay_khai_sinh{end}" for end in ("", "/1.png")]
    ends = ("", "/events", "/deadline", "/papers/01", "/papers/05", "/results/giay_khai_sinh", "/notes")
    calls = [f"/api/v1/dossiers/{code}{end}" for end in ends]
    return pages + calls + [f"/api/v1/tasks/{task}", f"/api/v1/attachments/{file}"]


def test_strangers_read_nothing(counter: Counter) -> None:
    """By page or by API, whoever they are."""
    dossier = file_one(counter)
    for who in strangers(counter):
        reader = browser(counter, who)
        bearer = {"Authorization": f"Bearer {counter.sign_in(who).token}"} if who else {}
        for address in addresses(dossier):
            answer = reader.get(address, headers=bearer if address.startswith("/api") else {})
            assert answer.status_code in (302, 401, 403, 404), (who, address, answer.status_code)
            assert not any(name in answer.text for name in NAMES), (who, address)
            assert not answer.data.startswith(b"%PDF"), (who, address)


def test_strangers_do_nothing(counter: Counter) -> None:
    """Every order, by page and by API, leaves every table as it was."""
    dossier = file_one(counter)
    code, task = dossier["code"], dossier["tasks"][0]["id"]  # type: ignore[index]
    before = counter.rows()
    for who in [*strangers(counter), ADMIN]:
        writer = browser(counter, who)
        for order in ("claim", "release", "complete", "refuse", "reroute", "recall", "send-back", "assign"):
            form = {
                "reason": "x",
                "agency": WARD,
                "to": clerk(counter),
                "to_element": "tiep_nhan",
                "_outcome": "accept",
            }
            assert writer.post(f"/desk/tasks/{task}/{order}", data=form).status_code in (
                302,
                400,
                403,
                404,
            ), (who, order)
        for order in ("withdraw", "stop", "resume", "extend", "apologise", "allow_supplement"):
            form = {"reason": "x", "days": "3", "new_due_on": "2023-07-01"}
            answer = writer.post(f"/desk/dossiers/{code}/{order}", data=form)
            assert answer.status_code in (302, 403, 404, 422), (who, order)
        writer.post(f"/ho-so/{code}/rut", data={"reason": "x"})
        for page in ("papers/01/sign", "fees/le_phi/charge", "results/giay_khai_sinh/revoke"):
            writer.post(f"/desk/dossiers/{code}/{page}", data={"reason": "x", "_pin": "123456"})
        caller = counter.sign_in(who) if who else counter.anybody()
        for path, body in (
            (f"/tasks/{task}/claim", {}),
            (f"/tasks/{task}/complete", {"outcome": "accept", "answers": {}}),
            (f"/tasks/{task}/assign", {"to": clerk(counter)}),
            (f"/dossiers/{code}/withdraw", {"reason": "x"}),
            (f"/dossiers/{code}/stop", {"reason": "x"}),
            (f"/dossiers/{code}/extend", {"days": 3, "reason": "x"}),
            (f"/dossiers/{code}/fees/le_phi/charge", {"reason": "x"}),
            (f"/dossiers/{code}/results/giay_khai_sinh/revoke", {"reason": "x"}),
            (f"/tasks/{task}/pass-on", {"to": clerk(counter), "reason": "x"}),
            (f"/procedures/{BIRTH}/versions/1/migration", {"to": 99, "reason": "x"}),
        ):
            assert caller.post(path, body).status_code in (401, 403, 404, 409), (who, path)
    assert counter.rows() == before
    assert counter.sign_in(CITIZEN).dossier(str(code))["version"] == dossier["version"]


def test_a_scan_s_picture_is_asked_for_each_time(counter: Counter) -> None:
    """The next who sits at the counter does not find it in the browser."""
    address = f"/quay/so-hoa/trang/{file_of(file_one(counter))}.png"
    reader = browser(counter, clerk(counter))
    shown = reader.get(address)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-cache")
    known = {"If-None-Match": shown.headers["ETag"]}
    assert reader.get(address, headers=known).status_code == 304
    reader.post("/sign-out")
    assert reader.get(address, headers=known).status_code == 302


def test_drafts_are_their_owners(counter: Counter) -> None:
    """Neither read, nor changed, nor filed, nor thrown away by another account."""
    owner = browser(counter, CITIZEN)
    begun = owner.post(f"/thu-tuc/{BIRTH}/nop", data={"agency": WARD}).headers["Location"]
    for who in (OTHER_CITIZEN, clerk(counter), ADMIN):
        other = browser(counter, who)
        for end in ("", "/giay-to", "/xem-lai"):
            assert other.get(begun + end).status_code == 404
            assert other.post(begun + end, data={"ho_ten": "x", "declared": "1"}).status_code == 404
        other.post(begun + "/xoa")
    assert owner.get(begun).status_code == 200


def test_another_accounts_key_is_another_key(counter: Counter) -> None:
    """An idempotency key opens nobody else's dossier."""
    body = {"procedure": BIRTH, "agency": WARD, "answers": dict(BIRTH_ANSWERS)}
    body["components"] = [{"code": "giay_chung_sinh", "originals": 1}]
    mine = counter.sign_in(CITIZEN).submit(body, key="1")
    theirs = counter.sign_in(OTHER_CITIZEN).submit(body, key="1")
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json["code"] != theirs.json["code"]


def test_nobody_hands_in_anothers_file(counter: Counter) -> None:
    """By API and by the hidden fields of a page: an id is no right."""
    stolen = counter.sign_in(CITIZEN).attach(PDF)
    thief = counter.sign_in(OTHER_CITIZEN)
    for id in (stolen, str(uuid.uuid4()), "../x", "' or 1=1"):
        body = {"procedure": BIRTH, "agency": WARD, "answers": dict(BIRTH_ANSWERS)}
        body["components"] = [{"code": "giay_chung_sinh", "attachments": [id]}]
        answer = thief.submit(body)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_attachment")


@pytest.mark.parametrize("channel", ["counter", "post"])
def test_only_the_counter_files_over_the_counter(counter: Counter, channel: str) -> None:
    """A citizen files online and for the own account; an officer files at the own agency only."""
    body = {"procedure": BIRTH, "agency": WARD, "answers": dict(BIRTH_ANSWERS), "channel": channel}
    body["components"] = [{"code": "giay_chung_sinh", "originals": 1}]
    elsewhere = strangers(counter)[-1]
    for who in (CITIZEN, BUSINESS, elsewhere, ADMIN):
        assert counter.sign_in(str(who)).submit(body).status_code == 403, who
    assert counter.sign_in(clerk(counter)).submit(body | {"applicant": {"name": "Bà Tư"}}).status_code == 201


@pytest.mark.parametrize("more", ["account", "code", "status", "secret", "id", "version"])
def test_a_submission_says_nothing_it_may_not(counter: Counter, more: str) -> None:
    """Unknown keys are refused by name, at the top and in the applicant."""
    body = {"procedure": BIRTH, "agency": WARD, "answers": dict(BIRTH_ANSWERS), "applicant": {"name": "A"}}
    caller = counter.sign_in(CITIZEN)
    for wrong in (body | {more: "x"}, body | {"applicant": {"name": "A", more: "x"}}):
        answer = caller.submit(wrong)
        assert answer.status_code == 422, answer.json


def test_only_officers_and_admins_have_bundles_checked(counter: Counter) -> None:
    """A check costs us a second: no gift to every account on the internet."""
    for who, status in ((CITIZEN, 403), (BUSINESS, 403), (clerk(counter), 422), (ADMIN, 422)):
        answer = counter.sign_in(who).upload("/bundles/check", "bundle", "x.zip", b"PK")
        assert answer.status_code == status, (who, answer.json)


def test_the_applicant_reads_no_internal_note(counter: Counter) -> None:
    """What officers write to each other stays with them; the log's hashes are there all the same."""
    dossier = file_one(counter)
    officer = counter.sign_in(clerk(counter))
    task = dossier["tasks"][0]["id"]  # type: ignore[index]
    assert officer.post(f"/tasks/{task}/claim").status_code == 200
    body = {"outcome": "accept", "note": "Nghi khai gian, kiểm tra kỹ"}
    body["answers"] = {"da_kiem_tra": ["du_giay_to", "dung_tham_quyen", "khop_giay_to"]}
    answer = officer.post(f"/tasks/{task}/complete", body)
    assert answer.status_code == 200, answer.json
    code = dossier["code"]
    assert "Nghi khai gian" in officer.get(f"/dossiers/{code}/events").text
    assert "Nghi khai gian" in browser(counter, clerk(counter)).get(f"/desk/dossiers/{code}").text
    seen = counter.sign_in(CITIZEN).get(f"/dossiers/{code}/events")
    assert "Nghi khai gian" not in seen.text
    assert len(seen.json["items"]) >= 3
    for reader, address in ((CITIZEN, f"/ho-so/{code}"), (ADMIN, f"/desk/dossiers/{code}")):
        page = browser(counter, reader).get(address)
        assert page.status_code == 200
        assert "Nghi khai gian" not in page.text, reader
        assert reader == CITIZEN or not any(name in page.text for name in NAMES)
