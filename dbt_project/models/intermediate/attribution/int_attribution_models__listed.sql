{# The list of attribution models, also for days on which nothing was sold: spend shows under each of them. #}

with

listed as (

    select 'first_touch' as attribution_model
    union all
    select 'last_touch' as attribution_model
    union all
    select 'last_non_direct' as attribution_model
    union all
    select 'first_paid' as attribution_model
    union all
    select 'last_paid' as attribution_model
    union all
    select 'linear' as attribution_model
    union all
    select 'linear_distinct' as attribution_model
    union all
    select 'position_based' as attribution_model
    union all
    select 'time_decay' as attribution_model
    union all
    select 'u_shaped' as attribution_model
    union all
    select 'w_shaped' as attribution_model
    union all
    select 'full_path' as attribution_model

)

select * from listed
