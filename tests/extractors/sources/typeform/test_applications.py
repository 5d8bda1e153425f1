"""Typeform: an application whose refresh token changes at each use."""

from __future__ import annotations

import json
from datetime import date

import pytest

from extractors.errors import FixSettings
from extractors.model import Account, Connection, Row, Window
from extractors.sources.typeform import TYPEFORM
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, recorded

FORMS = "GET /forms"
TOKEN = "POST /oauth/token"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def forms_read(vendor: Vendor) -> list[Row]:
    """The forms as a new run reads them."""
    connection = Connection(vendor.url, "client", SECRET, {"client_secret": "client-secret"})
    account = Account("typeform", "acme", "x", "nordhaus")
    client = TYPEFORM.connect(connection, account)
    return [row for page in TYPEFORM.table("forms").read(client, account, THE_10TH) for row in page]


def test_each_run_goes_on_with_the_refresh_token_that_the_one_before_was_given(vendor: Vendor) -> None:
    first = json.loads(recorded("typeform/oauth_token").body)
    second = {**first, "access_token": "access-token-2", "refresh_token": "refresh-token-2"}
    vendor.answers(TOKEN, recorded("typeform/oauth_token"), Reply(json.dumps(second).encode()))
    vendor.answers(FORMS, recorded("typeform/error_401_bad_token", 401), recorded("typeform/forms__empty"))

    assert [forms_read(vendor) for _ in range(2)] == [[], []]

    asked = [request.form for request in vendor.asked("/oauth/token")]
    assert [one["refresh_token"] for one in asked] == [SECRET, "refresh-token-1"]
    assert asked[0]["scope"].split() == ["forms:read", "responses:read", "offline"]
    assert (asked[0]["client_id"], asked[0]["client_secret"]) == ("client", "client-secret")
    assert vendor.asked("/forms")[-1].headers["authorization"] == "Bearer access-token-2"


def test_a_refresh_token_that_was_used_already_names_the_cure(vendor: Vendor) -> None:
    vendor.answers(TOKEN, recorded("typeform/oauth_refused", 400))

    with pytest.raises(FixSettings, match=r"invalid_grant.*Give consent again") as dead:
        forms_read(vendor)

    assert SECRET not in str(dead.value)
