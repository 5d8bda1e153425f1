"""The table on the terminal names the basis of each figure, and tells each sum that was set aside once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from warehouse import settings
from warehouse.publish.report import read_report, show_report


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
                ('unknown_platform_pigeon_EUR', 'No list knows pigeon.', 9, 9),
                ('decisions_of_nobody', 'No record holds g***@n***.example.', 2, 0),
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
    assert shown.count("money nord: No list knows pigeon.") == 1
    assert shown.count("people nord: No record holds g***@n***.example.") == 1
    assert "The two sides agree." not in shown


def test_every_figure_is_the_one_worked_out_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    with duckdb.connect(str(settings.warehouse_link())) as database:
        database.execute(
            """
            create schema marts;
            create table marts.publication as
            select date '2026-03-31' as as_of_day, timestamp '2026-04-01 03:00:00' as published_at;
            create table marts.channel_performance as
            from (values
                -- Of three inquiries by e-mail one is spam.
                ('last_non_direct', 'conversion', date '2026-03-09', 'nord', 'Email', 100.0, 3, 2, 2.0, 1.0, 1, 400.0),
                ('last_non_direct', 'conversion', date '2026-03-10', 'nord', 'Email', 20.0, 0, 0, 0.0, 1.0, 0.0, 80.0),
                ('last_non_direct', 'conversion', date '2026-03-10', 'nord', 'Direct', null, 5, 5, 4.0, 0.0, 0, 0.0),
                -- Other bases, models and brands are not added to these.
                ('last_non_direct', 'touch', date '2026-03-10', 'nord', 'Email', 999.0, 99, 99, 9.0, 9.0, 9.0, 999.0),
                ('linear', 'conversion', date '2026-03-10', 'nord', 'Email', 999.0, 99, 99, 9.0, 9.0, 9.0, 999.0),
                ('last_non_direct', 'conversion', date '2026-04-01', 'ost', 'Email', 7.0, 1, 1, 1.0, 0.0, 0.0, 0.0)
            ) as t (attribution_model, date_basis, date, brand, channel, spend, inquiry_count, valid_inquiry_count,
                lead_credit, sale_credit, first_sale_credit, revenue);
            alter table marts.channel_performance add column currency text;
            update marts.channel_performance set currency = case brand when 'nord' then 'EUR' else 'PLN' end;
            create table marts.inquiries as select range as inquiry_id from range(8);
            create table marts.inquiry_flags as
            from (values (1, 'spam', 'Nothing.'), (2, 'late_arrival', 'Ask sooner.'), (3, 'spam', 'Nothing.'))
                as t (inquiry_id, flag, what_to_fix);
            create table marts.reconciliation as
            select 'manual' as source, 'office' as account, 'nord' as brand, true as is_stale,
                date '2026-03-01' as newest_day, 'sales' as quantity, 'Nothing since.' as note, 1 as staged,
                1 as published
            """
        )

    report = read_report()

    assert (report.first_day, report.last_day) == ("2026-03-09", "2026-03-31")
    assert [(brand.name, brand.currency) for brand in report.brands] == [("nord", "EUR"), ("ost", "PLN")]
    # CPL 120 / 2 valid inquiries; CAC 120 / 1 first sale; ROAS 480 / 120. The sum: CPL 120 / 7.
    assert report.brands[0].rows == [
        ["Email", "120", "3", "2", "2", "480", "60", "120", "4.0"],
        ["Direct", "-", "5", "4", "0", "0", "-", "-", "-"],
        ["all channels", "120", "8", "6", "2", "480", "17", "120", "4.0"],
    ]
    assert report.flags == [["spam", "2", "25.0%", "Nothing."], ["late_arrival", "1", "12.5%", "Ask sooner."]]
    assert report.stale == [["manual", "office", "2026-03-01", "Nothing since."]]
