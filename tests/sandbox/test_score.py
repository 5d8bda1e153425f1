"""The figures of ``sandbox score`` by value: what was true and what was found, written down by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sandbox.score import FlagScore, ModelScore, People, Score, score, score_flags, score_models, score_people

TRUTH = """
    create table truth.inquiries (
        brand text, source text, record_id text, person_id text, nature text, is_identifiable boolean,
        has_click_evidence boolean, true_campaign_id text, true_channel text, occurred_at timestamp
    );
    insert into truth.inquiries values
        ('n', 's', '1', 'ann', 'real', true, true, '7', 'Paid Search', '2026-03-01 10:00'),
        ('n', 's', '2', 'ann', 'real', true, true, null, 'Email', '2026-03-05 10:00'),
        ('n', 's', '3', 'bob', 'real', true, true, null, 'Offline', '2026-03-02 10:00'),
        ('n', 's', '4', 'bob', 'real', true, false, '8', 'Paid Search', '2026-03-03 10:00'),
        ('n', 's', '5', 'cleo', 'spam', false, true, '7', 'Paid Search', '2026-03-03 10:00'),
        ('n', 's', '6', 'ann', 'real', true, true, '9', 'Direct', '2026-03-20 10:00'),
        -- The same numbers of another brand.
        ('m', 's', '1', 'ann', 'real', true, true, '7', 'Paid Search', '2026-03-01 10:00');
    create table truth.evidence_groups (source text, record_id text, evidence_group int);
    insert into truth.evidence_groups values ('s', '1', 1), ('s', '2', 1), ('s', '6', 1), ('s', '3', 2), ('s', '4', 3);
    create table truth.flags (source text, record_id text, flag text);
    insert into truth.flags values ('s', '2', 'late'), ('s', '3', 'late'), ('s', '3', 'late'), ('s', '4', 'no_name');
    create table truth.sales (brand text, deal_id text, person_id text, won_at timestamp, cancelled_at timestamp);
    insert into truth.sales values
        ('n', 'd1', 'ann', '2026-03-10 10:00', null),
        ('n', 'd2', 'bob', '2026-03-03 10:00', null),
        ('n', 'd3', 'ann', '2026-03-11 10:00', '2026-03-12 10:00');
"""
FOUND = """
    create schema marts;
    create table marts.inquiries (
        brand text, source text, source_record_id text, inquiry_id text, person_id text, lead_id text, is_valid boolean,
        campaign_id text, channel text, occurred_at timestamp
    );
    insert into marts.inquiries values
        ('n', 's', '1', 'i1', 'p1', 'l1', true, '7', 'Paid Search', '2026-03-01 10:00'),
        ('n', 's', '2', 'i2', 'p1', 'l1', true, '7', 'Email', '2026-03-05 10:00'),
        ('n', 's', '3', 'i3', 'p1', 'l2', true, 'x', 'Offline', '2026-03-02 10:00'),
        ('n', 's', '4', 'i4', 'p2', 'l2', true, 'wrong', 'Direct', '2026-03-03 10:00'),
        ('n', 's', '5', 'i5', 'p3', null, false, 'wrong', 'Direct', '2026-03-03 10:00'),
        ('n', 's', '6', 'i6', 'p4', 'l3', true, null, 'Email', '2026-03-20 10:00');
    create table marts.attributed_leads (lead_id text, attribution_model text, campaign_id text, channel text);
    insert into marts.attributed_leads values
        ('l1', 'last_touch', '7', 'Paid Search'), ('l1', 'first_touch', '8', 'Email'),
        ('l2', 'last_touch', 'x', 'Offline'), ('l3', 'last_touch', null, 'Email');
    create table marts.inquiry_flags (inquiry_id text, flag text);
    insert into marts.inquiry_flags values ('i2', 'late'), ('i1', 'late'), ('i1', 'spam');
    create table marts.sales (brand text, sale_id text, source_deal_id text);
    insert into marts.sales values ('n', 's1', 'd1'), ('n', 's2', 'd2'), ('n', 's3', 'd3');
    create table marts.attributed_sales (
        brand text, sale_id text, attribution_model text, channel text, revenue_credit decimal(20, 6)
    );
    insert into marts.attributed_sales values
        ('n', 's1', 'linear', 'Email', 30), ('n', 's1', 'linear', 'Paid Search', 70),
        ('n', 's2', 'linear', 'Paid Search', 20), ('n', 's2', 'linear', 'Offline', 80),
        ('n', 's3', 'linear', 'Email', 999),
        ('n', 's1', 'last_touch', 'Email', 100), ('n', 's2', 'last_touch', 'Direct', 100);
"""


@pytest.fixture
def market(tmp_path: Path) -> tuple[Path, Path]:
    """The folder of a market and a published warehouse."""
    with duckdb.connect() as database:
        database.execute(f"attach '{tmp_path / 'truth.duckdb'}' as truth; {TRUTH}")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as database:
        database.execute(FOUND)
    return tmp_path, tmp_path / "warehouse.duckdb"


def test_people_campaigns_and_leads_are_scored_by_hand(market: tuple[Path, Path]) -> None:
    found = score(*market)

    # Of five that tell who they are two of Ann's are the most of p1. Bob has one in p1 and one in p2: the first in the
    # alphabet has most of his, and is Ann's.
    assert (found.identifiable_inquiries, found.right_person_share) == (5, 2 / 5)
    # 1 is right, 2 has a campaign where none was, 3 is offline and right in its channel, 6 lacks its campaign.
    assert (found.inquiries_with_click_evidence, found.right_campaign_share) == (4, 2 / 4)
    # Paid Search, Email and Offline are right, and Direct is not.
    assert found.right_channel_share == 3 / 4
    # Of the leads of 1, 3 and 6 the first two.
    assert found.lead_campaign_share == pytest.approx(2 / 3)
    assert isinstance(found, Score)


def test_pairs_of_inquiries_are_counted_once(market: tuple[Path, Path]) -> None:
    # p1 holds three inquiries, three pairs, of which one is of one true person; of Ann's three one was found.
    found = score_people(*market)

    assert found == People(3, found.precision, 3, found.recall)
    assert (found.precision, found.recall) == pytest.approx((1 / 3, 1 / 3))


def test_flags_that_were_earned_and_those_that_were_set(market: tuple[Path, Path]) -> None:
    assert score_flags(*market) == [
        FlagScore("late", 2, 2, 0.5, 0.5),
        FlagScore("no_name", 1, 0, None, 0.0),
        FlagScore("spam", 0, 1, 0.0, None),
    ]


def test_a_models_revenue_is_held_against_the_channel_of_the_last_inquiry_before_the_sale(
    market: tuple[Path, Path],
) -> None:
    # Ann asked again after she bought, and Bob in the very second: by a click, 20 of his 100. What was given back
    # counts for nobody.
    assert score_models(*market) == [
        ModelScore("n", "last_touch", 2, 0.5),
        ModelScore("n", "linear", 2, 0.25),
    ]
