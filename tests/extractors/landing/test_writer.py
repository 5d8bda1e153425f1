"""The landing zone: a day is replaced whole, nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.landing import writer as landing
from extractors.landing.batches import schema_of
from extractors.landing.columns import array_of
from extractors.landing.contracts import write_contracts
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Client, ColumnType, Row, Table, Window
from extractors.sources import SOURCES

ACCOUNT = Account("shop", "A1", "shop", brand="nordhaus")
WEEK = Window(date(2026, 3, 2), date(2026, 3, 8))


def nothing(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """A reader that is never asked: these tests bring the rows themselves."""
    yield []


def table(grain: Any = "day") -> Table:
    """A small table with a column of each type."""
    return Table(
        name="orders",
        grain=grain,
        key=("order_id",),
        columns={
            "order_id": "text",
            "ordered_at": "timestamp",
            "amount": "decimal",
            "pieces": "integer",
            "is_paid": "boolean",
        },
        read=nothing,
        day=None if grain == "snapshot" else "ordered_at",
        required=("amount",),
    )


def test_a_field_of_the_customer_s_own_that_cannot_be_read_is_emptied_and_is_no_change_of_the_vendor(
    tmp_path: Path,
) -> None:
    declared = replace(table("changes"), optional=("pieces",))
    with LandingWriter(tmp_path, "shop", declared, ACCOUNT, WEEK, "run") as writer:
        writer.add([row("o1", pieces="n/a"), row("o2", pieces="many")])
        writer.commit()

    assert [(one["pieces"], one["_reject_reason"]) for one in rows_of(tmp_path)] == [(None, None), (None, None)]
    # Two of two were unreadable: of any other column that would end the pull.
    assert writer.types.retyped() == []
    assert all("pieces" in one["_column_rejects"] for one in rows_of(tmp_path))


def row(order_id: str | None = "o1", **values: Any) -> Row:
    """An order of 3 March."""
    return {
        "order_id": order_id,
        "ordered_at": "2026-03-03T10:00:00+01:00",
        "amount": "12.50",
        "pieces": "3",
        "is_paid": True,
        "_payload": {"id": order_id},
        **values,
    }


def landed(root: Path, pages: list[list[Row]], window: Window = WEEK, of: Table | None = None) -> landing.Counts:
    """Land the pages and say what was counted."""
    with LandingWriter(root, "shop", of or table(), ACCOUNT, window, "run1") as writer:
        for page in pages:
            writer.add(page)
        return writer.commit()


def rows_of(root: Path) -> list[dict[str, Any]]:
    """All rows of the landing zone, days in order."""
    files = sorted((root / "shop/orders/account=A1").glob("day=*.parquet"))
    return [one for file in files for one in pq.ParquetFile(file).read().to_pylist()]


def test_every_day_of_the_window_has_a_file_also_the_empty_ones(tmp_path: Path) -> None:
    counts = landed(tmp_path, [[row()]])

    files = sorted(path.name for path in (tmp_path / "shop/orders/account=A1").iterdir())
    assert files == [f"day={day}.parquet" for day in WEEK.days()]
    assert (counts.rows, counts.rejects, counts.duplicates) == (1, 0, 0)


def test_values_are_exact_and_times_are_utc(tmp_path: Path) -> None:
    landed(tmp_path, [[row(amount="0.1"), row("o2", amount=Decimal("7"), pieces=2)]])

    first, second = rows_of(tmp_path)
    assert first["amount"] == Decimal("0.100000")
    assert first["ordered_at"].isoformat() == "2026-03-03T09:00:00"
    assert (first["_brand"], first["_account"], first["_day"]) == ("nordhaus", "A1", date(2026, 3, 3))
    assert first["_payload"] == '{"id":"o1"}'
    assert second["pieces"] == 2


def test_landing_a_day_again_replaces_it_and_nothing_else(tmp_path: Path) -> None:
    landed(tmp_path, [[row("o1"), row("o2", ordered_at="2026-03-05T10:00:00Z")]])
    landed(tmp_path, [[row("o3")]], Window(date(2026, 3, 3), date(2026, 3, 3)))

    assert [one["order_id"] for one in rows_of(tmp_path)] == ["o3", "o2"]


def test_parts_of_an_account_that_were_not_read_stay_but_on_days_that_are_gone_nothing_moves(tmp_path: Path) -> None:
    shops = replace(table(), columns={"shop_id": "text", **table().columns}, part="shop_id")
    third, fifth = "2026-03-03T10:00:00Z", "2026-03-05T10:00:00Z"
    read, closed = {"shop_id": "read"}, {"shop_id": "closed"}
    before = [
        row("o1", ordered_at=third, **read),
        row("o2", ordered_at=third, **closed),
        row("o3", amount="x", **closed),
    ]
    landed(tmp_path, [[*before, row("o4", ordered_at=fifth, **read), row("o5", ordered_at=fifth, **closed)]], of=shops)

    with LandingWriter(tmp_path, "shop", shops, ACCOUNT, WEEK, "run2") as writer:
        writer.add([row("o6", ordered_at=third, **read)])
        counts = writer.commit(gone={date(2026, 3, 5)}, parts_read={"read"})

    # What was refused of the closed shop is not carried along: it was never taken.
    assert [one["order_id"] for one in rows_of(tmp_path)] == ["o6", "o2", "o4", "o5"]
    assert (counts.rows, counts.rejects) == (2, 0)


def test_a_day_that_the_source_keeps_no_more_stays_as_it_was_landed(tmp_path: Path) -> None:
    landed(tmp_path, [[row("o1")]])
    with LandingWriter(tmp_path, "shop", table(), ACCOUNT, WEEK, "run2") as writer:
        writer.add([row("o2", ordered_at="2026-03-05T10:00:00Z")])
        writer.commit(gone=[date(2026, 3, 2), date(2026, 3, 3)])

    assert [one["order_id"] for one in rows_of(tmp_path)] == ["o1", "o2"]
    assert len(list((tmp_path / "shop").rglob("day=*.parquet"))) == len(WEEK.days())


def test_a_day_that_the_source_has_not_made_ready_gets_no_file_and_keeps_the_one_it_has(tmp_path: Path) -> None:
    landed(tmp_path, [[row("o1")]], Window(date(2026, 3, 3), date(2026, 3, 3)))
    with LandingWriter(tmp_path, "shop", table(), ACCOUNT, WEEK, "run2") as writer:
        writer.commit(awaited=[date(2026, 3, 3), date(2026, 3, 4)])

    assert [one["order_id"] for one in rows_of(tmp_path)] == ["o1"]
    assert not list(tmp_path.rglob("day=2026-03-04.parquet"))
    assert len(list((tmp_path / "shop").rglob("day=*.parquet"))) == len(WEEK.days()) - 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"order_id": None}, "order_id is missing"),
        ({"amount": None}, "amount is missing"),
        ({"amount": "12,50"}, "amount does not fit"),
        ({"amount": "NaN"}, "amount is not a finite number"),
        ({"ordered_at": "2026-03-03T10:00:00"}, "ordered_at is a time without an offset"),
        ({"ordered_at": None}, "ordered_at is missing"),
        ({"ordered_at": "1970-01-01T00:00:00Z"}, "ordered_at lies outside the days asked for"),
        ({"order_id": ["o1"]}, "order_id is list, not text"),
    ],
)
def test_a_row_that_does_not_fit_is_kept_with_its_reason(tmp_path: Path, broken: dict[str, Any], reason: str) -> None:
    counts = landed(tmp_path, [[row("good"), row(**({"order_id": "bad"} | broken))]])

    rejected = [one for one in rows_of(tmp_path) if one["_reject_reason"]]
    assert len(rejected) == 1
    assert rejected[0]["_reject_reason"].startswith(reason)
    assert rejected[0]["_payload"] is not None
    assert (counts.rows, counts.rejects) == (1, 1)


def test_a_reason_never_shows_the_value(tmp_path: Path) -> None:
    landed(tmp_path, [[row(amount="jane@mail.example")]])

    assert "jane" not in rows_of(tmp_path)[0]["_reject_reason"]


def test_a_key_that_comes_twice_is_landed_once_as_it_came_last(tmp_path: Path) -> None:
    counts = landed(tmp_path, [[row(pieces=1), row("o2")], [row(pieces=2)]])

    assert {one["order_id"]: one["pieces"] for one in rows_of(tmp_path)} == {"o1": 2, "o2": 3}
    assert (counts.rows, counts.duplicates) == (2, 1)


def test_a_day_too_large_for_memory_is_landed_once_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "BYTES_IN_MEMORY", 5_000)
    pages = [[row(f"o{n % 130}", pieces=n) for n in range(start, start + 40)] for start in range(0, 200, 40)]

    counts = landed(tmp_path, pages)

    kept = {one["order_id"]: one["pieces"] for one in rows_of(tmp_path)}
    assert kept == {f"o{n % 130}": n for n in range(200)}
    assert (counts.rows, counts.duplicates) == (130, 70)
    assert not list(tmp_path.rglob("*.part"))


def test_a_snapshot_replaces_the_older_one_even_when_it_is_empty(tmp_path: Path) -> None:
    snapshot = table("snapshot")
    landed(tmp_path, [[row()]], Window(date(2026, 3, 1), date(2026, 3, 1)), snapshot)
    landed(tmp_path, [], Window(date(2026, 3, 2), date(2026, 3, 2)), snapshot)

    files = [path.name for path in (tmp_path / "shop/orders/account=A1").iterdir()]
    assert files == ["day=2026-03-02.parquet"]
    assert rows_of(tmp_path) == []


def test_an_error_in_the_middle_leaves_the_days_as_they_were(tmp_path: Path) -> None:
    landed(tmp_path, [[row("before")]])
    broken = LandingWriter(tmp_path, "shop", table(), ACCOUNT, WEEK, "run2")

    def pages() -> Iterator[list[Row]]:
        yield [row("after")]
        raise RuntimeError("page 2 never came")

    def land_all() -> None:
        with broken as writer:
            for page in pages():
                writer.add(page)

    with pytest.raises(RuntimeError, match="page 2"):
        land_all()

    assert [one["order_id"] for one in rows_of(tmp_path)] == ["before"]
    assert not list(tmp_path.rglob("*.part"))


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.extractors.landing.test_writer import ACCOUNT, WEEK, row, table
from extractors.landing import writer as landing
from extractors.landing.batches import schema_of
landing.BYTES_IN_MEMORY = 1
real = Path.replace
def replace(self, target):
    os.kill(os.getpid(), signal.SIGKILL)
with landing.LandingWriter(Path(sys.argv[1]), "shop", table(), ACCOUNT, WEEK, "run2") as writer:
    writer.add([row("after")])
    if sys.argv[2] == "while writing":
        os.kill(os.getpid(), signal.SIGKILL)
    Path.replace = replace
    writer.commit()
"""


@pytest.mark.parametrize("moment", ["while writing", "before the first rename"])
def test_a_killed_process_leaves_the_days_as_they_were(tmp_path: Path, moment: str) -> None:
    landed(tmp_path, [[row("before")]])

    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), moment], check=False)

    assert killed.returncode == -9
    assert [one["order_id"] for one in rows_of(tmp_path)] == ["before"]
    landed(tmp_path, [[row("after")]])
    assert [one["order_id"] for one in rows_of(tmp_path)] == ["after"]


def test_a_full_disk_leaves_the_days_as_they_were(tmp_path: Path) -> None:
    landed(tmp_path, [[row("before")]])
    child = os.fork()
    if child == 0:
        # No file of this process may grow beyond a kilobyte: what a full disk feels like.
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        try:
            landed(tmp_path, [[row(f"o{n}", _payload=os.urandom(50).hex()) for n in range(5000)]])
        except OSError:
            os._exit(7)
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 7
    assert [one["order_id"] for one in rows_of(tmp_path)] == ["before"]


def test_every_table_of_every_source_has_a_contract_file(tmp_path: Path) -> None:
    write_contracts(tmp_path, SOURCES.values())

    for source in SOURCES.values():
        for one in source.tables:
            file = tmp_path / source.name / one.name / "_contract.parquet"
            assert pq.read_schema(file).equals(schema_of(one))
            assert pq.ParquetFile(file).metadata.num_rows == 0


@given(
    st.lists(st.one_of(st.none(), st.integers(), st.text(), st.decimals(), st.booleans(), st.floats(), st.datetimes())),
    st.sampled_from(["text", "integer", "decimal", "rate", "boolean", "date", "timestamp"]),
)
def test_any_value_fits_or_has_a_reason(values: list[Any], kind: ColumnType) -> None:
    column, problems = array_of(values, kind)

    assert len(column) == len(values)
    for place, value in enumerate(values):
        if value is not None and place not in problems:
            assert column[place].is_valid


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_money_keeps_every_digit(amount: Decimal) -> None:
    column, problems = array_of([str(amount)], "decimal")

    assert not problems
    assert column[0].as_py() == amount


@given(st.integers(min_value=0, max_value=4 * 10**15))
def test_a_moment_keeps_its_microseconds(microseconds: int) -> None:
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)

    column, problems = array_of([moment.isoformat()], "timestamp")

    assert not problems
    assert column[0].as_py() == moment.replace(tzinfo=None)


def test_a_snapshot_is_of_the_windows_last_day(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, "shop", table("snapshot"), ACCOUNT, WEEK, "run") as writer:
        writer.add([row("o1"), row("o2")])
        writer.commit()

    assert [file.name for file in sorted(tmp_path.glob("shop/orders/account=A1/*.parquet"))] == [
        "day=2026-03-08.parquet"
    ]
