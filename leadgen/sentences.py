"""The last door of every command: what the machine refused ends in a sentence with its cure, never in a traceback."""

from __future__ import annotations

import errno
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from extractors.redaction import redacted

CURES = {
    errno.EACCES: "This user may not do that. Change who owns it, or name other folders with LEADGEN_DATA and "
    "LEADGEN_CONFIG.",
    errno.EROFS: "It lies on a disk that can only be read. Name another folder with LEADGEN_DATA.",
    errno.ENOSPC: "The disk is full. Make room and say the command again: nothing was half replaced.",
    errno.EDQUOT: "This user has no room left. Make room and say the command again: nothing was half replaced.",
    errno.ENOTDIR: "A file lies where a folder must be. Remove it, or name another folder with LEADGEN_DATA.",
    errno.EEXIST: "A file lies where a folder must be. Remove it, or name another folder with LEADGEN_DATA.",
    errno.EISDIR: "A folder lies where a file must be. Remove it.",
    errno.EADDRINUSE: "Another program listens there. Name another with --port; 0 takes a free one.",
    errno.EMFILE: "Too many files are open. Raise the limit: ulimit -n 4096.",
}
"""By what the system said: what is to be done."""
CURES[errno.EPERM] = CURES[errno.EACCES]
CURES[errno.ENOTEMPTY] = "Something else lies in it. Look into it, and move that away."


class EndsInASentence(TyperGroup):
    """Commands whose faults of the machine are told to a person."""

    def invoke(self, ctx: Any) -> Any:
        """Call the command; a fault that it did not tell itself is told here."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            # Whoever reads what we print stopped: that is no fault.
            if error.errno == errno.EPIPE:
                raise
            self._tell(sentence_of(error))
        except Exception as error:
            duckdb = sys.modules.get("duckdb")
            if duckdb is None or not isinstance(error, duckdb.Error):
                raise
            self._tell(f"{_first_line(error)}. Is the warehouse there, and whole? Build again, or leadgen rollback.")

    def _tell(self, sentence: str) -> None:
        typer.secho(redacted(sentence), fg="red")
        raise typer.Exit(1)


def sentence_of(error: OSError) -> str:
    """What the system refused, where, and what is to be done."""
    what = (error.strerror or _first_line(error)).rstrip(".")
    where = f"{error.filename}: " if error.filename else ""
    cure = CURES.get(error.errno or 0, "Look at the folder and the address that the command names.")
    return f"{where}{what}. {cure}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
