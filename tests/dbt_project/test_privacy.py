"""Names and tags that people give hold addresses and phone numbers at times: those are masked, and nothing else is."""

from __future__ import annotations

import re

import duckdb
import jinja2
import pytest

from warehouse.settings import DBT_PROJECT


def masked(name: str) -> str:
    """What the macro makes of a name."""
    text = (DBT_PROJECT / "macros" / "privacy.sql").read_text(encoding="utf-8")

    # dbt finds what an engine says its own way; here there is one engine.
    text = re.sub(r"adapter\.dispatch\('(\w+)', 'leadgen'\)", r"duckdb__\1", text)
    template = jinja2.Environment().from_string(text)
    expression = template.module.name_without_contacts("name")  # type: ignore[attr-defined]
    return str(duckdb.execute(f"select {expression} from (select ? as name)", [name]).fetchall()[0][0])


@pytest.mark.parametrize(
    "contact",
    [
        "jane@mail.example",
        "+49 170 5550199",
        "+49(0)170/5550199",
        "+4917055501990",
        "0049 170 5550199",
        "0170 5550199",
        "0170-555 01 99",
        "01705550199",
        "(0170) 5550199",
        "(415) 555-0199",
        "415-555-0199",
        "415.555.0199",
        "8 (900) 123-45-67",
        "8 900 123 45 67",
        "89001234567",
        "+7 900 123-45-67",
    ],
)
def test_a_contact_in_a_name_is_masked(contact: str) -> None:
    assert masked(contact) == "***"
    assert masked(f"call {contact} now") == "call *** now"


@pytest.mark.parametrize(
    "name",
    [
        "Brand 2026-03-01 to 2026-03-31",
        "promo_20260301_v2",
        "23851234567890123",
        "120213456789",
        "summer+2026-03-01",
        "01.03.2026 - 31.03.2026",
        "2026/03/01",
        "Sofa 1 234 567 EUR",
        "from 1.299,00 to 12.999,00",
        "gid-1234567890-9876",
        "300x250 728x90 160x600",
        "24/7 service 2025-2026",
        "14:30-18:45",
        "a1b2c3d4-e170-4b55-8c99-0123456789ab",
    ],
)
def test_dates_amounts_and_ids_stay(name: str) -> None:
    assert masked(name) == name
