"""The cases that attribution gets wrong elsewhere, as people of one market; the tests name them by their ids."""

from __future__ import annotations

from datetime import date

from tests.dbt_project.credited_market import NOON, CreditedMarket, days

# A name that would fall apart in a joined path, and another that differs from it in its last sign only.
ODD_CAMPAIGN = "Dach > Garage | 50% \"Rabatt\", 'jetzt'"
ODD_CHANNEL = "Print > Zeitung"


def add_rules(market: CreditedMarket) -> None:
    """What the models take from rule files and from what was landed."""
    for conversion_type, window in (("lead", 30), ("sale", 90)):
        market.add("staging.stg_rules__lookback_windows", conversion_type=conversion_type, days=window)
    for brand, currency in (("nord", "EUR"), ("sued", "USD"), ("chain", "EUR")):
        market.add("intermediate.int_brands__resolved", brand=brand, name=brand, time_zone="UTC", currency=currency)
    market.add(
        "staging.stg_rules__flag_definitions",
        flag="contact_missing",
        severity="high",
        what_to_fix="Ask for a number",
        who_can="website owner",
    )
    for account in ("g1", "g2"):
        market.add("staging.stg_rules__accounts", source="google_ads", account=account, brand="nord")
    market.add(
        "intermediate.int_landing__counted",
        source="google_ads", account="g1", brand="nord", table_name="campaign_days",
        landed_rows=9, rejected_rows=2, file_count=9, newest_day=date(2026, 6, 20),
    )  # fmt: skip
    # Seven rows with those that are spent below.
    for day in range(1, 5):
        market.add(
            "staging.stg_google_ads__campaign_days", account="g1", customer_id="g1", spend_date=date(2026, 1, day)
        )
    market.add(
        "intermediate.int_landing__held",
        source="google_ads", account="g1", table_name="campaign_days", held_day_count=3,
    )  # fmt: skip
    for _ in range(2):
        market.add(
            "intermediate.int_rejects__gathered",
            source="google_ads", account="g1", brand="nord", table_name="campaign_days",
            day=date(2026, 6, 20), record_key_hash="abc", reason="clicks is no number",
        )  # fmt: skip


def add_people(market: CreditedMarket) -> None:
    """One person for each case."""
    market.lead("no touch")
    market.sale("no touch buys", "no touch", lead_id="no touch")
    market.add("steps.person_components", node_id="inquiry:no touch", person_id="no touch")
    market.lead("nobody known")

    market.touch("edges", "e1 too early", NOON - days(30) - days(1 / 86400))
    market.touch("edges", "e2 first second", NOON - days(30))
    market.touch("edges", "e3 last second", NOON)
    market.touch("edges", "e4 too late", NOON + days(1 / 86400))
    market.lead("edges")
    market.touch("long ago", "l1", NOON - days(91))
    market.lead("long ago")
    market.touch("afterwards", "a1", NOON + days(1))
    market.lead("afterwards")

    for name in ("s3", "s1", "s2"):
        market.touch("same second", name, NOON - days(1))
    market.lead("same second")

    market.touch("worth nothing", "w1", NOON - days(2))
    market.sale("worth nothing", revenue=0, margin=0)
    for number, name in enumerate(("t1", "t2", "t3")):
        market.touch("thirds", name, NOON - days(5 - number), channel=f"Channel {number}")
    market.sale("thirds", revenue="100.00", margin="-0.01")
    market.sale("thirds again", "thirds", at=NOON + days(1), revenue="0.02", margin=None, is_first_sale=False)
    market.sale("thirds once more", "thirds", at=NOON + days(2), revenue="77.123456", is_first_sale=False)

    market.touch("gave back", "g1", NOON - days(2), channel="Shop Window")
    market.sale(
        "gave back", revenue="60.10", margin="6", is_cancelled=True,
        cancelled_at=NOON + days(20), cancelled_date=(NOON + days(20)).date(),
    )  # fmt: skip

    market.touch(
        "odd names", "o1", NOON - days(3), channel=ODD_CHANNEL, platform="google_ads",
        campaign_id=ODD_CAMPAIGN, campaign_name=ODD_CAMPAIGN,
    )  # fmt: skip
    market.touch("odd names", "o2", NOON - days(2), channel="Email", campaign_name="News for ann@mail.example > 1")
    market.lead("odd names", is_qualified=True)


def add_spend(market: CreditedMarket) -> None:
    """Money that brought nothing, and money that brought something on another day."""
    market.spend(NOON - days(80), "wasted", "12.345678")
    market.spend(NOON - days(3), ODD_CAMPAIGN, "10", channel=ODD_CHANNEL)
    market.spend(NOON - days(3), "free", "0")
    market.add(
        "steps.previous_snapshot",
        as_of_day=date(2026, 5, 31), kind="number", brand="nord", month=date(2026, 3, 1), name="spend",
        channel="Paid Search", value="10",
    )  # fmt: skip


def add_inquiries(market: CreditedMarket) -> None:
    """Inquiries with contact details, flags and all that is left out of a count."""
    market.inquiry(
        "detailed", "detailed", email_raw="Ann.Lee@Firma.example ", email_normalised="ann.lee@firma.example",
        phone_raw="0170 / 123 45 67", phone_e164="+491701234567", full_name="Ann Lee", company="Firma Lee",
        tracking_number="+493012345678", self_reported_source="Bob, bob@mail.example, 0171 / 765 43 21",
        kind="call", is_answered=False, is_voicemail=False, duration_seconds=14,
        first_response_at=NOON + days(1 / 24), touchpoint_id="gone",
    )  # fmt: skip
    market.inquiry("unreadable", "unreadable", email_raw="ann(at)firma", phone_raw="call me")
    market.inquiry("spam", "spam", is_spam=True, is_valid=False)
    market.inquiry("customer", "thirds", at=NOON + days(3), kind="call", is_answered=False, duration_seconds=15)
    for flag in ("number_withheld", "contact_missing", "contact_missing"):
        market.add("checks.inquiry_flags", inquiry_id="unreadable", flag=flag)
