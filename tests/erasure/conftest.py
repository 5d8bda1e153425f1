"""A build that tests of erasures share."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from tests.erasure.builds import FAMILY, RECEPTION, TABLES, inquiry, known


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    """A build that knows Ann (a form and a contact of the CRM) and Bob, who share a number, and a reception."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    rules = tmp_path / "build" / "rules"
    rules.mkdir(parents=True)
    for name, columns in (
        ("role_mailboxes", ["mailbox"]),
        ("disposable_domains", ["domain"]),
        ("mail_providers", ["domain", "same_as", "ignores_dots", "ignores_plus"]),
    ):
        with (rules / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(columns)
    folder = tmp_path / "build" / "runs" / "night"
    folder.mkdir(parents=True)
    database = duckdb.connect(str(folder / "build.duckdb"))
    database.execute(TABLES)
    inquiry(database, "i1", "ann", email="ann@firm.example", phone=FAMILY, name="Ann Smith")
    inquiry(database, "i2", "bob", email="bob@firm.example", phone=FAMILY, name="Bob Smith")
    inquiry(database, "i3", "bob", phone=RECEPTION, name="Wireless Caller")
    database.execute("delete from intermediate.int_names__normalised where node_id = 'inquiry:i3'")
    database.execute(
        "insert into shapes.contacts__unioned values "
        "('c1', 'nord', 'hubspot', '41', '700', 'Ann+x@firm.example', null, '0170 1234567', null, null, 'Ann', null)"
    )
    known(database, "contact", "c1", "ann", "email", "Ann+x@firm.example", "ann@firm.example")
    known(database, "contact", "c1", "ann", "phone", "0170 1234567", "+491701234567")
    database.execute(
        "insert into intermediate.int_identifiers__hubs values ('nord', 'phone', ?, ?, 'shared', 58)",
        [RECEPTION, f"phone:{RECEPTION}"],
    )
    database.execute("insert into marts.sales values ('nord', 'ann', 's1'), ('nord', 'bob', 's2')")
    return database
