"""What staging keeps of the landing zone: accepted rows, the newest version of each, nothing twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from extractors.sources import SOURCES
from tests.dbt_project.tiny_market import STAGED, TinyMarket

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """Two days of a few sources, staged once for all tests of this file."""
    tiny = TinyMarket(tmp_path_factory.mktemp("tiny"))
    early, late = datetime(2026, 3, 2, 3, tzinfo=UTC), datetime(2026, 3, 3, 3, tzinfo=UTC)
    searched = {"day": FIRST, "ad_network_type": "SEARCH", "device": "MOBILE", "channel_type": "SEARCH"}
    searched |= {"impressions": 10, "clicks": 3}
    tiny.land(
        "google_ads",
        "campaign_days",
        FIRST,
        [
            {**searched, "customer_id": "11", "campaign_id": "7", "campaign_name": "Dach", "cost_micros": 1_234_567},
            {**searched, "customer_id": "12", "campaign_id": "8", "campaign_name": "Pools", "cost_micros": 2_000_000},
            # Refused, with what it says to have cost.
            {**searched, "customer_id": "11", "campaign_id": "9", "cost_micros": 5, "device": ["MOBILE"]},
        ],
    )
    tiny.land(
        "google_ads",
        "customer",
        FIRST,
        [{"customer_id": "11", "currency_code": "EUR"}, {"customer_id": "12", "currency_code": "USD"}],
    )
    tiny.land(
        "google_ads",
        "customer_clients",
        FIRST,
        [
            {"customer_id": "a1", "level": 0, "status": "ENABLED", "is_manager": True},
            {"customer_id": "11", "level": 1, "status": "ENABLED"},
        ],
    )
    contact = {"contact_id": "1", "created_at": early, "email": "ann@mail.example"}
    tiny.land("hubspot", "contacts", FIRST, [{**contact, "updated_at": "2026-03-01T10:00:00Z"}], early)
    tiny.land(
        "hubspot",
        "contacts",
        SECOND,
        [{**contact, "email": "ann.new@mail.example", "updated_at": "2026-03-02T10:00:00Z"}],
        late,
    )
    tie = {"deal_id": "9", "updated_at": "2026-03-01T10:00:00Z"}
    tiny.land("hubspot", "deal_contacts", FIRST, [{**tie, "contact_id": "1"}, {**tie, "contact_id": "2"}], early)
    tiny.land(
        "hubspot",
        "deal_contacts",
        SECOND,
        [{"deal_id": "9", "contact_id": "2", "updated_at": "2026-03-02T10:00:00Z"}],
        late,
    )
    tiny.land(
        "typeform",
        "responses",
        FIRST,
        [
            {"response_id": "good", "submitted_at": "2026-03-01T10:00:00Z", "landed_at": "2026-03-01T09:59:00Z"},
            {"response_id": "bad", "submitted_at": "yesterday", "landed_at": "2026-03-01T09:59:00Z"},
            {"response_id": "odd", "submitted_at": "2026-03-01T10:00:00Z", "landed_at": "yesterday"},
        ],
    )
    tiny.land("typeform", "responses", SECOND, [])
    tiny.land("hubspot", "owners", FIRST, [{"owner_id": str(number)} for number in range(25)])
    tiny.land("hubspot", "owners", SECOND, [{"owner_id": "1"}])
    submission = {"submission_id": "j1", "form_id": "26", "submitted_at": "2026-03-01T10:00:00Z", "name": "Ann Lee"}
    hidden = {"client_id": "{client_id}", "utm_source": "google", "click_ids": '{"gclid": "SYN-G"}'}
    tiny.land("jotform", "submissions", FIRST, [{**submission, **hidden}])
    tiny.land("jotform", "submissions", SECOND, [])
    sent = {"submission_id": "h1", "form_id": "f", "submitted_at": "2026-03-01T10:00:00Z", "email": "bob@mail.example"}
    tiny.land("hubspot", "form_submissions", FIRST, [{**sent, "page_url": "https://dach.example/?utm_source=google"}])
    phrase = {"day": FIRST, "campaign_id": "40", "campaign_name": "Крыши", "ad_group_id": "5", "device": "DESKTOP"}
    search, network = {**phrase, "ad_network_type": "SEARCH"}, {**phrase, "ad_network_type": "AD_NETWORK"}
    tiny.land(
        "yandex_direct",
        "criterion_days",
        FIRST,
        [
            {**search, "criterion": "roof", "clicks": 21, "cost_micros": 1_534_500_000},
            {**network, "criterion_type": "AUTOTARGETING", "clicks": 3, "cost_micros": 1},
            {**network, "campaign_id": "41", "clicks": 1, "cost_micros": 25_000_000},
        ],
    )
    tiny.land("yandex_direct", "client", FIRST, [{"login": "nordhaus-ads", "currency": "RUB"}])
    clip = {"day": FIRST, "ad_id": "17", "campaign_id": "15", "campaign_name": "Roofs", "impressions": 9, "clicks": 2}
    tiny.land(
        "tiktok_ads",
        "ad_days",
        FIRST,
        [{**clip, "spend": "12.30", "conversion": 1}, {**clip, "ad_id": "18", "spend": "0.20"}],
    )
    tiny.land("tiktok_ads", "advertiser", FIRST, [{"advertiser_id": "a1", "currency": "EUR", "timezone": "UTC"}])
    bing = {"day": FIRST, "campaign_id": "70", "campaign_name": "Roofing", "device_type": "Computer"}
    bing |= {"currency_code": "EUR", "campaign_type": "Audience", "impressions": 10, "conversions": 1}
    tiny.land(
        "microsoft_ads",
        "campaign_days",
        FIRST,
        [
            {**bing, "network": "Audience", "clicks": 1, "spend": "1.10", "conversions_qualified": "0.5"},
            {**bing, "network": "Bing and Yahoo! search", "clicks": 2, "spend": "2.25"},
        ],
    )
    tiny.land("linkedin_ads", "account", FIRST, [{"account_id": "nordhaus", "currency": "USD"}])
    tiny.land("linkedin_ads", "campaigns", FIRST, [{"campaign_id": "777", "name": "Architects"}])
    linkedin = {"impressions": 120, "clicks": 3, "external_website_conversions": 1, "one_click_leads": 2}
    tiny.land(
        "linkedin_ads",
        "campaign_days",
        FIRST,
        [{"day": FIRST, "campaign_id": "777", "cost_in_local_currency": "45.67", **linkedin}],
    )
    lead = {"lead_id": "lead-1", "submitted_at": "2026-03-01T10:00:00Z", "campaign_id": "777"}
    tiny.land("linkedin_ads", "lead_responses", FIRST, [{**lead, "email": "bo@mail.example"}])
    text = {"conversation_id": "KZ1", "customer_phone_number": "+4917012345678", "source": "Google Ads"}
    text |= {"initial_tracking_number": "+49301", "current_tracking_number": "+49302"}
    tiny.land(
        "callrail",
        "text_messages",
        FIRST,
        [
            {**text, "message_id": "asked", "direction": "incoming", "sent_at": "2026-03-01T10:00:00Z"},
            {**text, "message_id": "thanks", "direction": "outgoing", "sent_at": "2026-03-01T10:00:02Z"},
            {**text, "message_id": "more", "direction": "incoming", "sent_at": "2026-03-01T10:01:00Z"},
        ],
    )
    answered = {**text, "message_id": "answered", "direction": "outgoing", "sent_at": "2026-03-02T08:00:00Z"}
    anew = {
        **text,
        "message_id": "anew",
        "direction": "incoming",
        "sent_at": "2026-03-20T10:00:00Z",
        "tags": '["Spam"]',
    }
    tiny.land("callrail", "text_messages", SECOND, [answered])
    tiny.land("callrail", "text_messages", date(2026, 3, 20), [anew])
    asked = {"customer_id": "11", "submitted_at": "2026-03-01T10:00:00Z", "campaign_id": "7", "campaign_name": "Dach"}
    tiny.land(
        "google_ads",
        "lead_form_submission_data",
        FIRST,
        [{**asked, "lead_id": "g1", "gclid": "SYN-G1", "email": "cy@mail.example"}],
    )
    called = {"customer_id": "11", "day": FIRST, "started_at": "2026-03-01T10:00:00Z", "campaign_id": "7"}
    tiny.land("google_ads", "call_view", FIRST, [{**called, "call_id": "c1", "call_status": "MISSED"}])
    tiny.build(*(f"path:models/{folder}" for folder in STAGED), without_rows_too=True)
    return tiny


def test_money_in_millionths_is_exact(market: TinyMarket) -> None:
    (row,) = market.rows(
        "select cast(cost as varchar) as cost from staging.stg_google_ads__campaign_days where campaign_id = '7'"
    )
    assert row["cost"] == "1.234567"


def test_below_a_manager_each_customer_s_spend_is_in_its_own_currency(market: TinyMarket) -> None:
    spend = market.rows(
        "select campaign_id, spend_original, currency from intermediate.int_spend__named "
        "where source = 'google_ads' order by 1"
    )
    assert [tuple(row.values()) for row in spend] == [("7", Decimal("1.234567"), "EUR"), ("8", Decimal(2), "USD")]
    landed = market.rows(
        "select currency, spend_as_landed, spend_rejected from shapes.spend__unioned "
        "where source = 'google_ads' and spend_as_landed is not null order by 1"
    )
    assert [tuple(row.values()) for row in landed] == [
        ("EUR", Decimal("1.234572"), Decimal("0.000005")),
        ("USD", Decimal(2), 0),
    ]
    tree = market.rows("select customer_id, is_manager from staging.stg_google_ads__customer_clients order by 1")
    assert [tuple(row.values()) for row in tree] == [("11", False), ("a1", True)]


def test_each_ad_of_a_campaign_has_its_spend_in_the_currency_of_its_account(market: TinyMarket) -> None:
    spend = market.rows(
        "select campaign_id, ad_id, spend_original, currency, clicks, platform_conversions "
        "from intermediate.int_spend__named where platform = 'tiktok_ads' order by ad_id"
    )
    assert [tuple(row.values()) for row in spend] == [
        ("15", "17", Decimal("12.3"), "EUR", 2, 1),
        ("15", "18", Decimal("0.2"), "EUR", 2, None),
    ]


def test_phrases_of_a_campaign_have_their_spend_without_a_rounded_part_and_a_guess_of_yandex_is_no_keyword(
    market: TinyMarket,
) -> None:
    spend = market.rows(
        "select keyword, device, ad_group_id, cast(spend_original as varchar) as exact, currency, clicks "
        "from intermediate.int_spend__named where platform = 'yandex_direct' and campaign_id = '40' order by keyword"
    )
    assert [tuple(row.values()) for row in spend] == [
        ("roof", "desktop", "5", "1534.500000", "RUB", 21),
        (None, "desktop", "5", "0.000001", "RUB", 3),
    ]


def test_a_campaign_on_other_people_s_pages_alone_is_display(market: TinyMarket) -> None:
    campaigns = market.rows(
        "select campaign_id, channel from intermediate.int_campaigns__named where platform = 'yandex_direct' order by 1"
    )
    assert [tuple(row.values()) for row in campaigns] == [("40", "Paid Search"), ("41", "Display")]


def test_what_platforms_took_stands_by_campaign_in_the_account_s_currency(market: TinyMarket) -> None:
    rows = market.rows("select * from intermediate.int_spend__named where source in ('microsoft_ads', 'linkedin_ads')")
    spend = {row["source"]: row for row in rows}
    assert {source: row["campaign_name"] for source, row in spend.items()} == {
        "microsoft_ads": "Roofing",
        "linkedin_ads": "Architects",
    }
    assert (spend["microsoft_ads"]["spend_original"], spend["microsoft_ads"]["currency"]) == (Decimal("3.35"), "EUR")
    assert (spend["microsoft_ads"]["clicks"], spend["microsoft_ads"]["platform_conversions"]) == (3, Decimal("1.5"))
    assert (spend["linkedin_ads"]["spend_original"], spend["linkedin_ads"]["currency"]) == (Decimal("45.67"), "USD")
    assert spend["linkedin_ads"]["platform_conversions"] == 3


def test_a_campaign_s_own_kind_names_its_channel(market: TinyMarket) -> None:
    rows = market.rows(
        "select platform, channel from intermediate.int_campaigns__named"
        " where platform in ('microsoft_ads', 'linkedin_ads')"
    )
    assert {row["platform"]: row["channel"] for row in rows} == {
        "microsoft_ads": "Display",
        "linkedin_ads": "Paid Social",
    }


def test_a_lead_of_a_platform_s_form_is_an_inquiry(market: TinyMarket) -> None:
    (lead,) = market.rows("select * from shapes.inquiries__unioned where source = 'linkedin_ads'")
    assert (lead["kind"], lead["email_raw"], lead["campaign_name"]) == ("lead_ad", "bo@mail.example", "Architects")


def test_a_lead_of_google_s_form_is_an_inquiry_with_its_click_and_a_call_that_google_counted_is_none(
    market: TinyMarket,
) -> None:
    (lead,) = market.rows("select * from shapes.inquiries__unioned where source = 'google_ads'")
    assert (lead["kind"], lead["email_raw"], lead["campaign_id"]) == ("lead_ad", "cy@mail.example", "7")
    assert (lead["click_id_type"], lead["click_id"], lead["source_table"]) == (
        "gclid",
        "SYN-G1",
        "lead_form_submission_data",
    )
    (call,) = market.rows("select * from staging.stg_google_ads__call_view")
    assert (call["call_id"], call["call_date"], call["call_status"]) == ("c1", FIRST, "MISSED")


def test_of_a_changed_record_the_newest_version_stays(market: TinyMarket) -> None:
    rows = market.rows("select email from staging.stg_hubspot__contacts")
    assert [row["email"] for row in rows] == ["ann.new@mail.example"]


def test_a_contact_that_was_taken_off_a_deal_is_gone(market: TinyMarket) -> None:
    rows = market.rows("select contact_id from staging.stg_hubspot__deal_contacts")
    assert [row["contact_id"] for row in rows] == ["2"]


def test_a_rejected_row_is_counted_with_its_reason_and_not_staged_and_a_kept_one_told_beside_it(
    market: TinyMarket,
) -> None:
    staged = market.rows("select response_id from staging.stg_typeform__responses")
    rejects = market.rows(
        "select * from intermediate.int_rejects__gathered where table_name = 'responses' order by reason"
    )
    (counted,) = market.rows("select * from intermediate.int_landing__counted where table_name = 'responses'")
    assert {row["response_id"] for row in staged} == {"good", "odd"}
    assert [row["reason"].partition(" does")[0] for row in rejects] == ["column_rejected: landed_at", "submitted_at"]
    assert [row["column_name"] for row in rejects] == ["landed_at", "submitted_at"]
    assert {row["brand"] for row in rejects} == {"nordhaus"}
    # What was kept is no rejected row: landed less rejected is staged.
    assert (counted["landed_rows"], counted["rejected_rows"]) == (3, 1)


def test_a_submission_of_jotform_is_an_inquiry_with_its_click_and_without_a_placeholder(market: TinyMarket) -> None:
    (inquiry,) = market.rows("select * from shapes.inquiries__unioned where source = 'jotform'")
    assert (inquiry["full_name"], inquiry["kind"], inquiry["client_id"]) == ("Ann Lee", "form", None)
    assert (inquiry["click_id_type"], inquiry["click_id"], inquiry["utm_source"]) == ("gclid", "SYN-G", "google")


def test_a_form_sent_at_hubspot_is_an_inquiry_of_the_page_that_held_it(market: TinyMarket) -> None:
    (inquiry,) = market.rows("select * from shapes.inquiries__unioned where source = 'hubspot'")
    assert (inquiry["kind"], inquiry["source_record_id"], inquiry["form_id"]) == ("form", "h1", "f")
    assert (inquiry["email_raw"], inquiry["page_url"]) == (
        "bob@mail.example",
        "https://dach.example/?utm_source=google",
    )


def test_only_a_text_that_begins_a_conversation_anew_is_an_inquiry(market: TinyMarket) -> None:
    inquiries = market.rows(
        "select * from shapes.inquiries__unioned where source_table = 'text_messages' order by occurred_at"
    )
    assert [
        (row["source_record_id"], row["kind"], row["tracking_number"], row["is_marked_spam"]) for row in inquiries
    ] == [
        ("asked", "chat", "+49301", False),
        ("anew", "chat", "+49302", True),
    ]
    assert (inquiries[0]["phone_raw"], inquiries[0]["tracker_source"], inquiries[0]["tracker_medium"]) == (
        "+4917012345678",
        "Google Ads",
        "cpc",
    )


def test_a_text_of_the_staff_is_a_response_and_one_of_a_machine_is_none(market: TinyMarket) -> None:
    responses = market.rows("select * from shapes.responses__unioned where source = 'callrail'")
    assert [(row["source_record_id"], row["phone_raw"]) for row in responses] == [("answered", "+4917012345678")]


def test_the_newest_day_is_an_empty_one_too(market: TinyMarket) -> None:
    (counted,) = market.rows("select * from intermediate.int_landing__counted where table_name = 'responses'")
    assert (counted["landed_rows"], counted["rejected_rows"], counted["newest_day"]) == (3, 1, SECOND)


def test_what_was_kept_aside_is_counted_and_what_was_landed_before_is_staged(market: TinyMarket) -> None:
    (held,) = market.rows("select * from intermediate.int_landing__held")
    assert tuple(held.values()) == ("hubspot", "a1", "owners", 1)
    (staged,) = market.rows("select count(*) as owners, max(landed_day) as day from staging.stg_hubspot__owners")
    assert (staged["owners"], staged["day"]) == (25, FIRST)


def test_a_brand_that_no_rule_names_gets_utc_and_its_usual_currency(market: TinyMarket) -> None:
    (brand,) = market.rows("select * from intermediate.int_brands__resolved")
    assert (brand["brand"], brand["time_zone"], brand["phone_region"]) == ("nordhaus", "UTC", None)
    assert brand["is_listed"]


def test_every_table_of_every_source_has_its_staging_model(market: TinyMarket) -> None:
    staged = {row["name"] for row in market.rows(
        "select table_name as name from information_schema.tables where table_schema = 'staging'"
    )}  # fmt: skip
    wanted = {f"stg_{source.name}__{table.name}" for source in SOURCES.values() for table in source.tables}
    assert wanted <= staged
