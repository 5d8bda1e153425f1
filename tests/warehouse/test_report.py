"""The table on the terminal names the basis of each figure, and tells each sum that was set aside once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from warehouse import settings
from warehouse.publish.report import show_report


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warehouse in which a channel has two leads and one inquiry of its own, and a sale without a rate."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    with duckdb.connect(str(settings.warehouse_link())) as database:
        database.execute(
            """
            create schema marts;
            create table marts.publication as
            select date '2026-03-31' as as_of_day, timestamp '2026-04-01 03:00:00' as published_at;
            create table marts.channel_performance as
            select date '2026-03-09' as date, 'nord' as brand, 'EUR' as currency, 'Email' as channel, 10.0 as spend,
                1 as inquiry_count, 2.0 as lead_credit, 0.0 as sale_credit, 0.0 as revenue, 1 as valid_inquiry_count,
                0.0 as first_sale_credit, 'last_non_direct' as attribution_model, 'conversion' as date_basis;
            create table marts.inquiries as select 'i' as inquiry_id;
            create table marts.inquiry_flags as select 'i' as inquiry_id, 'f' as flag, 'w' as what_to_fix limit 0;
            create table marts.reconciliation as
            select 'manual' as source, 'office' as account, 'nord' as brand, false as is_stale,
                date '2026-03-31' as newest_day, quantity, note, staged, published
            from (values
                ('revenue_without_rate_XYZ', 'Deal d7 has no rate.', 100, 0),
                ('spend_KGS', 'Spend of 8 March has no rate.', 5, 0),
                ('spend_EUR', 'The two sides agree.', 70, 70),
                ('sales', 'The two sides agree.', 1, 1)
            ) as t (quantity, note, staged, published)
            """
        )


@pytest.mark.usefixtures("published")
def test_each_figure_stands_under_its_basis_and_what_was_set_aside_is_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_report(Console(width=100))
    shown = capsys.readouterr().out

    assert "by own" in shown
    assert "by last" in shown
    assert "more leads than inquiries" in " ".join(shown.split())
    assert shown.count("Deal d7 has no rate.") == 1
    assert shown.count("Spend of 8 March has no rate.") == 1
    assert "The two sides agree." not in shown
