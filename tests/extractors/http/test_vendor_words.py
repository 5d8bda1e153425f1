"""A refusal is told in the vendor's own words, whatever rule judged it: which scope, which field, which link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from extractors.errors import ExtractError, FixSettings
from extractors.http.answers import Answer, AskAgain
from extractors.http.client import HttpClient
from extractors.http.patience import refuse
from extractors.http.tokens import granted
from extractors.http.vendor_words import vendor_sentences, with_vendor_sentences
from extractors.model import Account, Connection
from extractors.redaction import remember
from extractors.sources import SOURCES
from extractors.sources.ga4 import classify as rules_of_bigquery

LINK = "https://console.developers.google.com/apis/api/bigquery.googleapis.com/overview?project=822983"
SWITCHED_OFF = (
    f"BigQuery API has not been used in project 822983 before or it is disabled. Enable it by visiting {LINK}"
)
SAID: list[tuple[str, int, str, Any, str]] = [
    ("ga4", 403, "/q", {"error": {"code": 403, "message": SWITCHED_OFF, "errors": [{"reason": "x"}]}}, LINK),
    (
        "ga4",
        403,
        "/q",
        {"error": {"message": "Exceeded rate limits: too many api requests", "errors": [{"reason": "quotaExceeded"}]}},
        "too many api requests",
    ),
    (
        "typeform",
        400,
        "/forms/a/responses",
        {
            "code": "VALIDATION_ERROR",
            "description": "The payload is invalid.",
            "details": [{"code": "WRONG_TYPE", "description": "should be a date-time", "field": "/until"}],
        },
        "should be a date-time",
    ),
    (
        "typeform",
        402,
        "/forms",
        {"code": "PAYMENT_REQUIRED", "description": "Upgrade to Plus for this"},
        "Upgrade to Plus",
    ),
    (
        "typeform",
        403,
        "/forms",
        {"code": "FORBIDDEN", "description": "Scopes: accounts:read is missing"},
        "accounts:read",
    ),
    (
        "jotform",
        401,
        "/form/1/submissions",
        {"responseCode": 401, "message": "You're not authorized to use (/form-id-submissions) ", "content": ""},
        "not authorized to use (/form-id-submissions)",
    ),
    (
        "jotform",
        400,
        "/form/1",
        {"responseCode": 400, "message": "filter is not valid JSON"},
        "filter is not valid JSON",
    ),
    ("callrail", 401, "/v3/a/1/calls.json", "HTTP Token: Access denied.\n", "HTTP Token: Access denied"),
    (
        "callrail",
        400,
        "/v3/a/1/calls.json",
        {"error": "Invalid field: updated_at_date"},
        "Invalid field: updated_at_date",
    ),
    ("pipedrive", 402, "/api/v2/deals", {"success": False, "error": "Trial has ended"}, "Trial has ended"),
    (
        "pipedrive",
        404,
        "/api/v1/deals/1/changelog",
        {"success": False, "error": "Deal not found", "error_info": "See developers.pipedrive.com"},
        "Deal not found",
    ),
    ("amocrm", 402, "/api/v4/leads", {"title": "Payment Required", "detail": "Paid until 2026-01-01"}, "Paid until"),
    ("amocrm", 403, "/api/v4/users", {"title": "Forbidden", "detail": "Group head may not see users"}, "Group head"),
    (
        "bitrix24",
        401,
        "/crm.item.list",
        {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests of this portal"},
        "Too many requests of this portal",
    ),
    (
        "salesforce",
        400,
        "/query",
        [{"errorCode": "INVALID_FIELD", "message": "Didn't understand relationship 'Account__x' in field path"}],
        "relationship 'Account__x'",
    ),
    (
        "salesforce",
        400,
        "/query",
        [{"errorCode": "INVALID_TYPE", "message": "sObject type 'Task' is not supported"}],
        "type 'Task' is not supported",
    ),
    (
        "comagic",
        200,
        "/v2.0",
        {
            "error": {
                "code": -32003,
                "message": "No right to get.calls_report",
                "data": {"mnemonic": "forbidden"},
            }
        },
        "No right to get.calls_report",
    ),
    (
        "tiktok_ads",
        200,
        "/r",
        {"code": 40100, "message": "Too many requests. Retry in 5 minutes"},
        "Retry in 5 minutes",
    ),
    (
        "yandex_direct",
        200,
        "/json/v5/x",
        {"error": {"error_code": "152", "error_string": "Not enough units", "error_detail": "Required 50, left 3"}},
        "Required 50, left 3",
    ),
    (
        "yandex_metrica",
        400,
        "/logrequests",
        {"code": 400, "message": "Quota exceeded here", "errors": [{"message": "Quota exceeded here"}]},
        "Quota exceeded here",
    ),
    (
        "hubspot",
        429,
        "/crm",
        {"category": "RATE_LIMITS", "policyName": "DAILY", "message": "You have reached your daily limit."},
        "You have reached your daily limit",
    ),
    (
        "stripe",
        429,
        "/v1/x",
        {"error": {"code": "lock_timeout", "message": "This object is locked"}},
        "object is locked",
    ),
]


def client_of(name: str) -> HttpClient:
    account = Account(name, "a1", name, "nordhaus")
    client = SOURCES[name].connect(Connection("https://a.example", "", "k3y-of-a-test"), account)
    assert isinstance(client, HttpClient)
    return client


def refusal(name: str, status: int, path: str, told: Any) -> str:
    """What is said where the vendor answers with that."""
    body, text = (None, told) if isinstance(told, str) else (told, msgspec.json.encode(told).decode())
    answer = Answer("GET", f"https://a.example{path}", status, {}, body, text)
    # A client of BigQuery needs a key that is one.
    verdict = rules_of_bigquery(answer) if name == "ga4" else client_of(name).verdict_of(answer)
    assert verdict is not None
    with pytest.raises((ExtractError, AskAgain)) as refused:
        refuse(name, answer, verdict, timedelta(minutes=5))
    return str(refused.value)


@pytest.mark.parametrize(("name", "status", "path", "told", "sentence"), SAID)
def test_what_the_vendor_said_is_in_the_message_once(
    name: str, status: int, path: str, told: Any, sentence: str
) -> None:
    message = refusal(name, status, path, told)

    assert message.count(sentence) == 1, message


NAMED: dict[str, tuple[Any, str]] = {
    "a scope": (
        {"message": "Scopes are missing", "errors": [{"context": {"requiredGranularScopes": ["crm.line_items.read"]}}]},
        "Scopes are missing (crm.line_items.read)",
    ),
    "a path": (
        {"error": "Bad request", "details": [{"message": "must be integer", "path": "/query/limit"}]},
        "Bad request / must be integer (/query/limit)",
    ),
    "a parameter": (
        {"error": {"param": "created[gte]", "message": "Invalid integer: abc"}}, "Invalid integer: abc (created[gte])",
    ),
    "fields": ([{"message": "No access", "errorCode": "X", "fields": ["Amount"]}], "No access (Amount)"),
    "a link": (
        {"error": {"message": "It is disabled", "details": [{"links": [{"description": "Activation", "url": LINK}]}]}},
        f"It is disabled / Activation ({LINK})",
    ),
    "a parameter with its reason": (
        {"title": "Invalid parameters", "invalid-params": [{"name": "since", "reason": "must be a date"}]},
        "Invalid parameters / must be a date (since)",
    ),
    "a sentence under its field": (
        {"message": "Invalid", "errors": {"date_from": ["The field is required."]}},
        "Invalid / date_from: The field is required",
    ),
    "a pointer": (
        {"errors": [{"source": {"pointer": "/data/first"}, "detail": "Too short."}]}, "Too short (/data/first)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NAMED)
def test_what_a_sentence_is_about_is_named_behind_it(what: str) -> None:
    body, told = NAMED[what]

    assert with_vendor_sentences("refused", body) == f"refused. It said: {told}"


def test_what_was_named_already_is_not_named_again_and_a_person_never() -> None:
    body = {"message": "Unknown field foo_bar", "field": "foo_bar", "name": "Ann Berg", "reason": "gone"}

    assert with_vendor_sentences("refused", body) == "refused. It said: Unknown field foo_bar / gone"


def test_a_field_of_a_filter_is_not_taken_for_days_that_are_gone_without_a_perhaps() -> None:
    message = refusal("callrail", 400, "/v3/a/1/calls.json", {"error": "Invalid field: updated_at_date"})

    assert "perhaps these days are older" in message


def test_a_secret_and_a_person_in_the_vendors_words_are_hidden() -> None:
    remember(["s3cret-token-of-ours"])
    body = {"message": "Token s3cret-token-of-ours of ann@mail.example was revoked"}

    assert vendor_sentences(body) == ["Token *** of *** was revoked"]


@pytest.mark.parametrize("text", ["<html><p>Blocked</p></html>", '{"message": "cut of', "\x1f\x8b\x08\x00", " "])
def test_what_is_no_sentence_is_not_quoted(text: str) -> None:
    assert vendor_sentences(None, text) == []


def test_why_no_token_was_given_is_said_in_the_vendors_words() -> None:
    refused: Mapping[str, str] = {
        "error": "invalid_grant",
        "error_description": "no client credentials user enabled",
    }

    with pytest.raises(FixSettings, match=r"\(invalid_grant\)\. It said: no client credentials user enabled\. Check"):
        granted(400, refused, "client credentials")
