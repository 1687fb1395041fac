"""Who may do and see what over HTTP, on a dossier that a district receives and three agencies are asked about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assembly import clock
from tests.flows.counter import CITIZEN, Caller, Counter
from tests.flows.play import Play, reached
from tests.servers import DatabaseServer

SHOP, DIVISION, ASKED = "H23.30", "H23.30.61", "H23.30.62"
PERSONAL = ("030088001234", "0912345678", "hung.nguyen@example.vn", "CT 123456", "Khu 3, phường Thạch Khôi")
WORDS_OF_OTHERS = "Kiểm tra thực địa trong tuần"  # what the head of the division wrote to the officer


@pytest.fixture(scope="module")
def play(
    database_server: DatabaseServer, demo_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    url = database_server.clone(demo_database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "REFRESH_SECONDS", 0)
        counter = Counter(url, tmp_path_factory.mktemp("var"))
        yield reached(counter, "1.009994/dung_han", "lay_y_kien")
        counter.close()
    database_server.drop(url)


# caller → what GET of the dossier, its log and its deadline, a consulted agency's task, and that agency's queue answer
SEES = {
    CITIZEN: (200, 200, 200, 404, 403),
    "phamthilan": (404, 404, 404, 404, 403),
    "mc.haiduong": (200, 200, 200, 200, 403),
    "ld.haiduong": (200, 200, 200, 200, 403),
    "tp.qldt.haiduong": (200, 200, 200, 200, 403),
    "tnmt.haiduong": (200, 200, 200, 200, 200),
    "mc.chilinh": (404, 404, 404, 404, 403),
    "tnmt.chilinh": (404, 404, 404, 404, 403),
    "ct.tinh": (404, 404, 404, 404, 403),
    "thietke": (404, 404, 404, 404, 403),
    "admin": (200, 200, 200, 200, 403),
}
SIGHT = {
    CITIZEN: "own",
    "mc.haiduong": "full",
    "ld.haiduong": "full",
    "tp.qldt.haiduong": "course",
    "tnmt.haiduong": "full",
    "admin": "course",
}
# caller → status of: claim the consulted agency's task, stop, withdraw, extend, repair, publish (all without a body's
# essential part, so that nothing changes: 422 means "you may, but say why")
MAY = {
    CITIZEN: (403, 403, 422, 403, 403, 403),
    "phamthilan": (404, 404, 404, 404, 404, 403),
    "mc.haiduong": (403, 422, 422, 422, 403, 403),
    "ld.haiduong": (403, 422, 403, 422, 403, 403),
    "tp.qldt.haiduong": (403, 403, 403, 403, 403, 403),
    "tnmt.haiduong": (409, 403, 403, 403, 403, 403),
    "mc.chilinh": (404, 404, 404, 404, 404, 403),
    "admin": (403, 403, 403, 403, 409, 422),
}


def asked_task(play: Play) -> int:
    return int(play.task("lay_y_kien", ASKED)["id"])


@pytest.mark.parametrize("who", SEES)
def test_exactly_these_see_it(play: Play, who: str) -> None:
    """Others are not even told that the dossier exists."""
    caller = play.counter.sign_in(who)
    answers = [
        caller.get(f"/dossiers/{play.code}"),
        caller.get(f"/dossiers/{play.code}/events"),
        caller.get(f"/dossiers/{play.code}/deadline"),
        caller.get(f"/tasks/{asked_task(play)}"),
        caller.get("/tasks", queue=f"{ASKED}:consult_officer"),
    ]
    assert tuple(answer.status_code for answer in answers) == SEES[who]
    assert (answers[0].json.get("sight")) == SIGHT.get(who)
    listed = [row["code"] for row in caller.get("/dossiers").json["items"]]
    assert (play.code in listed) == (who in SIGHT)


@pytest.mark.parametrize("who", MAY)
def test_exactly_these_may(play: Play, who: str) -> None:
    """The gate's table of permits, met at its door."""
    caller, before = play.counter.sign_in(who), play.counter.rows()
    dossier = f"/dossiers/{play.code}"
    answers = [
        caller.post(f"/tasks/{asked_task(play)}/claim", {"seen_version": 99}),
        caller.post(f"{dossier}/stop", {}),
        caller.post(f"{dossier}/withdraw", {}),
        caller.post(f"{dossier}/extend", {"days": 3}),
        caller.post(f"{dossier}/repair", {"reason": "Thử lại"}),
        caller.upload("/procedures/1.001193/versions", "bundle", "g.zip", b"PK"),
    ]
    assert tuple(answer.status_code for answer in answers) == MAY[who]
    assert play.counter.rows() == before


def everything(caller: Caller, play: Play, task: int) -> str:
    """All that a caller can read of the dossier, as one text."""
    paths = (
        f"/dossiers/{play.code}",
        f"/dossiers/{play.code}/events",
        f"/dossiers/{play.code}/deadline",
        f"/tasks/{task}",
        "/dossiers",
    )
    return "\n".join(caller.get(path).text for path in paths)


@pytest.mark.parametrize("who", ["tp.qldt.haiduong", "admin"])
def test_the_course_holds_nobodys_data(play: Play, who: str) -> None:
    """Whose task is done, and who runs the system, sees where the dossier is, and nothing that people declared."""
    seen = everything(play.counter.sign_in(who), play, asked_task(play))
    assert play.code in seen
    assert [said for said in (*PERSONAL, CITIZEN, WORDS_OF_OTHERS) if said in seen] == []
    items = [task["item"] for task in play.counter.sign_in(who).dossier(play.code)["tasks"]]
    assert items == [None] * 3  # a loop's item is part of the answers


def test_the_applicant_reads_no_internal_words(play: Play) -> None:
    """Own data in full; officers' notes to each other, and who of them did what, stay inside."""
    citizen = play.counter.sign_in(CITIZEN)
    log = citizen.get(f"/dossiers/{play.code}/events").json["items"]
    assert {row["by"] for row in log} == {"", CITIZEN}
    told = {key for row in log for event in row["events"] for key in event}
    assert told & {"note", "by", "by_name"} == set()
    assert citizen.dossier(play.code)["applicant"]["id_number"] == PERSONAL[0]


def test_a_consulted_agency_sees_the_course_once_its_task_has_ended(counter: Counter) -> None:
    """Full sight while it is asked; afterwards the papers and answers are others' business."""
    play = reached(counter, "1.009994/dung_han", "lay_y_kien")
    task = asked_task(play)
    officer = play.at_post(ASKED, "consult_officer")
    attachment = officer.dossier(play.code)["components"][1]["attachments"][0]["id"]
    assert officer.get(f"/attachments/{attachment}").status_code == 200
    assert PERSONAL[0] in everything(officer, play, task)
    play.does("lay_y_kien", "agree", agency=ASKED, so_van_ban="1/CV", y_kien="Thống nhất.")
    officer = play.at_post(ASKED, "consult_officer")
    assert officer.dossier(play.code)["sight"] == "course"
    assert officer.get(f"/attachments/{attachment}").status_code == 404
    seen = everything(officer, play, task)
    assert [said for said in PERSONAL if said in seen] == []


def test_an_attachment_is_its_owners_until_a_dossier_takes_it(counter: Counter) -> None:
    """Nobody else finds it, and nobody else hands it in."""
    citizen = counter.sign_in(CITIZEN)
    paper = citizen.attach()
    assert citizen.get(f"/attachments/{paper}").data.startswith(b"%PDF")
    for other in ("phamthilan", "mc.haiduong", "admin"):
        answer = counter.sign_in(other).get(f"/attachments/{paper}")
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_attachment")
