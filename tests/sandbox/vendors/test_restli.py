"""Queries as Rest.li writes them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.vendors.linkedin_ads.restli import parsed_query


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("search", "search"),
        ("a,b:c", "a,b:c"),
        ("(value:CAMPAIGN)", {"value": "CAMPAIGN"}),
        ("(start:(year:1,month:3),end:(year:2))", {"start": {"year": "1", "month": "3"}, "end": {"year": "2"}}),
        ("List(urn%3Ali%3Aa%3A1,urn%3Ali%3Aa%3A%281%2C2%29)", ["urn:li:a:1", "urn:li:a:(1,2)"]),
        ("(status:(values:List(ACTIVE,PAUSED)))", {"status": {"values": ["ACTIVE", "PAUSED"]}}),
        ("List()", []),
        # Encoded brackets are letters of a text.
        ("%28value%3ACAMPAIGN%29", "(value:CAMPAIGN)"),
    ],
)
def test_a_value_is_a_text_a_list_or_an_object(text: str, value: Any) -> None:
    assert parsed_query(f"q=analytics&of={text}") == {"q": "analytics", "of": value}


@pytest.mark.parametrize(
    "text", ["(value:CAMPAIGN", "List(a,b", "List(a,)", "List(urn:li:a:1)", "(value)", "(a:b)c", "(a:(b)", "(:b)"]
)
def test_a_broken_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"value|bracket|object"):
        parsed_query(f"of={text}")
