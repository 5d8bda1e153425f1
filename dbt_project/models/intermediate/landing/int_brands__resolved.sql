with

rules as (

    select * from {{ ref('stg_rules__brands') }}

),

listed as (

    select count(*) as brands from rules

),

accounts as (

    select distinct brand
    from {{ ref('stg_rules__accounts') }}

),

spend_currencies as (

    -- A campaign's day speaks once, however finely its platform tells it.
    select
        brand,
        currency,
        count(distinct {{ stable_id(['account', 'spend_date', 'platform', 'coalesce(campaign_id, campaign_name)']) }})
            as row_count

    from {{ ref('int_spend__named') }}
    group by brand, currency

),

deal_currencies as (

    select brand, currency, count(*) as row_count
    from {{ ref('deals__unioned') }}
    group by brand, currency

),

visited as (

    select distinct brand
    from {{ ref('visits__unioned') }}

),

inquired as (

    select distinct brand
    from {{ ref('inquiries__unioned') }}

),

contacted as (

    select distinct brand
    from {{ ref('contacts__unioned') }}

),

seen_currencies as (

    select * from spend_currencies
    union all
    select * from deal_currencies

),

currencies as (

    select
        brand,
        currency,
        sum(row_count) as row_count

    from seen_currencies
    where currency is not null
    group by brand, currency

),

usual_currencies as (

    select brand, currency
    from currencies
    qualify row_number() over (partition by brand order by row_count desc, currency) = 1

),

named as (

    select brand from rules
    union
    select brand from accounts
    union
    select brand from spend_currencies
    union
    select brand from deal_currencies
    union
    select brand from visited
    union
    select brand from inquired
    union
    select brand from contacted

),

resolved as (

    select
        named.brand,
        coalesce(rules.name, named.brand) as name,
        coalesce(rules.time_zone, 'UTC') as time_zone,
        coalesce(rules.currency, usual_currencies.currency, 'EUR') as currency,
        rules.phone_region,
        rules.language,
        rules.site_hosts,
        -- As hosts are compared: without blanks, without www. and without *.
        replace(replace(replace(rules.site_hosts, ' ', ''), '*.', ''), 'www.', '') as own_hosts,
        -- Where nobody lists a brand, none is missing.
        rules.brand is not null or listed.brands = 0 as is_listed

    from named
    cross join listed
    left join rules on named.brand = rules.brand
    left join usual_currencies on named.brand = usual_currencies.brand
    where named.brand is not null

)

select * from resolved
