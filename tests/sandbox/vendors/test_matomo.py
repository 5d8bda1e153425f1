"""Matomo as the sandbox serves it."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.serving import Server

ONE_DAY = {
    "module": "API", "method": "Live.getLastVisitsDetails", "idSite": "1", "period": "day",
    "date": "2026-03-01", "format": "JSON", "token_auth": "matomo-token",
}  # fmt: skip


def ask(server: Server, **changed: Any) -> Any:
    answer = requests.post(f"{server.url}/matomo/index.php", data={**ONE_DAY, **changed}, timeout=10)
    assert answer.status_code == 200
    return answer.json()


def test_visits_come_newest_first_in_slices(server: Server) -> None:
    slices = [ask(server, filter_limit=2, filter_offset=offset) for offset in (0, 2, 4)]

    assert [[visit["idVisit"] for visit in part] for part in slices] == [
        ["505", "504"],
        ["503", "502"],
        ["501"],
    ]
    assert len(ask(server, filter_limit=-1, period="range", date="2026-02-01,2026-03-31")) == 5
    assert ask(server, date="2026-03-02") == []


def test_actions_and_columns_can_be_left_out(server: Server) -> None:
    [visit, *_] = ask(server, doNotFetchActions="1")
    assert "actionDetails" not in visit
    assert ask(server, showColumns="idVisit", filter_limit=1) == [{"idVisit": "505"}]
    assert "actionDetails" in ask(server)[0]


def test_a_refusal_is_a_200_that_says_error(server: Server) -> None:
    for changed in (
        {"token_auth": "wrong"},
        {"idSite": "99"},
        {"date": "yesteryear"},
        {"method": "Live.noSuchMethod"},
    ):
        assert ask(server, **changed)["result"] == "error"


def test_a_token_in_the_url_is_refused(server: Server) -> None:
    body = {name: value for name, value in ONE_DAY.items() if name != "token_auth"}
    url = f"{server.url}/matomo/index.php"
    in_url = requests.post(url, params={"token_auth": "matomo-token"}, data=body, timeout=10)
    in_header = requests.post(url, data=body, headers={"Authorization": "Bearer matomo-token"}, timeout=10)

    assert in_url.json()["result"] == "error"
    assert len(in_header.json()) == 5
