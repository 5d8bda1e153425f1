with

inquiries as (

    select * from {{ ref('inquiries') }}
    where is_valid

),

touched as (

    select * from {{ ref('int_inquiries__touched') }}
    where self_reported_channel is not null

),

-- An answer that is all there is became the inquiry's channel: nothing was tracked then.
answered as (

    select
        inquiries.brand,
        inquiries.inquiry_id,
        inquiries.inquiry_date,
        inquiries.kind,
        inquiries.self_reported_source,
        touched.self_reported_channel,
        case
            when touched.touch_kind = 'self_reported' then 'unattributed'
            else coalesce(inquiries.channel, 'unattributed')
        end as tracked_channel

    from inquiries
    inner join touched on inquiries.inquiry_id = touched.inquiry_id

),

-- Who says "Google" doesn't know whether it was an ad.
compared as (

    select
        brand,
        inquiry_id,
        inquiry_date,
        kind,
        tracked_channel,
        self_reported_channel,
        self_reported_source,
        case
            when tracked_channel in ('unattributed', 'Unassigned', 'Direct') then 'only_said'
            when tracked_channel = self_reported_channel then 'same'
            when replace(tracked_channel, 'Paid ', '') = replace(self_reported_channel, 'Organic ', '')
                then 'same_place'
            else 'different'
        end as agreement

    from answered

)

select * from compared
