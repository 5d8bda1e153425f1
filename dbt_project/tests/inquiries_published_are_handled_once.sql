{# Also who was never answered stays among those who asked. #}

select inquiries.inquiry_id

from {{ ref('inquiries') }} as inquiries
full join {{ ref('inquiry_handling') }} as handling on inquiries.inquiry_id = handling.inquiry_id
where inquiries.inquiry_id is null
    or handling.inquiry_id is null
