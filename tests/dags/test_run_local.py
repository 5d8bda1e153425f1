"""Airflow without a scheduler: what the processes of a demo share."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from dags import run_local


def test_a_copied_database_has_what_is_not_yet_in_the_file_itself(tmp_path: Path) -> None:
    home, target = tmp_path / "airflow", tmp_path / "airflow-0"
    home.mkdir()
    target.mkdir()
    (target / "airflow.db-wal").write_bytes(b"of an older database")
    with contextlib.closing(sqlite3.connect(home / "airflow.db")) as written:
        written.execute("pragma journal_mode = wal")
        written.execute("create table pools (name text)")
        written.execute("insert into pools values ('callrail')")
        written.commit()
        assert b"callrail" not in (home / "airflow.db").read_bytes()

        run_local.copy_database(home, target)

    with contextlib.closing(sqlite3.connect(target / "airflow.db")) as copied:
        assert copied.execute("select name from pools").fetchall() == [("callrail",)]
