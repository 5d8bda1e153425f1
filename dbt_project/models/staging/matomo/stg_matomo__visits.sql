with

source as (

    select * from {{ source('matomo', 'visits') }}
    where _reject_reason is null

),

keys as (

    select _account, visit_id, _landed_at
    from {{ source('matomo', 'visits') }}
    where _reject_reason is null

),

-- Comparing millions of visits one by one is dear; only those listed on two days are compared.
repeated as (

    select
        _account,
        visit_id,
        max(_landed_at) as newest_at

    from keys
    group by _account, visit_id
    having count(*) > 1

),

newest as (

    select source.*
    from source
    left join repeated
        on source._account = repeated._account
        and source.visit_id = repeated.visit_id
    where repeated.visit_id is null
        or source._landed_at = repeated.newest_at

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        visit_id,
        site_id,
        visitor_id,
        user_id,

        ---------- text
        referrer_type,
        referrer_name,
        referrer_url,
        campaign_name,
        campaign_source,
        campaign_medium,
        campaign_keyword,
        campaign_content,
        landing_url,
        last_url,
        device_type,
        browser_name,
        country_code,
        city,

        ---------- numbers
        duration_seconds,
        action_count,

        ---------- dates
        visited_day,
        _day as landed_day,

        ---------- timestamps
        first_action_at,
        last_action_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
