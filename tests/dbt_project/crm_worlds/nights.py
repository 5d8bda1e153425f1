"""Each CRM told through the states of a story, pulled night by night over a socket and built: one account a state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractors.model import Account, Connection, Window
from extractors.run import land_table
from extractors.sources import SOURCES
from tests.dbt_project.crm_worlds import amocrm, bitrix24, hubspot, pipedrive, salesforce, stripe
from tests.dbt_project.crm_worlds.world import World, day_of
from tests.dbt_project.tiny_market import TinyMarket
from tests.extractors.sources.vendor import SECRET, Vendor

TOLD: dict[str, ModuleType] = {
    "hubspot": hubspot,
    "pipedrive": pipedrive,
    "amocrm": amocrm,
    "bitrix24": bitrix24,
    "salesforce": salesforce,
    "stripe": stripe,
}
CRMS = sorted(set(TOLD) - {"stripe"})


def pull(source: str, vendor: Vendor, state: str) -> None:
    """The night after a state of the world: every table, that day."""
    options = {"requests_per_second": 1000, **getattr(TOLD[source], "OPTIONS", {})}
    account = Account(source, "now", source, "nordhaus", options)
    login = "consumer-key" if source == "salesforce" else ""
    for table in TOLD[source].TABLES:
        window = Window(day_of(state), day_of(state))
        land_table(SOURCES[source], account, table, window, Connection(vendor.url, login, SECRET))


def keep_as(tiny: TinyMarket, source: str, state: str) -> None:
    """What is landed now, as an account of its own: one build shows all states side by side."""
    for file in (tiny.folder / "landing" / source).glob("*/account=now/day=*.parquet"):
        rows = pq.ParquetFile(file).read()
        named = rows.set_column(
            rows.schema.get_field_index("_account"), "_account", pa.array([state] * len(rows), pa.string())
        )
        aside = file.parent.parent / f"account={state}"
        aside.mkdir(exist_ok=True)
        pq.write_table(named, aside / file.name)


def lived(folder: Path, story: Mapping[str, World], sources: Collection[str]) -> TinyMarket:
    """The build of these sources, each pulled after each state of the story."""
    tiny = TinyMarket(folder)
    now = [*story.values()][:1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADGEN_DATA", str(folder))
        for source in sources:
            vendor = Vendor()
            TOLD[source].serve(vendor, lambda: now[0])
            for state, world in story.items():
                now[0] = world
                pull(source, vendor, state)
                keep_as(tiny, source, state)
            vendor.close()
    tiny.build("+deals__unioned", "+deal_contacts__unioned", "+deal_items__unioned", "+deal_returns__unioned")
    return tiny
