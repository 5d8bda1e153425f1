"""The sandbox's own configuration: its accounts, its rules, and the connections that open them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from sandbox.service_key import service_key
from sandbox.snowplow_files import write_events

BRANDS = ("nordhaus", "clearwater", "topla")
RULES = Path(__file__).parent / "config"

ACCOUNTS = {
    "nordhaus": {
        "google_ads": "1112223334",
        "meta_ads": "555000111",
        "callrail": "ACCNORD",
        "typeform": "nordhaus",
        "hubspot": "41001",
        "matomo": "nordhaus",
    },
    "clearwater": {
        "google_ads": "5556667778",
        "meta_ads": "555000222",
        "callrail": "ACCCLEAR",
        "typeform": "clearwater",
        "hubspot": "41002",
        "matomo": "clearwater",
    },
    # Its advertising is written into files.
    "topla": {"typeform": "topla", "hubspot": "41003", "matomo": "topla"},
}
TOLD, RETOLD = "nordhaus", "retold"
"""Whose records others tell once more, and the brand of those others: nothing joins across brands."""
FAST = {"requests_per_second": 200}
OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("nordhaus", "meta_ads"): {"page_id": "770001"},
    ("clearwater", "meta_ads"): {"page_id": "770002"},
    ("nordhaus", "matomo"): {"site_id": 1},
    ("clearwater", "matomo"): {"site_id": 2},
    ("topla", "matomo"): {"site_id": 3},
    # The vendors' real limits would make half a year take minutes; this one's contract is generous.
    **{(brand, source): FAST for brand in BRANDS for source in ("hubspot", "typeform")},
    # What the page passes on in the one field that Calendly has for it.
    (TOLD, "calendly"): {"fields": {"client_id": "salesforce_uuid"}},
    (TOLD, "ga4"): {"project": "nordhaus-web"},
    (TOLD, "amocrm"): {"catalogs": [77]},
    (TOLD, "microsoft_ads"): {"customer_id": "5001"},
}
PATHS = {"callrail": "/callrail/v3", "linkedin_ads": "/linkedin_ads/rest"}
HOOKS = {"forms": "signed", "leads": "meta_leads", "chats": "whatsapp", "bot": "telegram"}
"""Account -> sender of what ``leadgen sandbox post`` sends to a receiver."""
SITE = "https://www.nordhaus.example"


def retelling() -> dict[str, str]:
    """Source -> account of every vendor that is no part of the market: it tells the market's records or its own."""
    # They load the server, which whoever only writes a market does not need.
    from sandbox.vendors import VENDORS

    return {source: vendor.accounts[TOLD] for source, vendor in VENDORS.items() if TOLD in vendor.accounts}


def connections(base_url: str, market: Path | None = None) -> dict[str, str]:
    """``AIRFLOW_CONN_*`` variables (JSON) for a sandbox at that address. Its secrets open nothing else.

    GA4 is among them where the market's folder is named: its key is a pair, and lies there.
    """
    found = {bank: {"conn_type": "http", "host": f"{base_url}/{bank}"} for bank in ("ecb", "cbr")}
    for name in HOOKS:
        found[f"hook_{name}"] = {"conn_type": "http", "password": hook_secret(name)}
    opened = [(source, brand) for brand in BRANDS for source in ACCOUNTS[brand]]
    opened += [(source, TOLD) for source in retelling() if source != "ga4"]
    for source, brand in opened:
        found[f"{source}_{brand}"] = _opened(source, base_url) | _secrets(source, brand, base_url)
    if market is not None:
        found[f"ga4_{TOLD}"] = _opened("ga4", base_url) | {
            "login": f"reader@{TOLD}.iam.example",
            "password": service_key(market),
            "extra": {"token_url": f"{base_url}/ga4/token"},
        }
    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(connection) for name, connection in found.items()}


def hook_secret(account: str) -> str:
    """What a sender of the sandbox proves itself with."""
    return f"sandbox-hook-{account}-secret"


def _opened(source: str, base_url: str) -> dict[str, Any]:
    return {"conn_type": "http", "host": base_url + PATHS.get(source, f"/{source}")}


def _secrets(source: str, brand: str, base_url: str) -> dict[str, Any]:
    secret = f"sandbox-{source}-{brand}-secret"
    if source in ("google_ads", "yandex_direct", "microsoft_ads"):
        extra = {"client_secret": f"{secret}-client", "token_url": f"{base_url}/{source}/token"}
        if source == "microsoft_ads":
            extra["developer_token"] = f"{secret}-developer"
        return {"login": f"sandbox-{brand}", "password": secret, "extra": extra}
    if source == "meta_ads":
        return {"password": secret, "extra": {"app_secret": f"{secret}-app"}}
    if source in ("salesforce", "vk_ads"):
        return {"login": f"sandbox-{brand}", "password": secret}
    if source == "bitrix24":
        # An inbound webhook's address names its user.
        return {"login": "1", "password": secret}
    return {"password": secret}


def write_config(market: Path, target: Path, *, all_sources: bool = False) -> None:
    """Write a complete configuration folder for the market in that folder.

    With all sources it names those too that are no part of the market, as accounts of a brand of their own.
    """
    target.mkdir(parents=True, exist_ok=True)
    for rules in sorted(RULES.glob("*.csv")):
        lines = rules.read_text(encoding="utf-8").splitlines(keepends=True)
        if all_sources:
            lines += [RETOLD + line.removeprefix(TOLD) for line in lines if line.startswith(f"{TOLD},")]
        (target / rules.name).write_text("".join(lines), encoding="utf-8")
    accounts = [
        _account(source, account, brand, OPTIONS.get((brand, source)))
        for brand in BRANDS
        for source, account in ACCOUNTS[brand].items()
    ]
    accounts.append({"source": "ecb", "account": "ecb", "connection": "ecb"})
    folder = str((market / "manual").resolve())
    accounts.append({"source": "manual", "account": "sandbox", "options": {"folder": folder}})
    if all_sources:
        accounts += _accounts_beside_the_market(market)
    text = yaml.safe_dump({"accounts": accounts}, sort_keys=False)
    (target / "accounts.yml").write_text(text, encoding="utf-8")
    text = yaml.safe_dump({"destinations": _told()}, sort_keys=False)
    (target / "activations.yml").write_text(text, encoding="utf-8")


def _told() -> list[dict[str, Any]]:
    """Who is told what became of their clicks: one brand's forms ask for consent, the other's site assumes it."""
    consents = {"nordhaus": "asked", "clearwater": "assumed"}
    return [
        {
            "destination": "google_ads",
            "account": ACCOUNTS[brand]["google_ads"],
            "brand": brand,
            "connection": f"google_ads_{brand}",
            "consent": consent,
            "tells": [{"milestone": "sale", "as": "700001", "value": "revenue"}],
        }
        for brand, consent in consents.items()
    ]


def _account(source: str, account: str, brand: str, options: dict[str, Any] | None) -> dict[str, Any]:
    entry = {"source": source, "account": account, "brand": brand, "connection": f"{source}_{brand}"}
    return {**entry, "options": dict(options)} if options else entry


def _accounts_beside_the_market(market: Path) -> list[dict[str, Any]]:
    """Whoever retells, Snowplow's files (written here), the hooks, the pixel and the other bank."""
    events = market / "snowplow"
    write_events(market, events, TOLD)
    own = {"brand": RETOLD}
    return [
        *(
            _account(source, account, TOLD, FAST | OPTIONS.get((TOLD, source), {})) | own
            for source, account in retelling().items()
        ),
        {"source": "snowplow", "account": RETOLD, **own, "options": {"folder": str(events.resolve())}},
        *(
            {"source": "webhook", "account": name, **own, "connection": f"hook_{name}", "options": {"sender": sender}}
            for name, sender in HOOKS.items()
        ),
        {"source": "pixel", "account": RETOLD, **own, "options": {"origins": [SITE]}},
        {"source": "cbr", "account": "cbr", "connection": "cbr", "options": dict(FAST)},
    ]
