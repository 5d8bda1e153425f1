{# What came in against what went out, one line for each quantity that must not get lost on the way. #}

with

table_rows as (

    select * from {{ ref('int_reconciliation__rows') }}

),

spend as (

    select * from {{ ref('int_reconciliation__spend') }}

),

inquiry_counts as (

    select * from {{ ref('int_reconciliation__inquiries') }}

),

sales as (

    select * from {{ ref('int_reconciliation__sales') }}

),

credit as (

    select * from {{ ref('int_reconciliation__credit') }}

),

channels as (

    select * from {{ ref('int_reconciliation__channels') }}

),

account_days as (

    select
        source,
        account,
        max(newest_day) as newest_day

    from table_rows
    group by source, account

),

sums as (

    select * from spend
    union all
    select *, cast(null as varchar) as detail from inquiry_counts
    union all
    select * from sales
    union all
    select *, cast(null as varchar) as detail from credit
    union all
    select * from channels

),

dated as (

    select
        *,
        cast(null as varchar) as detail

    from table_rows

    union all

    select
        sums.* exclude (sums.detail),
        account_days.newest_day,
        sums.detail

    from sums
    left join account_days
        on sums.source = account_days.source
        and sums.account = account_days.account

),

judged as (

    select
        cast(nullif('{{ var("run_id") or "" }}', '') as varchar) as run_id,
        source,
        account,
        brand,
        quantity,
        cast(landed as decimal(20, 6)) as landed,
        cast(rejected as decimal(20, 6)) as rejected,
        cast(staged as decimal(20, 6)) as staged,
        cast(published as decimal(20, 6)) as published,
        cast(difference as decimal(20, 6)) as difference,
        newest_day,
        detail,
        source <> 'warehouse' and coalesce(newest_day < {{ as_of_day() }} - 1, true) as is_stale

    from dated

),

explained as (

    select
        * exclude (detail),
        case
            when quantity like 'held_days_%'
                then 'Days came back empty or much smaller and were kept aside; what was landed before still counts. '
                    || 'See them with: leadgen held.'
            when quantity = 'visits_counted_once'
                then 'Another tracker of the same site tells of some of these visits too; those count once.'
            when quantity like 'unknown_platform_%'
                then 'No list knows this platform (' || detail || '), so its money stands in Paid Other. '
                    || 'Give it a channel in '
                    || 'platform_channels.csv, or its usual name in source_platforms.csv.'
            when quantity = 'decisions_of_nobody'
                then 'No record holds what identity_overrides.csv decides about (' || detail || '): '
                    || 'the line does nothing. Write it as the records do, or take it out.'
            when source <> 'warehouse' and newest_day is null
                then 'Nothing has ever landed from this account. Is its connection set up, and has it been pulled?'
            when is_stale
                then 'The newest day that landed is ' || cast(newest_day as varchar)
                    || ': later days are missing. Look for the cause in the log of the pull.'
            when quantity like 'rows_%' and difference > 0
                then 'The landing zone holds older versions of some rows; the newest one counts.'
            when quantity like 'rows_%' and rejected > 0
                then 'Some rows were refused; the table rejects says which and why.'
            when quantity like 'rows_%'
                then 'All rows that landed were staged.'
            when quantity = 'spend_read_twice'
                then 'Another account reads the same advertiser (' || detail || '), and there it counts. '
                    || 'Take one of the two out of accounts.yml.'
            when quantity like 'spend_credit_%'
                then 'Spend below zero (' || detail || ') counts as a credit. '
                    || 'Is it none, correct the file or the account.'
            when quantity like 'spend_%' and staged <> published
                then 'Some spend (' || detail || ') has no exchange rate for its day and is missing in the marts. '
                    || 'Land rates of its currency (ecb, cbr), or state it in another one.'
            when quantity like 'revenue_without_rate_%'
                then 'No exchange rate for the day of ' || detail || '. They count as sales with no revenue. '
                    || 'Land rates of their currency (ecb, cbr), or state them in another one.'
            when quantity like 'credit_notes_%'
                then 'Won below zero (' || detail || '): credit notes are no sales and lower none. '
                    || 'Cancel the sale that was given back instead.'
            when difference <> 0
                then 'The two sides differ: something got lost on the way or was counted twice.'
            when rejected > 0
                then 'The two sides agree. Some rows were refused; the table rejects says which and why.'
            else 'The two sides agree.'
        end as note

    from judged

)

select * from explained
