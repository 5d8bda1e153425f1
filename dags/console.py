"""What a person sees of a long run: lines of progress on the screen, and the tools' own talk in a log."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class Console:
    """Writes progress to the screen, also while the standard streams go to the log."""

    def __init__(self, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        self.began = time.monotonic()
        self._screen = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)

    def say(self, line: str) -> None:
        """One line of progress, after the seconds since the start."""
        self._screen.write(f"{time.monotonic() - self.began:4.0f} s  {line}\n")

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Inside, what we, a library or a child process prints goes to the log."""
        streams = (sys.stdout, sys.stderr)
        numbers = [stream.fileno() for stream in streams]
        kept = [os.dup(number) for number in numbers]
        with self.log.open("w") as log:
            for stream, number in zip(streams, numbers, strict=True):
                stream.flush()
                os.dup2(log.fileno(), number)
            try:
                yield
            finally:
                for stream, number, screen in zip(streams, numbers, kept, strict=True):
                    stream.flush()
                    os.dup2(screen, number)
                    os.close(screen)
