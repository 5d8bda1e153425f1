"""Two builds never mix: the second ends at once, names the first, and a first that died is in nobody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from warehouse import build
from warehouse.errors import BuildBusy
from warehouse.lock import claim, holder_of, locked
from warehouse.run import BuildRun

HOLD = """
import sys, time
from datetime import date
from pathlib import Path
from warehouse.lock import locked
with locked(Path(sys.argv[1]), "The build night"):
    print("held", flush=True)
    time.sleep(60)
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def holding(folder: Path) -> subprocess.Popen[str]:
    """Another process that builds."""
    words = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_build_is_told_of_the_first_and_does_not_begin(tmp_path: Path) -> None:
    first = holding(tmp_path)
    try:
        with pytest.raises(BuildBusy, match=r"The build night.* Two never mix") as told, locked(tmp_path, "The second"):
            pass
        assert told.value.exit_code == 75
        assert "The build night" in str(holder_of(tmp_path))
    finally:
        first.kill()
        first.wait()


def test_a_build_that_was_killed_is_in_nobodys_way(tmp_path: Path) -> None:
    first = holding(tmp_path)
    first.send_signal(signal.SIGKILL)
    first.wait()

    assert holder_of(tmp_path) is None
    with locked(tmp_path, "The build two"):
        words = [sys.executable, "-c", HOLD, str(tmp_path)]
        third = subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True)
    assert third.returncode
    assert "The build two" in third.stderr


def test_the_note_of_who_builds_stays_until_the_outermost_phase_is_done(tmp_path: Path) -> None:
    with locked(tmp_path, "The build night"):
        with locked(tmp_path, "The phase stage"):
            pass
        words = [sys.executable, "-c", HOLD, str(tmp_path)]
        other = subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True)

    assert "The build night" in other.stderr
    assert not (tmp_path / "holder.json").exists()


@pytest.mark.parametrize("phase", ["stage", "publish"])
def test_a_run_that_another_has_overtaken_goes_on_with_no_phase(
    phase: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    first, second = (BuildRun(name, date(2026, 6, 30)) for name in ("first", "second"))
    (tmp_path / "build").mkdir()
    claim(first)
    claim(second)

    with pytest.raises(BuildBusy, match=r"The build second began at .* Begin first again with its phase 'prepare'"):
        getattr(build, phase)(first)
    assert not (tmp_path / "warehouse.duckdb").exists()
