-- The seven problems by month, with their indicator, its threshold and the money behind it.
select
    brand, month, problem_number, problem, indicator, indicator_value, threshold, is_problem, trend, money,
    look_at_first, look_at_second, look_at_third
from marts.problem_scorecard
where month >= first_day() - 31
order by brand, month, problem_number
