-- The paths of leads up to the lead: the channels in their order, repeated ones once.
with paths as (
    select
        brand, lead_id, count(*) as path_length,
        date_diff('day', min(touch_date), max(touch_date)) as touch_days,
        list(channel order by touch_number) as channels
    from marts.lead_journeys
    where is_before_lead
    group by all
),
worded as (
    select
        leads.brand, leads.lead_id, leads.lead_date, leads.is_won, leads.revenue,
        coalesce(path_length, 0) as path_length,
        date_diff('day', paths_began.first_touch_date, leads.lead_date) as lag_days,
        case
            when channels is null then '(no contact known)'
            when len(channels) > 5 then array_to_string(channels[1:2], ' → ') || ' → … → ' || channels[-1]
            else array_to_string(list_filter(channels, (channel, place) -> place = 1 or channel <> channels[place - 1]), ' → ')
        end as path
    from marts.leads
    left join paths using (brand, lead_id)
    left join (
        select lead_id, min(touch_date) as first_touch_date from marts.lead_journeys where is_before_lead group by all
    ) as paths_began using (lead_id)
),
largest as (
    select brand, path from worded group by brand, path
    qualify row_number() over (partition by brand order by count(*) desc, path) <= 30
)
select
    brand, block(lead_date) as day, case when largest.brand is null then '(rarer paths)' else path end as path,
    case when path_length >= 8 then '8+' else path_length::varchar end as touches,
    case
        when lag_days is null then '(no contact known)'
        when lag_days < 1 then 'same day'
        when lag_days <= 3 then '1 to 3 days'
        when lag_days <= 7 then '4 to 7 days'
        when lag_days <= 14 then '8 to 14 days'
        else '15 days and more'
    end as lag,
    count(*) as leads, count(*) filter (is_won) as won, sum(path_length) as touch_count, sum(revenue) as revenue
from worded left join largest using (brand, path)
where lead_date >= first_day()
group by all
order by all
