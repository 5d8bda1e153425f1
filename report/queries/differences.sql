-- Where what came in and what is published differ, and money that was set aside, with the reason and the cure.
select coalesce(brand, '(all)') as brand, source, account, quantity, landed, published, difference, note
from marts.reconciliation
where difference <> 0
    or regexp_full_match(quantity, '(revenue_without_rate|credit_notes|spend_credit)_.*')
    or (quantity like 'spend_%' and staged <> published)
order by abs(difference) desc, source, account, quantity
limit 200
