"""What is asked for is what the vendors' own clients ask for: addresses, methods, parameters, bodies and headers.

``tests/vendor_facts/collect_clients.py`` and ``collect_npm.py`` write down what the clients know. Where a client has
models of answers, our fake's answer has no key beside theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fuzz.replay import Recorded
from tests.fuzz.test_requests import asked, facts

VERSION = re.compile(r"/(?:v\d+(?:\.\d+)?|20\d\d-\d\d)(?=/|$)")


def undated(path: str) -> str:
    """The path without its version: HubSpot's new versions are dates behind the kind, its client's are numbers."""
    return VERSION.sub("", path).rstrip("/")


def method_of(one: Recorded, methods: Iterable[str], prefix: str) -> str:
    """The client's method that asks at this address."""
    path = undated(urlsplit(one.url).path.removeprefix(prefix))
    fits = [
        name
        for name in methods
        if name.startswith(f"{one.method} ")
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", undated(name.partition(" ")[2])), path)
    ]
    assert fits, f"{one.method} {path}"
    # The one with the fewest places to fill in says it best.
    return min(fits, key=lambda name: name.count("{"))


def query_names(one: Recorded) -> set[str]:
    return {name for name, _ in parse_qsl(urlsplit(one.url).query)}


def test_hubspot_is_asked_as_its_client_asks_and_the_fake_answers_no_more() -> None:
    told, seen = facts("hubspot"), set()
    for one in asked("hubspot"):
        method = method_of(one, told["methods"], "/hubspot")
        seen.add(method)
        assert query_names(one) <= set(told["methods"][method]), method
        if one.method == "POST":
            sent = json.loads(one.sent)
            assert set(sent) <= set(told["bodies"][method]), method
            filters = [each for group in sent.get("filterGroups", ()) for each in group["filters"]]
            assert {key for each in filters for key in each} <= set(told["filter"])
        if method in told["answers"]:
            keys = {key for record in json.loads(one.body)["results"] for key in record}
            assert keys <= set(told["answers"][method]), method
    assert seen >= {*told["bodies"], "GET /crm/v3/owners", "GET /marketing/v3/forms"}


def test_pipedrive_is_asked_and_proved_to_as_its_client_does() -> None:
    told, seen = facts("pipedrive"), set()
    patterns = {name: re.sub(r"\{\w+\}", "[^/]+", name) for name in told["methods"]}
    for one in asked("pipedrive"):
        path = f"{one.method} {urlsplit(one.url).path.removeprefix('/pipedrive')}"
        fits = [name for name, pattern in patterns.items() if re.fullmatch(pattern, path)]
        assert fits, path
        method = min(fits, key=lambda name: name.count("{"))
        seen.add(method)
        assert query_names(one) <= set(told["methods"][method]), method
        assert set(told["headers"]) <= {name.lower() for name in one.sent_headers}
    assert seen >= {"GET /api/v2/deals", "GET /api/v2/deals/archived", "GET /api/v1/deals/{id}/changelog"}


def test_bitrix24_is_asked_with_parameters_of_its_client_also_inside_a_batch() -> None:
    told, seen = facts("bitrix24")["methods"], set()
    for one in asked("bitrix24"):
        method = urlsplit(one.url).path.rpartition("/")[2].removesuffix(".json")
        sent = json.loads(one.sent)
        calls: Sequence[tuple[str, Iterable[str]]] = [(method, sent)]
        if method == "batch":
            inside = [command.partition("?") for command in sent["cmd"].values()]
            calls = [(name, {key.partition("[")[0] for key, _ in parse_qsl(query)}) for name, _, query in inside]
        for name, parameters in calls:
            seen.add(name)
            assert set(parameters) <= set(told[name]), name
    assert seen >= {"crm.item.list", "crm.stagehistory.list", "crm.activity.list", "crm.category.list", "user.get"}


def test_salesforce_is_asked_at_the_addresses_of_its_client() -> None:
    told, seen = facts("salesforce")["requests"], set()
    for one in asked("salesforce"):
        parts = urlsplit(one.url)
        path = parts.path.removeprefix("/salesforce")
        if path == "/services/oauth2/token":
            continue
        for each in told:
            pattern = each["path"].replace("{version}", r"\d+\.0").replace("{object}", r"\w+").replace("01g-2000", ".+")
            if (one.method, query_names(one)) == (each["method"], set(each["parameters"])) and re.fullmatch(
                pattern, path
            ):
                seen.add(each["path"])
                assert one.sent_headers["Authorization"].startswith(f"{each['authorization']} ")
                break
        else:
            pytest.fail(f"{one.method} {path} {query_names(one)}")
    assert {"/services/data/v{version}/queryAll", "/services/data/v{version}/sobjects/{object}/describe"} <= seen


def test_linkedin_s_parameters_are_written_as_its_client_writes_them() -> None:
    told, seen = facts("linkedin_ads"), set()
    written = {undated(urlsplit(url).path): parameters for url, parameters in told["written"].items()}
    for one in asked("linkedin_ads"):
        parts = urlsplit(one.url)
        path = re.sub(r"/adAccounts/\d+", "/adAccounts/1", parts.path.removeprefix("/linkedin_ads"))
        headers = {name.lower(): value for name, value in one.sent_headers.items()}
        expected = {name.lower(): value for name, value in told["headers"].items()}
        assert re.fullmatch(r"20\d{4}", headers.pop("linkedin-version", "")), "the version is a year and a month"
        assert headers.items() >= {(name, value) for name, value in expected.items() if value != "{date}"}
        shapes = {shape(one) for one in written.get(path, ())}
        seen |= {path} & set(written)
        sent = {shape(each) for each in parts.query.split("&")} if shapes else set()
        # The client leaves open which finder is asked, and for how much.
        assert {each for each in shapes if not each.startswith("q=")} <= sent, path
    assert seen == set(written)


def shape(parameter: str) -> str:
    """A parameter with its numbers and names of states alike, its fields in one order."""
    name, _, value = parameter.partition("=")
    value = re.sub(r"List\([A-Z_,]+\)", "List(STATES)", re.sub(r"\d+", "1", value))
    value = re.sub(r",?end:\([^)]*\)", "", value)
    return f"{name}={''.join(sorted(re.split(r'([(),])', value)))}"


def test_tiktok_is_asked_with_parameters_of_its_client() -> None:
    told, seen = facts("tiktok_ads")["methods"], set()
    for one in asked("tiktok_ads"):
        method = method_of(one, told, "/tiktok_ads")
        seen.add(method)
        assert query_names(one) <= set(told[method]), method
    assert {"GET /open_api/v1.3/report/integrated/get", "GET /open_api/v1.3/advertiser/info"} <= seen


def test_yandex_is_asked_at_addresses_that_clients_know() -> None:
    services, logs = set(facts("yandex_direct")["services"]), facts("yandex_metrica")["methods"]
    for one in asked("yandex_direct"):
        path = urlsplit(one.url).path.removeprefix("/yandex_direct/")
        # Version 501 is version 5 with what was added since the client was made.
        assert path == "token" or path.replace("/v501/", "/v5/") in services, path
    seen = set()
    for one in asked("yandex_metrica"):
        path = urlsplit(one.url).path
        if path.endswith("/token") or "/logrequest" not in path:
            continue
        method = method_of(one, logs, "/yandex_metrica")
        seen.add(method.rpartition("/")[2])
        assert query_names(one) <= {*logs[method], *OLDER_THAN_ATTRIBUTION}, method
    assert {"evaluate", "logrequests", "download", "clean"} <= seen


OLDER_THAN_ATTRIBUTION = ("attribution",)
"""A parameter of the Logs API that came after the client."""
