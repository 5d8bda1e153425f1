{# One line here and one in int_attribution_models__listed make a new model count. #}

{{ config(materialized = 'view') }}

with

first_touch as (

    select * from {{ ref('int_credit__first_touch') }}

),

last_touch as (

    select * from {{ ref('int_credit__last_touch') }}

),

last_non_direct as (

    select * from {{ ref('int_credit__last_non_direct') }}

),

first_paid as (

    select * from {{ ref('int_credit__first_paid') }}

),

last_paid as (

    select * from {{ ref('int_credit__last_paid') }}

),

linear as (

    select * from {{ ref('int_credit__linear') }}

),

linear_distinct as (

    select * from {{ ref('int_credit__linear_distinct') }}

),

position_based as (

    select * from {{ ref('int_credit__position_based') }}

),

time_decay as (

    select * from {{ ref('int_credit__time_decay') }}

),

u_shaped as (

    select * from {{ ref('int_credit__u_shaped') }}

),

w_shaped as (

    select * from {{ ref('int_credit__w_shaped') }}

),

full_path as (

    select * from {{ ref('int_credit__full_path') }}

),

u_shaped_40_20_40 as (

    select * from {{ ref('int_credit__u_shaped_40_20_40') }}

),

w_shaped_close as (

    select * from {{ ref('int_credit__w_shaped_close') }}

),

custom as (

    select * from {{ ref('int_credit__custom') }}

),

markov as (

    select * from {{ ref('int_credit__markov') }}

),

markov_order_2 as (

    select * from {{ ref('int_credit__markov_order_2') }}

),

shapley as (

    select * from {{ ref('int_credit__shapley') }}

),

shapley_rate as (

    select * from {{ ref('int_credit__shapley_rate') }}

),

unattributed as (

    select * from {{ ref('int_credit__unattributed') }}

),

credited as (

    select * from first_touch
    union all
    select * from last_touch
    union all
    select * from last_non_direct
    union all
    select * from first_paid
    union all
    select * from last_paid
    union all
    select * from linear
    union all
    select * from linear_distinct
    union all
    select * from position_based
    union all
    select * from time_decay
    union all
    select * from u_shaped
    union all
    select * from w_shaped
    union all
    select * from full_path
    union all
    select * from u_shaped_40_20_40
    union all
    select * from w_shaped_close
    union all
    select * from custom
    union all
    select * from markov
    union all
    select * from markov_order_2
    union all
    select * from shapley
    union all
    select * from shapley_rate

),

unioned as (

    select
        conversion_number,
        touch_number,
        attribution_model,
        credit,
        cast(null as varchar) as unattributed_reason

    from credited

    union all

    select
        conversion_number,
        touch_number,
        attribution_model,
        credit,
        unattributed_reason

    from unattributed

)

select * from unioned
