"""Typeform as the sandbox serves it."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.serving import Server


def get(server: Server, path: str, token: str = "typeform-token", **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{server.url}/typeform/{path}", params=params, headers=headers, timeout=10)


def ids(answer: requests.Response) -> list[str]:
    return [response["response_id"] for response in answer.json()["items"]]


def test_a_list_of_forms_has_no_definitions_and_a_form_has(server: Server) -> None:
    listed = get(server, "forms", page=1, page_size=200).json()

    assert (listed["total_items"], listed["page_count"]) == (1, 1)
    assert "hidden" not in listed["items"][0]
    assert get(server, "forms/F1").json()["hidden"] == ["client_id", "gclid"]


def test_a_window_includes_both_its_ends_and_says_how_many_there_are(server: Server) -> None:
    window = {"since": "2026-03-02T09:02:41Z", "until": "2026-03-04T09:02:41Z"}
    answer = get(server, "forms/F1/responses", **window, page_size=2)

    assert ids(answer) == ["r3", "r2"]
    assert (answer.json()["total_items"], answer.json()["page_count"]) == (3, 2)
    seconds = get(server, "forms/F1/responses", since="1772442161", sort="submitted_at,asc")
    assert ids(seconds) == ["r1", "r2", "r3", "r4"]


def test_a_token_leads_to_the_older_responses(server: Server) -> None:
    first = get(server, "forms/F1/responses", page_size=3)
    rest = get(server, "forms/F1/responses", page_size=3, before=ids(first)[-1])

    assert (ids(first), ids(rest)) == (["r4", "r3", "r2"], ["r1", "r0"])
    assert ids(get(server, "forms/F1/responses", before="r0")) == []


def test_tokens_and_windows_do_not_mix(server: Server) -> None:
    for other in ({"since": "2026-03-02T09:02:41Z"}, {"sort": "submitted_at,asc"}, {"after": "r1"}):
        refused = get(server, "forms/F1/responses", before="r4", **other)
        assert (refused.status_code, refused.json()["code"]) == (400, "VALIDATION_ERROR")


def test_errors_are_typeforms(server: Server) -> None:
    def code(answer: requests.Response) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    assert code(get(server, "forms", "wrong")) == (401, "AUTHENTICATION_FAILED")
    assert code(get(server, "forms/none/responses")) == (404, "FORM_NOT_FOUND")
    assert code(get(server, "forms/F1/responses", page_size=1001)) == (400, "VALIDATION_ERROR")
    assert code(get(server, "forms/F1/responses", since="last week")) == (400, "VALIDATION_ERROR")


def test_the_documented_limit_is_two_requests_a_second(server: Server) -> None:
    server.order("limits", source="typeform", documented=True)
    answers = [get(server, "forms") for _ in range(5)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "TOO_MANY_REQUESTS"
    assert refused[0].headers["retry-after"] == "1"
