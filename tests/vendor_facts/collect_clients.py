"""Writes down what vendors' client packages send: addresses, methods, parameters and headers of what we read.

As ``collect.py`` does for schemas, in an environment of its own with ``pip install hubspot-api-client b24pysdk
simple-salesforce linkedin-api-client tiktok-business-api-sdk-official tapi-yandex-direct tapi-yandex-metrika``:

    python tests/vendor_facts/collect_clients.py

writes the JSON files of these vendors anew. Nothing is sent: the generated clients are read as text, the others
are asked for a request that is kept instead of sent.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import re
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

HERE = Path(__file__).parent
HUBSPOT = (
    "hubspot.crm.objects.api.search_api", "hubspot.crm.objects.api.batch_api", "hubspot.crm.objects.api.basic_api",
    "hubspot.crm.associations.v4.api.batch_api", "hubspot.crm.pipelines.api.pipelines_api",
    "hubspot.crm.owners.api.owners_api", "hubspot.marketing.forms.api.forms_api",
)  # fmt: skip
HUBSPOT_BODIES = {
    "POST /crm/v3/objects/{objectType}/search": ("hubspot.crm.objects", "PublicObjectSearchRequest"),
    "POST /crm/v3/objects/{objectType}/batch/read": ("hubspot.crm.objects", "BatchReadInputSimplePublicObjectId"),
    "POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read": (
        "hubspot.crm.associations.v4", "BatchInputPublicFetchAssociationsBatchRequest",
    ),
}  # fmt: skip
HUBSPOT_ANSWERS = {
    "GET /crm/v3/owners": ("hubspot.crm.owners", "PublicOwner"),
    "GET /crm/v3/pipelines/{objectType}": ("hubspot.crm.pipelines", "Pipeline"),
    "GET /crm/v3/objects/{objectType}": ("hubspot.crm.objects", "SimplePublicObjectWithAssociations"),
    "POST /crm/v3/objects/{objectType}/search": ("hubspot.crm.objects", "SimplePublicObject"),
    "POST /crm/v3/objects/{objectType}/batch/read": ("hubspot.crm.objects", "SimplePublicObject"),
    "POST /crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read": (
        "hubspot.crm.associations.v4", "PublicAssociationMultiWithLabel",
    ),
}  # fmt: skip
TIKTOK = ("business_api_client.api.reporting_api", "business_api_client.api.account_management_api")
BITRIX24 = {
    "crm.item.list": {"entity_type_id": 2}, "crm.stagehistory.list": {"entity_type_id": 2}, "crm.activity.list": {},
    "crm.category.list": {"entity_type_id": 2}, "crm.status.list": {}, "user.get": {},
    "crm.item.productrow.list": {},
}  # fmt: skip
SEARCH = {"status": {"values": ["ACTIVE", "DRAFT"]}}
LINKEDIN = {
    "/adAccounts/1/adCampaigns": {"search": SEARCH, "pageSize": 100},
    "/adAnalytics": {
        "pivot": {"value": "CAMPAIGN"}, "timeGranularity": {"value": "DAILY"},
        "dateRange": {"start": {"year": 2026, "month": 3, "day": 24}},
        "accounts": ["urn:li:sponsoredAccount:1"],
    },
    "/leadForms": {"owner": {"sponsoredAccount": "urn:li:sponsoredAccount:1"}, "count": 100},
}  # fmt: skip


def _generated(module: str) -> dict[str, list[str]]:
    """Method and address -> the parameters of its query, as a generated client builds them."""
    text = Path(importlib.import_module(module).__file__ or "").read_text(encoding="utf-8")
    found = {}
    for one in text.split("_with_http_info(self")[1:]:
        called = re.search(r"""call_api\(\s*["'](/[^"']*)["'],\s*["']([A-Z]+)["']""", one)
        if called:
            names = re.findall(r"""query_params\.append\(\(["'](\w+)["']""", one[: called.start()])
            found[f"{called[2]} {called[1].rstrip('/') or '/'}"] = sorted(set(names))
    return found


def _keys(place: tuple[str, str]) -> list[str]:
    return sorted(getattr(importlib.import_module(place[0]), place[1]).attribute_map.values())


def hubspot() -> dict[str, Any]:
    """The addresses of objects, associations, pipelines, owners and forms, and the keys of bodies and answers."""
    return {
        "package": f"hubspot-api-client {version('hubspot-api-client')}",
        "methods": {
            name: names
            for module in HUBSPOT
            for name, names in _generated(module).items()
            if name.startswith("GET ") or name in HUBSPOT_BODIES
        },
        "bodies": {name: _keys(place) for name, place in HUBSPOT_BODIES.items()},
        "answers": {name: _keys(place) for name, place in HUBSPOT_ANSWERS.items()},
        "filter": _keys(("hubspot.crm.objects", "Filter")),
    }


def tiktok_ads() -> dict[str, Any]:
    """The addresses and parameters of reports and of accounts."""
    told = {name: names for module in TIKTOK for name, names in _generated(module).items() if name.startswith("GET ")}
    package = "tiktok-business-api-sdk-official"
    return {"package": f"{package} {version(package)}", "methods": told}


def bitrix24() -> dict[str, Any]:
    """The parameters of the methods that are asked, as the client names them on the wire."""
    sdk = importlib.import_module("b24pysdk")
    token = sdk.BitrixWebhook(domain="x.bitrix24.example", webhook_token="1/none")
    client = sdk.Client(token)
    found = {}
    for method, needed in BITRIX24.items():
        ask: Any = client
        for part in method.split("."):
            ask = getattr(ask, part)
        found[method] = sorted(_parameters(ask, needed))
    return {"package": f"b24pysdk {version('b24pysdk')}", "methods": found}


def _parameters(ask: Callable[..., Any], needed: dict[str, Any]) -> set[str]:
    """What a method sends when all that it takes is given."""
    values: tuple[tuple[str, Any], ...] = (("bool", True), ("Iterable", ["ID"]), ("Dict", {}), ("dict", {}), ("int", 1))
    takes = {
        name: one for name, one in inspect.signature(ask).parameters.items() if name not in ("timeout", "image_resize")
    }
    given = {
        name: next((value for kind, value in values if kind in str(one.annotation)), "ID")
        for name, one in takes.items()
    }
    request = ask(**given | needed)
    return set(request._params or {})


def salesforce() -> dict[str, Any]:
    """The addresses and parameters of a description and of a query over deleted records too."""
    package = importlib.import_module("simple_salesforce")
    asked: list[dict[str, Any]] = []

    class Kept(Exception):
        pass

    class Session:
        """Keeps the request instead of sending it."""

        headers: ClassVar[dict[str, str]] = {}
        proxies: ClassVar[dict[str, str]] = {}

        def request(self, method: str, url: str, **named: Any) -> Any:
            path = re.sub(r"v\d+\.\d+", "v{version}", url.partition(".example/")[2]).replace("Lead", "{object}")
            asked.append({
                "method": method, "path": "/" + path.rstrip("/"), "parameters": sorted(named.get("params") or {}),
                "authorization": named["headers"]["Authorization"].partition(" ")[0],
            })  # fmt: skip
            raise Kept

    client = package.Salesforce(instance="x.example", session_id="none", session=Session())
    questions: tuple[Callable[[], Any], ...] = (
        client.Lead.describe, partial(client.query, "SELECT Id FROM Lead", include_deleted=True),
        partial(client.query_more, "01g-2000", include_deleted=True), client.limits,
    )  # fmt: skip
    for ask in questions:
        with contextlib.suppress(Kept):
            ask()
    return {"package": f"simple-salesforce {version('simple-salesforce')}", "requests": asked}


def linkedin_ads() -> dict[str, Any]:
    """The headers of a finder, and how the official client writes its parameters."""
    client = importlib.import_module("linkedin_api.clients.restli.client").RestliClient()
    sent: list[Any] = []

    class Kept(Exception):
        pass

    def keep(request: Any, **named: Any) -> Any:
        sent.append(request)
        raise Kept

    client.session.send = keep
    for path, parameters in LINKEDIN.items():
        with contextlib.suppress(Kept):
            client.finder(
                resource_path=path, finder_name="search", access_token="none", query_params=parameters,
                version_string="202607",
            )  # fmt: skip
    return {
        "package": f"linkedin-api-client {version('linkedin-api-client')}",
        "headers": {
            name: "{date}" if name.lower() == "linkedin-version" else value
            for name, value in sorted(sent[0].headers.items())
            if name.lower().startswith(("x-restli", "linkedin-"))
        },
        "written": {one.url.partition("?")[0]: sorted(one.url.partition("?")[2].split("&")) for one in sent},
    }


def yandex_direct() -> dict[str, Any]:
    """The addresses of the services. Nobody at Yandex makes a client; this one is of 2021."""
    told = importlib.import_module("tapi_yandex_direct.resource_mapping").RESOURCE_MAPPING_V5
    package = "tapi-yandex-direct"
    return {"package": f"{package} {version(package)}", "services": sorted({one["resource"] for one in told.values()})}


def yandex_metrica() -> dict[str, Any]:
    """The addresses of the Logs API, their methods and parameters. Nobody at Yandex makes a client; this is of 2022."""
    told = importlib.import_module("tapi_yandex_metrika.resource_mapping").LOGSAPI_RESOURCE_MAPPING
    package = "tapi-yandex-metrika"
    return {
        "package": f"{package} {version(package)}",
        "methods": {
            f"{how} /{one['resource']}": one["params"] or [] for one in told.values() for how in one["methods"]
        },
    }


KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    one.__name__: one
    for one in (hubspot, tiktok_ads, bitrix24, salesforce, linkedin_ads, yandex_direct, yandex_metrica)
}

if __name__ == "__main__":
    for name, collected in KINDS.items():
        text = json.dumps(collected(), indent=1, ensure_ascii=False)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
