-- What each attribution model gives to each channel, with the range over all models and what chance could move.
select
    brand, conversion_type, channel, attribution_model as model, credit, credit_share, lowest_model_share,
    highest_model_share, interval_low_share, interval_high_share, conversion_count
from marts.model_comparison
order by all
