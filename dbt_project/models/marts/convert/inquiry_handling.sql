with

inquiries as (

    select * from {{ ref('inquiries') }}

),

identified as (

    select * from {{ ref('int_inquiries__identified') }}

),

settings as (

    select * from {{ ref('int_settings__chosen') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

working_days as (

    select * from {{ ref('int_working_days__numbered') }}

),

called_again as (

    select
        inquiry_id,
        lead(occurred_at) over (partition by brand, person_id order by occurred_at, inquiry_id) as next_call_at

    from inquiries
    where kind = 'call'

),

moments as (

    select brand, occurred_at as moment from inquiries
    union all
    select brand, first_response_at as moment from inquiries

),

-- Clocks change on the hour, and reading a time zone is dear: read it once for each hour.
hours as (

    select distinct
        moments.brand,
        date_trunc('hour', moments.moment) as utc_hour

    from moments
    where moments.moment is not null

),

local_hours as (

    select
        hours.brand,
        hours.utc_hour,
        {{ local_time('hours.utc_hour', 'brands.time_zone') }} - hours.utc_hour as utc_offset

    from hours
    inner join brands on hours.brand = brands.brand

),

clocked as (

    select
        inquiries.*,
        identified.employee,
        identified.is_voicemail,
        called_again.next_call_at,
        inquiries.occurred_at + asked_hours.utc_offset as asked_local_at,
        inquiries.first_response_at + answered_hours.utc_offset as answered_local_at

    from inquiries
    inner join identified on inquiries.inquiry_id = identified.inquiry_id
    left join called_again on inquiries.inquiry_id = called_again.inquiry_id
    inner join local_hours as asked_hours
        on inquiries.brand = asked_hours.brand
        and date_trunc('hour', inquiries.occurred_at) = asked_hours.utc_hour
    left join local_hours as answered_hours
        on inquiries.brand = answered_hours.brand
        and date_trunc('hour', inquiries.first_response_at) = answered_hours.utc_hour

),

-- How many working seconds had passed at each moment; between two of them is the difference.
worked as (

    select
        clocked.*,
        coalesce(asked_days.is_working_day, false)
        and clocked.occurred_at >= asked_days.opens_at
        and clocked.occurred_at < asked_days.closes_at as is_in_working_hours,
        asked_days.seconds_before
        + {{ seconds_within('asked_days.opens_at', 'clocked.occurred_at', 'asked_days.open_seconds') }} as asked_seconds,
        answered_days.seconds_before
        + {{ seconds_within('answered_days.opens_at', 'clocked.first_response_at', 'answered_days.open_seconds') }}
            as answered_seconds,
        last_days.seconds_before + last_days.open_seconds as known_seconds

    from clocked
    left join working_days as asked_days
        on clocked.brand = asked_days.brand
        and cast(clocked.asked_local_at as date) = asked_days.working_day
    left join working_days as answered_days
        on clocked.brand = answered_days.brand
        and cast(clocked.answered_local_at as date) = answered_days.working_day
    left join working_days as last_days
        on clocked.brand = last_days.brand
        and last_days.working_day = {{ as_of_day() }}

),

stated as (

    select
        worked.*,
        settings.late_response_minutes,
        settings.callback_soon_minutes,
        settings.callback_late_minutes,
        case
            when worked.kind <> 'call' then null
            when worked.is_voicemail then 'voicemail'
            when worked.is_answered then 'answered'
            when worked.duration_seconds < settings.abandoned_call_seconds then 'abandoned'
            else 'missed'
        end as handled_call_state,
        settings.voicemail_counts_as_missed,
        cast(worked.response_seconds as double) / 60 as response_minutes,
        cast(worked.answered_seconds - worked.asked_seconds as double) / 60 as working_response_minutes,
        cast(worked.known_seconds - worked.asked_seconds as double) / 60 as waiting_minutes

    from worked
    inner join settings on worked.brand = settings.brand

),

handled as (

    select
        *,
        coalesce(
            handled_call_state = 'missed' or (handled_call_state = 'voicemail' and voicemail_counts_as_missed = 1),
            false
        ) as is_missed,
        case
            when first_response_at is not null and working_response_minutes > late_response_minutes then 'answered_late'
            when first_response_at is not null then 'answered_in_time'
            -- Whoever asked on the last evening has not been forgotten yet.
            when waiting_minutes <= late_response_minutes then 'waiting'
            else 'never_answered'
        end as handling

    from stated

),

published as (

    select
        brand,
        inquiry_id,
        lead_id,
        kind,
        occurred_at,
        inquiry_date,
        cast({{ iso_weekday('cast(asked_local_at as date)') }} as integer) as inquiry_weekday,
        cast(extract(hour from asked_local_at) as integer) as inquiry_hour,
        is_in_working_hours,
        channel,
        platform,
        campaign_id,
        campaign_name,
        employee,
        is_valid,
        is_spam,
        is_employee,
        is_duplicate,
        is_existing_customer,
        handled_call_state as call_state,
        is_missed,
        first_response_at,
        response_minutes,
        working_response_minutes,
        handling,
        case
            when not is_missed then null
            when next_call_at < coalesce(first_response_at, timestamp '9999-01-01 00:00:00') then 'customer_called_again'
            when first_response_at is null then 'never'
            when response_minutes <= callback_soon_minutes then 'soon'
            when response_minutes <= callback_late_minutes then 'within_a_day'
            else 'too_late'
        end as callback_state

    from handled

)

select * from published
