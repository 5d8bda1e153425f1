"""What becomes of each sender's form: the right columns, nothing lost, nothing twice, no secret."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.errors import FixSettings
from extractors.landing.batches import batch_of
from extractors.model import Account, Connection, Row, Window
from extractors.receiver.senders import SENDERS
from extractors.receiver.spool import Received, Spool
from extractors.run import land_table
from extractors.settings import landing_dir, spool_dir
from extractors.sources.webhook import WEBHOOK, rows_of
from tests.extractors.receiver.receiving import HOOKS, SECRET, Post, recorded
from tests.extractors.sources.manual.drop import utc
from tests.extractors.sources.vendor import landed_rows

DAY = date(2026, 3, 10)
NAMES = (
    "entry", "changes", "field", "leadgen", "value", "created_time", "rawRequest", "COOKIES", "date_created", "id",
    "messages", "contacts", "referral", "timestamp", "from", "text", "type", "phones",
)  # fmt: skip
RECEIVED = datetime(2026, 3, 10, 10, tzinfo=UTC)
MARCH = Window(DAY, DAY + timedelta(days=1))


def spool(*posts: Post, account: str = "tilda", at: datetime = RECEIVED) -> None:
    """What the receiver writes for these posts."""
    import asyncio

    async def write() -> None:
        spooling = Spool(spool_dir())
        for number, post in enumerate(posts):
            received = Received(
                id=f"receipt-{number}",
                at=at + timedelta(seconds=number),
                body=post.body,
                content_type=post.headers["Content-Type"],
                headers={name.lower(): text for name, text in post.headers.items() if name.lower().endswith("-id")},
            )
            await spooling.append("webhook", account, received)
        await spooling.close()

    asyncio.run(write())


def landed(account: str, table: str = "inquiries", window: Window = MARCH, **options: Any) -> list[Row]:
    """The rows as they lie in the landing zone afterwards."""
    listed = Account("webhook", account, account, "nordhaus", {**HOOKS.get(account, {}), **options})
    land_table(WEBHOOK, listed, table, window, Connection("http://localhost", password=SECRET))
    return [row for row in landed_rows(WEBHOOK, table) if row["_account"] == account]


def one(name: str, account: str, **options: Any) -> Row:
    """The one row that a recorded post becomes."""
    spool(recorded(name), account=account)
    (row,) = landed(account, **options)
    assert row["_reject_reason"] is None
    return row


def test_tilda_s_form_lands_with_the_tags_of_its_cookie() -> None:
    row = one("tilda__form", "tilda")

    assert (row["inquiry_id"], row["form_id"], row["form_name"]) == ("900:1001", "form111", "Quote")
    assert (row["name"], row["phone"], row["email"]) == ("Anna Berg", "+7 900 000-00-01", "anna@mail.example")
    assert (row["utm_source"], row["utm_medium"], row["utm_campaign"]) == ("yandex", "cpc", "dach")
    assert row["client_id"] == "0b5c2c5a-7c1e-4d53-9f3e-1d2c3b4a5f60"
    assert row["received_at"] == row["occurred_at"] == RECEIVED.replace(tzinfo=None)
    assert json.loads(row["answers"])["Roof"] == "Flat; Pitched"
    # The visitor's session is none of our business.
    assert "secret-session" not in row["_payload"]


def test_tilda_s_hidden_field_beats_its_cookie_whose_campaign_is_of_another_visit() -> None:
    row = one("tilda__hidden_field_beats_the_cookie", "tilda")

    assert (row["utm_source"], row["utm_campaign"], row["click_ids"]) == ("google", None, '{"gclid":"SYN-g1"}')


def test_a_client_id_may_be_taken_from_another_cookie() -> None:
    row = one("tilda__form", "tilda", fields={"client_id": "cookie:_ym_uid"})

    # Longer than a number can be exact.
    assert row["client_id"] == "1773136800123456789"


def test_gravity_s_numbered_fields_are_mapped_by_the_options_of_the_form() -> None:
    row = one("gravity_forms__entry", "gravity")

    assert (row["inquiry_id"], row["name"], row["email"]) == ("512", "Bernd Müller", "bernd@mail.example")
    assert row["phone"] == "0170 1234567"
    assert row["occurred_at"] == utc("2026-03-10T09:58:12")
    assert row["page_url"].endswith("?utm_source=google&utm_medium=cpc&gclid=SYN-g2")
    assert json.loads(row["answers"])["4"] == "A new roof, please"
    assert "203.0.113.9" not in row["_payload"]


def test_an_entry_that_gravity_calls_spam_is_marked_and_any_other_is_not() -> None:
    post = recorded("gravity_forms__entry")
    spam = post.body.replace(b'"id":"512"', b'"id":"513"').replace(b'"status":"active"', b'"status":"spam"')
    spool(post, Post(post.headers, spam), account="gravity")

    assert {row["inquiry_id"]: row["is_marked_spam"] for row in landed("gravity")} == {"512": False, "513": True}


def test_without_a_mapping_an_address_shows_itself_and_a_number_is_not_guessed() -> None:
    row = one("gravity_forms__entry", "gravity", forms={})

    assert (row["email"], row["phone"], row["name"]) == ("bernd@mail.example", None, None)


def test_a_number_that_was_left_out_is_not_taken_from_a_field_with_the_same_digits() -> None:
    post = recorded("gravity_forms__entry")
    spool(Post(post.headers, post.body.replace(b'"1.3":"Bernd"', b'"1.3":"","13":"Blue tiles"')), account="gravity")

    (row,) = landed("gravity")
    assert row["name"] == "Müller"


def test_a_mapping_holds_for_its_own_form_only() -> None:
    row = one("gravity_forms__entry", "gravity", forms={"4": {"phone": "3"}})

    assert row["phone"] is None


def test_wpforms_own_names_are_recognised() -> None:
    row = one("wpforms__json", "wpforms")

    assert (row["inquiry_id"], row["form_id"], row["name"]) == ("77", "4", "Carla Weiss")
    assert (row["email"], row["phone"]) == ("carla@mail.example", "+49 171 2223334")
    assert (row["page_url"], row["utm_source"]) == ("https://www.dach.example/kontakt", "newsletter")
    # An empty hidden field is no click.
    assert row["click_ids"] is None


def test_wpforms_as_a_form_lands_the_same_way() -> None:
    row = one("wpforms__form", "wpforms")

    assert (row["inquiry_id"], row["name"], row["email"]) == ("78", "Dörte", "dora@mail.example")


def test_elementor_s_types_tell_what_labels_do_not() -> None:
    row = one("elementor__advanced", "elementor")

    assert (row["form_id"], row["form_name"]) == ("a1b2c3d", "Quote")
    assert (row["email"], row["phone"]) == ("emil@mail.example", "0171 9998887")
    assert (row["page_url"], row["click_ids"]) == ("https://www.dach.example/quote", '{"gclid":"SYN-g3"}')
    assert json.loads(row["answers"])["Rückruf"] == "0171 9998887"
    assert "203.0.113.9" not in row["_payload"]


def test_elementor_s_german_labels_are_read_and_its_own_are_left_out() -> None:
    row = one("elementor__simple_german", "elementor")

    assert (row["name"], row["email"]) == ("Frida Holm", "frida@mail.example")
    assert row["page_url"] == "https://www.dach.example/kontakt"
    assert json.loads(row["answers"])["No Label field_3"] == "Bitte anrufen"
    assert "203.0.113.9" not in row["_payload"] + row["answers"]


def test_jotform_s_answers_are_taken_out_of_the_parts() -> None:
    row = one("jotform__submission", "jotform")

    assert (row["inquiry_id"], row["form_id"]) == ("5900123456789012345", "260691234567890")
    assert (row["name"], row["email"], row["phone"]) == ("Gus Lund", "gus@mail.example", "(0172) 444-5556")
    assert (row["click_ids"], row["self_reported_source"]) == ('{"gclid":"SYN-g4"}', "Friends, Radio")
    assert "THE-SECRET" not in row["_payload"]


def test_any_signed_json_lands_by_what_its_fields_are_called() -> None:
    row = one("signed__json", "signed")

    assert (row["inquiry_id"], row["form_id"]) == ("msg_0001", "callback")
    assert (row["name"], row["email"], row["phone"]) == ("Hanna Vik", "hanna@mail.example", "+47 400 00 001")
    assert json.loads(row["_payload"])["basket"] == [{"sku": "A1", "count": 2}]


def test_a_page_s_own_form_lands() -> None:
    row = one("browser__form", "site")

    assert (row["inquiry_id"], row["email"], row["click_ids"]) == ("s-1", "ida@mail.example", '{"gclid":"SYN-g6"}')


@pytest.mark.meets("permanent_error")
def test_what_cannot_be_read_is_rejected_with_its_reason_and_kept() -> None:
    spool(recorded("signed__json"), recorded("signed__broken"), account="signed")

    good, broken = sorted(landed("signed"), key=lambda row: str(row["inquiry_id"]))
    assert (good["inquiry_id"], good["_reject_reason"]) == ("msg_0001", None)
    assert broken["_reject_reason"].startswith("the body is not JSON")
    assert json.loads(broken["_payload"])["body"].startswith('{"form_id":"callback"')


@pytest.mark.meets("drift")
@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null", b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}"])
def test_json_that_is_no_form_is_rejected_and_the_others_land(body: bytes) -> None:
    good = recorded("signed__json")
    spool(Post({**good.headers, "webhook-id": "odd"}, body), good, account="signed")

    reasons = {row["inquiry_id"]: row["_reject_reason"] for row in landed("signed")}
    assert reasons["msg_0001"] is None
    assert len(reasons) == 2


CONTENT_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "", "a/b")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SENDERS)), st.sampled_from(CONTENT_TYPES), st.binary() | VALUES)
def test_no_post_whatever_stands_in_it_stops_the_others(sender: str, content_type: str, said: Any) -> None:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    account = Account("webhook", "any", "any", "nordhaus", {"sender": sender})
    posted = Received(id="r", at=RECEIVED, body=body, content_type=content_type)
    table = SENDERS[sender].table

    rows = rows_of(account, posted)

    batch = batch_of(WEBHOOK.table(table), account, MARCH, RECEIVED.replace(tzinfo=None), rows)
    assert len(batch) == len(rows)
    # A list of forms is as many inquiries.
    assert table != "inquiries" or len(rows) == 1 or len(rows) == len(said)


@pytest.mark.meets("cut_body")
def test_a_damaged_record_of_the_spool_is_a_reject_and_not_a_gap() -> None:
    spool(recorded("tilda__form"), recorded("tilda__hidden_field_beats_the_cookie"))
    (file,) = spool_dir().rglob("*.spool")
    file.write_bytes(file.read_bytes().replace(b"receipt-0", b"receipt-9"))

    rows = landed("tilda")
    assert sorted(str(row["_reject_reason"])[:29] for row in rows) == ["None", "line 1 of the spool's file 20"[:29]]


def test_a_post_that_comes_twice_lands_once() -> None:
    spool(recorded("tilda__form"), recorded("tilda__form"))

    assert len(landed("tilda")) == 1


def test_without_an_id_the_same_words_on_the_same_day_are_one_form() -> None:
    post = recorded("elementor__advanced")
    spool(post, post, Post(post.headers, post.body.replace(b"emil", b"emma")), account="elementor")
    spool(post, account="elementor", at=RECEIVED + timedelta(days=1))

    rows = landed("elementor")
    assert sorted((row["_day"].day, row["email"]) for row in rows) == [
        (10, "emil@mail.example"),
        (10, "emma@mail.example"),
        (11, "emil@mail.example"),
    ]


def test_a_secret_that_stands_in_the_post_is_hidden_in_what_lands() -> None:
    post = recorded("tilda__form")
    spool(Post(post.headers, post.body + b"&api_key=" + SECRET.encode()))

    (row,) = landed("tilda")
    assert SECRET not in row["_payload"] + row["answers"]
    assert json.loads(row["_payload"])["api_key"] == "***"


def test_landing_a_day_again_takes_what_came_since() -> None:
    spool(recorded("tilda__form"))
    landed("tilda")
    spool(recorded("tilda__hidden_field_beats_the_cookie"), at=RECEIVED + timedelta(hours=1))

    assert [row["inquiry_id"] for row in landed("tilda")] == ["900:1001", "900:1002"]


def test_a_day_that_was_cleared_from_the_spool_stays_as_it_was_landed() -> None:
    spool(recorded("tilda__form"))
    landed("tilda")
    (day,) = (spool_dir() / "webhook" / "tilda").iterdir()
    shutil.rmtree(day)

    assert [row["inquiry_id"] for row in landed("tilda")] == ["900:1001"]


@pytest.mark.meets("empty_answer")
def test_a_day_on_which_nothing_came_is_landed_as_empty() -> None:
    assert landed("tilda") == []
    days = sorted(file.name for file in (landing_dir() / "webhook/inquiries/account=tilda").glob("day=*"))
    assert days == ["day=2026-03-10.parquet", "day=2026-03-11.parquet"]


def test_meta_s_notices_land_as_ids_and_not_as_inquiries() -> None:
    spool(recorded("meta_leads__two_in_one"), recorded("meta_leads__two_in_one"), account="meta")

    first, second = sorted(landed("meta", "lead_notices"), key=lambda row: str(row["lead_id"]))
    assert (first["lead_id"], first["form_id"], first["ad_id"]) == ("9001", "8001", "2303")
    assert (second["lead_id"], second["ad_id"]) == ("9002", None)
    assert first["created_at"] == utc("2026-03-10T09:59:50")
    assert landed("meta") == []
    assert landed("tilda", "lead_notices") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sender": "nobody"}, "'sender' must be one of tilda"),
        ({"sender": "tilda", "fields": {"e-mail": "Email"}}, "'fields' has no column 'e-mail'"),
        ({"sender": "tilda", "fields": ["Email"]}, "'fields' must be columns"),
        ({"sender": "tilda", "forms": ["form111"]}, "'forms' must be form ids"),
    ],
)
def test_a_wrong_option_is_said_in_a_sentence(options: dict[str, Any], message: str) -> None:
    spool(recorded("tilda__form"), account="wrong")

    with pytest.raises(FixSettings, match=message):
        landed("wrong", **options)


def test_a_stated_time_is_believed_unless_it_lies_in_the_future_or_far_back() -> None:
    post = recorded("gravity_forms__entry")

    def stated(text: bytes) -> Post:
        return Post(post.headers, post.body.replace(b"2026-03-10 09:58:12", text).replace(b'"512"', b'"%s"' % text))

    spool(stated(b"2026-03-10 11:00:00"), stated(b"2025-01-01 00:00:00"), stated(b"soon"), account="gravity")

    assert [row["occurred_at"] == row["received_at"] for row in landed("gravity")] == [True] * 3


@pytest.mark.meets("last_page")
def test_ten_thousand_posts_are_read_a_page_at_a_time(tmp_path: Path) -> None:
    import tracemalloc

    from extractors.sources.webhook import connect, read_inquiries

    posts = [Post({"Content-Type": "application/json"}, b'{"id":"%d","2":"a@b.example"}' % n) for n in range(10_000)]
    spool(*posts, account="gravity")
    account = Account("webhook", "gravity", "g", "nordhaus", HOOKS["gravity"])
    client = connect(Connection("http://localhost"), account)

    tracemalloc.start()
    started = time.monotonic()
    pages = [len(page) for page in read_inquiries(client, account, MARCH)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert pages == [1000] * 10
    assert peak < 30 * 1024 * 1024
    assert time.monotonic() - started < 60


@pytest.fixture(autouse=True)
def _time_zone_of_an_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days are UTC's wherever the machine stands."""
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.delitem(os.environ, "TZ")
    time.tzset()
