"""CallRail as the sandbox serves it."""

from __future__ import annotations

from datetime import date
from typing import Any

import requests

from extractors.model import Window
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server

MARCH = {"start_date": "2026-03-01", "end_date": "2026-03-31", "time_zone": "UTC"}
KEY = {"Authorization": 'Token token="callrail-key"'}


def get(server: Server, path: str = "a/ACCNORD/calls.json", **params: Any) -> requests.Response:
    return requests.get(f"{server.url}/callrail/v3/{path}", params=params, headers=KEY, timeout=10)


def ids(answer: requests.Response) -> list[str]:
    return [call["id"] for call in answer.json()["calls"]]


def test_pages_are_numbered_from_one_to_the_last(server: Server) -> None:
    pages = [get(server, **MARCH, per_page=3, page=page, sort="start_time", order="asc") for page in (1, 2, 3)]

    assert [ids(page) for page in pages] == [["CAL0", "CAL1", "CAL2"], ["CAL3", "CAL4", "CAL5"], ["CAL6"]]
    assert {name: pages[2].json()[name] for name in ("page", "total_pages", "total_records")} == {
        "page": 3,
        "total_pages": 3,
        "total_records": 7,
    }
    assert 'rel="next"' in pages[0].headers["link"]
    assert "link" not in pages[2].headers


def test_relative_pages_are_followed_by_their_link(server: Server) -> None:
    found = []
    answer = get(server, **MARCH, per_page=3, relative_pagination="true")
    found += ids(answer)
    while answer.json()["has_next_page"]:
        answer = requests.get(answer.json()["next_page"], headers=KEY, timeout=10)
        found += ids(answer)

    assert found == [f"CAL{number}" for number in range(6, -1, -1)]
    assert answer.json()["next_page"] is None


def test_both_days_are_included_in_the_zone_asked_for(server: Server) -> None:
    one_day = {"start_date": "2026-03-08", "end_date": "2026-03-08"}

    assert ids(get(server, **one_day, time_zone="UTC")) == ["CAL6"]
    assert ids(get(server, **one_day, time_zone="America/Phoenix")) == []
    to_the_minute = {"start_date": "2026-03-01T10:00", "end_date": "2026-03-01T10:00", "time_zone": "UTC"}
    assert ids(get(server, **to_the_minute)) == ["CAL0"]


def test_without_dates_only_the_last_days_come(server: Server) -> None:
    assert ids(get(server)) == []
    server.order("clock", today="2026-03-10")
    assert ids(get(server)) == ["CAL6", "CAL5", "CAL4", "CAL3", "CAL2"]


def test_an_empty_answer_has_no_pages(server: Server) -> None:
    body = get(server, start_date="2026-01-01", end_date="2026-01-31").json()

    assert (body["total_pages"], body["total_records"], body["calls"]) == (0, 0, [])


def test_fields_come_when_asked_for_and_one_wrong_name_is_an_error(server: Server) -> None:
    [call, *_] = get(server, **MARCH).json()["calls"]
    [with_source, *_] = get(server, **MARCH, fields="source,gclid,tags").json()["calls"]

    assert "source" not in call
    assert set(with_source) - set(call) == {"source", "gclid", "tags"}
    assert get(server, **MARCH, fields="source,sauce").status_code == 400


def test_forms_and_trackers_are_lists_too(server: Server) -> None:
    assert [
        form["id"] for form in get(server, "a/ACCNORD/form_submissions.json", **MARCH).json()["form_submissions"]
    ] == ["FOR1"]
    assert [one["company"]["id"] for one in get(server, "a/ACCNORD/trackers.json").json()["trackers"]] == ["COM1"]
    assert get(server, "a.json").json()["accounts"][0]["id"] == "ACCNORD"


def test_a_conversation_is_listed_by_its_newest_message_and_shows_two(server: Server) -> None:
    newest, older = get(server, "a/ACCNORD/text-messages.json", **MARCH).json()["conversations"]

    assert (newest["id"], [one["content"] for one in newest["recent_messages"]]) == ("KZ2", ["Do you sell windows?"])
    assert (older["id"], [one["content"] for one in older["recent_messages"]]) == (
        "KZ1",
        ["Thank you", "We come tomorrow"],
    )
    assert older["last_message_at"] == "2026-03-03T07:00:00.000+00:00"
    assert "source" not in older
    on_the_second = {"start_date": "2026-03-02", "end_date": "2026-03-02", "time_zone": "UTC"}
    assert get(server, "a/ACCNORD/text-messages.json", **on_the_second).json()["conversations"] == []
    assert get(server, "a/ACCNORD/text-messages.json", **MARCH, fields="tags").status_code == 400


def test_a_conversation_itself_holds_all_its_messages_page_by_page(server: Server) -> None:
    pages = [get(server, "a/ACCNORD/text-messages/KZ1.json", per_page=2, page=page).json() for page in (1, 2)]

    assert [[one["content"] for one in page["messages"]] for page in pages] == [
        ["Thank you", "We come tomorrow"],
        ["My roof leaks"],
    ]
    assert (pages[0]["total_pages"], pages[0]["total_records"], pages[0]["id"]) == (2, 3, "KZ1")
    assert get(server, "a/ACCNORD/text-messages/KZ9.json").status_code == 404
    assert get(server, "a/ACCOTHER/text-messages/KZ1.json").status_code == 404


def test_every_message_of_the_days_is_pulled(server: Server) -> None:
    days = Window(date(2026, 3, 2), date(2026, 3, 2))
    texts = pulled(server, "callrail", "text_messages", account="ACCNORD", window=days, password="callrail-key")

    assert [(one["content"], one["direction"], one["_reject_reason"]) for one in texts] == [
        ("We come tomorrow", "outgoing", None),
        ("My roof leaks", "incoming", None),
    ]
    assert {one["source"] for one in texts} == {"Google Ads"}


def test_errors_are_callrails(server: Server) -> None:
    url = f"{server.url}/callrail/v3/a/ACCNORD/calls.json"
    unquoted = requests.get(url, headers={"Authorization": "Token token=callrail-key"}, timeout=10)
    assert unquoted.status_code == 200
    assert requests.get(url, headers={"Authorization": "Bearer callrail-key"}, timeout=10).status_code == 401
    assert get(server, "a/ACCOTHER/calls.json").status_code == 404
    assert get(server, start_date="1 March").status_code == 400
    assert get(server, start_date="2026-03-01", time_zone="Mars/Olympus").status_code == 400
    server.order("clock", today="2028-05-01")
    too_far_back = get(server, **MARCH)
    assert (too_far_back.status_code, "revise" in too_far_back.json()["error"]) == (400, True)


def test_too_many_requests_are_not_told_when_to_come_back(server: Server) -> None:
    server.order("limits", source="callrail", documented=True)
    server.order("limits", source="callrail", requests=1, seconds=600)
    get(server, **MARCH)
    refused = get(server, **MARCH)

    assert refused.status_code == 429
    assert "retry-after" not in refused.headers
