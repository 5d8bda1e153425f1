with

deals as (

    select * from {{ ref('stg_pipedrive__deals') }}
    where is_deleted is distinct from true

),

-- The main person stands in the deal, the others are its participants.
persons as (

    select
        brand,
        account,
        deal_id,
        person_id as contact_id,
        true as is_main

    from deals
    where person_id is not null

    union all

    select
        brand,
        account,
        deal_id,
        unnest(string_split(participant_ids, ';')) as contact_id,
        false as is_main

    from deals
    where participant_ids is not null

),

shaped as (

    select
        brand,
        'pipedrive' as source,
        account,
        deal_id as source_deal_id,
        contact_id as source_contact_id,
        is_main

    from persons

)

select * from shaped
