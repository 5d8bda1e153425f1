"""The notices of a messenger: each message lands once, of whoever wrote it, with the ad that opened the chat."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from extractors.model import Account, Row
from extractors.receiver.spool import Received
from extractors.sources.webhook import rows_of
from tests.extractors.receiver.receiving import Post, recorded
from tests.extractors.sources.manual.drop import utc
from tests.extractors.sources.webhook.test_source import RECEIVED, landed, spool


def test_a_chat_that_an_ad_opened_lands_without_a_number_with_the_ad_and_its_click() -> None:
    spool(recorded("whatsapp__ad_without_a_number"), account="whatsapp")

    (row,) = landed("whatsapp", "messages")
    assert row["_reject_reason"] is None
    assert (row["message_id"], row["sender"], row["inbox_id"]) == ("wamid.A1", "whatsapp", "200")
    assert (row["channel_contact_id"], row["phone"], row["name"]) == ("DE.1000000001", None, "Jörg")
    # The ad's id is the ad; the click has an id of its own.
    assert (row["ad_id"], row["post_id"]) == ("120200000000000001", None)
    assert (row["click_id_type"], row["click_id"]) == ("ctwa_clid", "ARsyn1")
    assert (row["sent_at"], row["received_at"]) == (utc("2026-03-10T09:58:20"), utc("2026-03-10T10:00:00"))
    assert (row["text"], row["direction"], row["is_writing"]) == ("Was kostet ein Dach?", "inbound", True)
    assert landed("whatsapp") == landed("whatsapp", "lead_notices") == []


def test_messages_of_several_writers_are_matched_by_their_ids_and_not_by_their_place() -> None:
    spool(recorded("whatsapp__two_writers_in_one_notice"), account="whatsapp")

    rows = {row["message_id"]: row for row in landed("whatsapp", "messages")}
    assert sorted(str(name) for name in rows) == ["wamid.B1", "wamid.B2", "wamid.C1", "wamid.C2", "wamid.C3"]
    anton, berta = rows["wamid.B1"], rows["wamid.B2"]
    assert (anton["name"], anton["phone"], anton["text"]) == ("Anton", "+491609999999", "Mein Dach")
    assert (berta["name"], berta["phone"]) == ("Berta", "+4915112345678")


def test_the_id_of_a_post_is_not_an_ad_s() -> None:
    spool(recorded("whatsapp__two_writers_in_one_notice"), account="whatsapp")

    (berta,) = [row for row in landed("whatsapp", "messages") if row["message_id"] == "wamid.B2"]
    assert (berta["post_id"], berta["ad_id"], berta["click_id"], berta["click_id_type"]) == ("778899", None, None, None)


def test_a_number_that_was_asked_for_is_the_writer_s_and_the_card_of_another_is_not() -> None:
    spool(recorded("whatsapp__two_writers_in_one_notice"), account="whatsapp")

    rows = {row["message_id"]: row for row in landed("whatsapp", "messages")}
    assert rows["wamid.C1"]["phone"] == "+49 170 1112223"
    assert rows["wamid.C2"]["phone"] is None


def test_a_reaction_is_no_writing() -> None:
    spool(recorded("whatsapp__two_writers_in_one_notice"), account="whatsapp")

    silent = [row["message_id"] for row in landed("whatsapp", "messages") if not row["is_writing"]]
    assert silent == ["wamid.C3"]


def test_what_became_of_our_own_messages_is_no_message() -> None:
    spool(recorded("whatsapp__statuses_and_echoes"), account="whatsapp")

    assert landed("whatsapp", "messages") == []


def test_a_notice_that_is_repeated_lands_once() -> None:
    spool(*[recorded("whatsapp__ad_without_a_number")] * 3, account="whatsapp")

    assert len(landed("whatsapp", "messages")) == 1


def test_a_time_in_the_future_or_far_back_is_not_believed_and_a_week_late_is() -> None:
    post = recorded("whatsapp__ad_without_a_number")
    moments = {"1773740000": RECEIVED + timedelta(days=8), "1504902988": RECEIVED, "1999999999": RECEIVED}
    for stamp, at in moments.items():
        body = post.body.replace(b"1773136700", stamp.encode()).replace(b"wamid.A1", b"wamid." + stamp.encode())
        (row,) = rows_of_post(Received(id="r", at=at, body=body, content_type="application/json"))
        is_believed = stamp == "1773740000"
        assert (row["sent_at"] == row["received_at"]) is not is_believed, stamp


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"from_user_id":"DE.1000000001",', b"", "the message does not say who wrote it"),
        (b'"id":"wamid.A1",', b"", "message_id"),
        (b'"timestamp":"1773136700"', b'"timestamp":"soon"', "sent_at"),
        (b'"entry":[', b'"entries":[', "the body has no list 'entry'"),
    ],
)
def test_a_message_that_cannot_be_told_is_rejected_with_what_it_lacks(old: bytes, new: bytes, reason: str) -> None:
    post = recorded("whatsapp__ad_without_a_number")
    assert old in post.body
    spool(Post(post.headers, post.body.replace(old, new)), account="whatsapp")

    (row,) = landed("whatsapp", "messages")
    assert reason in str(row["_reject_reason"])
    assert json.loads(row["_payload"])


TELEGRAM = ("start_of_a_link", "text", "own_number", "number_of_another", "owner_of_a_business", "group", "blocked")


def test_a_bot_s_messages_are_of_the_chat_with_the_tag_of_its_link_and_nobody_else_s_number() -> None:
    spool(*[recorded(f"telegram__{name}") for name in TELEGRAM], account="telegram")

    rows = {str(row["message_id"]): row for row in landed("telegram", "messages")}
    # What is said in a group, and that somebody blocked the bot, are no messages to us.
    assert sorted(rows) == ["555-1", "555-2", "555-3", "555-4", "555-5"]
    assert {row["_reject_reason"] for row in rows.values()} == {None}
    assert {row["channel_contact_id"] for row in rows.values()} == {"555"}
    assert [row["link_tag"] for row in rows.values()] == ["vk42_a1-b2", None, None, None, None]
    assert [row["phone"] for row in rows.values()] == [None, None, "+79990000001", None, None]
    assert [row["is_writing"] for row in rows.values()] == [False, True, True, True, True]
    assert [row["direction"] for row in rows.values()] == ["inbound"] * 4 + ["outbound"]
    assert (rows["555-2"]["text"], rows["555-2"]["name"]) == ("Price?", "Ann B")
    assert rows["555-5"]["name"] is None


@pytest.mark.parametrize("text", ["/start", "/start ", "/help vk42", "/start two words", "say /start vk42"])
def test_only_the_tag_of_a_start_is_a_tag(text: str) -> None:
    post = recorded("telegram__start_of_a_link")
    spool(Post(post.headers, post.body.replace(b"/start vk42_a1-b2", text.encode())), account="telegram")

    (row,) = landed("telegram", "messages")
    assert (row["link_tag"], row["is_writing"]) == (None, not text.startswith("/"))


def test_an_update_without_its_number_is_a_reject() -> None:
    post = recorded("telegram__text")
    spool(Post(post.headers, post.body.replace(b"update_id", b"id")), account="telegram")

    (row,) = landed("telegram", "messages")
    assert row["_reject_reason"] == "the body has no 'update_id'"


def rows_of_post(received: Received) -> list[Row]:
    """The rows that a post to the account of WhatsApp becomes."""
    return rows_of(Account("webhook", "whatsapp", "whatsapp", "nordhaus", {"sender": "whatsapp"}), received)
