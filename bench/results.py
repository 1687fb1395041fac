"""Runs the benches and writes bench/RESULTS.md with the machine, the figures and the budgets."""

from __future__ import annotations

import importlib
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

BENCHES = ("feel", "forms", "flow", "gate", "http", "inbox", "pages")
HERE = Path(__file__).parent
KEPT = HERE / "results.json"

# figure -> (budget, what it means); "<" and ">" say which way is good.
BUDGETS: dict[str, tuple[str, float]] = {
    "feel.simple_us": ("<", 1.0),
    "feel.compound_us": ("<", 5.0),
    "feel.table_100_rules_us": ("<", 50.0),
    "forms.check_40_fields_ms": ("<", 1.0),
    "flow.step_8_tasks_ms": ("<", 0.15),
    "flow.step_5_branches_ms": ("<", 1.0),
    "flow.loop_1000_ratio": ("<", 1.2),
    "gate.check_300_nodes_s": ("<", 2.0),
    "http.completion_ratio": (">", 0.4),
    "inbox.page_query_ms": ("<", 0.5),
    "inbox.counts_worst_ms": ("<", 3.0),
    "inbox.search_p95_ms": ("<", 50.0),
    "inbox.http_page_p95_ms": ("<", 30.0),
    "pages.demo_worst_p95_ms": ("<", 50.0),
    "pages.demo_heaviest_kb": ("<", 200.0),
    "pages.demo_broken_or_shut": ("<", 0.0),
    "pages.large_worst_p95_ms": ("<", 100.0),
    "pages.large_heaviest_kb": ("<", 200.0),
    "pages.large_broken_or_shut": ("<", 0.0),
}


def main(names: list[str]) -> int:
    """Run the named benches (all when none is named), keep their figures, rewrite RESULTS.md."""
    figures: dict[str, dict[str, float]] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name in names or BENCHES:
        print(f"bench {name} …", flush=True)
        bench = importlib.import_module(f"bench.{name}")
        measured = bench.run()
        earlier = bench.carried(figures.get(name, {})) if hasattr(bench, "carried") else {}
        figures[name] = earlier | measured
        for key, value in measured.items():
            print(f"  {name}.{key} = {value:.4g}{_verdict(f'{name}.{key}', value)}")
        for key in BUDGETS:
            if key.startswith(f"{name}.") and key.removeprefix(f"{name}.") not in figures[name]:
                print(f"  {key} was not measured")
        KEPT.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    (HERE / "RESULTS.md").write_text(_page(figures))
    return 0


def _page(figures: dict[str, dict[str, float]]) -> str:
    lines = [
        "# Results",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "Ratios are taken in one run and travel; bare times are of this machine only. Repeat: `./motcua bench`.",
        "",
        "| figure | value | budget | |",
        "|---|---:|---:|---|",
    ]
    for bench in sorted(figures):
        for key, value in figures[bench].items():
            name = f"{bench}.{key}"
            way, limit = BUDGETS.get(name, ("", 0.0))
            budget = f"{'≤' if way == '<' else '≥'} {limit:g}" if way else ""
            lines.append(f"| {name} | {value:.4g} | {budget} |{_verdict(name, value)} |")
    notes = HERE / "NOTES.md"
    return "\n".join([*lines, ""]) + (("\n" + notes.read_text()) if notes.exists() else "")


def _verdict(name: str, value: float) -> str:
    if name not in BUDGETS:
        return ""
    way, limit = BUDGETS[name]
    return " kept" if (value <= limit if way == "<" else value >= limit) else " **missed**"
