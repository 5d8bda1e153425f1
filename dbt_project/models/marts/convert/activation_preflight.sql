with

judged as (

    select * from {{ ref('int_activations__judged') }}

),

-- What depends on the day of sending is asked as of the run's day.
timed as (

    select
        *,
        cast(date_trunc('month', happened_at) as date) as conversion_month,
        case
            when outcome <> 'passes' then outcome
            when cancelled_at is not null then 'cancelled'
            when happened_at + hold_days * interval 1 day > {{ as_of_day() }} + interval 1 day then 'too_young'
            when coalesce(device_seen_at, happened_at) + event_days * interval 1 day
                < {{ as_of_day() }} + interval 1 day then 'too_late'
            else outcome
        end as rule

    from judged

),

counted as (

    select
        brand,
        destination,
        account,
        milestone,
        conversion_month,
        rule,
        rule in ('passes', 'too_late') as is_tellable,
        case rule
            when 'passes' then 'Nothing: it is told.'
            when 'too_late' then 'Send every night: in its time it would have been told.'
            when 'too_young' then 'Nothing: it is told when hold_days are over.'
            when 'cancelled' then 'Nothing: what was given back is not told, or is taken back where it was.'
            when 'no_click_and_no_contact'
                then 'Let forms carry the click id and ask for an address: see marts.identification_worklist.'
            when 'consent_missing'
                then 'Let forms and the pixel send ad_user_data, or say in activations.yml that consent is assumed.'
            when 'consent_denied' then 'Nothing: the person said no.'
            when 'click_too_old' then 'Ask for consent, so that an address may be told where the click is too old.'
            when 'conversion_before_click' then 'Look at the clocks of the CRM: the sale is older than the first click.'
            when 'value_missing' then 'Fill in amount or margin in the CRM, and the exchange rates.'
            when 'value_negative' then 'Correct the amount in the CRM: less than nothing cannot be told.'
            when 'currency_missing' then 'Name the currency of the brand in brands.csv.'
            else 'Nothing: it is no conversion of a client.'
        end as what_to_mend,
        count(*) as conversion_count,
        cast(sum(value) as decimal(20, 6)) as value

    from timed
    group by all

),

shared as (

    select
        brand,
        destination,
        account,
        milestone,
        conversion_month,
        rule,
        is_tellable,
        what_to_mend,
        conversion_count,
        conversion_count / sum(conversion_count) over (
            partition by destination, account, milestone, conversion_month
        ) as conversion_share,
        value

    from counted

)

select * from shared
