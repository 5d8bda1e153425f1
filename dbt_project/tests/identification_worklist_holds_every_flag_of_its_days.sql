{# Every flag of the last days stands at one place of the worklist. #}

with

listed as (

    select
        brand,
        flag,
        sum(inquiry_count) as inquiry_count

    from {{ ref('identification_worklist') }}
    group by brand, flag

),

flagged as (

    select
        brand,
        flag,
        count(*) as inquiry_count

    from {{ ref('inquiry_flags') }}
    where inquiry_date > {{ as_of_day() }} - interval '{{ var("worklist_days") }}' day
    group by brand, flag

),

compared as (

    select
        coalesce(listed.brand, flagged.brand) as brand,
        coalesce(listed.flag, flagged.flag) as flag,
        listed.inquiry_count as listed_count,
        flagged.inquiry_count as flagged_count

    from listed
    full outer join flagged
        on listed.brand = flagged.brand
        and listed.flag = flagged.flag

)

select * from compared
where listed_count is distinct from flagged_count
