{# Built after all that is staged: the models that it counts are no parents of it. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

counts as (

    {{ staged_counts() }}

)

select * from counts
