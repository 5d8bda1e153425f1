"""HubSpot as the sandbox serves it."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.serving import Server

HEADERS = {"Authorization": "Bearer hubspot-token"}


def get(server: Server, path: str, **params: Any) -> requests.Response:
    return requests.get(f"{server.url}/hubspot/crm/{path}", params=params, headers=HEADERS, timeout=10)


def post(server: Server, path: str, **body: Any) -> requests.Response:
    return requests.post(f"{server.url}/hubspot/crm/{path}", json=body, headers=HEADERS, timeout=10)


def ids(answer: requests.Response) -> list[str]:
    return [record["id"] for record in answer.json()["results"]]


def changed(operator: str, value: str) -> list[dict[str, Any]]:
    return [{"filters": [{"propertyName": "lastmodifieddate", "operator": operator, "value": value}]}]


@pytest.mark.parametrize("path", ["objects/2026-09/contacts/search", "v3/objects/contacts/search"])
def test_a_search_finds_what_changed_from_a_moment_on(server: Server, path: str) -> None:
    # 3 March 2026, 10:00 UTC: the third contact's own millisecond.
    moment = "1772532000000"
    sorts = [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]
    since = post(server, path, filterGroups=changed("GTE", moment), sorts=sorts)
    after = post(server, path, filterGroups=changed("GT", moment))
    until = post(server, path, filterGroups=changed("LTE", "2026-03-03T10:00:00.000Z"))

    assert (ids(since), ids(after), ids(until)) == (["5", "4", "3"], ["4", "5"], ["1", "2", "3"])


def test_a_search_is_paged_up_to_ten_thousand(server: Server) -> None:
    path = "objects/2026-09/contacts/search"
    first = post(server, path, limit=3).json()
    last = post(server, path, limit=3, after=first["paging"]["next"]["after"]).json()

    assert [len(page["results"]) for page in (first, last)] == [3, 2]
    assert first["total"] == 5
    assert "paging" not in last
    refused = post(server, path, limit=200, after="9900")
    assert (refused.status_code, refused.json()["category"]) == (400, "VALIDATION_ERROR")
    assert post(server, path, limit=201).status_code == 400


def test_only_the_properties_asked_for_come_back(server: Server) -> None:
    answer = post(server, "objects/2026-09/contacts/search", properties=["phone", "no_such"], limit=1)

    [contact] = answer.json()["results"]
    # Empty properties are null, unknown ones are absent; the id and the two times always come.
    assert set(contact["properties"]) == {"phone", "createdate", "lastmodifieddate", "hs_object_id"}
    assert contact["properties"]["phone"] is None


def test_a_keyset_goes_on_behind_the_last_id(server: Server) -> None:
    filters = [{"filters": [{"propertyName": "hs_object_id", "operator": "GT", "value": "3"}]}]

    assert ids(post(server, "objects/2026-09/contacts/search", filterGroups=filters)) == ["4", "5"]


def test_a_list_goes_from_page_to_page(server: Server) -> None:
    first = get(server, "objects/2026-09/contacts", limit=3)
    last = get(server, "objects/2026-09/contacts", limit=3, after=first.json()["paging"]["next"]["after"])

    assert (ids(first), ids(last)) == (["1", "2", "3"], ["4", "5"])
    assert "paging" not in last.json()
    assert get(server, "objects/2026-09/contacts", limit=101).status_code == 400


def test_a_batch_brings_the_history_of_stages_newest_first(server: Server) -> None:
    answer = post(
        server,
        "objects/2026-09/deals/batch/read",
        inputs=[{"id": "90"}, {"id": "12345"}],
        properties=["dealstage"],
        propertiesWithHistory=["dealstage"],
    )

    assert answer.status_code == 207
    [deal] = answer.json()["results"]
    assert [entry["value"] for entry in deal["propertiesWithHistory"]["dealstage"]] == ["won", "new"]
    assert deal["properties"]["dealstage"] == "won"
    too_many = [{"id": str(number)} for number in range(51)]
    refused = post(server, "objects/2026-09/deals/batch/read", inputs=too_many, propertiesWithHistory=["dealstage"])
    assert refused.status_code == 400


def test_objects_without_an_association_are_named_beside_the_results(server: Server) -> None:
    body = {"inputs": [{"id": "90"}, {"id": "91"}]}
    answer = post(server, "associations/2026-09/deals/contacts/batch/read", **body)
    numbered = post(server, "v4/associations/deals/contacts/batch/read", **body)

    assert answer.status_code == 207
    assert answer.json()["results"][0]["to"][0]["toObjectId"] == "1"
    assert numbered.json()["results"][0]["to"][0]["toObjectId"] == 1
    [problem] = answer.json()["errors"]
    assert problem["subCategory"].endswith("NO_ASSOCIATIONS_FOUND")
    assert problem["context"]["fromObjectId"] == ["91"]


@pytest.mark.parametrize(("pair", "one", "other"), [("line_items/deals", "500", "90"), ("calls/contacts", "700", "1")])
def test_line_items_and_calls_know_whom_they_belong_to(server: Server, pair: str, one: str, other: str) -> None:
    answer = post(server, f"associations/2026-09/{pair}/batch/read", inputs=[{"id": one}])

    assert answer.status_code == 200
    assert answer.json()["results"] == [
        {
            "from": {"id": one},
            "to": [
                {
                    "toObjectId": other,
                    "associationTypes": answer.json()["results"][0]["to"][0]["associationTypes"],
                }
            ],
        }
    ]


@pytest.mark.parametrize("prefix", ["{}/2026-09", "v3/{}"])
def test_pipelines_and_owners_are_read_under_both_prefixes(server: Server, prefix: str) -> None:
    [pipeline] = get(server, prefix.format("pipelines") + "/deals").json()["results"]
    assert [stage["id"] for stage in pipeline["stages"]] == ["new", "won"]
    assert ids(get(server, prefix.format("owners"))) == ["1"]
    assert ids(get(server, prefix.format("owners"), archived="true")) == ["2"]


@pytest.mark.parametrize("path", ["marketing/forms/2026-09", "marketing/v3/forms"])
def test_there_are_no_forms_and_the_list_says_so(server: Server, path: str) -> None:
    answer = requests.get(f"{server.url}/hubspot/{path}", params={"limit": 50}, headers=HEADERS, timeout=10)

    assert (answer.status_code, answer.json()) == (200, {"results": []})


def test_errors_are_hubspots(server: Server) -> None:
    url = f"{server.url}/hubspot/crm/objects/2026-09/contacts"
    refused = requests.get(url, headers={"Authorization": "Bearer wrong"}, timeout=10)
    assert (refused.status_code, refused.json()["category"]) == (401, "INVALID_AUTHENTICATION")
    assert get(server, "objects/2031-01/contacts").status_code == 404
    assert get(server, "objects/2026-09/unicorns").status_code == 400
    assert post(server, "objects/2026-09/contacts/search", filterGroups=changed("NEAR", "1")).status_code == 400


def test_searches_have_their_own_limit(server: Server) -> None:
    server.order("limits", source="hubspot", documented=True)
    searches = [post(server, "objects/2026-09/contacts/search") for _ in range(9)]
    listed = get(server, "objects/2026-09/contacts")

    refused = [answer for answer in searches if answer.status_code == 429]
    assert refused
    assert refused[0].json()["policyName"] == "SECONDLY"
    assert listed.status_code == 200
    assert listed.headers["x-hubspot-ratelimit-max"] == "100"
    assert "x-hubspot-ratelimit-max" not in searches[0].headers
