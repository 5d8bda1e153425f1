"""Runs a command and says how long it took and how much memory it needed at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak resident memory (MiB) of one process and nothing else."""

    seconds: float
    peak_mib: float


def run(arguments: Sequence[str], environment: Mapping[str, str], log: Path, python: Path | None = None) -> Measured:
    """Run ``python <arguments>``, ours or another; output goes to ``log``. A failure shows the log's end and raises."""
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(python or sys.executable), *arguments],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak_kib = 0
        while process.poll() is None:
            peak_kib = max(peak_kib, _peak_kib(process.pid))
            time.sleep(0.1)
    if process.returncode != 0:
        tail = log.read_text(errors="replace")[-2000:]
        raise SystemExit(f"python {' '.join(arguments)} ended with {process.returncode}:\n{tail}")
    return Measured(time.monotonic() - started, peak_kib / 1024)


def _peak_kib(process: int) -> int:
    """The most memory that the process has had so far; what the kernel says at its end is its parent's too."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
