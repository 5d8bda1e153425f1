-- What to mend first, over the last 90 days, by the money that it leaves in the dark.
select
    brand, place_number, flag, severity, place_kind, place, inquiry_count, revenue_at_stake, spend_at_stake,
    what_to_fix, who_can
from marts.identification_worklist
where place_number <= 40
order by brand, place_number
