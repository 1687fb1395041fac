"""The exported deadline is enough for a stranger: `tools/recompute_due.py` counts the same due date from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.counter import CITIZEN, Counter
from tests.flows.play import Play, local, reached

SCRIPT = Path(__file__).parents[2] / "tools" / "recompute_due.py"


def recomputed(play: Play, folder: Path) -> tuple[str | None, str | None]:
    """(what the script says, what the dossier says), as local minutes."""
    exported = folder / "deadline.json"
    answer = play.watcher.get(f"/dossiers/{play.code}/deadline")
    assert answer.status_code == 200
    exported.write_bytes(answer.data)
    said = subprocess.run(
        [sys.executable, str(SCRIPT), str(exported)], capture_output=True, text=True, check=True
    ).stdout.strip()
    return (None if said == "None" else local(said)), local(play.row()["due_at"])


@pytest.mark.parametrize(
    ("scenario", "until"),
    [
        ("1.001193/trong_ngay", "tham_dinh"),  # same day
        ("1.001193/sau_15_gio", "tham_dinh"),  # after 15:00: the next working day
        ("1.004873/hoi_ba_xa", "tong_hop"),  # working days, others are asked meanwhile
        ("1.009994/dung_han", "phan_cong"),  # calendar days
        ("1.009994/bo_sung", "du_thao"),  # a supplement has paused the clock
    ],
)
def test_an_outside_script_counts_the_same_due_date(
    counter: Counter, tmp_path: Path, scenario: str, until: str
) -> None:
    """By hour, by day, past the cut-off and after a pause."""
    script, dossier = recomputed(reached(counter, scenario, until), tmp_path)
    assert script == dossier
    assert script is not None


def test_after_a_stop_and_an_extension_too(counter: Counter, tmp_path: Path) -> None:
    """Each pause and the extension stand in the export, with their reasons."""
    play = reached(counter, "1.009994/dung_han", "lay_y_kien")
    first = recomputed(play, tmp_path)
    play.leader.post(f"/dossiers/{play.code}/stop", {"reason": "Chờ kết luận thanh tra"})
    counter.after(days=6)
    play.leader.post(f"/dossiers/{play.code}/resume", {"reason": "Đã có kết luận"})
    paused = recomputed(play, tmp_path)
    play.leader.post(f"/dossiers/{play.code}/extend", {"days": 7, "reason": "Hồ sơ phức tạp"})
    extended = recomputed(play, tmp_path)
    assert all(script == dossier for script, dossier in (first, paused, extended))
    assert str(first[0]) < str(paused[0]) < str(extended[0])
    told = play.watcher.get(f"/dossiers/{play.code}/deadline").json
    assert (len(told["pauses"]), told["extensions"][0]["days"]) == (1, 7)


def test_the_explanation_is_the_applicants_too(counter: Counter) -> None:
    """Whose due date it is may ask why."""
    play = reached(counter, "1.001193/trong_ngay", "tham_dinh")
    answer = counter.sign_in(CITIZEN).get(f"/dossiers/{play.code}/deadline")
    assert answer.status_code == 200
    stranger = counter.sign_in("phamthilan").get(f"/dossiers/{play.code}/deadline")
    assert (stranger.status_code, stranger.json["code"]) == (404, "unknown_dossier")
