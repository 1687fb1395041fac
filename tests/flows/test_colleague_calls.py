"""Officers among themselves, over the API: opinions, delegation, notes, substitutes."""

from __future__ import annotations

from tests.casework.town import WARD
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import reached
from tests.security.people import clerk, file_one

OTHER_WARD = "H23.30.06"


def test_an_opinion_is_asked_answered_and_read(counter: Counter) -> None:
    """The step goes on meanwhile; strangers to the dossier, and its applicant, are told nothing of it."""
    play = reached(counter, "1.001193/trong_ngay", "tham_dinh")
    task = play.task("tham_dinh")
    asking = counter.sign_in(counter.officer(WARD, "civil_status_officer"))
    path = f"/tasks/{task['id']}"
    question = {"agency": WARD, "role": "leader", "question": "Có cần xác minh?", "limit": "4 working_hour"}
    assert asking.post(f"{path}/claim").status_code == 200
    assert asking.post(f"{path}/opinions", question | {"question": " "}).status_code == 422
    assert asking.post(f"{path}/opinions", question).status_code == 200
    [waiting] = asking.get(f"{path}/opinions").json["items"]
    assert (waiting["state"], waiting["question"]) == ("waiting", "Có cần xác minh?")
    leader = counter.sign_in(counter.officer(WARD, "leader"))
    own = f"/tasks/{waiting['id']}"
    assert leader.post(f"{own}/claim").status_code == 200
    assert leader.post(f"{own}/complete").json["code"] == "opinion_task"
    given = leader.post(f"{own}/opinion", {"answer": "Không cần."})
    assert given.json["status"] == "done"
    [answered] = asking.get(f"{path}/opinions").json["items"]
    assert (answered["state"], answered["answer"]) == ("answered", "Không cần.")
    asking.post(f"{path}/opinions", question)
    second = asking.get(f"{path}/opinions").json["items"][-1]
    assert leader.post(f"/tasks/{second['id']}/take-back").status_code == 403
    assert asking.post(f"/tasks/{second['id']}/take-back").status_code == 200
    assert asking.get(f"{path}/opinions").json["items"][-1]["state"] == "taken_back"
    for nobody in (CITIZEN, counter.officer(OTHER_WARD, "one_stop_officer")):
        assert counter.sign_in(nobody).get(f"{path}/opinions").status_code == 404


def test_work_is_delegated_and_handed_back(counter: Counter) -> None:
    """To a colleague of the queue; a stranger to it is refused by name."""
    dossier = file_one(counter)
    task = f"/tasks/{dossier['tasks'][0]['id']}"  # type: ignore[index]
    names = sorted(
        name
        for name, person in counter.people.items()
        if any((post.agency, post.role) == (WARD, "one_stop_officer") for post in person.posts)
    )
    owner = counter.sign_in(names[0])
    assert owner.post(f"{task}/claim").status_code == 200
    stranger = owner.post(f"{task}/delegate", {"to": counter.officer(OTHER_WARD, "one_stop_officer")})
    assert stranger.status_code == 403
    given = owner.post(f"{task}/delegate", {"to": names[1], "words": "Xem giúp giấy chứng sinh"})
    assert given.json["assignee"] == names[1]
    back = counter.sign_in(names[1]).post(f"{task}/hand-back", {"words": "Đủ rồi"})
    assert back.json["assignee"] == names[0]
    assert owner.post(f"{task}/hand-back").json["code"] == "not_delegated"


def test_notes_are_the_own_agencys(counter: Counter) -> None:
    """Written in its name, read by it alone."""
    path = f"/dossiers/{file_one(counter)['code']}/notes"
    desk = counter.sign_in(clerk(counter))
    written = desk.post(path, {"agency": WARD, "text": "Gọi lại chiều mai"})
    assert written.status_code == 201
    assert [one["text"] for one in desk.get(path).json["items"]] == ["Gọi lại chiều mai"]
    assert desk.post(path, {"agency": OTHER_WARD, "text": "x"}).status_code == 403
    assert desk.post(path, {"agency": WARD, "text": " "}).json["code"] == "answers_invalid"
    assert counter.sign_in(CITIZEN).get(path).status_code == 403
    stranger = counter.sign_in(counter.officer(OTHER_WARD, "one_stop_officer"))
    assert stranger.get(path).status_code == 404


def test_a_substitute_is_appointed_and_called_off(counter: Counter) -> None:
    """By who leads there, for days to come; wrong days and strangers are named; somebody else may not end it."""
    leader = counter.sign_in(counter.officer(WARD, "leader"))
    absent, stands_in = clerk(counter), counter.officer(WARD, "civil_status_officer")
    body = {"absent": absent, "substitute": stands_in, "agency": WARD, "role": "one_stop_officer"}
    days = {"from_on": "2023-06-16", "to_on": "2023-06-20"}
    wrong = leader.post("/substitutions", body | {"from_on": "2023-06-20", "to_on": "2023-06-16"})
    assert [one["where"] for one in wrong.json["problems"]] == ["to_on"]
    stranger = counter.officer(OTHER_WARD, "one_stop_officer")
    assert leader.post("/substitutions", body | days | {"substitute": stranger}).status_code == 422
    made = leader.post("/substitutions", body | days)
    assert made.status_code == 201
    [row] = [one for one in made.json["items"] if one["substitute"] == stands_in]
    end = f"/substitutions/{row['id']}/end"
    assert counter.sign_in(stranger).post(end).status_code == 403
    ended = leader.post(end).json["items"]
    assert next(one for one in ended if one["id"] == row["id"])["ended_at"] is not None
    assert leader.post("/substitutions/9999999999999999999999/end").status_code in (403, 404)
