"""Single lists are complete: events and their appliers, jobs and their queues, commands, settings, tables and their pages."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from assembly import settings
from casework import erasure
from casework.deliver import TOPICS
from cli.__main__ import COMMANDS
from engine import events
from engine.events import Event
from store.appliers import APPLIERS, TABLE_LESS
from store.tables import metadata
from workers.queues import INSIDE_TOPICS, JOB_QUEUES, PARTNERS, queue_for

HOUSE = Path(__file__).resolve().parents[2]


def sources(*rooms: str) -> Iterator[tuple[Path, str]]:
    for room in rooms:
        for path in sorted((HOUSE / room).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")


def told(path: str) -> str:
    return (HOUSE / path).read_text(encoding="utf-8")


def event_types() -> set[type[Event]]:
    return {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and issubclass(kind, Event)
    } - {Event}


def test_every_event_has_an_applier_or_a_reason_to_have_none() -> None:
    """An event that no table shows is listed as such, not forgotten."""
    assert event_types() == set(APPLIERS) | TABLE_LESS
    assert set(APPLIERS) & TABLE_LESS == set()


def test_every_event_is_recorded_by_some_rule() -> None:
    """A type that nothing records any more is dead."""
    rules = "\n".join(text for _, text in sources("engine/rules"))
    # Old logs hold events that are no longer recorded: their type and applier stay; none so far.
    assert {
        kind.__name__ for kind in event_types() if not re.search(rf"\be\.{kind.__name__}\b", rules)
    } == set()


def put_topics() -> set[str]:
    """The topics that the house itself puts into the outbox, read from the calls."""
    found: set[str] = set()
    for _, text in sources("store", "casework"):
        found |= set(re.findall(r"outbox\.put\(\s*\w+,\s*\"([\w.]+)\"", text))
        found |= set(re.findall(r"yield \"([\w.]+)\",", text))
    return found


def test_every_topic_is_carried_out_and_every_queue_is_served() -> None:
    """What is put into the outbox has somebody to do it, on a queue that workers listen to."""
    assert put_topics() - set(TOPICS) == set()
    assert put_topics() >= {"notice", "mail", "webhook"}
    assert set(TOPICS) >= INSIDE_TOPICS
    assert {queue_for(topic) for topic in TOPICS} | {PARTNERS} == set(JOB_QUEUES)
    run = told("workers/run.py")
    assert re.search(r"SimpleWorker\(list\(JOB_QUEUES\)", run)


def test_every_process_has_its_unit_and_its_supervisor() -> None:
    """relay, worker, clock run on one machine (`./motcua up`) and on several (deploy/)."""
    one_machine = told("cli/commands/up.py") + told("cli/children.py")
    many = told("deploy/docker-compose.yml") + told("deploy/README.md")
    for process in ("relay", "worker", "clock"):
        assert process in one_machine, process
        assert process in many, process


def test_every_command_is_documented() -> None:
    """The reference names each of `./motcua`'s commands, and no other."""
    page = told("docs/how-to/commands.md")
    assert set(re.findall(r"^\| `\./motcua ([\w-]+)", page, re.MULTILINE)) == set(COMMANDS)
    assert {path.stem.replace("_", "-") for path in (HOUSE / "cli/commands").glob("[a-z]*.py")} == set(
        COMMANDS
    )


def read_settings() -> set[str]:
    """Environment variables that the code reads, as literal names."""
    found: set[str] = set()
    for _, text in sources("assembly", "api", "web", "workers", "casework", "store", "national"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"^(MOTCUA_\w+|DATABASE_URL|REDIS_URL|SECRET_KEY)$", node.value))
    return found


def test_every_setting_is_documented() -> None:
    """The table at the head of assembly/settings.py is the reference; examples name no setting that is not there."""
    listed = set(re.findall(r"^\| ([A-Z_]+) \|", settings.__doc__ or "", re.MULTILINE))
    simulators = {name for name in read_settings() if name.startswith("MOTCUA_SIMULATOR_")}
    assert read_settings() - simulators == listed
    example = set(re.findall(r"^#?([A-Z_]+)=", told("deploy/motcua.env.example"), re.MULTILINE))
    assert example - listed == set()


def test_every_table_is_in_the_architecture() -> None:
    """Where things are kept is told for all of them."""
    page = told("docs/architecture.md")
    kept = page.split("## What is kept where")[1].split("\n## ")[0]
    assert {name for name in metadata.tables if f"`{name}`" not in kept} == set()


def test_every_room_is_in_the_architecture() -> None:
    """A new folder of code gets its line."""
    rooms = {path.parent.name for path in HOUSE.glob("*/__init__.py")} - {
        "tests",
        "bench",
        "tools",
        "migrations",
    }
    page = told("docs/architecture.md")
    assert {room for room in rooms if f"`{room}/`" not in page} == set()


_CODES = """
dossier_code procedure_code agency channel at reception_due_at parent form digest element_id status
sub_status code by end_kind started_at unit due_at calendar cause document new_due_on token_id kind
role offered_by from_element outcome back_to_agency back_to_role to_element from_agency to_agency
answer_by paper stage number signer timer_id attached_to topic child_code subscription_id name
decision_ref to reason files attachments facts via reference method receipt gateway_reference fees
limit by_agency of mandate return_by
file issued_on valid_to replaced_by renamed
question answer words text
"""
"""Fields of events that hold codes of ours, accounts, moments, numbers of papers, or (the last line) digests. By_name, to_name: officers' names."""


def test_no_event_holds_what_somebody_wrote() -> None:
    """The log is never changed, so erasure could not reach it: words go by `Draft.words`, the event has `…_digest`."""
    for kind in event_types():
        for field in dataclasses.fields(kind):
            harmless = field.name in _CODES.split() or field.name.endswith(("_digest", "by_name", "to_name"))
            assert harmless or str(field.type).split(" |")[0] in ("int", "bool", "tuple[int, ...]"), (
                kind.__name__,
                field.name,
            )
    reasons = [
        kind.__name__ for kind in event_types() if "reason" in {f.name for f in dataclasses.fields(kind)}
    ]
    assert reasons == ["TaskCancelled"]  # a code


def test_erasure_knows_every_table_of_a_dossier() -> None:
    """A table added later says what becomes of its rows when the person is forgotten (casework/erasure.py)."""
    of_dossiers = {table for table in metadata.tables.values() if "dossier_id" in table.c}
    told_of = {*erasure.REMOVED, *erasure.BLANKED, *erasure.KEPT, *erasure.SPECIAL}
    assert of_dossiers == {table for table in told_of if "dossier_id" in table.c}
    assert len(told_of) == sum(map(len, (erasure.REMOVED, erasure.BLANKED, erasure.KEPT, erasure.SPECIAL)))
