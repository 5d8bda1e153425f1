"""Writes down what vendors' own packages say can be asked for: names of columns, parameters and fields, no more.

The packages are too large to be installed with ours, or cannot be beside it. Where they are, for instance in a virtual
environment of their own with ``pip install msads google-api-python-client
google-ads-datamanager stripe``:

    python tests/vendor_facts/collect.py

writes the JSON files beside this one anew. ``test_vendor_facts.py`` holds our requests against them.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORTS = (
    "CampaignPerformanceReport", "AdGroupPerformanceReport", "KeywordPerformanceReport", "SearchQueryPerformanceReport",
)  # fmt: skip
# Address -> the class of its parameters, and the class of what it lists.
STRIPE = {
    "/v1/customers": ("CustomerListParams", "Customer"),
    "/v1/charges": ("ChargeListParams", "Charge"),
    "/v1/checkout/sessions": ("checkout.SessionListParams", "checkout.Session"),
    "/v1/refunds": ("RefundListParams", "Refund"),
    "/v1/disputes": ("DisputeListParams", "Dispute"),
    "/v1/invoices": ("InvoiceListParams", "Invoice"),
    "/v1/invoices/lines": ("InvoiceListLinesParams", "InvoiceLineItem"),
    "/v1/invoice_payments": ("InvoicePaymentListParams", "InvoicePayment"),
    "/v1/credit_notes": ("CreditNoteListParams", "CreditNote"),
    "/v1/events": ("EventListParams", "Event"),
}
BIGQUERY = {"jobs": ("query", "getQueryResults"), "tables": ("get",)}


def microsoft_ads() -> dict[str, Any]:
    """The columns of the four reports, the fields of a request, and the zones of its days."""
    models = importlib.import_module("openapi_client.models.reporting")

    def aliases(name: str) -> list[str]:
        return sorted(field.alias for field in getattr(models, name).model_fields.values() if field.alias)

    return {
        "package": f"msads {version('msads')}",
        "reports": {
            f"{report}Request": {
                "columns": sorted(one.value for one in getattr(models, f"{report}Column")),
                "fields": aliases(f"{report}Request"),
            }
            for report in REPORTS
        },
        "time": aliases("ReportTime"),
        "zones": sorted(one.value for one in models.ReportTimeZone),
        "aggregations": sorted(one.value for one in models.ReportAggregation),
        "formats": sorted(one.value for one in models.ReportFormat),
    }


def stripe() -> dict[str, Any]:
    """The parameters of the lists that are read, the fields of what they list, and the types of events."""
    package = importlib.import_module("stripe")
    parameters = importlib.import_module("stripe.params")

    def of(module: Any, name: str) -> Any:
        for part in name.split("."):
            module = getattr(module, part)
        return module

    def fields(kind: Any) -> list[str]:
        return sorted(
            {
                name
                for one in kind.__mro__
                for name in vars(one).get("__annotations__", {})
                if name.islower() and name[0] != "_"
            }
        )

    source = Path(importlib.import_module("stripe._event").__file__ or "").read_text(encoding="utf-8")
    return {
        "package": f"stripe {version('stripe')}",
        "lists": {
            path: {"parameters": fields_of_dict(of(parameters, listed)), "fields": fields(of(package, kind))}
            for path, (listed, kind) in STRIPE.items()
        },
        "events": sorted(set(re.findall(r'^\s+"([a-z_]+(?:\.[a-z_]+)+)",$', source, flags=re.MULTILINE))),
    }


def fields_of_dict(kind: Any) -> list[str]:
    """The keys of a typed dictionary, less those that go into headers."""
    sent_in_headers = {"api_key", "stripe_version", "stripe_account", "max_network_retries", "idempotency_key",
                       "content_type", "headers", "stripe_context"}  # fmt: skip
    return sorted(set(kind.__annotations__) - sent_in_headers)


def bigquery() -> dict[str, Any]:
    """The addresses that GA4 is read at, their parameters, and the fields of a query's request."""
    discovery = importlib.import_module("googleapiclient.discovery_cache")
    folder = Path(discovery.__file__ or "").parent / "documents"
    told = json.loads((folder / "bigquery.v2.json").read_text(encoding="utf-8"))
    methods = [told["resources"][kind]["methods"][name] for kind, names in BIGQUERY.items() for name in names]
    return {
        "package": f"google-api-python-client {version('google-api-python-client')}",
        "methods": {
            f"{one['httpMethod']} /{told['servicePath']}{one['flatPath']}".replace("//", "/"): sorted(
                name for name, told_of in one["parameters"].items() if told_of["location"] == "query"
            )
            for one in methods
        },
        "everywhere": sorted(told["parameters"]),
        "query": sorted(told["schemas"]["QueryRequest"]["properties"]),
    }


def microsoft_conversions() -> dict[str, Any]:
    """The fields of a conversion and of its adjustment, and the kinds of adjustments."""
    models = importlib.import_module("openapi_client.models.campaign")
    kinds = (
        "OfflineConversion", "OfflineConversionAdjustment", "ApplyOfflineConversionsRequest", "OfflineConversionGoal",
        "GetConversionGoalsByIdsRequest", "GetConversionGoalsByIdsResponse",
        "GetOfflineConversionReportByGoalIdsRequest", "GetOfflineConversionReportByGoalIdsResponse",
        "OfflineGoalConversionSummary", "OfflineGoalDailySummary", "OfflineConversionAlert",
    )  # fmt: skip
    reasons = models.OfflineConversionUnattributedReason
    return {
        "package": f"msads {version('msads')}",
        "unattributed": sorted(one.value for one in reasons),
        **{
            name: sorted(field.alias or own for own, field in getattr(models, name).model_fields.items())
            for name in kinds
        },
    }


def google_data_manager() -> dict[str, Any]:
    """The messages of a request for events with their fields, and the words of its enumerations."""
    package = importlib.import_module("google.ads.datamanager_v1")
    messages: dict[str, dict[str, str]] = {}
    enums: dict[str, list[str]] = {}
    left = [
        package.IngestEventsRequest.pb().DESCRIPTOR,
        package.RetrieveRequestStatusRequest.pb().DESCRIPTOR,
        package.RetrieveRequestStatusResponse.pb().DESCRIPTOR,
    ]
    while left:
        message = left.pop()
        if message.name in messages:
            continue
        messages[message.name] = {}
        for field in message.fields:
            kind = field.message_type or field.enum_type
            messages[message.name][field.json_name] = kind.name if kind else ""
            if field.enum_type:
                enums[kind.name] = [value.name for value in kind.values]
            elif kind:
                left.append(kind)
    reasons = [value.name for value in package.ErrorReason]
    return {
        "package": f"google-ads-datamanager {version('google-ads-datamanager')}",
        "messages": messages,
        "enums": enums,
        "reasons": sorted(reasons),
    }


KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "google_data_manager": google_data_manager,
    "microsoft_ads": microsoft_ads,
    "microsoft_conversions": microsoft_conversions,
    "stripe": stripe,
    "bigquery": bigquery,
}

if __name__ == "__main__":
    for name, collected in KINDS.items():
        text = json.dumps(collected(), indent=1, ensure_ascii=False)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
