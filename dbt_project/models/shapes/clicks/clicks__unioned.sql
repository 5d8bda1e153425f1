with

unioned as (

    {{ in_one_shape('clicks', [
        ref('clicks__google_ads'),
    ]) }}

),

-- One click may be listed under two networks or on two sides of midnight.
first_listed as (

    select * from unioned
    qualify row_number() over (
        partition by brand, click_id_type, click_id order by clicked_date, account, campaign_id, ad_group_id
    ) = 1

)

select * from first_listed
