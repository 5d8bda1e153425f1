"""Writes when a brand's country has a day off: ``steps.public_holidays``, from the package ``holidays``.

The rule file ``holidays`` adds a brand's own days off to them; ``holiday_regions`` names its state or province.
"""

from __future__ import annotations

import csv
from datetime import date

import holidays
import pyarrow as pa

from warehouse import settings
from warehouse.errors import FixRules
from warehouse.run import BuildRun, open_build

PUBLIC_HOLIDAYS = pa.schema({"brand": pa.string(), "holiday": pa.date32(), "name": pa.string()})
NO_REGION = "none"
"""What stands in ``holiday_regions`` for a brand that keeps no public holidays."""

BRANDS = """
    select brands.brand, brands.phone_region, min(inquiries.occurred_at)::date as first_date
    from intermediate.int_brands__resolved as brands
    left join shapes.inquiries__unioned as inquiries on brands.brand = inquiries.brand
    group by brands.brand, brands.phone_region
    order by brands.brand
"""


def write_public_holidays(run: BuildRun) -> int:
    """Write the days off of each brand from its first inquiry to the year after the run; returns how many."""
    regions = read_regions()
    columns: dict[str, list[object]] = {name: [] for name in PUBLIC_HOLIDAYS.names}
    with open_build(run) as connection:
        for brand, country, first_date in connection.execute(BRANDS).fetchall():
            region = regions.get(brand.lower()) or regions.get("") or country or NO_REGION
            # The day of the first inquiry may be the year before in the brand's own time.
            first_year = (first_date or run.as_of_day).year - 1
            found = days_off(region, range(first_year, run.as_of_day.year + 2))
            columns["brand"] += [brand] * len(found)
            columns["holiday"] += found
            columns["name"] += found.values()
        table = pa.table(columns, schema=PUBLIC_HOLIDAYS)
        connection.execute("create schema if not exists steps")
        connection.register("found", table)
        connection.execute("create or replace table steps.public_holidays as from found")
        connection.unregister("found")
    return len(columns["brand"])


def days_off(region: str, years: range) -> dict[date, str]:
    """The public holidays of a country (``DE``) or a part of it (``DE-BE``); none of a country that nobody listed."""
    country, _, part = region.upper().partition("-")
    if country not in holidays.list_supported_countries():
        return {}
    return dict(sorted(holidays.country_holidays(country, subdiv=part or None, years=years).items()))


def read_regions() -> dict[str, str]:
    """The rule file ``holiday_regions``: the region by brand in lower case, of all brands by the empty one."""
    file = settings.rules_dir() / "holiday_regions.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    known = holidays.list_supported_countries()
    for row in rows:
        country, _, part = row["region"].upper().partition("-")
        if row["region"].lower() != NO_REGION and (country not in known or (part and part not in known[country])):
            raise FixRules(
                f"{file.name}: region is {row['region']!r} and must be a country such as DE, with its part as in DE-BE "
                "where that has days of its own, or none."
            )
    return {row["brand"].lower(): row["region"] for row in rows}
