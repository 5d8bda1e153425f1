"""The causes of claims by value: what became of inquiries at a platform and what was found of it, written by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from sandbox.score_claims import CauseScore, ClaimScore, score_causes, score_claims

TRUTH = """
    create table truth.claims (
        brand text, source text, record_id text, nature text, platform text, is_claimed boolean, is_after_view boolean,
        unclaimed_for text, claimed_campaign_id text, is_campaign_told boolean, day date, is_tag_lost boolean
    );
    insert into truth.claims values
        -- Ours and claimed, of the same campaign and month: no cause.
        ('n', 's', 'same', 'real', 'p', true, false, null, '7', true, '2026-03-02', false),
        -- Claimed on a day of the month before, and under another campaign.
        ('n', 's', 'moved', 'real', 'p', true, false, null, '8', true, '2026-02-28', false),
        -- The campaign of the click can be told by nobody.
        ('n', 's', 'untold', 'real', 'p', true, false, null, '8', false, '2026-03-02', false),
        ('n', 's', 'denied', 'real', 'p', false, false, 'consent', null, true, null, false),
        ('n', 's', 'robot', 'spam', 'p', true, false, null, '7', true, '2026-03-02', false),
        ('n', 's', 'second', 'real', 'p', true, false, null, '7', true, '2026-03-02', false),
        ('n', 's', 'two', 'real', 'p', true, false, null, '7', true, '2026-03-02', false),
        ('n', 's', 'two', 'real', 'q', true, false, null, '9', true, '2026-03-02', false),
        ('n', 's', 'mail', 'real', 'p', true, false, null, '7', true, '2026-03-02', false),
        ('n', 's', 'bare', 'real', 'p', true, false, null, '7', true, '2026-03-02', true),
        -- Neither of the two counts it, but an ad was seen.
        ('n', 's', 'seen', 'real', 'p', false, true, 'window', '7', true, '2026-03-02', false);
    create table truth.sales (brand text, cancelled_at timestamp);
    insert into truth.sales values ('n', null), ('n', '2026-03-02');
"""
FOUND = """
    create schema marts;
    create table marts.inquiries (
        brand text, source text, source_record_id text, inquiry_id text, lead_id text, occurred_at timestamp
    );
    insert into marts.inquiries
    select 'n', 's', record_id, record_id, lead_id, moment::timestamp
    from (values ('same', 'same', '2026-03-02'), ('moved', 'moved', '2026-03-02'), ('untold', 'untold', '2026-03-02'),
        ('denied', 'denied', '2026-03-02'), ('robot', null, '2026-03-02'), ('second', 'same', '2026-03-03'),
        ('two', 'two', '2026-03-02'), ('mail', 'mail', '2026-03-02'), ('bare', 'bare', '2026-03-02'),
        ('seen', 'seen', '2026-03-02')) as rows (record_id, lead_id, moment);
    create table marts.attributed_leads (
        lead_id text, attribution_model text, platform text, campaign_id text, conversion_date date
    );
    insert into marts.attributed_leads
    select lead_id, attribution_model, platform, campaign_id, date '2026-03-02'
    from (values ('same', 'last_non_direct', 'p', '7'), ('same', 'linear', 'q', '9'),
        ('moved', 'last_non_direct', 'p', '7'),
        ('untold', 'last_non_direct', 'p', null), ('denied', 'last_non_direct', 'p', '7'),
        ('two', 'last_non_direct', 'q', '9'), ('mail', 'last_non_direct', null, null),
        ('bare', 'last_non_direct', null, null), ('seen', 'last_non_direct', null, null)
    ) as rows (lead_id, attribution_model, platform, campaign_id);
    create table marts.claim_records (
        brand text, source text, cause text, conversion_kind text, conversions decimal(20, 6)
    );
    insert into marts.claim_records values
        ('n', 'p', 'counted', 'lead', 1), ('n', 'p', 'consent', 'lead', -1), ('n', 'p', 'consent', 'lead', -1),
        ('n', 'p', 'view_through', 'lead', 3), ('n', 'p', 'window', 'lead', -1),
        ('n', 'p', 'offline_not_told', 'sale', -1), ('n', 'hubspot', 'cancelled', 'sale', 1);
    create table marts.claims (
        brand text, source text, conversion_kind text, claimed_conversions decimal(20, 6),
        our_conversions decimal(20, 6), unexplained_conversions decimal(20, 6)
    );
    insert into marts.claims values
        ('n', 'p', 'lead', 6, 4, -1), ('n', 'p', 'lead', 2, 1, 0.5), ('n', 'p', 'sale', 0, 1, 0);
"""


def test_causes_and_what_is_left_are_held_against_what_happened_at_the_platform(tmp_path: Path) -> None:
    with duckdb.connect() as database:
        database.execute(f"attach '{tmp_path / 'truth.duckdb'}' as truth; {TRUTH}")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as database:
        database.execute(FOUND)

    causes = score_causes(tmp_path, tmp_path / "warehouse.duckdb")
    sale, lead = sorted(score_claims(tmp_path, tmp_path / "warehouse.duckdb"), key=lambda one: one.claimed)

    assert causes == [
        CauseScore("n", "hubspot", "cancelled", 1, 1),
        CauseScore("n", "p", "asked_again", 1, 0),
        CauseScore("n", "p", "claimed_twice", 1, 0),
        CauseScore("n", "p", "click_day", 2, 0),
        CauseScore("n", "p", "consent", 1, 2),
        CauseScore("n", "p", "earlier_click", 1, 0),
        CauseScore("n", "p", "lost_tag", 1, 0),
        CauseScore("n", "p", "other_campaign", 2, 0),
        CauseScore("n", "p", "spam", 1, 0),
        CauseScore("n", "p", "view_through", 1, 3),
        CauseScore("n", "p", "window", 0, 1),
    ]
    assert (lead, lead.unexplained_share) == (ClaimScore("n", "p", "lead", 8, 5, -0.5), 0.0625)
    assert (sale, sale.unexplained_share) == (ClaimScore("n", "p", "sale", 0, 1, 0), 0.0)


def test_two_in_a_hundred_or_one_record_are_near() -> None:
    near = [CauseScore("n", "p", "spam", 100, 102), CauseScore("n", "p", "spam", 0, 1)]
    far = [CauseScore("n", "p", "spam", 100, 97), CauseScore("n", "p", "spam", 3, 5)]

    assert [one.is_near for one in (*near, *far)] == [True, True, False, False]
