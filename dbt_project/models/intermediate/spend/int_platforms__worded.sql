with

words as (

    select * from {{ ref('stg_rules__source_platforms') }}

),

platforms as (

    select distinct platform
    from {{ ref('stg_rules__platform_channels') }}

),

listed as (

    select
        source,
        {{ word_key('source') }} as source_key,
        platform

    from words
    qualify row_number() over (partition by {{ word_key('source') }} order by source) = 1

),

own as (

    select
        platform as source,
        {{ word_key('platform') }} as source_key,
        platform

    from platforms

),

-- A tag `youtube` is an ad of Google; money that was spent on `youtube` stands in a line of its own.
worded as (

    select
        coalesce(own.source, listed.source) as source,
        coalesce(own.source_key, listed.source_key) as source_key,
        coalesce(listed.platform, own.platform) as platform,
        coalesce(own.platform, alike.platform, listed.platform) as spend_platform

    from listed
    full outer join own on listed.source_key = own.source_key
    -- `YouTube Ads` is `youtube`, too.
    left join own as alike on listed.source_key = alike.source_key || 'ads'

)

select * from worded
