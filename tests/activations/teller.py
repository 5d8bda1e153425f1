"""An account of a platform that answers as a test says, and its teller."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import yaml

from activations.destination_list import DESTINATIONS
from activations.sending import Report, tell
from activations.settings import config_dir, data_dir
from handwritten.activations import Told, read_activations
from tests.activations.publications import NOW, SOLD_AT, click, publish, sale
from tests.activations.scripted import Asked, Said, Vendor

KIND = {
    "google_ads": "gclid", "meta_ads": "fbclid", "microsoft_ads": "msclkid", "linkedin_ads": "li_fat_id",
    "tiktok_ads": "ttclid", "yandex_metrica": "",
}  # fmt: skip
OPTIONS = {"meta_ads": {"crm": "C"}, "tiktok_ads": {"crm": "C"}, "microsoft_ads": {"customer_id": "1"}}
AS = {"yandex_metrica": "PAID", "google_ads": "700001"}


class Teller:
    """An account of a platform that answers as the test says."""

    def __init__(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name, self.script = name, list[Said]()
        self.vendor = Vendor(self._scripted)
        secret = {"client_secret": "s", "developer_token": "d", "token_url": f"{self.vendor.url}/token"}
        extra = {} if name in ("meta_ads", "tiktok_ads", "yandex_metrica") else secret
        connection = {"conn_type": "http", "host": self.vendor.url, "login": "l", "password": "p", "extra": extra}
        if not extra:
            del connection["login"]
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}_1112223334", json.dumps(connection))
        tells = [{"milestone": "sale", "as": AS.get(name, "Sale"), "value": "revenue"}]
        entry = {"destination": name, "account": "1112223334", "brand": "n", "options": OPTIONS.get(name, {})}
        text = yaml.safe_dump({"destinations": [{**entry, "tells": tells}]})
        (config_dir() / "activations.yml").write_text(text, encoding="utf-8")
        self.on_post: Callable[[Asked], None] = lambda asked: None
        self.zone = "Europe/Moscow"
        self.goals, self.rule = list[dict[str, Any]](), dict[str, Any]()

    def _scripted(self, asked: Asked) -> Said:
        if asked.path.startswith("/management"):
            return Said({"counter": {"time_zone_name": self.zone}})
        if "ConversionGoals" in asked.path:
            return Said({"ConversionGoals": self.goals})
        if asked.method == "GET" and "/conversions/" in asked.path:
            return Said({"conversionMethod": "CONVERSIONS_API", "enabled": True, **self.rule})
        self.on_post(asked)
        return self.script.pop(0) if self.script else good(self.name, asked)

    @property
    def told(self) -> Told:
        return read_activations(config_dir(), DESTINATIONS)[0]

    def sold(self, number: int, **changed: Any) -> dict[str, Any]:
        """A sale that this platform knows by a click, or by its device."""
        known: dict[str, Any] = {"click_id_type": KIND[self.name], "click_id": click(number)}
        if self.name == "yandex_metrica":
            known = {"device_id": f"{16 * 10**17 + number}", "device_seen_at": SOLD_AT - timedelta(days=3)}
        own = {**known, "clicked_at": SOLD_AT - timedelta(days=3), "told_as": AS.get(self.name, "Sale")}
        return sale(number, self.name, "1112223334", **{**own, **changed})

    def publish(self, *rows: dict[str, Any]) -> None:
        """Let these sales be seen."""
        publish(data_dir(), list(rows))

    def tell(self, *answers: Said, now: datetime = NOW) -> Report:
        """Tell it what is published; it answers the posts with these, and well after them."""
        self.script = list(answers)
        return tell(self.told, now)

    def posts(self) -> list[Asked]:
        """What it was posted, without questions that change nothing."""
        return [one for one in self.vendor.asked if one.method == "POST" and "ConversionGoals" not in one.path]


def good(name: str, asked: Asked) -> Said:
    """What the platform says when all is well; of what it took before it has nothing to tell yet."""
    if asked.method == "GET":
        return Said({})
    if name == "google_ads":
        return Said({"requestId": f"request-{asked.json['events'][0]['transactionId']}"})
    if name == "meta_ads":
        return Said({"events_received": len(asked.json["data"]), "fbtrace_id": "t"})
    if name == "microsoft_ads":
        return Said({"PartialErrors": []})
    if name == "linkedin_ads":
        return Said({"elements": [{"status": 201} for _ in asked.json["elements"]]})
    if name == "tiktok_ads":
        return Said({"code": 0, "message": "OK", "request_id": "r"})
    return Said({"uploading": {"uploading_id": 1, "api_validation_status": "PASSED"}})
