"""Salesforce: requests that are left to others, cursors and sessions that end without a word, the recycle bin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from extractors.errors import FixSettings, RetryLater
from extractors.sources.salesforce import SALESFORCE
from tests.extractors.sources.salesforce.test_source import NEXT, QUERY, describe, landed, opened, read
from tests.extractors.sources.vendor import Reply, Vendor, landed_rows, recorded

USED = "api-usage=12000/15000"


def test_the_last_fifth_of_an_organisations_requests_is_left_to_others(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_2_last", sforce_limit_info=USED))

    with pytest.raises(
        RetryLater, match=r"12000 of the organisation's 15000 .* above 80 % \(most_of_requests\)"
    ) as full:
        landed(vendor, "contacts")

    assert full.value.after is not None
    assert full.value.after >= timedelta(hours=1)
    assert landed_rows(SALESFORCE, "contacts") == []


def test_an_organisation_may_give_us_more(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_2_last", sforce_limit_info=USED))

    assert len(landed(vendor, "contacts", most_of_requests=90)) == 1


@pytest.mark.parametrize("share", [0, 101, "80", True])
def test_a_share_that_is_none_is_refused(vendor: Vendor, share: object) -> None:
    connection, account = opened(vendor, most_of_requests=share)

    with pytest.raises(FixSettings, match="most_of_requests must be"):
        SALESFORCE.connect(connection, account)


def test_a_cursor_that_is_not_found_begins_again(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_1"))
    vendor.answers(NEXT, recorded("salesforce/error_404_type", 404), recorded("salesforce/contacts__page_2_last"))

    assert len(landed(vendor, "contacts")) == 3


def test_a_session_that_an_edge_refuses_without_a_body_is_renewed(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, Reply(b"", 401), recorded("salesforce/contacts__page_2_last"))

    assert len(landed(vendor, "contacts")) == 1
    assert len(vendor.asked("/services/oauth2/token")) == 2


def test_a_record_stays_deleted_when_its_day_is_read_again_after_the_bin_was_emptied(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_1"), recorded("salesforce/contacts__page_2_last"))
    vendor.answers(NEXT, recorded("salesforce/contacts__page_2_last"))
    first = {row["contact_id"]: row["is_deleted"] for row in landed(vendor, "contacts")}

    again = {row["contact_id"]: row["is_deleted"] for row in landed(vendor, "contacts")}

    assert True in first.values()
    assert again == first


def test_what_is_left_is_not_looked_at_where_salesforce_does_not_say(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_2_last", sforce_limit_info="api-usage=0/0"))

    assert len(read(vendor, "contacts", [])) == 1
