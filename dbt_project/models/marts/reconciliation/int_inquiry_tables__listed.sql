{{ config(schema = 'intermediate', access = 'private', materialized = 'view') }}

with

listed as (

    {{ tables_of_inquiries() }}

)

select * from listed
