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
    union all
    select 'u_shaped_40_20_40' as attribution_model
    union all
    select 'w_shaped_close' as attribution_model
    union all
    select 'custom' as attribution_model
    union all
    select 'markov' as attribution_model
    union all
    select 'markov_order_2' as attribution_model
    union all
    select 'shapley' as attribution_model
    union all
    select 'shapley_rate' as attribution_model

)

select * from listed
