"""The sandbox's own configuration: its accounts, its rules, and the connections that open them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

BRANDS = ("nordhaus", "clearwater")
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
}
OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("nordhaus", "meta_ads"): {"page_id": "770001"},
    ("clearwater", "meta_ads"): {"page_id": "770002"},
    ("nordhaus", "matomo"): {"site_id": 1},
    ("clearwater", "matomo"): {"site_id": 2},
    # The vendors' real limits would make half a year take minutes; this one's contract is generous.
    **{(brand, source): {"requests_per_second": 200} for brand in BRANDS for source in ("hubspot", "typeform")},
}
PATHS = {"callrail": "/callrail/v3", "linkedin_ads": "/linkedin_ads/rest"}
# They tell what nordhaus's own accounts tell already: connections open them, and no account of the sandbox names them.
RETELLING = (
    "jotform", "calltouch", "comagic", "yandex_metrica", "stripe", "tiktok_ads", "linkedin_ads", "yandex_direct",
    "microsoft_ads",
)  # fmt: skip


def connections(base_url: str) -> dict[str, str]:
    """``AIRFLOW_CONN_*`` variables (JSON) for a sandbox at that address. Its secrets open nothing else."""
    found = {
        f"AIRFLOW_CONN_{bank.upper()}": json.dumps({"conn_type": "http", "host": f"{base_url}/{bank}"})
        for bank in ("ecb", "cbr")
    }
    for brand in BRANDS:
        for source in (*ACCOUNTS[brand], *(RETELLING if brand == "nordhaus" else ())):
            found[f"AIRFLOW_CONN_{source}_{brand}".upper()] = json.dumps(
                {
                    "conn_type": "http",
                    "host": base_url + PATHS.get(source, f"/{source}"),
                    **_secrets(source, brand, base_url),
                }
            )
    return found


def _secrets(source: str, brand: str, base_url: str) -> dict[str, Any]:
    secret = f"sandbox-{source}-{brand}-secret"
    if source in ("google_ads", "yandex_direct", "microsoft_ads"):
        extra = {"client_secret": f"{secret}-client", "token_url": f"{base_url}/{source}/token"}
        if source == "microsoft_ads":
            extra["developer_token"] = f"{secret}-developer"
        return {"login": f"sandbox-{brand}", "password": secret, "extra": extra}
    if source == "meta_ads":
        return {"password": secret, "extra": {"app_secret": f"{secret}-app"}}
    return {"password": secret}


def write_config(market: Path, target: Path) -> None:
    """Write a complete configuration folder for the market in that folder."""
    target.mkdir(parents=True, exist_ok=True)
    for rules in sorted(RULES.glob("*.csv")):
        shutil.copyfile(rules, target / rules.name)
    accounts: list[dict[str, Any]] = [
        {
            "source": source,
            "account": account,
            "brand": brand,
            "connection": f"{source}_{brand}",
            **({"options": OPTIONS[brand, source]} if (brand, source) in OPTIONS else {}),
        }
        for brand in BRANDS
        for source, account in ACCOUNTS[brand].items()
    ]
    accounts.append({"source": "ecb", "account": "ecb", "connection": "ecb"})
    folder = str((market / "manual").resolve())
    accounts.append({"source": "manual", "account": "sandbox", "options": {"folder": folder}})
    text = yaml.safe_dump({"accounts": accounts}, sort_keys=False)
    (target / "accounts.yml").write_text(text, encoding="utf-8")
