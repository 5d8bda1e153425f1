with

line_items as (

    select * from {{ ref('stg_hubspot__line_items') }}

),

deleted as (

    select * from {{ ref('stg_hubspot__deleted_line_items') }}

),

kept as (

    select line_items.*

    from line_items
    left join deleted
        on line_items.account = deleted.account
        and line_items.line_item_id = deleted.line_item_id
        -- What was changed after it was deleted has been brought back.
        and line_items.updated_at <= deleted.deleted_at
    where deleted.line_item_id is null

)

select * from kept
