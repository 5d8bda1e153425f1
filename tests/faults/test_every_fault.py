"""Every fault of every source: survived, or an error that names its cure; nothing lost, nothing doubled."""

from __future__ import annotations

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SkipAccount
from tests.faults.market import RETOLD, as_new, clean_rows, land, landed_files, landed_rows, secrets_of
from tests.sandbox.serving import Server

# Table -> what its pages' requests hold, and which of them is to go wrong.
PAGES: dict[tuple[str, str], tuple[str, int]] = {
    ("google_ads", "customer"): ('FROM customer"', 1),
    ("google_ads", "customer_clients"): ("FROM customer_client", 1),
    ("google_ads", "campaign_days"): ("FROM campaign ", 1),
    ("google_ads", "search_term_days"): ("FROM search_term_view", 1),
    ("google_ads", "click_view"): ("FROM click_view", 2),
    ("google_ads", "call_view"): ("FROM call_view", 1),
    ("google_ads", "lead_form_submission_data"): ("FROM lead_form_submission_data", 1),
    ("meta_ads", "account"): ("/act_555000111?", 1),
    ("meta_ads", "ad_days"): ("/insights?limit", 2),
    ("meta_ads", "leads"): ("/8801/leads", 2),
    ("callrail", "calls"): ("/calls.json", 2),
    ("callrail", "form_submissions"): ("/form_submissions.json", 2),
    ("callrail", "text_messages"): ("/text-messages.json", 2),
    ("callrail", "trackers"): ("/trackers.json", 2),
    ("typeform", "responses"): ("/F0/responses", 2),
    ("hubspot", "contacts"): ("/contacts/search", 2),
    ("hubspot", "deal_stages"): ("/deals/batch/read", 2),
    ("hubspot", "deal_contacts"): ("/associations/", 1),
    ("hubspot", "line_items"): ("/line_items/search", 1),
    ("hubspot", "calls"): ("/calls/contacts/", 2),
    ("hubspot", "owners"): ("/owners/", 2),
    ("hubspot", "pipelines"): ("/pipelines/", 1),
    ("hubspot", "form_submissions"): ("/form-integrations/", 2),
    ("matomo", "visits"): ("/index.php", 3),
    ("jotform", "submissions"): ("/user/submissions", 2),
    ("calendly", "invitees"): ("/scheduled_events?", 2),
    ("calltouch", "calls"): ("calls-diary", 2),
    ("comagic", "calls"): ("get.calls_report", 2),
    ("ga4", "visits"): ("pageToken", 1),
    ("yandex_metrica", "visits"): ("/download", 2),
    ("stripe", "charges"): ("/v1/charges", 2),
    ("tiktok_ads", "advertiser"): ("/advertiser/info/", 1),
    ("tiktok_ads", "ad_days"): ("/report/integrated/get/", 2),
    ("vk_ads", "banner_days"): ("/statistics/", 1),
    ("vk_ads", "leads"): ("/leads.json", 2),
    ("linkedin_ads", "account"): ("/adAccounts?", 1),
    ("linkedin_ads", "campaigns"): ("/adCampaigns?", 1),
    ("linkedin_ads", "campaign_days"): ("/adAnalytics?", 1),
    ("linkedin_ads", "lead_forms"): ("/leadForms?", 1),
    ("linkedin_ads", "lead_responses"): ("/leadFormResponses?", 2),
    ("yandex_direct", "client"): ("/clients", 1),
    ("yandex_direct", "criterion_days"): ("/reports", 3),
    ("yandex_direct", "search_term_days"): ("/reports", 3),
    ("microsoft_ads", "campaign_days"): ("/Poll", 2),
    ("microsoft_ads", "ad_group_days"): ("/Poll", 2),
    ("microsoft_ads", "keyword_days"): ("/Poll", 2),
    ("microsoft_ads", "search_term_days"): ("/Poll", 2),
    ("ecb", "rates"): ("eurofxref-hist-90d.xml", 1),
}
# Sources whose login fetches another token.
RENEWED = ("google_ads", "comagic", "vk_ads", "ga4", "linkedin_ads", "yandex_direct", "microsoft_ads")
# Sources whose rows come in a file, which lies elsewhere than what is asked again and again.
FILES = {"microsoft_ads": ".zip"}
TABLES = sorted(PAGES)
# Lists that are read page after page, and reports that are asked about until they are there.
LISTS = [
    ("meta_ads", "ad_days"),
    ("meta_ads", "leads"),
    ("callrail", "calls"),
    ("callrail", "form_submissions"),
    ("callrail", "text_messages"),
    ("callrail", "trackers"),
    ("hubspot", "contacts"),
    ("hubspot", "owners"),
    ("hubspot", "form_submissions"),
    ("matomo", "visits"),
    ("jotform", "submissions"),
    ("calendly", "invitees"),
    ("calltouch", "calls"),
    ("comagic", "calls"),
    ("ga4", "visits"),
    ("stripe", "charges"),
    ("tiktok_ads", "ad_days"),
    ("vk_ads", "leads"),
    ("linkedin_ads", "lead_responses"),
    ("yandex_direct", "criterion_days"),
    ("microsoft_ads", "campaign_days"),
]
# What a vendor, a proxy or a line does wrong now and then: asking again is the cure, and it is taken.
PASSING = ("rate_limit", "server_error", "cut_body", "cut_gzip", "html_page", "slow")
# What the line and the proxy do is the client's to survive, for every source alike.
OF_THE_LINE = ("cut_gzip", "html_page")


def order(server: Server, source: str, table: str, kind: str, **more: object) -> None:
    match, page = PAGES[source, table]
    server.order("faults", **{"source": source, "kind": kind, "match": match, "on_page": page, "seconds": 0.05} | more)


def expect_untouched(server: Server, source: str, table: str, cures: tuple[type[ExtractError], ...]) -> str:
    """The pull fails with one of the errors, says so without a secret, and leaves the landing zone alone."""
    before = landed_files(source, table)
    with pytest.raises(cures) as refused:
        land(server, source, table)
    assert landed_files(source, table) == before
    message = str(refused.value)
    assert message.startswith(source)
    assert not [secret for secret in secrets_of(server, source) if secret in message]
    return message


@pytest.mark.parametrize(
    ("source", "table", "kind"),
    [(*key, kind) for key in TABLES for kind in PASSING if not (key[0] in RETOLD and kind in OF_THE_LINE)],
)
def test_a_passing_fault_is_survived(market: Server, source: str, table: str, kind: str) -> None:
    rows = clean_rows(market, source, table)
    order(market, source, table, kind)

    landed = land(market, source, table)

    assert market.fired() == 1
    assert landed_rows(source, table) == rows
    assert (landed.rows, landed.rejects, landed.duplicates) == (len(rows), 0, 0)


@pytest.mark.parametrize(("source", "table"), TABLES)
def test_a_source_that_stays_broken_is_left_for_later(market: Server, source: str, table: str) -> None:
    land(market, source, table)
    rows = landed_rows(source, table)
    order(market, source, table, "server_error", times=0)

    expect_untouched(market, source, table, (RetryLater,))

    as_new(market)
    land(market, source, table)
    assert landed_rows(source, table) == rows


@pytest.mark.parametrize(("source", "table"), TABLES)
def test_a_revoked_account_needs_a_person(market: Server, source: str, table: str) -> None:
    land(market, source, table)
    order(market, source, table, "revoked", times=0)

    message = expect_untouched(market, source, table, (FixSettings, SkipAccount))

    assert message.count(". ") >= 1, "the message says what is wrong and what to do"


@pytest.mark.parametrize(("source", "table"), TABLES)
def test_an_expired_token_is_renewed_or_a_person_is_asked(market: Server, source: str, table: str) -> None:
    land(market, source, table)
    rows = landed_rows(source, table)
    order(market, source, table, "expired_token")

    if source in RENEWED:
        land(market, source, table)
    else:
        expect_untouched(market, source, table, (FixSettings,))
        land(market, source, table)

    assert landed_rows(source, table) == rows


@pytest.mark.parametrize(("source", "table"), [key for key in TABLES if key[0] != "ecb"])
def test_rows_that_come_twice_land_once(market: Server, source: str, table: str) -> None:
    rows = clean_rows(market, source, table)
    match = FILES.get(source, PAGES[source, table][0])
    order(market, source, table, "doubled_rows", times=0, on_page=1, match=match)

    try:
        land(market, source, table)
    except RetryLater:
        # More rows than the answer says there are: it cannot be told which are true, and none is landed.
        assert landed_files(source, table) == {}
    else:
        assert landed_rows(source, table) == rows


@pytest.mark.parametrize(("source", "table"), LISTS)
def test_a_page_that_comes_twice_loses_no_other(market: Server, source: str, table: str) -> None:
    rows = clean_rows(market, source, table)
    order(market, source, table, "duplicate_page")

    try:
        land(market, source, table)
    except RetryLater:
        land(market, source, table)

    assert landed_rows(source, table) == rows
