"""A child process that never outlives the block that needs it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def python_module(*words: object, stdout: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """``python -m <words>``; asked to end with the block, and made to after three seconds."""
    command = [sys.executable, "-m", *map(str, words)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
