{# A view: millions of visits are stored once as staged and once as touchpoints, not at every step between. #}

with

unioned as (

    {{ in_one_shape('visits', [
        ref('visits__matomo'),
        ref('visits__ga4'),
        ref('visits__yandex_metrica'),
        ref('visits__snowplow'),
        ref('visits__pixel'),
        ref('visits__manual'),
    ]) }}

),

identified as (

    select * replace (
        {{ stable_id(['brand', 'source', 'account', 'source_visit_id']) }} as visit_id
    )
    from unioned
    -- Without a moment it is on no journey: the test of its own source tells of it.
    where started_at is not null

)

select * from identified
