"""The HTTP layer on real sockets: what is repeated, what is not, and what is never shown."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SourceChanged
from extractors.http.answers import Answer, Verdict, retry_after
from extractors.http.auth import Auth, NoAuth, ProvenToken, QueryToken, StaticHeader
from extractors.http.client import HttpClient, TooMuch
from extractors.http.oauth import OAuthRefresh
from extractors.model import Client
from extractors.redaction import RedactingFilter
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor

GOOD = Reply(b'{"rows":[1]}')


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that answers what the test tells it to."""
    running = Vendor()
    yield running
    running.close()


@pytest.fixture
def waits() -> list[float]:
    """How long the client would have waited."""
    return []


def client_of(vendor: Vendor, waits: list[float], auth: Auth | None = None, attempts: int = 4) -> Client:
    """A client that notes its waits instead of waiting."""
    auth = auth or StaticHeader("X-Key", "{}", SECRET)
    return HttpClient(vendor.url, name="vendor/1", auth=auth, sleep=waits.append, max_attempts=attempts)


def test_numbers_with_a_fraction_are_exact(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(b'{"spend":0.1,"id":9007199254740993}'))

    assert client_of(vendor, waits).get("/x") == {"spend": Decimal("0.1"), "id": 9007199254740993}


def test_a_mark_before_the_answer_is_no_part_of_it(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(b"\xef\xbb\xbf" + GOOD.body))

    assert client_of(vendor, waits).get("/x") == {"rows": [1]}
    assert waits == []


def test_too_many_requests_wait_as_long_as_the_source_says(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(b"{}", 429, {"Retry-After": "7"}), GOOD)

    assert client_of(vendor, waits).get("/x") == {"rows": [1]}
    assert waits == [7.0]


def test_a_wait_can_be_a_date() -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    assert retry_after({"Retry-After": "Sun, 01 Mar 2026 12:01:30 GMT"}, now) == 90
    assert retry_after({"Retry-After": "soon"}, now) is None


def test_a_wait_longer_than_patience_is_left_to_the_scheduler(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(b"{}", 429, {"Retry-After": "86400"}))

    with pytest.raises(RetryLater) as later:
        client_of(vendor, waits).get("/x")

    assert later.value.after == timedelta(days=1)
    assert waits == []


@pytest.mark.parametrize(
    "broken",
    [
        Reply(b"{}", 500),
        Reply(b"{}", 503),
        Reply(b"{}", 408),
        Reply(b"{}", 502),
        Reply(b"{}", 504),
        Reply(b'{"rows":[1]}', is_cut=True),
        Reply(b'{"rows":[1'),
        Reply(b"<!DOCTYPE html><p>Maintenance</p>", media_type="text/html"),
        Reply(gzip.compress(b'{"rows":[1]}')[:-9], headers={"Content-Encoding": "gzip"}),
        Reply(b'{"rows":NaN}'),
    ],
    ids=["500", "503", "408", "502", "504", "cut body", "half JSON", "HTML with 200", "cut gzip", "NaN"],
)
def test_what_did_not_arrive_whole_is_asked_for_again(vendor: Vendor, waits: list[float], broken: Reply) -> None:
    vendor.answers("GET /x", broken, GOOD)

    assert client_of(vendor, waits).get("/x") == {"rows": [1]}
    assert len(vendor.requests) == 2


def test_a_source_that_stays_down_is_given_up(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(b"{}", 502))

    with pytest.raises(RetryLater, match=r"vendor/1: GET /x: .* 4 times in a row"):
        client_of(vendor, waits).get("/x")

    assert len(vendor.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 302])
def test_what_a_person_must_mend_is_not_asked_for_again(vendor: Vendor, waits: list[float], status: int) -> None:
    vendor.answers("GET /x", Reply(b"{}", status, {"Location": "http://127.0.0.1:1/elsewhere"}))

    with pytest.raises(FixSettings, match=str(status)):
        client_of(vendor, waits).get("/x")

    assert len(vendor.requests) == 1


def test_an_unpacked_gzip_body_is_read(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(gzip.compress(b'{"rows":[2]}'), headers={"Content-Encoding": "gzip"}))

    assert client_of(vendor, waits).get("/x") == {"rows": [2]}


def test_the_proof_never_goes_to_another_host(vendor: Vendor, waits: list[float]) -> None:
    with pytest.raises(SourceChanged, match="elsewhere"):
        client_of(vendor, waits).get("http://elsewhere.example/next?page=2")

    assert vendor.requests == []


def test_a_source_s_own_rule_comes_before_the_common_ones(vendor: Vendor) -> None:
    def classify(answer: Answer) -> Verdict | None:
        return Verdict("shrink", "too many rows") if answer.body == {"error": 1} else None

    vendor.answers("GET /x", Reply(b'{"error":1}'))
    client = HttpClient(vendor.url, name="vendor/1", auth=NoAuth(), classify=classify)

    with pytest.raises(TooMuch, match="too many rows"):
        client.get("/x")


def test_a_stream_gives_the_whole_body_and_is_repeated_when_it_was_cut(vendor: Vendor, waits: list[float]) -> None:
    body = json.dumps([{"n": n} for n in range(5000)]).encode()
    vendor.answers("POST /stream", Reply(body, is_cut=True), Reply(body))

    with client_of(vendor, waits).stream("POST", "/stream", json={"query": "q"}) as stream:
        assert stream.read() == body
    assert vendor.requests[1].json == {"query": "q"}


def tokens(vendor: Vendor, *lifetimes: int) -> OAuthRefresh:
    """Tokens named 1, 2, ... that live so long."""
    answers = [
        Reply(json.dumps({"access_token": f"access-token-{n}", "expires_in": life}).encode())
        for n, life in enumerate(lifetimes, start=1)
    ]
    vendor.answers("POST /token", *answers)
    return OAuthRefresh(f"{vendor.url}/token", "client", "client-secret", SECRET)


def test_of_an_error_with_another_behind_it_the_first_is_read(vendor: Vendor) -> None:
    def classify(answer: Answer) -> Verdict | None:
        return Verdict("wait", "the first") if answer.body == {"error": {"code": 1}} else None

    vendor.answers("GET /x", Reply(b'{"error":{"code":1}}{"error":{"code":2}}', 400), GOOD)
    noted: list[float] = []
    client = HttpClient(vendor.url, name="vendor/1", auth=NoAuth(), classify=classify, sleep=noted.append)

    assert client.get("/x") == {"rows": [1]}
    assert len(noted) == 1


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_error_that_broke_off_is_asked_for_again(vendor: Vendor, waits: list[float], status: int) -> None:
    vendor.answers("GET /x", Reply(b'{"error":{"code":1,"mess', status), GOOD)

    assert client_of(vendor, waits).get("/x") == {"rows": [1]}


def test_what_the_client_sends_to_the_vendor_is_not_sent_where_tokens_are_fetched(
    vendor: Vendor, waits: list[float]
) -> None:
    vendor.answers("GET /x", GOOD)
    own = {"developer-token": SECRET, "CustomerId": "42"}
    HttpClient(vendor.url, name="vendor/1", auth=tokens(vendor, 3600), headers=own).get("/x")

    [token], [asked] = vendor.asked("/token"), vendor.asked("/x")
    assert asked.headers["developer-token"] == SECRET
    assert not {"developer-token", "customerid"} & set(token.headers)


def test_an_access_token_is_fetched_once_and_used_again(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", GOOD)
    client = client_of(vendor, waits, tokens(vendor, 3600))

    client.get("/x")
    client.get("/x")

    assert len(vendor.asked("/token")) == 1
    assert {one.headers["authorization"] for one in vendor.asked("/x")} == {"Bearer access-token-1"}
    assert vendor.asked("/token")[0].form["refresh_token"] == SECRET


def test_an_expired_token_is_renewed_once(vendor: Vendor, waits: list[float]) -> None:
    def answer(request: Request) -> Reply:
        return GOOD if request.headers["authorization"].endswith("2") else Reply(b"{}", 401)

    vendor.answers("GET /x", answer)

    assert client_of(vendor, waits, tokens(vendor, 3600, 3600)).get("/x") == {"rows": [1]}
    assert len(vendor.asked("/token")) == 2


def test_a_token_that_stays_refused_is_not_renewed_for_ever(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", Reply(b"{}", 401))

    with pytest.raises(FixSettings):
        client_of(vendor, waits, tokens(vendor, 3600, 3600, 3600)).get("/x")

    assert len(vendor.asked("/x")) == 2


def test_a_refused_refresh_needs_a_person(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("POST /token", Reply(b'{"error":"invalid_grant"}', 400))
    auth = OAuthRefresh(f"{vendor.url}/token", "client", "client-secret", SECRET)

    with pytest.raises(FixSettings, match=r"vendor/1: GET /x: .*invalid_grant.*consent"):
        client_of(vendor, waits, auth).get("/x")


def test_a_token_is_renewed_five_minutes_before_it_ends(vendor: Vendor, waits: list[float]) -> None:
    now = [0.0]
    auth = tokens(vendor, 3600, 3600)
    auth.clock = lambda: now[0]
    vendor.answers("GET /x", GOOD)
    client = client_of(vendor, waits, auth)

    for now[0] in (0.0, 3299.0, 3301.0):
        client.get("/x")

    assert len(vendor.asked("/token")) == 2


def test_the_proof_of_the_app_goes_along_with_the_token(vendor: Vendor, waits: list[float]) -> None:
    vendor.answers("GET /x", GOOD)

    client_of(vendor, waits, ProvenToken("token-1234", "app-secret")).get("/x", {"limit": 5})

    assert vendor.requests[0].query["appsecret_proof"] == ProvenToken("token-1234", "app-secret").proof()
    assert "token-1234" not in vendor.requests[0].query_text


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_no_secret_is_in_an_error_or_in_a_log(
    vendor: Vendor, waits: list[float], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(RedactingFilter())
    # Some vendors repeat the whole request inside the error.
    vendor.answers("GET /x", Reply(json.dumps({"error": f"key {SECRET} refused"}).encode(), status))

    with pytest.raises(ExtractError) as failed:
        client_of(vendor, waits, QueryToken("token", SECRET)).get("/x")
    logging.getLogger("extractors").error("failed", exc_info=failed.value)

    assert SECRET not in str(failed.value)
    assert SECRET not in caplog.text
    assert SECRET not in "".join(handled.exc_text or "" for handled in caplog.records)


def test_a_connection_shows_no_secret() -> None:
    from extractors.model import Connection

    shown = repr(Connection("http://x", login=SECRET, password=SECRET, extra={"a": SECRET}))

    assert SECRET not in shown


def test_requests_of_all_processes_share_one_bucket(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from pyrate_limiter import Duration, Rate

    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    vendor.answers("GET /x", GOOD)
    rates = (Rate(2, Duration.SECOND),)
    clients = [HttpClient(vendor.url, name="vendor/1", auth=NoAuth(), rates=rates) for _ in range(2)]

    started = time.monotonic()
    for client in clients * 2:
        client.get("/x")

    # Four requests at two a second: the third waits until the first is a second old.
    assert time.monotonic() - started > 0.9
