"""Days of which a source tells a part only: what was landed of them in time stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.landing import writer as landing
from extractors.landing.writer import LandingWriter
from tests.extractors.landing.test_writer import ACCOUNT, WEEK, landed, row, rows_of, table


@pytest.mark.parametrize("in_memory", [landing.BYTES_IN_MEMORY, 1])
def test_a_day_of_which_the_source_tells_a_part_keeps_the_rows_that_did_not_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(landing, "BYTES_IN_MEMORY", in_memory)
    landed(tmp_path, [[row("o1"), row("o2"), row("o3"), row("o4", amount="much")]])

    with LandingWriter(tmp_path, "shop", table(), ACCOUNT, WEEK, "run2") as writer:
        writer.add([row("o2", amount="7"), row("o3", amount="much")])
        counts = writer.commit(partly_gone=[date(2026, 3, 3), date(2026, 3, 4)])

    rows = {one["order_id"]: (one["amount"], one["_reject_reason"] is None) for one in rows_of(tmp_path)}
    assert rows == {"o1": (Decimal("12.5"), True), "o2": (Decimal("7"), True), "o3": (None, False)}
    assert (counts.rows, counts.rejects) == (2, 1)


def test_a_row_that_stays_is_empty_where_its_table_has_a_new_column(tmp_path: Path) -> None:
    landed(tmp_path, [[row("o1")]])
    wider = replace(table(), columns={**table().columns, "is_gift": "boolean"})

    with LandingWriter(tmp_path, "shop", wider, ACCOUNT, WEEK, "run2") as writer:
        writer.commit(partly_gone=[date(2026, 3, 3)])

    [kept] = rows_of(tmp_path)
    assert (kept["order_id"], kept["is_gift"]) == ("o1", None)
