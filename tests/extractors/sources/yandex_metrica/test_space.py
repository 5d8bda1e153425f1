"""Yandex Metrica: the space of a log that nobody will read any more is given back."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from extractors.errors import RetryLater
from extractors.model import Window
from extractors.settings import state_dir
from extractors.sources.yandex_metrica import YANDEX_METRICA
from tests.extractors.sources.vendor import Reply, Vendor, opened, recorded, sleeps

COUNTER = "/management/v1/counter/ACC1"


def read(vendor: Vendor, day: date) -> int:
    client, account = opened(YANDEX_METRICA, vendor)
    sleeps(client, lambda seconds: None)
    return sum(len(page) for page in YANDEX_METRICA.table("visits").read(client, account, Window(day, day)))


@pytest.mark.parametrize(("hours", "cleaned"), [(11, 0), (13, 1)])
def test_a_log_of_an_earlier_night_that_was_never_read_is_cleaned(vendor: Vendor, hours: int, cleaned: int) -> None:
    created = recorded("yandex_metrica/log__created")
    vendor.answers(f"GET {COUNTER}/logrequests/evaluate", recorded("yandex_metrica/evaluate__possible"))
    vendor.answers(f"POST {COUNTER}/logrequests", Reply(created.body.replace(b"123", b"122")), created)
    vendor.answers(f"GET {COUNTER}/logrequest/122", recorded("yandex_metrica/error_503", 503))
    vendor.answers(f"GET {COUNTER}/logrequest/123", recorded("yandex_metrica/log__processed_one_part"))
    vendor.answers(f"GET {COUNTER}/logrequest/123/part/0/download", recorded("yandex_metrica/visits__part_0.tsv"))
    for number in (122, 123):
        vendor.answers(f"POST {COUNTER}/logrequest/{number}/clean", recorded("yandex_metrica/log__cleaned_by_user"))
    with pytest.raises(RetryLater):
        read(vendor, date(2026, 3, 9))
    [file] = state_dir().glob("*.json")
    saved = json.loads(file.read_text())
    saved["ordered_at"] = str(datetime.fromisoformat(saved["ordered_at"]) - timedelta(hours=hours))
    file.write_text(json.dumps(saved))

    assert read(vendor, date(2026, 3, 10)) == 2

    assert len(vendor.asked(f"{COUNTER}/logrequest/122/clean")) == cleaned
    assert len(list(state_dir().glob("*.json"))) == 1 - cleaned
