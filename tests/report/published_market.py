"""A published warehouse of two invented brands, made from the contracts of the marts; SQL says what is true of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "marts"
SCRIPT = "<script>window.planted = 1</script><img src=x onerror='window.planted = 1'>"
FORMULA = '=HYPERLINK("http://evil.example";"click")'
AS_OF_DAY = "2026-06-30"

MADE_BY_THE_PUBLICATION = """
    create table marts.publication (
        run_id varchar, published_at timestamp, as_of_day date, model_hash varchar, row_count bigint,
        row_counts varchar, duckdb_version varchar
    );
    create table marts.pipeline_steps (
        run_id varchar, phase varchar, phase_number integer, step varchar, kind varchar, status varchar, seconds double,
        row_count bigint
    );
"""
ROWS = f"""
    insert into marts.publication values
        ('run 1', timestamp '2026-07-01 03:00:00', date '{AS_OF_DAY}', 'h', 1, '', '1.5.5');
    insert into marts.pipeline_steps values
        ('run 1', 'check_inquiries', 6, 'contact_missing', 'check', 'warn', 0.1, null),
        ('run 1', 'check_marts', 8, 'inquiries_have_a_grade', 'check', 'pass', 0.1, null);
    insert into marts.brands by name
    select unnest(['nord', 'pool']) as brand, unnest(['Nord & Söhne', 'Pool Ltd']) as brand_name,
        unnest(['EUR', 'USD']) as currency, 'UTC' as time_zone, unnest(['de', 'en']) as language;

    create temp table sources as
    select * from (values
        ('Paid Search', 'google_ads', 'c1', $script, 7.0), ('Paid Search', 'google_ads', 'c2', 'Brand', 3.0),
        ('Email', null, null, $formula, 0.0), ('unattributed', null, null, null, 0.0)
    ) as named (channel, platform, campaign_id, campaign_name, cost);
    create temp table days as
    select unnest(generate_series(date '2026-01-01', date '{AS_OF_DAY}', interval 1 day))::date as date;

    -- Every number differs by brand, day, campaign, model and basis, so that a filter that is forgotten shows.
    insert into marts.channel_performance by name
    select
        days.date, date_basis, brand, channel, platform, campaign_id, campaign_name, attribution_model,
        if(brand = 'nord', 'EUR', 'USD') as currency,
        cost * (10 + dayofyear(days.date) % 7) * if(brand = 'nord', 1, 2) as spend,
        10 as impressions, 5 as clicks, 3 as visit_count, 2 + length(coalesce(campaign_name, '')) % 3 as inquiry_count,
        1 + length(coalesce(campaign_name, '')) % 3 as valid_inquiry_count,
        0.25 + if(attribution_model = 'linear', 0.125, 0) + if(date_basis = 'touch', 0.5, 0) + month(days.date)
            as lead_credit,
        0.25 as qualified_lead_credit, 0.5 + if(attribution_model = 'linear', 0.25, 0) as sale_credit,
        0.25 + if(date_basis = 'touch', 0.25, 0) as first_sale_credit,
        100 + cost * 10 + if(attribution_model = 'linear', 11, 0) + if(date_basis = 'touch', 1000, 0)
            + dayofyear(days.date) as revenue,
        40 as margin
    from days cross join sources cross join (select unnest(['nord', 'pool']) as brand)
    cross join (select unnest(['last_non_direct', 'linear']) as attribution_model)
    cross join (select unnest(['conversion', 'touch']) as date_basis);
    insert into marts.channel_days by name
    select
        brand, date, channel, platform, campaign_id, campaign_name, spend, impressions, clicks, visit_count,
        inquiry_count, valid_inquiry_count, lead_credit, qualified_lead_credit, sale_credit, first_sale_credit, revenue,
        margin, currency
    from marts.channel_performance
    where attribution_model = 'last_non_direct' and date_basis = 'conversion';

    insert into marts.model_comparison by name
    select
        'nord' as brand, 'lead' as conversion_type, channel, model as attribution_model, 10 as conversion_count,
        share * 10 as credit, share as credit_share, 0.1 as lowest_model_share, 0.8 as highest_model_share,
        share - 0.05 as interval_low_share, share + 0.05 as interval_high_share
    from (values
        ('Paid Search', 'last_non_direct', 0.6), ('Email', 'last_non_direct', 0.4), ('Paid Search', 'linear', 0.3),
        ('Email', 'linear', 0.7)
    ) as shared (channel, model, share);
    insert into marts.plan_vs_actual by name
    select
        brand, month, 'Paid Search' as channel, 'EUR' as currency, 1000 as planned_spend, 900 as spend,
        100 as planned_leads, 120 as leads, 10 as planned_sales, 5 as sales, 2000 as planned_revenue, 2500 as revenue
    from (select unnest(['nord', 'pool']) as brand) cross join (
        select unnest([date '2026-04-01', date '2026-05-01', date '2026-06-01']) as month
    );
    insert into marts.plan_vs_actual by name
    select 'nord' as brand, date '2026-06-01' as month, 'Email' as channel, 'EUR' as currency, 7777 as leads;

    insert into marts.leads by name
    select
        'nord' as brand, 'lead ' || number as lead_id, 'p' || number as person_id, date '2026-06-20' as lead_date,
        timestamp '2026-06-20 10:00:00' as created_at, 'Email' as channel, 'Email' as first_inquiry_channel,
        1 as inquiry_count, 1 as valid_inquiry_count, 0 as deal_count, true as is_qualified, number <= 2 as is_won,
        'won' as state, if(number <= 2, 1, 0) as sale_count, number * 100 as revenue, 'EUR' as currency
    from range(1, 6) as numbers (number);
    insert into marts.lead_journeys by name
    select
        'nord' as brand, lead_id, person_id, lead_id || touches.channel as touchpoint_id, place as touch_number,
        3 as path_length, date '2026-06-20' - (4 - place)::integer as touch_date, touches.channel,
        timestamp '2026-06-18 10:00:00' as touched_at, 'visit' as touch_kind, $script as campaign_name,
        'same_client_id' as matched_by, true as is_before_lead
    from marts.leads as leads
    cross join (values (1, 'Paid Search'), (2, 'Email'), (3, 'Direct')) as touches (place, channel);

    insert into marts.inquiries by name
    select
        'nord' as brand, 'i' || number as inquiry_id, 'form' as kind, date '2026-06-25' as inquiry_date,
        timestamp '2026-06-25 10:00:00' as occurred_at, 'webhook' as source, 'a' as account, 'r' as source_record_id,
        'Email' as channel, if(number <= 3, 'A', 'E') as grade, 1 as score, 0 as flag_count, false as is_spam,
        false as is_employee, false as is_duplicate, false as is_existing_customer, true as is_valid
    from range(1, 5) as numbers (number);
    insert into marts.problem_scorecard by name
    select
        'nord' as brand, month, 5 as problem_number, 'inquiries_handled_badly' as problem,
        'Share that waits' as indicator,
        0.4 as indicator_value, 0.2 as threshold, true as is_problem, 0.1 as trend, 1234 as money, 'EUR' as currency,
        $script as look_at_first
    from (select unnest([date '2026-05-01', date '2026-06-01']) as month);
    insert into marts.reconciliation by name
    select
        'run 1' as run_id, 'google_ads' as source, '1' as account, 'nord' as brand, quantity, 10 as landed,
        0 as rejected, staged, published, 0 as difference, date '2026-06-28' as newest_day, is_stale, note
    from (values
        ('rows_campaign_days', 10, null, true, 'Nothing has come since 28 June.'),
        ('revenue_without_rate_XYZ', 100, 0, false, 'Deal d7 has no rate.'),
        ('sales', 1, 1, false, 'The two sides agree.')
    ) as told (quantity, staged, published, is_stale, note);
    insert into marts.activation_preflight by name
    select
        brand, 'google_ads' as destination, '1' as account, milestone, month as conversion_month, rule,
        rule in ('passes', 'too_late') as is_tellable, 'Mend ' || rule as what_to_mend, conversion_count,
        conversion_count / 40 as conversion_share, 1000 * conversion_count as value
    from (values
        ('nord', 'sale', date '2026-05-01', 'passes', 20), ('nord', 'sale', date '2026-06-01', 'passes', 8),
        ('nord', 'sale', date '2026-06-01', 'too_late', 2), ('nord', 'sale', date '2026-06-01', 'consent_missing', 6),
        ('nord', 'sale', date '2026-05-01', 'consent_missing', 3), ('nord', 'sale', date '2026-05-01', 'cancelled', 1),
        ('nord', 'lead', date '2026-06-01', 'spam', 4), ('pool', 'sale', date '2026-06-01', 'passes', 5)
    ) as judged (brand, milestone, month, rule, conversion_count);
    insert into marts.claim_causes by name
    select
        brand, 'google_ads' as source, '1' as account, 'google_ads' as platform, 'c1' as campaign_id,
        'lead' as conversion_kind, month, cause, conversions * if(brand = 'nord', 1, 3) as conversions,
        conversions * 50 as value, abs(conversions) as record_count
    from (select unnest(['nord', 'pool']) as brand) cross join (
        select unnest([date '2026-04-01', date '2026-05-01', date '2026-06-01']) as month
    ) cross join (values ('counted', 40), ('consent', -6), ('window', -3), ('earlier_click', 7), ('spam', 2),
        ('unexplained', -1)) as told (cause, conversions);
    insert into marts.claims by name
    select
        brand, source, account, platform, campaign_id, conversion_kind, month, sum(conversions) as claimed_conversions,
        sum(value) as claimed_value
    from marts.claim_causes
    group by all;
"""


def publish(database: Path) -> Path:
    """Write the warehouse; a table that nothing is put into is there and empty."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        for name, columns in contracts().items():
            listed = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in columns)
            connection.execute(f"create table marts.{name} ({listed})")
        connection.execute(MADE_BY_THE_PUBLICATION)
        for statement in connection.extract_statements(ROWS):
            named = {"script": SCRIPT, "formula": FORMULA}
            connection.execute(statement, {name: named[name] for name in statement.named_parameters})
    return database


def contracts() -> dict[str, list[dict[str, Any]]]:
    """The columns of each mart, as its contract promises them."""
    found = {}
    for file in MARTS.rglob("*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            if model["config"].get("contract") if "config" in model else False:
                found[model["name"]] = model["columns"]
    return found
