"""HubSpot: an application that renews its token, beside the private app whose token stays."""

from __future__ import annotations

from datetime import date

import pytest

from extractors.errors import FixSettings
from extractors.model import Account, Connection, Window
from extractors.sources.hubspot import HUBSPOT
from tests.extractors.sources.vendor import SECRET, Vendor, recorded

CONTACTS = "POST /crm/objects/2026-09/contacts/search"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def application(vendor: Vendor) -> tuple[Connection, Account]:
    extra = {"client_secret": "client-secret", "token_url": f"{vendor.url}/oauth/v1/token"}
    return Connection(vendor.url, "client", SECRET, extra), Account("hubspot", "41001", "x", "nordhaus")


def test_an_expired_token_of_an_application_is_fetched_anew_with_the_same_refresh_token(vendor: Vendor) -> None:
    vendor.answers("POST /oauth/v1/token", recorded("hubspot/oauth_token"))
    vendor.answers(CONTACTS, recorded("hubspot/error_401_expired", 401), recorded("hubspot/contacts__page_2_last"))
    connection, account = application(vendor)

    client = HUBSPOT.connect(connection, account)
    rows = [row for page in HUBSPOT.table("contacts").read(client, account, THE_10TH) for row in page]

    assert [row["contact_id"] for row in rows] == ["103"]
    first, second = vendor.asked("/oauth/v1/token")
    assert (
        first.form
        == second.form
        == {
            "grant_type": "refresh_token",
            "client_id": "client",
            "client_secret": "client-secret",
            "refresh_token": SECRET,
        }
    )
    assert vendor.asked("/crm/objects/2026-09/contacts/search")[0].headers["authorization"] == "Bearer access-token-1"


def test_a_consent_that_was_taken_back_names_the_cure(vendor: Vendor) -> None:
    vendor.answers("POST /oauth/v1/token", recorded("hubspot/oauth_refused", 400))
    connection, account = application(vendor)

    with pytest.raises(FixSettings, match=r"BAD_REFRESH_TOKEN.*Give consent again") as dead:
        HUBSPOT.connect(connection, account).get("/crm/owners/2026-09")

    assert SECRET not in str(dead.value)
