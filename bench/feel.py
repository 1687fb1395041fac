"""How fast compiled FEEL and decision tables are. `python -m bench.feel` prints the figures; `run()` returns them.

Budgets (docs/architecture): a simple expression 1 µs, a compound one 5 µs, a table of 100 rules 50 µs.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

import feel
from engine.dmn import load

SIMPLE = "dossier.fee > 5"
COMPOUND = (
    'dossier.applicant.age >= 18 and (dossier.applicant.kind = "citizen" or dossier.fee * 2 > 150000) '
    'and not(outcome = "refuse")'
)
CONTEXT: dict[str, Any] = {
    "dossier": {"fee": 100_000, "applicant": {"age": 30, "kind": "citizen"}},
    "outcome": "approve",
}


def run() -> dict[str, float]:
    """Microseconds for each kind of evaluation, and for compiling the compound expression."""
    simple, compound = feel.compile(SIMPLE), feel.compile(COMPOUND)
    cell = feel.compile_unary("[18..60]")
    model = load(table_of(100))
    inputs = {"copies": 57, "kind": "k7", "urgent": True}
    counter = iter(range(10**9))
    return {
        "simple_us": microseconds(lambda: simple(CONTEXT)),
        "compound_us": microseconds(lambda: compound(CONTEXT)),
        "unary_range_us": microseconds(lambda: cell(30, CONTEXT)),
        "compile_compound_us": microseconds(lambda: feel.compile(f"{COMPOUND} or {next(counter)} = 1"), 200),
        "table_100_rules_us": microseconds(lambda: model.decide("Fee", inputs), 2_000),
    }


def microseconds(action: Callable[[], object], number: int = 20_000) -> float:
    """The best of five rounds, for one call."""
    return min(timeit.repeat(action, number=number, repeat=5)) / number * 1e6


def table_of(rules: int) -> bytes:
    """A model with one UNIQUE table: a range of copies, a kind, and a yes/no column with a cell that reads a variable."""
    rows = "".join(
        f'<rule id="r{n}"><inputEntry><text>[{n}..{n + 1})</text></inputEntry>'
        f'<inputEntry><text>"k{n % 10}", "k{(n + 1) % 10}"</text></inputEntry>'
        f"<inputEntry><text>{'urgent' if n % 7 == 0 else '-'}</text></inputEntry>"
        f"<outputEntry><text>{n} * 1000</text></outputEntry></rule>"
        for n in range(rules)
    )
    columns = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("copies", "number"), ("kind", "string"), ("urgent", "boolean"))
    )
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in (("copies", "number"), ("kind", "string"), ("urgent", "boolean"))
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in ("copies", "kind", "urgent")
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="bench" namespace="urn:bench">'
        f'{data}<decision id="fee" name="Fee"><variable name="Fee" typeRef="number"/>{needs}'
        f'<decisionTable hitPolicy="UNIQUE">{columns}<output name="fee" typeRef="number"/>{rows}</decisionTable>'
        "</decision></definitions>"
    ).encode()


if __name__ == "__main__":
    for name, figure in run().items():
        print(f"{name:28} {figure:8.2f} µs")
