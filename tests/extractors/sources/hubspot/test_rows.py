"""What a line of a deal cost where a number of it cannot be read."""

from __future__ import annotations

import pytest

from extractors.landing.columns import array_of
from extractors.sources.hubspot.rows import line_item


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [("a dozen", "5.00"), ("2", "n/a"), ("9e999999", "9e999999"), (["2"], "5.00"), ("2", {"value": "5.00"})],
)
def test_the_cost_of_a_line_of_which_a_number_cannot_be_read_is_unknown_and_told(
    quantity: object, unit: object
) -> None:
    told = {"id": "7", "properties": {"name": "Tiles", "quantity": quantity, "hs_cost_of_goods_sold": unit}}

    row = line_item(told, {"7": "9001"})

    costs, problems = array_of([row["cost_of_goods"]], "decimal")
    assert (costs.to_pylist(), list(problems)) == ([None], [0])
    assert (row["deal_id"], row["product_name"]) == ("9001", "Tiles")
