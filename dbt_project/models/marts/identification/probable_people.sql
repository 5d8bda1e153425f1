with

pairs as (

    select * from {{ source('steps', 'probable_people') }}

),

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

counted as (

    select
        brand,
        person_id,
        count(*) as inquiry_count

    from inquiries
    group by brand, person_id

),

published as (

    select
        pairs.brand,
        pairs.person_id,
        pairs.probable_person_id,
        pairs.probability,
        'probable' as evidence,
        pairs.matched_by,
        mine.inquiry_count,
        theirs.inquiry_count as probable_inquiry_count

    from pairs
    inner join counted as mine
        on pairs.brand = mine.brand
        and pairs.person_id = mine.person_id
    inner join counted as theirs
        on pairs.brand = theirs.brand
        and pairs.probable_person_id = theirs.person_id

)

select * from published
