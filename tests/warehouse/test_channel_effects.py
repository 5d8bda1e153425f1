"""What the effects of channels say where they are not computed."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.steps.channel_effects import MOST_SHAPLEY_CHANNELS, write_channel_effects


@pytest.fixture
def journeys() -> duckdb.DuckDBPyConnection:
    """Two brands: one has as many channels as can be computed, the other one more; each channel led to one lead."""
    database = duckdb.connect()
    database.execute(
        f"""
        create schema intermediate;
        create table intermediate.int_transitions__counted as
        select brand, 'lead' as conversion_type, null::text as previous_channel, 'channel ' || number as channel,
            null::text as next_channel, true as is_conversion, 1 as transition_count
        from (values ('fits', {MOST_SHAPLEY_CHANNELS}), ('too many', {MOST_SHAPLEY_CHANNELS + 1})) as brands (brand, n),
            range(20) as numbers (number)
        where number < n;
        create table intermediate.int_channel_sets__listed as
        select brand, conversion_type, channel as channel_set, channel, 1 as conversion_count, 2 as journey_count
        from intermediate.int_transitions__counted;
        """
    )
    return database


def test_a_brand_with_too_many_channels_is_named_with_the_way_out(
    journeys: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture
) -> None:
    write_channel_effects(journeys)

    solved = journeys.execute(
        "select attribution_model, count(distinct brand) from steps.channel_effects group by all order by all"
    ).fetchall()
    assert solved == [("markov", 2), ("markov_order_2", 2), ("shapley_rate", 1)]
    [warning] = caplog.messages
    assert warning.startswith(
        "shapley_rate: too many has 16 channels on the way to lead and it is exact for 15 at most."
    )
    assert "channel_rules.csv" in warning


def test_where_nothing_happened_there_is_no_effect(journeys: duckdb.DuckDBPyConnection) -> None:
    journeys.execute(
        "delete from intermediate.int_transitions__counted; delete from intermediate.int_channel_sets__listed"
    )

    assert write_channel_effects(journeys) == 0
    assert journeys.execute("select count(*) from steps.channel_effects").fetchone() == (0,)


def test_the_effect_of_a_channel_is_the_part_of_all_conversions_that_would_be_missed_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = duckdb.connect()
    # Of four journeys over Search and Mail, and Mail alone, two convert: one over both, one over Mail alone.
    database.execute(
        """
        create schema intermediate;
        create table intermediate.int_transitions__counted as
        from (values
            ('n', 'lead', null::text, 'Search', 'Mail', false, 2),
            ('n', 'lead', 'Search', 'Mail', null::text, true, 1),
            ('n', 'lead', 'Search', 'Mail', null::text, false, 1),
            ('n', 'lead', null::text, 'Mail', null::text, true, 1),
            ('n', 'lead', null::text, 'Mail', null::text, false, 1)
        ) as t (brand, conversion_type, previous_channel, channel, next_channel, is_conversion, transition_count);
        create table intermediate.int_channel_sets__listed as
        from (values
            ('n', 'lead', 'both', 'Search', 1, 2),
            ('n', 'lead', 'both', 'Mail', 1, 2),
            ('n', 'lead', 'mail', 'Mail', 1, 2)
        ) as t (brand, conversion_type, channel_set, channel, conversion_count, journey_count)
        """
    )

    write_channel_effects(database)

    effects = database.execute(
        "select attribution_model, channel, effect from steps.channel_effects"
        " where attribution_model in ('markov', 'shapley_rate')"
    ).fetchall()
    # Mail alone wins half of its journeys; beside it Search wins as many, and is missed by nobody who counts the rate.
    assert sorted(effects) == [
        ("markov", "Mail", pytest.approx(1.0)),
        ("markov", "Search", pytest.approx(0.5)),
        ("shapley_rate", "Mail", pytest.approx(0.5)),
        ("shapley_rate", "Search", pytest.approx(0.0)),
    ]
    assert caplog.messages == []
