"""Loops that never rest are found through sub-processes and calls too; loops with somebody in them are not."""

import pytest

from bpmn import check
from tests.engine.flow.drawing import bpmn

LOOP = "start s\nuser u\nxor x y\n{inner}\nend e\ns -> u -> x -> q -> y\ny -> x if k = 1\ny -> e default\n"
PASSES = "start i\ntask t\nend z\ni -> t -> z"
RESTS = "start i\nuser w\nend z\ni -> w -> z"
EITHER = "start i\nxor g\ntask t\nuser w\nend z v\ni -> g\ng -> t if k = 2\ng -> w default\nt -> z\nw -> v"
BESIDE = "start i\nand g j\ntask t\nuser w\nend z\ni -> g\ng -> t -> j\ng -> w -> j\nj -> z"


@pytest.mark.parametrize(
    ("inside", "found"), [(PASSES, True), (EITHER, True), (RESTS, False), (BESIDE, False)]
)
@pytest.mark.parametrize("how", ["sub-process", "call"])
def test_a_loop_through_another_scope(how: str, inside: str, found: bool):
    scope = (
        f"sub q {{\n{inside}\n}}"
        if how == "sub-process"
        else f"process other {{\n{inside}\n}}\ncall q calls=other"
    )
    report = check.check_bytes("loop.bpmn", bpmn(LOOP.replace("{inner}", scope)))
    assert ("automatic-loop" in {f.rule for f in report.findings}) is found
    assert report.accepted is not found, report.findings


def test_a_process_that_calls_itself_is_no_endless_search():
    report = check.check_bytes("self.bpmn", bpmn("start s\ncall q calls=p\nend e\ns -> q -> e"))
    assert not report.accepted
