{# What ads cost, at the finest level that is told (models/shapes/spend). #}


{# Campaigns, ad groups and keywords of one platform as one list that adds up to the campaigns: what the level below
   does not tell of a row stands on a row of its own. The three have the same columns, each level its own more; `keys` say
   whose day of which campaign it is. What is told below a campaign that is not told itself was refused there. #}
{% macro at_the_finest_level(campaigns, ad_groups, keywords, keys) -%}
    {%- set numbers = ['spend_original', 'impressions', 'clicks', 'platform_conversions'] -%}
    {%- set levels = [
        (campaigns, 0, false), (ad_groups, 0, true), (ad_groups, 1, false), (keywords, 1, true), (keywords, 2, false),
    ] -%}
    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        max(campaign_name) as campaign_name,
        ad_group_id,
        max(ad_group_name) as ad_group_name,
        keyword,
        match_type,
        device,
        {%- for number in numbers %}
        sum({{ number }}) as {{ number }}{{ ',' if not loop.last }}
        {%- endfor %}

    from (
        {%- for relation, level, is_told_below in levels %}
        {{ 'union all' if not loop.first }}
        select
            {{ keys | join(', ') }},
            campaign_name,
            {{ 'ad_group_id' if level else 'cast(null as varchar)' }} as ad_group_id,
            {{ 'ad_group_name' if level else 'cast(null as varchar)' }} as ad_group_name,
            {{ 'keyword' if level == 2 else 'cast(null as varchar)' }} as keyword,
            {{ 'match_type' if level == 2 else 'cast(null as varchar)' }} as match_type,
            device,
            {{ is_told_below }} as is_told_below,
            {%- for number in numbers %}
            {{ '-' if is_told_below }}{{ number }} as {{ number }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ relation }} as told
        {%- if relation != campaigns %}
        where exists (
            select 1 from {{ campaigns }} as above
            where {% for key in keys %}told.{{ key }} = above.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
        )
        {%- endif %}
        {%- endfor %}
    ) as told_at_each_level
    group by {{ keys | join(', ') }}, ad_group_id, keyword, match_type, device
    -- Of a row that is told whole by the level below nothing is left.
    having
        not bool_or(is_told_below)
        {%- for number in numbers %}
        or coalesce(sum({{ number }}), 0) <> 0
        {%- endfor %}
{%- endmacro %}


{# The device of an ad or a visit in one word for all vendors; other words stay, in lower case. #}
{% macro device_word(device) -%}
    case lower(trim({{ device }}))
        when 'computer' then 'desktop'
        when 'smartphone' then 'mobile'
        when 'phablet' then 'mobile'
        when 'phone' then 'mobile'
        when 'smart_tv' then 'connected_tv'
        when 'tv' then 'connected_tv'
        when '' then null
        else lower(trim({{ device }}))
    end
{%- endmacro %}
