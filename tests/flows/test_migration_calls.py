"""An admin carries running dossiers over by the API; officers pass work on, read their figures, fetch papers."""

from __future__ import annotations

from national.ports import Partners
from tests.casework.town import WARD
from tests.fakes.partners import FakeMailer, FakeWebhook
from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import reached
from tests.flows.test_publish import BIRTH, DECISION, VERSIONS, zipped
from tests.security.people import clerk

WHY = "Quyết định 1868/QĐ-UBND"


def test_running_dossiers_are_tried_ordered_and_followed(counter: Counter) -> None:
    """By admins alone; the trial keeps nothing, the order is one job a dossier, the grounds are asked for."""
    play = reached(counter, "1.001193/trong_ngay", "tham_dinh")
    admin, officer = counter.sign_in("admin"), counter.sign_in(clerk(counter))
    published = admin.upload(VERSIONS, "bundle", "goi.zip", zipped(), **DECISION)
    assert published.status_code == 201, published.json
    path = f"{VERSIONS}/1/migration"
    assert admin.get(path, to=2).json == {"running": 1, "waiting": 0, "steps": []}
    tried = admin.post(f"{path}/trial", {"to": 2}).json["items"]
    [step] = tried[0]["steps"]
    assert (tried[0]["dossier"], tried[0]["possible"]) == (play.code, True)
    assert step["from_name"] == step["to_name"]
    for refused, status, code in [
        (admin.post(path, {"to": 2}), 422, "reason_required"),
        (admin.post(path, {"to": 2, "reason": WHY, "renamed": {"x": "y"}}), 409, "cannot_migrate"),
        (admin.post(path, {"to": 7, "reason": WHY}), 404, "unknown_procedure"),
        (admin.post(f"{VERSIONS}/9/migration/trial", {"to": 2}), 404, "unknown_procedure"),
        (officer.post(path, {"to": 2, "reason": WHY}), 403, "forbidden"),
        (officer.post(f"{path}/trial", {"to": 2}), 403, "forbidden"),
        (officer.get(path), 403, "forbidden"),
        (officer.get("/incidents"), 403, "forbidden"),
        (counter.anybody().get(path), 401, "unauthenticated"),
    ]:
        assert (refused.status_code, refused.json["code"]) == (status, code)
    ordered = admin.post(path, {"to": 2, "reason": WHY})
    assert (ordered.status_code, ordered.json) == (202, {"ordered": 1})
    assert admin.get(path).json["waiting"] == 1
    counter.deliver(Partners(FakeMailer(), FakeWebhook()))
    assert admin.get(path).json == {"running": 0, "waiting": 0, "steps": []}
    assert officer.get(f"/dossiers/{play.code}").json["procedure"]["version"] == 2
    assert admin.get("/incidents").json == {"items": []}
    assert BIRTH in path


def test_a_leader_passes_a_task_on_and_everybody_reads_the_own_figures(counter: Counter) -> None:
    """To another leader of the queue, with a reason; what the counter did is counted on time."""
    play = reached(counter, "1.001193/trong_ngay", "ky")
    task = f"/tasks/{play.task('ky')['id']}"
    leaders = sorted(
        name
        for name, person in counter.people.items()
        if any((post.agency, post.role) == (WARD, "leader") for post in person.posts)
    )
    leader, other = counter.sign_in(leaders[0]), leaders[1]
    stranger = counter.officer(WARD, "civil_status_officer")
    assert leader.post(f"{task}/pass-on", {"to": other}).json["code"] == "reason_required"
    assert leader.post(f"{task}/pass-on", {"to": stranger, "reason": "họp"}).status_code == 403
    assert counter.sign_in(stranger).post(f"{task}/pass-on", {"to": other, "reason": "x"}).status_code == 403
    assert leader.post(f"{task}/pass-on", {"to": other, "reason": "họp"}).json["assignee"] == other

    desk = counter.sign_in(clerk(counter))
    figures = desk.get("/performance", days=30).json
    assert (figures["total"]["done"], figures["total"]["on_time"], figures["cut"]) == (1, 1, False)
    paper = desk.get(f"/dossiers/{play.code}/papers/01")
    assert paper.status_code in (200, 503)  # 503: the fonts of the page assets are not built
    assert desk.get(f"/dossiers/{play.code}/papers/04").json["code"] == "paper_not_issued"
    assert desk.get(f"/dossiers/{play.code}/results/giay_khai_sinh").status_code == 404
    revoked = desk.post(f"/dossiers/{play.code}/results/giay_khai_sinh/revoke", {"reason": "cấp sai"})
    assert revoked.status_code == 403
    assert counter.sign_in(CITIZEN).get(f"/dossiers/{play.code}/papers/05").status_code == 404
