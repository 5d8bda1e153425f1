"""Names the landed file that cannot be read, and the pull that brings its day again: a database names neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import DamagedLanding, ModelFailed

MAGIC = b"PAR1"
"""How a Parquet file begins and ends; one that a disk or a copy cut off does not."""


def refuse_cut_off(landing: Path) -> None:
    """Raise for the first file that does not begin and end as a whole one does."""
    for file in _files(landing):
        if not _is_whole(file):
            raise DamagedLanding(_sentence(file))


@contextmanager
def naming_what_is_unreadable(landing: Path) -> Iterator[None]:
    """Where the models fail over a file that is whole at both ends only, name it instead of what the database said."""
    try:
        yield
    except ModelFailed:
        _refuse_unreadable(landing)
        raise


def _refuse_unreadable(landing: Path) -> None:
    """Read every file to its end, and raise for the first that cannot be."""
    with duckdb.connect() as database:
        for file in _files(landing):
            try:
                database.execute("select count(columns(*)) from read_parquet(?)", [str(file)]).fetchall()
            except duckdb.Error:
                raise DamagedLanding(_sentence(file)) from None


def _files(landing: Path) -> Iterator[Path]:
    return (file for file in sorted(landing.glob("*/*/account=*/day=*.parquet")))


def _is_whole(file: Path) -> bool:
    with file.open("rb") as opened:
        begin = opened.read(len(MAGIC))
        opened.seek(0, 2)
        if opened.tell() < 3 * len(MAGIC):
            return False
        opened.seek(-len(MAGIC), 2)
        return begin == MAGIC == opened.read()


def _sentence(file: Path) -> str:
    source, table, account = file.parts[-4], file.parts[-3], file.parts[-2].removeprefix("account=")
    day = file.stem.removeprefix("day=")
    return (
        f"The landed file {source}/{table}/{file.parts[-2]}/{file.name} is damaged; readers keep what they have. "
        f"Read its day again: leadgen pull --source {source} --account {account} --from {day} --to {day}. Or bring "
        f"back what it replaced: leadgen restore --source {source} --account {account} --table {table} --from {day} "
        f"--to {day}."
    )
