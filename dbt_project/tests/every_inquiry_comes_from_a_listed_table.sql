-- What is not listed is missing on the landed side of the reconciliation: say rows_are beside the table of the source.
select distinct
    inquiries.source,
    inquiries.source_table

from {{ ref('inquiries__unioned') }} as inquiries
left join {{ ref('int_inquiry_tables__listed') }} as listed
    on inquiries.source = listed.source
    and inquiries.source_table = listed.table_name
where listed.source is null
