"""The house has floors: the import contract of .importlinter holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def test_every_import_goes_downward() -> None:
    """`lint-imports` keeps every contract: floors, pure rooms, ports, who speaks SpiffWorkflow."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_the_contract_knows_every_room() -> None:
    """A new folder of code joins the contract in the same commit."""
    rooms = {
        path.parent.name
        for path in HOUSE.glob("*/__init__.py")
        if path.parent.name not in {"tests", "bench", "tools", "migrations"}
    }
    contract = (HOUSE / ".importlinter").read_text()
    listed = set(contract.split("root_packages =")[1].split("include_external")[0].split())
    assert rooms == listed
