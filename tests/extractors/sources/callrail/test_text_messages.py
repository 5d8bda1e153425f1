"""CallRail's text messages: conversations that are listed by their newest message, and the messages inside."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Window
from extractors.sources.callrail import CALLRAIL, classify
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, landed_rows, read, recorded, unhurried

LIST = "GET /v3/a/ACC1/text-messages.json"
LONG = "GET /v3/a/ACC1/text-messages/KZaG1.json"
ALONE = "GET /v3/a/ACC1/text-messages/KZaG3.json"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


@pytest.fixture
def texts(vendor: Vendor) -> Vendor:
    """Three conversations on two pages: a long one, one that is known whole, one of a single message."""
    vendor.answers(
        LIST, recorded("callrail/text_messages__page_1"), recorded("callrail/text_messages__page_2_withheld_number")
    )
    vendor.answers(
        LONG,
        recorded("callrail/text_messages__conversation_page_1"),
        recorded("callrail/text_messages__conversation_page_2"),
    )
    vendor.answers(ALONE, recorded("callrail/text_messages__conversation_of_one"))
    return vendor


@pytest.mark.meets("last_page")
def test_every_message_of_the_days_is_read_though_the_list_shows_only_the_newest(texts: Vendor) -> None:
    messages = read(CALLRAIL, "text_messages", texts, TWO_DAYS)

    assert [(message["conversation_id"], message["content"]) for message in messages] == [
        ("KZaG1", "We could come on Thursday."),
        ("KZaG1", None),
        ("KZaG1", "My roof leaks, can somebody come?"),
        ("KZaG2", "Cheap backlinks"),
        ("KZaG3", "Do you sell windows?"),
    ]


def test_a_conversation_is_asked_for_only_where_older_messages_may_be_hidden(texts: Vendor) -> None:
    read(CALLRAIL, "text_messages", texts, TWO_DAYS)

    # Of KZaG2 the list shows a message from before the days asked for: nothing is hidden.
    assert [request.path.rsplit("/", 1)[1] for request in texts.requests] == [
        "text-messages.json",
        "text-messages.json",
        "KZaG1.json",
        "KZaG1.json",
        "KZaG3.json",
    ]


def test_the_list_has_a_beginning_and_no_end_because_conversations_go_on(texts: Vendor) -> None:
    read(CALLRAIL, "text_messages", texts, TWO_DAYS)

    query = texts.requests[0].query
    assert (query["start_date"], query["time_zone"], query["per_page"]) == ("2026-03-10", "UTC", "250")
    assert "end_date" not in query
    assert query["fields"] == "lead_status,source"


def test_messages_land_on_their_day_in_utc_with_what_their_conversation_knows(texts: Vendor) -> None:
    landed = land(CALLRAIL, "text_messages", texts, TWO_DAYS)

    by_text = {row["content"]: row for row in landed}
    assert len(landed) == 5
    first, answer, photo = (
        by_text[text] for text in ("My roof leaks, can somebody come?", "We could come on Thursday.", None)
    )
    # Half past midnight in Berlin is still the day before in UTC.
    assert first["sent_at"] == datetime.fromisoformat("2026-03-10T23:29:10.250")
    assert [row["_day"] for row in (first, photo, answer)] == [date(2026, 3, day) for day in (10, 10, 11)]
    assert (first["direction"], answer["direction"]) == ("incoming", "outgoing")
    assert (first["initial_tracking_number"], first["current_tracking_number"]) == ("+493055500001", "+493055500003")
    assert (first["customer_phone_number"], first["source"], first["lead_status"]) == (
        "+493055500121",
        "Google Ads",
        "good_lead",
    )
    assert (first["thread_id"], json.loads(first["tags"])) == ("SMT01", ["Quote"])
    assert (photo["message_type"], json.loads(photo["media_urls"])) == ("mms", ["https://media.example/roof.jpg"])
    assert [row["_reject_reason"] for row in landed] == [None] * 5
    payload = json.loads(first["_payload"])
    assert payload["message"]["created_at"] == "2026-03-11T00:29:10.250+01:00"
    assert payload["company_time_zone"] == "Europe/Berlin"


def test_the_mark_of_a_thread_counts_and_tags_may_be_objects(texts: Vendor) -> None:
    [spam] = [row for row in read(CALLRAIL, "text_messages", texts, TWO_DAYS) if row["conversation_id"] == "KZaG2"]

    assert (spam["lead_status"], json.loads(spam["tags"])) == ("not_a_lead", ["Spam"])


def test_a_withheld_number_is_null_and_stays_in_the_payload(texts: Vendor) -> None:
    [withheld] = [row for row in land(CALLRAIL, "text_messages", texts, TWO_DAYS) if row["conversation_id"] == "KZaG3"]

    assert withheld["customer_phone_number"] is None
    assert json.loads(withheld["_payload"])["customer_phone_number"] == "+266696687"


def test_a_message_keeps_its_id_and_its_payload_however_its_conversation_goes_on(vendor: Vendor) -> None:
    told = recorded("callrail/text_messages__page_1").body.replace(b'"total_pages": 2', b'"total_pages": 1')
    told = told.replace(b'"total_records": 3', b'"total_records": 1')
    history = recorded("callrail/text_messages__conversation_page_1").body
    vendor.answers(
        LIST,
        Reply(told),
        Reply(told.replace(b"2026-03-12T09:00:05.100+01:00", b"2026-03-20T16:00:00.000Z")),
    )
    vendor.answers(
        LONG,
        Reply(history),
        recorded("callrail/text_messages__conversation_page_2"),
        # The same moment as told in another zone.
        Reply(history.replace(b"2026-03-11T10:20:00.500+01:00", b"2026-03-11T05:20:00.500-04:00")),
        recorded("callrail/text_messages__conversation_page_2"),
    )

    before, after = (read(CALLRAIL, "text_messages", vendor, TWO_DAYS) for _ in range(2))

    assert [row["message_id"] for row in before] == [row["message_id"] for row in after]
    assert len({row["message_id"] for row in before}) == 3
    assert before[1:] == after[1:]


def test_a_history_of_which_a_page_comes_twice_is_landed_without_it(vendor: Vendor) -> None:
    """A new message moves the older ones to the next page."""
    vendor.answers(LIST, recorded("callrail/text_messages__page_1"), recorded("callrail/text_messages__empty"))
    moved = json.loads(recorded("callrail/text_messages__conversation_page_2").body)
    newest = json.loads(recorded("callrail/text_messages__conversation_page_1").body)["messages"][-1]
    moved["messages"].insert(0, newest)
    vendor.answers(LONG, recorded("callrail/text_messages__conversation_page_1"), Reply(json.dumps(moved).encode()))

    assert len(land(CALLRAIL, "text_messages", vendor, TWO_DAYS)) == 3


@pytest.mark.meets("empty_answer")
def test_no_conversations_land_as_empty_days(vendor: Vendor) -> None:
    vendor.answers(LIST, recorded("callrail/text_messages__empty"))

    assert land(CALLRAIL, "text_messages", vendor, TWO_DAYS) == []
    assert len(vendor.requests) == 1


def test_a_message_that_cannot_be_read_is_rejected_and_kept(vendor: Vendor) -> None:
    vendor.answers(LIST, recorded("callrail/text_messages__unreadable"))

    landed = land(CALLRAIL, "text_messages", vendor, TWO_DAYS)

    reasons = {row["content"]: row["_reject_reason"] for row in landed}
    assert reasons["A note"] == "direction is neither incoming nor outgoing"
    assert "sent_at" in reasons["Hello"]
    assert reasons["Cheap backlinks"] is None


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("callrail/error_401_bad_key", 401, "the API key is wrong"),
        ("callrail/error_400_too_far_back", 400, "25 months"),
        ("callrail/error_400_unknown_field", 400, "400"),
        ("callrail/error_403_not_authorized", 403, "may not read this"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(LIST, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(CALLRAIL, "text_messages", vendor, TWO_DAYS)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


def test_a_conversation_that_is_not_found_fails_the_pull_and_replaces_nothing(texts: Vendor) -> None:
    before = land(CALLRAIL, "text_messages", texts, TWO_DAYS)
    gone = Vendor()
    gone.answers(LIST, recorded("callrail/text_messages__page_1"), recorded("callrail/text_messages__empty"))
    gone.answers(LONG, recorded("callrail/error_404_no_conversation", 404))

    with pytest.raises(FixSettings, match="nothing at this address"):
        land(CALLRAIL, "text_messages", gone, TWO_DAYS)

    gone.close()
    assert landed_rows(CALLRAIL, "text_messages") == before


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_a_fault_in_the_middle_of_a_conversation_is_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(LIST, recorded("callrail/text_messages__page_1"), recorded("callrail/text_messages__empty"))
    vendor.answers(
        LONG,
        recorded("callrail/text_messages__conversation_page_1"),
        recorded("callrail/error_429_rate_limit", 429, retry_after="3"),
        recorded("callrail/error_429_rate_limit", 503),
        recorded("callrail/text_messages__conversation_page_2", is_cut=True),
        recorded("callrail/text_messages__conversation_page_2"),
    )
    client, account = unhurried(CALLRAIL, vendor, classify, waits)

    pages = [page for page in CALLRAIL.table("text_messages").read(client, account, TWO_DAYS) if isinstance(page, list)]

    assert [len(page) for page in pages] == [3]
    assert (waits[0], len(waits)) == (3, 3)


def test_a_conversation_that_stays_broken_leaves_what_was_landed(texts: Vendor) -> None:
    before = land(CALLRAIL, "text_messages", texts, TWO_DAYS)
    down = Vendor()
    down.answers(LIST, recorded("callrail/text_messages__page_1"), recorded("callrail/text_messages__empty"))
    down.answers(LONG, recorded("callrail/error_429_rate_limit", 500))
    client, account = unhurried(CALLRAIL, down, classify, [])

    with pytest.raises(RetryLater):
        list(CALLRAIL.table("text_messages").read(client, account, TWO_DAYS))

    down.close()
    assert landed_rows(CALLRAIL, "text_messages") == before


@pytest.mark.meets("drift")
def test_conversations_that_show_no_messages_any_more_are_noticed(vendor: Vendor) -> None:
    vendor.answers(LIST, recorded("callrail/text_messages__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'recent_messages'") as changed:
        land(CALLRAIL, "text_messages", vendor, TWO_DAYS)

    assert "+4930" not in str(changed.value)
    assert "roof" not in str(changed.value)
    assert landed_rows(CALLRAIL, "text_messages") == []
