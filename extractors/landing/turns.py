"""Who may put files into the landing zone: all pulls together, or one erasure alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extractors.private import private_file, private_folder


@contextmanager
def landing_held(root: Path, *, alone: bool) -> Iterator[None]:
    """Hold the landing zone: with others while days are put in place, alone while they are rewritten.

    The lock dies with its process.
    """
    file = private_file(private_folder(root / "_state") / "landing.lock")
    with file.open("r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
