"""Forty ordinary questions of a marketer: what is right, how hurried people ask, and where it can be looked up.

``right`` is asked of what the market really did (``truth``), of what the vendors serve (``wire``), or along another way
through the marts than those of ``ways``. Each way finds the same, or the database refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass

PERFORMANCE = "marts.channel_performance where attribution_model = 'last_non_direct' and date_basis = 'conversion'"
LAST_NON_DIRECT = "attribution_model = 'last_non_direct'"


@dataclass(frozen=True)
class Asked:
    """A question about the brand nordhaus, where nothing else is said."""

    question: str
    page: str
    """The page of the report on which it is answered by looking; empty where it takes a query."""
    right: str
    ways: tuple[str, ...]


FORTY = (
    Asked(
        "What did we spend?",
        "Overview",
        "select (select sum(cost_micros) / 1000000 from wire.google_ads__campaign_days where _brand = 'nordhaus' "
        "and _valid_to is null) + (select sum(spend) from wire.meta_ads__ad_days where _brand = 'nordhaus' "
        "and _valid_to is null) + (select sum(spend) from offline where brand = 'nordhaus')",
        (
            "select sum(spend) from marts.spend where brand = 'nordhaus'",
            "select sum(spend) from marts.channel_days where brand = 'nordhaus'",
            "select sum(spend) from marts.spend inner join marts.brands using (brand) where brand = 'nordhaus'",
            "select sum(spend) from marts.spend inner join marts.channel_days using (brand) where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "What did each platform charge?",
        "Channels and campaigns",
        "select 'google_ads', sum(cost_micros) / 1000000 from wire.google_ads__campaign_days "
        "where _brand = 'nordhaus' and _valid_to is null union all select 'meta_ads', sum(spend) "
        "from wire.meta_ads__ad_days where _brand = 'nordhaus' and _valid_to is null",
        (
            "select platform, sum(spend) from marts.spend where brand = 'nordhaus' and source <> 'manual' group by 1",
            "select platform, sum(spend) from marts.channel_days "
            "where brand = 'nordhaus' and platform in ('google_ads', 'meta_ads') group by 1",
        ),
    ),
    Asked(
        "What did each keyword cost?",
        "",
        "select keyword_text, sum(cost_micros) / 1000000 from wire.google_ads__keyword_days "
        "where _brand = 'nordhaus' and _valid_to is null group by 1",
        (
            "select keyword, sum(spend) from marts.spend where brand = 'nordhaus' and keyword is not null group by 1",
            "select keyword, sum(spend) from marts.spend inner join marts.channel_days using (brand, campaign_id) "
            "where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "What did each ad group cost?",
        "Channels and campaigns",
        "select ad_group_id, sum(cost_micros) / 1000000 from wire.google_ads__ad_group_days "
        "where _brand = 'nordhaus' and _valid_to is null group by 1",
        (
            "select ad_group_id, sum(spend) from marts.spend "
            "where brand = 'nordhaus' and platform = 'google_ads' and ad_group_id is not null group by 1",
        ),
    ),
    Asked(
        "What did each ad cost?",
        "",
        "select ad_id, sum(spend) from wire.meta_ads__ad_days "
        "where _brand = 'nordhaus' and _valid_to is null group by 1",
        ("select ad_id, sum(spend) from marts.spend where brand = 'nordhaus' and ad_id is not null group by 1",),
    ),
    Asked(
        "What did we spend on phones?",
        "",
        "select sum(cost_micros) / 1000000 from wire.google_ads__campaign_days "
        "where _brand = 'nordhaus' and _valid_to is null and device = 'MOBILE'",
        ("select sum(spend) from marts.spend where brand = 'nordhaus' and device = 'mobile'",),
    ),
    Asked(
        "How many clicks did we buy at Google?",
        "Channels and campaigns",
        "select sum(clicks) from wire.google_ads__campaign_days where _brand = 'nordhaus' and _valid_to is null",
        (
            "select sum(clicks) from marts.spend where brand = 'nordhaus' and platform = 'google_ads'",
            "select sum(clicks) from marts.channel_days where brand = 'nordhaus' and platform = 'google_ads'",
        ),
    ),
    Asked(
        "How many conversions does Google claim?",
        "Claims",
        "select sum(conversions) from wire.google_ads__campaign_days where _brand = 'nordhaus' and _valid_to is null",
        (
            "select sum(platform_conversions) from marts.spend where brand = 'nordhaus' and platform = 'google_ads'",
            "select sum(platform_conversions) from marts.channel_days "
            "where brand = 'nordhaus' and platform = 'google_ads'",
            "select sum(platform_conversions) from marts.leads where brand = 'nordhaus'",
            "select sum(claimed_conversions) from marts.claims where brand = 'nordhaus' and source = 'google_ads'",
            "select sum(conversions) from marts.claim_causes "
            "where brand = 'nordhaus' and platform = 'google_ads' and conversion_kind = 'lead'",
        ),
    ),
    Asked(
        "How many inquiries came in?",
        "Overview",
        "select count(*) from marts.inquiry_handling where brand = 'nordhaus'",
        (
            "select count(*) from marts.inquiries where brand = 'nordhaus'",
            "select sum(inquiry_count) from marts.channel_days where brand = 'nordhaus'",
            "select count(inquiry_id) from marts.inquiries left join marts.leads using (brand, lead_id) "
            "where brand = 'nordhaus'",
            "select count(distinct inquiry_id) from marts.inquiries inner join marts.inquiry_handling "
            "using (brand, inquiry_id) where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "How many of them count?",
        "Overview",
        "select count(*) from marts.inquiry_handling where brand = 'nordhaus' and is_valid",
        (
            "select count(*) from marts.inquiries where brand = 'nordhaus' and is_valid",
            "select sum(valid_inquiry_count) from marts.channel_days where brand = 'nordhaus'",
            "select sum(valid_inquiry_count) from marts.sales_funnel where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "How many inquiries came by each way?",
        "Identification",
        "select kind, count(*) from marts.inquiry_handling where brand = 'nordhaus' group by 1",
        (
            "select kind, count(*) from marts.inquiries where brand = 'nordhaus' group by 1",
            "select kind, count(*) from marts.inquiries inner join marts.inquiry_handling using (inquiry_id) "
            "group by 1",
        ),
    ),
    Asked(
        "How many leads did we get?",
        "Overview",
        "select sum(lead_count) from marts.sales_funnel where brand = 'nordhaus'",
        (
            "select count(*) from marts.leads where brand = 'nordhaus'",
            "select sum(lead_credit) from marts.channel_days where brand = 'nordhaus'",
            "select count(distinct lead_id) from marts.attributed_leads where brand = 'nordhaus'",
            "select count(distinct lead_id) from marts.leads left join marts.sales using (brand, lead_id) "
            "where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "How many leads did each channel get?",
        "Channels and campaigns",
        f"select channel, sum(credit) from marts.attributed_leads where brand = 'nordhaus' and {LAST_NON_DIRECT} "
        "group by 1",
        (
            "select channel, count(*) from marts.leads where brand = 'nordhaus' group by 1",
            "select channel, sum(lead_credit) from marts.channel_days where brand = 'nordhaus' group by 1 "
            "having sum(lead_credit) > 0",
            "select channel, count(*) from marts.leads inner join marts.sales using (lead_id) "
            "inner join marts.attributed_leads using (lead_id) group by 1",
        ),
    ),
    Asked(
        "How many leads did each campaign of Google get?",
        "Channels and campaigns",
        f"select campaign_name, sum(credit) from marts.attributed_leads where brand = 'nordhaus' and {LAST_NON_DIRECT} "
        "and platform = 'google_ads' group by 1",
        (
            "select campaign_name, count(*) from marts.leads "
            "where brand = 'nordhaus' and platform = 'google_ads' group by 1",
            "select campaign_name, sum(lead_credit) from marts.channel_days "
            "where brand = 'nordhaus' and platform = 'google_ads' group by 1",
        ),
    ),
    Asked(
        "How many leads came in each month?",
        "Overview",
        "select cohort_month, sum(lead_count) from marts.sales_funnel where brand = 'nordhaus' group by 1",
        (
            "select date_trunc('month', lead_date)::date, count(*) from marts.leads "
            "where brand = 'nordhaus' group by 1",
            "select date_trunc('month', date)::date, sum(lead_credit) from marts.channel_days "
            "where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "How many leads are qualified?",
        "Overview",
        "select sum(qualified_count) from marts.sales_funnel where brand = 'nordhaus'",
        (
            "select count(*) from marts.leads where brand = 'nordhaus' and is_qualified",
            "select sum(qualified_lead_credit) from marts.channel_days where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "How many sales did we make and keep?",
        "Overview",
        "select count(*) from truth.sales where brand = 'nordhaus' and cancelled_at is null",
        (
            "select count(*) from marts.sales where brand = 'nordhaus' and not is_cancelled",
            "select sum(sale_credit) from marts.channel_days where brand = 'nordhaus'",
            "select count(distinct sale_id) from marts.attributed_sales where brand = 'nordhaus' and not is_cancelled",
        ),
    ),
    Asked(
        "What revenue did we keep?",
        "Overview",
        "select sum(revenue) from truth.sales where brand = 'nordhaus' and cancelled_at is null",
        (
            "select sum(revenue) from marts.sales where brand = 'nordhaus' and not is_cancelled",
            "select sum(revenue) from marts.channel_days where brand = 'nordhaus'",
            "select sum(revenue) from marts.leads left join marts.sales using (brand, lead_id) "
            "where brand = 'nordhaus' and not is_cancelled",
            "select sum(revenue) from marts.sales inner join marts.attributed_sales using (brand, sale_id)",
        ),
    ),
    Asked(
        "What revenue came of leads?",
        "Channels and campaigns",
        "select sum(revenue) from marts.sales where brand = 'nordhaus' and lead_id is not null and not is_cancelled",
        (
            "select sum(revenue) from marts.leads where brand = 'nordhaus'",
            "select sum(sales.revenue) from marts.leads inner join marts.sales using (brand, lead_id) "
            "where brand = 'nordhaus' and not is_cancelled",
        ),
    ),
    Asked(
        "What margin did we make?",
        "Overview",
        "select sum(margin) from truth.sales where brand = 'nordhaus' and cancelled_at is null",
        (
            "select sum(margin) from marts.sales where brand = 'nordhaus' and not is_cancelled",
            "select sum(margin) from marts.channel_days where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "How many new customers did we win?",
        "Overview",
        "select count(distinct person_id) from truth.sales where brand = 'nordhaus' and cancelled_at is null",
        (
            "select count(*) from marts.sales where brand = 'nordhaus' and is_first_sale and not is_cancelled",
            "select sum(first_sale_credit) from marts.channel_days where brand = 'nordhaus'",
            "select count(*) from marts.customer_rfm where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "What does a new customer cost?",
        "Overview",
        f"select sum(spend) / sum(first_sale_credit) from {PERFORMANCE} and brand = 'nordhaus'",
        (
            "select sum(spend) / sum(first_sale_credit) from marts.channel_days where brand = 'nordhaus'",
            "select avg(cac) from marts.channel_days where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "What does a valid inquiry cost, by channel?",
        "Channels and campaigns",
        f"select channel, sum(spend) / sum(valid_inquiry_count) from {PERFORMANCE} and brand = 'nordhaus' "
        "group by 1 having sum(spend) > 0",
        (
            "select channel, sum(spend) / sum(valid_inquiry_count) from marts.channel_days "
            "where brand = 'nordhaus' group by 1 having sum(spend) > 0",
            "select channel, avg(cpl) from marts.channel_days where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "What comes back for a euro, by channel?",
        "Channels and campaigns",
        f"select channel, sum(revenue) / sum(spend) from {PERFORMANCE} and brand = 'nordhaus' group by 1 "
        "having sum(spend) > 0",
        (
            "select channel, sum(revenue) / sum(spend) from marts.channel_days where brand = 'nordhaus' group by 1 "
            "having sum(spend) > 0",
            "select channel, avg(roas) from marts.channel_days where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "How many visits did we have?",
        "Channels and campaigns",
        "select sum(visit_count) from marts.sales_funnel where brand = 'nordhaus'",
        (
            "select sum(visit_count) from marts.channel_days where brand = 'nordhaus'",
            "select sum(visit_count) from marts.landing_page_days where brand = 'nordhaus'",
            "select sum(visit_count) from marts.audience_days where brand = 'nordhaus'",
            "select sum(visit_count) from marts.audience_days inner join marts.landing_page_days using (brand, date)",
        ),
    ),
    Asked(
        "How many visits did each channel bring?",
        "Channels and campaigns",
        "select channel, sum(visit_count) from marts.sales_funnel where brand = 'nordhaus' group by 1 "
        "having sum(visit_count) > 0",
        (
            "select channel, sum(visit_count) from marts.channel_days where brand = 'nordhaus' group by 1 "
            "having sum(visit_count) > 0",
            "select channel, sum(visit_count) from marts.audience_days where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "On which pages do visits begin?",
        "",
        "select rtrim(regexp_replace(split_part(landing_url, '?', 1), '^https://www[.]', ''), '/'), count(*) "
        "from wire.matomo__visits where _brand = 'nordhaus' and _valid_to is null group by 1",
        (
            "select landing_page, sum(visit_count) from marts.landing_page_days where brand = 'nordhaus' group by 1",
            "select landing_page, sum(visit_count) from marts.landing_page_days inner join marts.channel_days "
            "using (brand, date) where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "From where do leads come?",
        "",
        "select city, count(*) from marts.leads where brand = 'nordhaus' and city is not null group by 1",
        (
            "select leads.city, count(distinct lead_id) from marts.leads inner join marts.inquiries "
            "using (brand, lead_id) where brand = 'nordhaus' and leads.city is not null group by 1",
            "select city, count(*) from marts.inquiries where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "What is still to be won?",
        "",
        "select count(*), sum(value) from marts.open_deals where brand = 'nordhaus'",
        (
            "select count(*), sum(value) from marts.open_deals left join marts.leads using (brand, lead_id) "
            "where brand = 'nordhaus'",
            "select count(*), sum(value_eur) from marts.open_deals where brand = 'nordhaus'",
        ),
    ),
    Asked(
        "What did all brands cost, in euro?",
        "",
        "select sum(spend_eur) from marts.spend",
        ("select sum(spend_eur) from marts.channel_days", "select sum(spend_eur) from marts.channel_performance"),
    ),
    Asked(
        "How many calls did we miss?",
        "Handling",
        "select count(*) from marts.inquiries where brand = 'nordhaus' and call_state in ('missed', 'voicemail')",
        (
            "select count(*) from marts.inquiry_handling where brand = 'nordhaus' and is_missed",
            "select count(*) from marts.inquiry_handling inner join marts.inquiries using (inquiry_id) where is_missed "
            "and brand = 'nordhaus'",
        ),
    ),
    Asked(
        "How many valid inquiries were never answered?",
        "Handling",
        "select sum(inquiry_count) from marts.lost_inquiry_cost "
        "where brand = 'nordhaus' and handling = 'never_answered'",
        (
            "select count(*) from marts.inquiry_handling "
            "where brand = 'nordhaus' and handling = 'never_answered' and is_valid",
        ),
    ),
    Asked(
        "How many inquiries are poorly identified?",
        "Identification",
        "select count(*) from marts.inquiries where brand = 'nordhaus' and grade in ('D', 'E')",
        (
            "select sum(grade_d_count + grade_e_count) from marts.identification_trend "
            "where brand = 'nordhaus' and dimension = 'all'",
        ),
    ),
    Asked(
        "How many inquiries have each flag?",
        "Identification",
        "select flag, count(distinct inquiry_id) from marts.inquiry_flags where brand = 'nordhaus' group by 1",
        (
            "select flag, count(*) from marts.inquiry_flags where brand = 'nordhaus' group by 1",
            "select flag, count(*) from marts.inquiry_flags inner join marts.inquiries using (brand, inquiry_id) "
            "where brand = 'nordhaus' group by 1",
        ),
    ),
    Asked(
        "Why do we lose leads?",
        "",
        "select lost_reason, sum(lead_count) from marts.lost_reasons where brand = 'nordhaus' group by 1",
        (
            "select lost_reason, count(*) from marts.leads where brand = 'nordhaus' and lost_reason is not null "
            "and state = 'lost' group by 1",
        ),
    ),
    Asked(
        "Who bought more than once?",
        "Customers",
        "select count(*) from (select person_id from marts.sales where brand = 'nordhaus' and not is_cancelled "
        "group by 1 having count(*) > 1)",
        ("select count(*) from marts.customer_rfm where brand = 'nordhaus' and sale_count > 1",),
    ),
    Asked(
        "What revenue did each product bring?",
        "Assortment",
        "select product, sum(revenue) from marts.channel_product_margin where brand = 'nordhaus' group by 1",
        ("select product, revenue from marts.product_abc where brand = 'nordhaus'",),
    ),
    Asked(
        "What did we plan to spend?",
        "Plan",
        "select sum(spend) from plan where brand = 'nordhaus'",
        (
            "select sum(planned_spend) from marts.plan_vs_actual where brand = 'nordhaus'",
            "select sum(spend) from marts.plan_vs_actual inner join marts.spend using (brand, channel)",
        ),
    ),
    Asked(
        "Does our spend agree with what the platforms charged?",
        "Data health",
        "select 0",
        ("select sum(difference) from marts.reconciliation where brand = 'nordhaus' and quantity like 'spend%'",),
    ),
    Asked(
        "Which is the newest day of Google's money?",
        "Data health",
        "select max(day) from wire.google_ads__campaign_days where _brand = 'nordhaus' and _valid_to is null",
        (
            "select max(newest_day) from marts.reconciliation where brand = 'nordhaus' and source = 'google_ads' "
            "and quantity = 'spend_EUR'",
            "select max(spend_date) from marts.spend where brand = 'nordhaus' and source = 'google_ads'",
        ),
    ),
)


@dataclass(frozen=True)
class Doubles:
    """What no table can prevent: a query that is asked so finds another number than the right one."""

    told: str
    """The row of docs/tables.md that warns of it."""
    asked: str
    right: str


DOUBLES = (
    Doubles(
        "`channel_performance` without one model and one date basis",
        "select sum(spend) from marts.channel_performance where brand = 'nordhaus'",
        "select sum(spend) from marts.channel_days where brand = 'nordhaus'",
    ),
    Doubles(
        "`attributed_sales` without one model",
        "select sum(revenue_credit) from marts.attributed_sales where brand = 'nordhaus'",
        f"select sum(revenue_credit) from marts.attributed_sales where brand = 'nordhaus' and {LAST_NON_DIRECT}",
    ),
    Doubles(
        "money of a lead beside each of its inquiries",
        "select sum(leads.revenue) from marts.leads inner join marts.inquiries using (brand, lead_id)",
        "select sum(revenue) from marts.leads",
    ),
    Doubles(
        "spend beside each of its leads",
        "select sum(spend.spend) from marts.spend inner join marts.leads using (brand, campaign_id)",
        "select sum(spend) from marts.spend where campaign_id in (select campaign_id from marts.leads)",
    ),
    Doubles(
        "money of brands in different currencies",
        "select sum(spend) from marts.channel_days",
        "select sum(spend_eur) from marts.channel_days",
    ),
    Doubles(
        "`identification_trend` without one dimension",
        "select sum(inquiry_count) from marts.identification_trend where brand = 'nordhaus'",
        "select sum(inquiry_count) from marts.identification_trend where brand = 'nordhaus' and dimension = 'all'",
    ),
)
