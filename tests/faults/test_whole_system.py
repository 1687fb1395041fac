"""The whole system under `kill -9`: what was acknowledged is there, once, and what had to be told was told once."""

from __future__ import annotations

import signal
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from casework import demo_data
from tests.faults.system import ROOT, System, wait
from tests.flows.play import CAME

SCENARIO = ROOT / "bpmn" / "procedures" / "1.001193" / "v1" / "scenarios" / "trong_ngay.toml"
SUBMISSIONS = 40


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    running = System(tmp_path_factory.mktemp("system"))
    running.start()
    yield running
    running.stop()


def password() -> str:
    return demo_data.read().password


def scenario() -> dict[str, Any]:
    """A birth registration as its own scenario fills it in."""
    return tomllib.loads(SCENARIO.read_text(encoding="utf-8"))


def declaration() -> dict[str, Any]:
    told = scenario()
    submit = told["do"][0]["submit"]
    components = [{"code": code, "originals": count} for code, count in submit.get("components", {}).items()]
    answers = {
        key: str(value) if hasattr(value, "isoformat") else value for key, value in submit["answers"].items()
    }
    return {"procedure": "1.001193", "agency": told["agency"], "answers": answers, "components": components}


def officer(agency: str, role: str) -> str:
    """Username of somebody who holds this role."""
    people = demo_data.read().officers
    return next(
        p.username for p in people if any((post.agency, post.role) == (agency, role) for post in p.posts)
    )


def rows(system: System, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(system.database_url()) as connection:
        return connection.execute(query).fetchall()


def settled(system: System) -> bool:
    """Nothing is left to do; what waits for the morning (a telephone's quiet hours) waits rightly."""
    left = (
        "select count(*) from outbox where done_at is null"
        " and run_at < now() + (select \"offset\" from system_clock) + interval '1 hour'"
    )
    try:
        return rows(system, left) == [(0,)]
    except psycopg.OperationalError:
        return False


def complete(system: System, applicant: dict[str, str], code: str, step: dict[str, Any]) -> None:
    """Somebody of its queue claims and completes this step of the scenario, as soon as it is open."""
    url = f"/dossiers/{code}"

    def opened() -> list[dict[str, Any]]:
        tasks = system.insist("GET", url, headers=applicant).json()["tasks"]
        return [task for task in tasks if task["step"]["id"] == step["complete"] and task["status"] != "done"]

    wait(opened, 40, lambda: system.insist("GET", url, headers=applicant).text)
    task = opened()[0]
    holder = system.token(officer(task["agency"], task["role"]), password())
    if (
        task["step"]["kind"] == "return_result"
    ):  # a registration this late costs something, on the days tests run
        owed = system.insist("GET", f"{url}/payments", headers=applicant).json()["due_vnd"]
        if owed:
            clerk = system.token(officer(scenario()["agency"], "one_stop_officer"), password())
            paid = system.insist("POST", f"{url}/payments", json={"amount_vnd": owed}, headers=clerk)
            assert paid.status_code == 201, paid.text
    for order, body in (
        ("claim", {}),
        ("complete", {key: step[key] for key in ("outcome", "answers") if key in step} | {"receiver": CAME}),
    ):
        answer = system.insist("POST", f"/tasks/{task['id']}/{order}", json=body, headers=holder)
        assert answer.status_code == 200, answer.text


@pytest.mark.slow
def test_a_birth_is_registered_once_though_the_worker_dies_and_the_result_is_returned(system: System) -> None:
    """Filed, received, appraised; the national register answers by callback; signed, returned; letters and notices go out."""
    applicant = system.token("levankhanh", password())
    person = {"name": "Lê Văn Khánh", "kind": "citizen", "email": "khanh@example.vn"}
    filed = {
        "json": {**declaration(), "applicant": person},
        "headers": {**applicant, "Idempotency-Key": "birth-1"},
    }
    code = system.insist("POST", "/dossiers", **filed).json()["code"]
    for step in scenario()["do"]:
        if "finish_job" in step:
            system.kill("worker")
        if "complete" in step:
            complete(system, applicant, code, step)
    dossier = system.insist("GET", f"/dossiers/{code}", headers=applicant).json()
    assert dossier["status"] == "returned"
    wait(lambda: settled(system), 60, lambda: str(rows(system, "select topic, last_error from outbox")))
    assert len(system.simulated("civil-status")) == 1
    letters = [letter for letter in system.simulated("mail") if code in letter["subject"]]
    assert {letter["to"] for letter in letters} == {"khanh@example.vn"}
    assert len({letter["id"] for letter in letters}) == len(letters)
    told = [notice["topic"] for notice in system.simulated("webhook")["notices"]]
    assert {"received", "returned"} <= set(told)


@pytest.mark.slow
def test_every_acknowledged_submission_survives_the_death_of_every_process(system: System) -> None:
    """Four clients submit and insist with their keys while web, relay, worker, clock, Redis and database are killed."""
    applicant = system.token("tranthuha", password())
    body = declaration()
    before = {code for (code,) in rows(system, "select code from dossier")}

    def submit(number: int) -> str:
        headers = {**applicant, "Idempotency-Key": f"fault-{number}"}
        answer = system.insist("POST", "/dossiers", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["code"]

    with ThreadPoolExecutor(4) as clients:
        submitted = [clients.submit(submit, number) for number in range(SUBMISSIONS)]
        for name in ("web", "relay", "worker", "clock", "valkey", "postgres", "web"):
            time.sleep(0.4)
            system.kill(name)
        codes = [one.result() for one in submitted]

    assert len(set(codes)) == SUBMISSIONS
    stored = {code for (code,) in rows(system, "select code from dossier")}
    assert stored - before == set(codes)
    serials = sorted(int(code.rpartition("-")[2]) for code in stored)
    assert serials == list(range(1, len(stored) + 1))
    wait(
        lambda: settled(system),
        60,
        lambda: str(rows(system, "select topic, last_error, attempts from outbox")),
    )
    for command in (("verify-log",), ("rebuild", "--check")):
        done = system.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_dossier_that_ran_late_is_told_once_though_the_clock_was_killed(system: System) -> None:
    """The clock dies while days pass; the next one finds the dossier late, and each leader is told one time."""
    told = scenario()
    applicant = system.token("tranthuha", password())
    key = {"Idempotency-Key": "late-1"}
    code = system.insist("POST", "/dossiers", json=declaration(), headers={**applicant, **key}).json()["code"]
    receive = next(step for step in told["do"] if step.get("complete"))
    complete(system, applicant, code, receive)

    system.kill("clock")
    assert system.run("demo", "advance", "P3D").returncode == 0
    system.kill("clock")
    late = f"select overdue_at from dossier where code = '{code}' and overdue_at is not null"
    wait(lambda: rows(system, late), 30)
    wait(lambda: settled(system), 60, lambda: str(rows(system, "select topic, last_error from outbox")))
    leaders = {
        p.username
        for p in demo_data.read().officers
        if any((post.agency, post.role) == (told["agency"], "leader") for post in p.posts)
    }
    notified = rows(
        system,
        "select account, count(*) from notification join dossier on dossier.id = dossier_id "
        f"where topic = 'overdue' and dossier.code = '{code}' group by account",
    )
    assert dict(notified) == dict.fromkeys(leaders, 1)


@pytest.mark.slow
def test_killing_the_supervisor_leaves_no_process_and_the_data_for_the_next_start(system: System) -> None:
    """`kill -9` of `./motcua up`: within seconds nothing of it runs; started again it holds what it held."""
    before = rows(system, "select count(*) from dossier")
    pids = system.pids()
    assert system.process
    system.process.send_signal(signal.SIGKILL)
    system.process.wait(10)
    wait(
        lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids.values()), 20, lambda: str(pids)
    )
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{system.url}/healthz", timeout=2)
    system.start()
    assert rows(system, "select count(*) from dossier") == before
