{# What is told and not added up: visits that two trackers saw, money of platforms that no list knows, decisions about
   people that no record has. #}

{{ config(materialized = 'ephemeral', access = 'private') }}

with

visits as (

    select * from {{ ref('visits__unioned') }}

),

doubled as (

    select * from {{ ref('int_visits__doubled') }}

),

spend as (

    select * from {{ ref('int_spend__converted') }}

),

platforms as (

    select distinct platform
    from {{ ref('stg_rules__platform_channels') }}

),

overrides as (

    select
        brand,
        2 * count(*) as decision_count

    from {{ ref('stg_rules__identity_overrides') }}
    group by brand

),

unmet as (

    select
        brand,
        count(*) as unmet_count,
        string_agg(
            decision || ' of ' || identifier_type || ' ' || shown_value, ', '
            order by decision, identifier_type, shown_value
        ) as detail

    from {{ ref('int_overrides__unmet') }}
    group by brand

),

doubled_trackers as (

    select
        brand,
        source,
        account,
        count(*) as doubled_visits

    from doubled
    group by brand, source, account

),

tracker_visits as (

    select
        visits.brand,
        visits.source,
        visits.account,
        count(*) as visit_count

    from visits
    inner join doubled_trackers
        on visits.brand = doubled_trackers.brand
        and visits.source = doubled_trackers.source
        and visits.account = doubled_trackers.account
    group by visits.brand, visits.source, visits.account

),

visit_counts as (

    select
        doubled_trackers.brand,
        doubled_trackers.source,
        doubled_trackers.account,
        'visits_counted_once' as quantity,
        null as landed,
        null as rejected,
        tracker_visits.visit_count as staged,
        tracker_visits.visit_count - doubled_trackers.doubled_visits as published,
        doubled_trackers.doubled_visits as difference,
        cast(null as varchar) as detail

    from doubled_trackers
    inner join tracker_visits
        on doubled_trackers.brand = tracker_visits.brand
        and doubled_trackers.source = tracker_visits.source
        and doubled_trackers.account = tracker_visits.account

),

unknown_spend as (

    select
        spend.brand,
        spend.source,
        spend.account,
        'unknown_platform_' || spend.platform || '_' || coalesce(spend.currency_original, '') as quantity,
        null as landed,
        null as rejected,
        sum(spend.spend_original) as staged,
        sum(spend.spend_original) as published,
        0 as difference,
        spend.platform || ', ' || cast(cast(sum(spend.spend_original) as decimal(20, 2)) as varchar)
            || coalesce(' ' || spend.currency_original, '') as detail

    from spend
    left join platforms on spend.platform = platforms.platform
    where platforms.platform is null
        and spend.platform is not null
        -- Where a list of sites knows it, its channel does.
        and spend.channel = 'Paid Other'
    group by spend.brand, spend.source, spend.account, spend.platform, spend.currency_original

),

unmet_decisions as (

    select
        overrides.brand,
        'warehouse' as source,
        cast(null as varchar) as account,
        'decisions_of_nobody' as quantity,
        null as landed,
        null as rejected,
        overrides.decision_count as staged,
        overrides.decision_count - unmet.unmet_count as published,
        unmet.unmet_count as difference,
        unmet.detail

    from overrides
    inner join unmet on overrides.brand = unmet.brand

),

unioned as (

    select * from visit_counts
    union all
    select * from unknown_spend
    union all
    select * from unmet_decisions

)

select * from unioned
