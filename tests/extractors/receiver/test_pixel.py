"""A visit: who gets an id, what is kept without consent, which pages may report, which visitors are programs."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from extractors.receiver.doors import HITS_PER_SECOND_OF_ONE_ADDRESS
from extractors.receiver.pixel import LARGEST_HIT
from extractors.settings import config_dir, spool_dir
from tests.extractors.receiver.receiving import PIXELS, Running, landed, receiving, spooled, write_accounts

PAGE = "https://www.dach.example/quote?utm_source=google&gclid=SYN-Gx&utm_campaign=dach"
GRANTED = {"analytics_storage": "granted", "ad_storage": "granted"}
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def hit(receiver: Running, site: str = "dach", agent: str = BROWSER, **said: Any) -> requests.Response:
    """What the page's script sends."""
    headers = {"Origin": f"https://www.{site}.example", "Content-Type": "text/plain", "User-Agent": agent}
    headers |= said.pop("headers", {})
    cookies = said.pop("cookies", {})
    body = {"event": "page_view", "url": PAGE, "referrer": "https://www.google.com/", **said}
    return requests.post(
        f"{receiver.url}/v?site={site}", data=json.dumps(body), headers=headers, cookies=cookies, timeout=10
    )


def kept(site: str = "dach") -> list[dict[str, Any]]:
    """What lies in the spool."""
    return [json.loads(one.body) for one in spooled("pixel", site)]


def test_a_visitor_who_agreed_gets_an_id_for_four_hundred_days_that_the_page_may_read(receiver: Running) -> None:
    answer = hit(receiver, consent=GRANTED, event_id="e-1", session_id="s-1", client_time=1773136800123)

    assert (answer.status_code, answer.content) == (204, b"")
    given = answer.cookies["_lg_id"]
    assert UUID.fullmatch(given)
    header = answer.headers["set-cookie"].lower()
    assert "path=/;" in header
    assert "httponly" not in header
    assert "samesite=lax" in header
    assert "max-age=34560000" in header
    assert "secure" not in header  # it came over http; behind a proxy that says https it is
    (one,) = kept()
    assert (one["client_id"], one["event_id"], one["session_id"]) == (given, "e-1", "s-1")
    assert one["client_at"] == "2026-03-10T10:00:00.123000+00:00"


def test_a_visitor_who_comes_again_keeps_the_id(receiver: Running) -> None:
    first = hit(receiver, consent=GRANTED).cookies["_lg_id"]

    hit(receiver, consent=GRANTED, cookies={"_lg_id": first})
    hit(receiver, consent=GRANTED, client_id=first)
    forged = hit(receiver, consent=GRANTED, cookies={"_lg_id": "<script>"}).cookies["_lg_id"]

    assert [one["client_id"] for one in kept()] == [first, first, first, forged]
    assert UUID.fullmatch(forged)


@pytest.mark.parametrize(
    "consent", [{}, {"analytics_storage": "denied", "ad_storage": "denied"}, {"ad_storage": "granted"}]
)
def test_without_consent_nothing_is_kept_that_tells_visitors_apart(receiver: Running, consent: dict[str, str]) -> None:
    answer = hit(
        receiver,
        consent=consent,
        client_id="a-known-visitor",
        session_id="s-1",
        user_id="u-1",
        event_id="e-1",
        _ga="GA1.1.1122334455.1773136800",
        cookies={"_lg_id": "a-known-visitor", "_fbp": "fb.1.1.2", "sid": "login"},
    )

    assert answer.status_code == 204
    assert "_lg_id" not in answer.cookies
    text = spooled("pixel", "dach")[0].body.decode()
    for told in ("a-known-visitor", "s-1", "u-1", "e-1", "1122334455", "fb.1", "login", "Mozilla"):
        assert told not in text
    assert ("SYN-Gx" in text) == (consent.get("ad_storage") == "granted")
    # Which campaign brought somebody names nobody.
    assert "utm_campaign=dach" in text


def test_who_takes_consent_back_loses_the_cookie_and_who_has_not_chosen_does_not(receiver: Running) -> None:
    known = {"_lg_id": "a-known-visitor"}

    refused = hit(receiver, consent={"analytics_storage": "denied"}, cookies=known)
    silent = hit(receiver, cookies=known)

    assert "max-age=0" in refused.headers["set-cookie"].lower()
    assert "set-cookie" not in silent.headers


def test_a_site_may_take_silence_for_a_yes_but_not_a_no(receiver: Running) -> None:
    assert "_lg_id" in hit(receiver, site="eigen").cookies
    assert "_lg_id" not in hit(receiver, site="eigen", consent={"analytics_storage": "denied"}).cookies
    assert ["client_id" in one for one in kept("eigen")] == [True, False]


def test_other_parties_ids_are_kept_by_their_own_consent_and_logins_never(receiver: Running) -> None:
    cookies = {"_ga": "GA1.1.1.2", "_fbp": "fb.1.1.2", "PHPSESSID": "login"}

    hit(receiver, consent=GRANTED, cookies=cookies, _ym_uid="1773136800123456789")
    hit(receiver, consent={"analytics_storage": "granted"}, cookies=cookies)

    assert [one["third_party_ids"] for one in kept()] == [
        {"_ga": "GA1.1.1.2", "_fbp": "fb.1.1.2", "_ym_uid": "1773136800123456789"},
        {"_ga": "GA1.1.1.2"},
    ]


def test_a_picture_counts_pages_without_script(receiver: Running) -> None:
    headers = {"Referer": "https://www.dach.example/imprint", "User-Agent": PHONE}
    answer = receiver.get("/v?site=dach", headers=headers)

    assert (answer.status_code, answer.headers["content-type"], answer.content[:6]) == (200, "image/gif", b"GIF89a")
    assert (len(answer.content), answer.headers["cache-control"]) == (43, "no-store")
    (one,) = kept()
    assert (one["url"], one["device"], one["is_bot"]) == ("https://www.dach.example/imprint", "mobile", False)


def test_another_site_s_page_may_not_report_and_an_unknown_site_is_not_there(receiver: Running) -> None:
    other = hit(receiver, headers={"Origin": "https://evil.example"})
    picture = receiver.get("/v?site=dach", headers={"Referer": "https://www.eigen.example/"})
    unknown = receiver.get("/v?site=nobody")
    which = receiver.get("/v")

    assert [one.status_code for one in (other, picture, unknown, which)] == [403, 403, 404, 404]
    assert kept() == []


def test_a_page_may_send_its_cookie_and_read_the_answer(receiver: Running) -> None:
    answer = hit(receiver)
    asked = {"Origin": "https://www.dach.example", "Access-Control-Request-Method": "POST"}
    before = requests.options(f"{receiver.url}/v?site=dach", headers=asked, timeout=10)

    for one in (answer, before):
        assert one.headers["access-control-allow-origin"] == "https://www.dach.example"
        assert one.headers["access-control-allow-credentials"] == "true"
        assert one.headers["vary"] == "Origin"
    assert before.headers["access-control-allow-methods"] == "GET, POST"


@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", {}),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/150.0.0.0 Safari/537.36", {}),
        ("facebookexternalhit/1.1", {}),
        ("curl/8.5.0", {}),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Barracuda Sentinel (EE)", {}),
        ("WhatsApp/2.24.1 A", {}),
        # Listed by the package alone.
        ("GoogleOther", {}),
        ("Mozilla/5.0 (compatible; MegaIndex.ru/2.0; +https://www.megaindex.ru/?tab=linkAnalyze)", {}),
        (BROWSER, {"Sec-Purpose": "prefetch;prerender"}),
        (BROWSER, {"X-Purpose": "preview"}),
        (BROWSER, {"X-moz": "prefetch"}),
        ("", {}),
    ],
)
def test_programs_and_pages_fetched_ahead_are_marked(receiver: Running, agent: str, headers: dict[str, str]) -> None:
    hit(receiver, agent=agent, headers=headers)
    hit(receiver)

    assert [one["is_bot"] for one in kept()] == [True, False]


@pytest.mark.meets("permanent_error", "drift")
@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b'{"a":' + b"[" * 3000, 400), (b"\xff\xfe", 400), (b"x" * 20_000, 413)]
)
def test_what_is_no_hit_is_refused(receiver: Running, body: bytes, status: int) -> None:
    headers = {"Origin": "https://www.dach.example", "User-Agent": BROWSER}
    answer = requests.post(f"{receiver.url}/v?site=dach", data=body, headers=headers, timeout=10)

    assert answer.status_code == status
    assert kept() == []


def test_one_address_may_not_flood_a_site(receiver: Running) -> None:
    answers = [
        receiver.get("/v?site=dach", headers={"User-Agent": BROWSER})
        for _ in range(int(HITS_PER_SECOND_OF_ONE_ADDRESS * 25))
    ]

    assert {one.status_code for one in answers} == {200, 429}
    assert {one.headers["retry-after"] for one in answers if one.status_code == 429} == {"1"}


def test_hits_land_with_their_consent_and_a_hit_sent_twice_lands_once(receiver: Running) -> None:
    for _ in range(2):
        hit(receiver, consent=GRANTED, event_id="e-1", cookies={"_lg_id": "visitor-1"}, _ga="GA1.1.1.2")
    hit(receiver)

    rows = {row["client_id"]: row for row in landed("hits", "dach")}
    assert set(rows) == {"visitor-1", None}
    known = rows["visitor-1"]
    assert (known["hit_id"], known["url"], known["device"]) == ("e-1", PAGE, "desktop")
    assert (known["analytics_storage"], known["ad_user_data"]) == ("granted", "unknown")
    assert json.loads(known["third_party_ids"]) == {"_ga": "GA1.1.1.2"}
    assert rows[None]["hit_id"]
    assert abs((datetime.now(UTC).replace(tzinfo=None) - known["received_at"]).total_seconds()) < 60


@pytest.mark.meets("last_page", "cut_body")
def test_every_hit_of_a_day_lands_and_a_damaged_one_is_a_reject(receiver: Running) -> None:
    for number in range(30):
        assert hit(receiver, consent=GRANTED, event_id=f"e-{number}").ok
        # Slower than one address may.
        time.sleep(1.5 / HITS_PER_SECOND_OF_ONE_ADDRESS)
    [file] = spool_dir().rglob("*.spool")
    records = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*records[:17], records[17][:-9] + b"\n", *records[18:]]))

    rows = landed("hits", "dach")
    good = {row["hit_id"] for row in rows if row["_reject_reason"] is None}
    assert good == {f"e-{number}" for number in range(30) if number != 17}
    assert len(rows) == 30


@pytest.mark.meets("empty_answer")
def test_a_day_without_hits_lands_empty(receiver: Running) -> None:
    assert landed("hits", "dach") == []


def test_the_script_is_served_to_be_embedded(receiver: Running) -> None:
    answer = receiver.get("/v.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "data-site" in answer.text


def test_a_preflight_of_a_page_elsewhere_is_told_nothing(receiver: Running) -> None:
    def allowed(origin: str) -> str | None:
        answer = requests.options(f"{receiver.url}/v?site=dach", headers={"Origin": origin}, timeout=10)
        return answer.headers.get("Access-Control-Allow-Origin")

    assert allowed("https://www.dach.example") == "https://www.dach.example"
    assert allowed("https://www.elsewhere.example") is None


def test_the_only_site_needs_no_name_and_a_name_that_is_no_site_s_is_nobody_s() -> None:
    write_accounts(config_dir(), pixels={"dach": PIXELS["dach"]})
    body = json.dumps({"event": "page_view", "url": PAGE})
    with receiving() as only:
        unnamed = requests.post(f"{only.url}/v", data=body, headers={"User-Agent": BROWSER}, timeout=10)
        misnamed = requests.post(f"{only.url}/v?site=dash", data=body, headers={"User-Agent": BROWSER}, timeout=10)

    assert (unnamed.status_code, misnamed.status_code) == (204, 404)
    assert len(kept()) == 1


def test_a_hit_of_sixteen_kibibytes_is_taken_and_one_of_a_byte_more_is_not(receiver: Running) -> None:
    headers = {"Origin": "https://www.dach.example", "User-Agent": BROWSER}
    body = json.dumps({"url": PAGE, "title": ""})
    whole = body.replace('""', f'"{"x" * (LARGEST_HIT - len(body))}"')

    taken = requests.post(f"{receiver.url}/v?site=dach", data=whole, headers=headers, timeout=10)
    refused = requests.post(f"{receiver.url}/v?site=dach", data=whole + " ", headers=headers, timeout=10)

    assert len(whole) == LARGEST_HIT
    assert (taken.status_code, refused.status_code) == (204, 413)
