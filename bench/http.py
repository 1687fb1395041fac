"""Task completion over HTTP, everything in, against the hand-written floor (bench/floor.py): the ratio of throughputs.

Both are served by the same server (granian, one worker) on the same PostgreSQL; eight-step dossiers with a ten-field
e-form at each step, four connections. The runs alternate, so that the machine's moods meet both.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from assembly.settings import kept_secret
from bench.database import VAR, database
from bpmn import bundle
from casework import accounts, demo, intake, publish
from engine.actor import SYSTEM, Actor
from engine.declared import Person
from engine.rejection import Rejected
from store.db import make_engine
from store.migrate import upgrade
from store.tables.work import task_id

HOUSE = Path(__file__).parent.parent
OFFICER = "mc.thachkhoi"
AGENCY = "H23.30.05"
ROUNDS, DOSSIERS, CONNECTIONS = 4, 60, 4
KINDS = ("receive", "appraise", "draft", "review", "sign", "stamp", "digitise_result", "work")
FIELDS = [f"truong_{n}" for n in range(10)]
ANSWERS = {name: f"giá trị {name}" for name in FIELDS}


def run() -> dict[str, float]:
    """Requests a second of both, and completion_ratio = ours / floor."""
    with database("http") as url:
        token = _prepare(url)
        ours, floor = [], []
        with _served("wsgi:create_app", url) as port, _served("bench.floor:create_app", url) as floor_port:
            for _ in range(ROUNDS):
                ours.append(_throughput(port, token, _dossiers(url), "/api/v1/tasks/{id}/complete"))
                floor.append(_throughput(floor_port, token, _dossiers(url), "/floor/{id}/{step}"))
    return {
        "completions_per_s": statistics.median(ours),
        "floor_per_s": statistics.median(floor),
        "completion_ratio": statistics.median(a / b for a, b in zip(ours, floor, strict=True)),
    }


def _prepare(url: str) -> str:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    upgrade(url)
    now = datetime.now(UTC)
    with Session(engine) as session:
        demo.load(session)
        made = publish.publish(
            session,
            SYSTEM,
            bundle.pack(_bundle()),
            decision_number="đo",
            effective_from=date(2023, 1, 1),
            now=now,
        )
        assert not isinstance(made, Rejected), made
        opened = accounts.sign_in(session, OFFICER, demo.demo_data.read().password, now=now)
        assert not isinstance(opened, Rejected), opened
        return opened.token


def _dossiers(url: str) -> list[int]:
    """Fresh dossiers, filed without HTTP; their row ids."""
    with Session(make_engine(url)) as session:
        for _ in range(DOSSIERS):
            filed = intake.submit(
                session,
                Actor("nguyenvanhung", "applicant"),
                procedure="9.999999",
                agency=AGENCY,
                answers=ANSWERS,
                applicant=Person("Nguyễn Văn Hưng"),
                now=datetime.now(UTC),
            )
            assert not isinstance(filed, Rejected), filed
        return list(
            session.scalars(text("select id from dossier order by id desc limit :n"), {"n": DOSSIERS})
        )


@contextmanager
def _served(factory: str, url: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--no-ws",
            "--factory",
            factory,
        ],
        cwd=HOUSE,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "SECRET_KEY": kept_secret(VAR / "bench"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _throughput(port: int, token: str, dossiers: list[int], path: str) -> float:
    shares = [dossiers[n::CONNECTIONS] for n in range(CONNECTIONS)]
    with ProcessPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(_warm, itertools.repeat(port, CONNECTIONS)))
        started = time.perf_counter()
        done = sum(
            pool.map(_drive, itertools.repeat(port), itertools.repeat(token), shares, itertools.repeat(path))
        )
        return done / (time.perf_counter() - started)


def _warm(port: int) -> None:
    http.client.HTTPConnection("127.0.0.1", port).connect()


def _drive(port: int, token: str, dossiers: list[int], path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"answers": ANSWERS})
    done = 0
    for dossier in dossiers:
        for step in range(1, len(KINDS) + 1):
            connection.request("POST", path.format(id=task_id(dossier, step), step=step), body, headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {said[:400]!r}")
            done += 1
    return done


def _bundle() -> dict[str, bytes]:
    steps = [f"b{n}" for n in range(len(KINDS))]
    nodes = ["bat_dau", *steps, "ket_thuc"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f_{a}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in itertools.pairwise(nodes)
    )
    tasks = "".join(
        f'<bpmn:userTask id="{step}" name="Bước {kind}" camunda:formRef="phieu" camunda:formRefBinding="deployment"'
        f' camunda:assignee="{OFFICER}"><bpmn:extensionElements><camunda:properties>'
        f'<camunda:property name="kind" value="{kind}"/><camunda:property name="time_limit" value="1 working_day"/>'
        f"</camunda:properties></bpmn:extensionElements></bpmn:userTask>"
        for step, kind in zip(steps, KINDS, strict=True)
    )
    diagram = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="do">
<bpmn:process id="do" name="Đo" isExecutable="true"><bpmn:laneSet id="ls"><bpmn:lane id="lan" name="Một cửa">
<bpmn:extensionElements><camunda:properties><camunda:property name="agency" value="=dossier.agency"/>
<camunda:property name="role" value="one_stop_officer"/></camunda:properties></bpmn:extensionElements>
{"".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)}</bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="bat_dau" camunda:formRef="phieu" camunda:formRefBinding="deployment"/>{tasks}
<bpmn:endEvent id="ket_thuc" name="Xong"/>{flows}</bpmn:process></bpmn:definitions>"""
    form = {
        "type": "default",
        "schemaVersion": 16,
        "id": "phieu",
        "components": [
            {"type": "textfield", "id": f"F{n}", "key": name, "label": name, "validate": {"maxLength": 200}}
            for n, name in enumerate(FIELDS)
        ],
    }
    manifest = """
[procedure]
code = "9.999999"
version = 1
name = "Thủ tục đo"
field = "Đo"
level = "commune"
[time_limit]
amount = 8
unit = "working_day"
"""
    return {
        "process.bpmn": diagram.encode(),
        "phieu.form": json.dumps(form).encode(),
        "procedure.toml": manifest.encode(),
    }
