"""What is stored can be read again, today and after the next release."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import msgpack
import pytest

from engine import event_codec, snapshot
from engine import events as e
from engine.evolve import FOLDS
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
