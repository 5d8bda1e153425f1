"""What is to be heard of a publication: said with its numbers where it is so, and not a word where all is as usual."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from warehouse import settings
from warehouse.news import read_news

LAST_DAY = date(2026, 6, 30)
MARTS = f"""
    create schema marts;
    create table marts.publication as select date '{LAST_DAY}' as as_of_day;
    create table marts.brands as select 'nord' as brand, 'EUR' as currency;
    create table marts.reconciliation as
    select 'callrail' as source, 'ACC0' as account, 'nord' as brand, date '{LAST_DAY}' as newest_day, false as is_stale;
    create table marts.identification_trend as
    select
        'nord' as brand, 'all' as dimension, 'all' as dimension_value, date '{LAST_DAY}' as inquiry_date,
        0.06 as week_poor_share, 0.05 as usual_poor_share, false as is_jump;
    create table marts.channel_days as
    select
        'nord' as brand, 'Paid Search' as channel, platform, date '{LAST_DAY}' - n::integer as date,
        100 + n % 7 as spend
    from range(60) as days(n), (values ('google_ads'), ('meta_ads')) as platforms(platform);
    create table marts.leads as
    select 'nord' as brand, date '{LAST_DAY}' - (n // 2)::integer as lead_date from range(120) as days(n);
    create table marts.pipeline_steps as
    from (values
        ('check_marts', 'check', 'no_text_had_to_be_masked', 'pass'),
        ('check_inquiries', 'check', 'spam', 'warn'),
        ('check_marts', 'check', 'most_sources_are_fresh', 'warn')
    ) as steps(phase, kind, step, status);
"""


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication in which all is as usual: two leads and two hundred euro a day."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    link = settings.warehouse_link()
    change(link, MARTS)
    return link


def change(link: Path, statements: str) -> None:
    """What the next publication has instead."""
    with duckdb.connect(str(link)) as database:
        database.execute(statements)


def said() -> list[tuple[str, str]]:
    """The sentences and where the report shows them."""
    return [(news.sentence, news.page) for news in read_news()]


def test_before_anything_is_published_and_where_all_is_as_usual_there_is_no_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: Path
) -> None:
    assert said() == []
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "new"))
    assert said() == []


@pytest.mark.parametrize(
    ("statements", "sentence", "page"),
    [
        (
            "update marts.reconciliation set is_stale = true, newest_day = date '2026-06-20'",
            "callrail ACC0: nothing newer than 2026-06-20, so nord lacks its newest days.",
            "health",
        ),
        (
            "update marts.reconciliation set is_stale = true, newest_day = null",
            "callrail ACC0: nothing was ever landed, so nord lacks its newest days.",
            "health",
        ),
        (
            "update marts.identification_trend set is_jump = true, week_poor_share = 0.31",
            "nord: in doubt are 31 of 100 inquiries of the last week, 5 in the four weeks before.",
            "identification",
        ),
        (
            "update marts.identification_trend set is_jump = true, week_poor_share = 0.31, dimension = 'flag', "
            "dimension_value = 'click_id_missing'",
            "nord: the flag click id missing is on 31 of 100 inquiries of the last week, 5 in the four weeks before.",
            "identification",
        ),
        (
            f"update marts.channel_days set spend = 250.4 where platform = 'meta_ads' and date = date '{LAST_DAY}'",
            "nord: meta_ads took 250 EUR on 2026-06-30, on a usual day 103.",
            "channels",
        ),
        (
            "delete from marts.leads where lead_date > date '2026-06-25'",
            "nord: no lead since 2026-06-25, where 10 would be usual.",
            "overview",
        ),
        (
            "update marts.pipeline_steps set status = 'warn'",
            "The check no text had to be masked does not hold.",
            "health",
        ),
    ],
)
def test_what_is_not_as_usual_is_said_with_its_numbers(
    warehouse: Path, statements: str, sentence: str, page: str
) -> None:
    change(warehouse, statements)

    assert said() == [(sentence, page)]


@pytest.mark.parametrize(
    "statements",
    [
        # Twice a day's budget is what platforms allow themselves.
        f"update marts.channel_days set spend = 212 where platform = 'meta_ads' and date = date '{LAST_DAY}'",
        # A platform of a week has no usual day.
        "delete from marts.channel_days where platform = 'meta_ads' and date < date '2026-06-24';"
        f"update marts.channel_days set spend = 900 where platform = 'meta_ads' and date = date '{LAST_DAY}'",
        # Of two leads a day none came for four days: that happens.
        "delete from marts.leads where lead_date > date '2026-06-26'",
        # The jump was last week, and is over.
        "update marts.identification_trend set is_jump = true, inquiry_date = inquiry_date - 7",
        # Other dimensions hold the same inquiries again.
        "update marts.identification_trend set is_jump = true, dimension = 'page'",
    ],
)
def test_what_chance_or_the_past_explains_is_not_said(warehouse: Path, statements: str) -> None:
    change(warehouse, statements)

    assert said() == []


def test_the_same_news_has_the_same_key_on_the_next_day_although_its_numbers_move(warehouse: Path) -> None:
    change(warehouse, "delete from marts.leads where lead_date > date '2026-06-20'")
    (before,) = read_news()
    change(warehouse, f"update marts.publication set as_of_day = date '{LAST_DAY + timedelta(1)}'")
    (after,) = read_news()

    assert before.key == after.key
    assert before.sentence != after.sentence
