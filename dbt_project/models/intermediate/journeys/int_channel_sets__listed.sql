with

sets as (

    select * from {{ ref('int_channel_sets__counted') }}

),

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

listed as (

    select
        sets.brand,
        sets.conversion_type,
        sets.channel_set,
        channels.channel,
        channels.channel_number,
        sets.conversion_count,
        sets.journey_count

    from sets
    inner join channels
        on sets.brand = channels.brand
        and {{ is_in_set('channels.channel_number', 'sets.channel_set') }}

)

select * from listed
