{# What the platforms said was spent and was not refused, by account and day and in their own currency, is all there to
   be converted. The landed records are read past the staging: what is lost there is found here. #}

with

landed as (

    select
        source,
        account,
        spend_date,
        sum(spend_as_landed - spend_rejected) as spend

    from {{ ref('spend__unioned') }}
    where spend_as_landed is not null
    group by source, account, spend_date

),

converted as (

    select
        source,
        account,
        spend_date,
        sum(spend_original) as spend

    from {{ ref('int_spend__converted') }}
    group by source, account, spend_date

),

compared as (

    select
        coalesce(landed.source, converted.source) as source,
        coalesce(landed.account, converted.account) as account,
        coalesce(landed.spend_date, converted.spend_date) as spend_date,
        coalesce(landed.spend, 0) as spend_landed,
        coalesce(converted.spend, 0) as spend_converted

    from landed
    full outer join converted
        on landed.source = converted.source
        and landed.account = converted.account
        and landed.spend_date = converted.spend_date

)

select * from compared
where spend_landed <> spend_converted
