"""What is stored can be read again, today and after the next release."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import msgpack
import pytest

from engine import event_codec, snapshot
from engine import events as e
from engine.folds import FOLDS
from engine.state import State
from tests.engine.case import given
from tests.engine.procedures import simple


def test_an_event_is_json_and_leaves_out_what_is_at_its_default():
    row = event_codec.to_json(e.TaskClaimed(3, "lan"))
    assert row == {"type": "TaskClaimed", "v": 1, "task_no": 3, "by": "lan"}
    assert event_codec.from_json(json.loads(json.dumps(row))) == e.TaskClaimed(3, "lan")


def test_an_unknown_event_is_refused():
    with pytest.raises(LookupError):
        event_codec.from_json({"type": "Surprise", "v": 1})


@pytest.mark.parametrize("kind", event_codec.TYPES.values(), ids=lambda kind: kind.__name__)
def test_every_event_survives_its_json(kind: type[e.Event]):
    samples: dict[str, Any] = {
        "int": 7,
        "str": "x",
        "bool": True,
        "tuple[str, ...]": ("a",),
        "tuple[int, ...]": (1, 2),
        "object": {"k": [1]},
    }
    fields = {f.name: samples.get(str(f.type).split(" | ")[0], "x") for f in dataclasses.fields(kind)}
    if kind is e.DossierSubmitted:
        fields["facts"] = {"law": "2023"}
    event = kind(**fields)
    assert event_codec.from_json(json.loads(json.dumps(event_codec.to_json(event)))) == event


def test_a_row_of_the_first_version_gives_up_its_words():
    """The log is never changed: what an earlier release wrote in plain text is read as a digest and its body."""
    row = {
        "type": "TaskRerouted",
        "v": 1,
        "task_no": 2,
        "agency": "A",
        "role": "r",
        "reason": "nhầm",
        "by": "lan",
    }
    plain: dict[str, object] = {}
    event = event_codec.from_json(row, plain)
    assert isinstance(event, e.TaskRerouted)
    assert plain == {event.reason_digest: "nhầm"}
    assert event_codec.told(row, {})["reason"] == "nhầm"
    assert "reason" not in event_codec.told(row, None)
    empty = event_codec.from_json({**row, "reason": ""}, plain)
    assert isinstance(empty, e.TaskRerouted)
    assert empty.reason_digest is None


def test_readers_are_told_words_by_their_own_name():
    row = event_codec.to_json(e.IncidentRaised("x", "stuck", "d1", "d2"))
    assert event_codec.told(row, {"d1": "Hỏng", "d2": None}) == {**row, "vi": "Hỏng"}
    assert event_codec.told(row, None) == row


def test_folds_are_for_events_only():
    assert set(FOLDS) <= set(event_codec.TYPES.values())


def test_a_snapshot_is_small_and_says_its_format():
    data = snapshot.dump(given(simple()).does("nhan", "accept").state)
    assert len(data) < 1500
    assert msgpack.unpackb(data, strict_map_key=False)[0] == snapshot.FORMAT


@pytest.mark.parametrize(
    "data", [b"", b"x", msgpack.packb([99, {}]), msgpack.packb([1, {"unknown": 1}]), msgpack.packb({})]
)
def test_bytes_that_are_no_snapshot_are_refused(data: bytes):
    with pytest.raises(snapshot.BadSnapshot):
        snapshot.load(data)


def test_an_empty_state_is_a_snapshot():
    assert snapshot.load(snapshot.dump(State())) == State()


def test_a_snapshot_of_the_first_format_opens():
    """Written by an earlier release, with loop items inside tasks and records."""
    task = {
        "no": 3, "token_id": "t7", "element_id": "hoi", "kind": "consult", "agency": "A", "role": "r",
        "status": "open", "opened_at": "2023-06-15T02:00:00+00:00", "due_at": None, "item": "H23.30.06", "index": 1,
    }  # fmt: skip
    record = {
        "outcome": "agree",
        "at": task["opened_at"],
        "by": "lan",
        "agency": "A",
        "task_no": 2,
        "item": {"a": 1},
    }
    old = {"seq": 4, "tasks": {3: task}, "steps": {"hoi": [record]}, "messages": {"m": ["xong", "khu 3"]}}
    state = snapshot.load(msgpack.packb([1, old]))
    assert state.item(state.tasks[3].item_digest) == "H23.30.06"
    assert state.item(state.steps["hoi"][0].item_digest) == {"a": 1}
    assert state.messages == {"m": ("xong", None)}
    assert snapshot.load(snapshot.dump(state)) == state
