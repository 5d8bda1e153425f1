-- Leads and sales of the comparison are those of the attributed marts.
with

compared as (

    select
        brand,
        channel,
        attribution_model,
        case when conversion_type = 'lead' then 'lead' else 'sale' end as kind,
        sum(credit) as credit

    from {{ ref('model_comparison') }}
    where conversion_type <> 'qualified_lead'
    group by brand, channel, attribution_model, case when conversion_type = 'lead' then 'lead' else 'sale' end

),

attributed as (

    select
        brand,
        channel,
        attribution_model,
        'lead' as kind,
        sum(credit) as credit

    from {{ ref('attributed_leads') }}
    group by brand, channel, attribution_model

    union all

    select
        brand,
        channel,
        attribution_model,
        'sale' as kind,
        sum(credit) as credit

    from {{ ref('attributed_sales') }}
    where not is_cancelled
    group by brand, channel, attribution_model

)

select
    coalesce(compared.brand, attributed.brand) as brand,
    coalesce(compared.channel, attributed.channel) as channel,
    coalesce(compared.attribution_model, attributed.attribution_model) as attribution_model,
    compared.credit as compared_credit,
    attributed.credit as attributed_credit

from compared
full outer join attributed
    on compared.brand = attributed.brand
    and compared.channel = attributed.channel
    and compared.attribution_model = attributed.attribution_model
    and compared.kind = attributed.kind
where abs(coalesce(compared.credit, 0) - coalesce(attributed.credit, 0)) > 0.000001
