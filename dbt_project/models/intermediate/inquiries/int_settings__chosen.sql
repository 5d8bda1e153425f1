with

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

settings as (

    select * from {{ ref('stg_rules__business_settings') }}

),

-- A setting of the brand beats the one of all.
ranked as (

    select
        brands.brand,
        settings.setting,
        settings.value,
        row_number() over (
            partition by brands.brand, settings.setting
            order by case when settings.brand is not null then 0 else 1 end
        ) as choice

    from brands
    inner join settings on settings.brand is null or settings.brand = brands.brand

),

chosen as (

    select
        brands.brand,
        coalesce(
            max(case when ranked.setting = 'abandoned_call_seconds' then ranked.value end), 15
        ) as abandoned_call_seconds,
        coalesce(
            max(case when ranked.setting = 'voicemail_counts_as_missed' then ranked.value end), 1
        ) as voicemail_counts_as_missed,
        coalesce(
            max(case when ranked.setting = 'late_response_minutes' then ranked.value end), 60
        ) as late_response_minutes,
        coalesce(
            max(case when ranked.setting = 'callback_soon_minutes' then ranked.value end), 20
        ) as callback_soon_minutes,
        coalesce(
            max(case when ranked.setting = 'callback_late_minutes' then ranked.value end), 1380
        ) as callback_late_minutes,
        coalesce(
            max(case when ranked.setting = 'dormant_days' then ranked.value end), 90
        ) as dormant_days,
        coalesce(
            max(case when ranked.setting = 'abc_a_percent' then ranked.value end), 80
        ) as abc_a_percent,
        coalesce(
            max(case when ranked.setting = 'abc_b_percent' then ranked.value end), 95
        ) as abc_b_percent,
        coalesce(
            max(case when ranked.setting = 'maturity_min_conversions' then ranked.value end), 30
        ) as maturity_min_conversions

    from brands
    left join ranked
        on brands.brand = ranked.brand
        and ranked.choice = 1
    group by brands.brand

)

select * from chosen
