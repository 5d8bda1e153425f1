"""What shops count and sell: the tables of counters at the door and of tills, as they are dropped as files.

The times of a shop are those of its own clock, so they stay as they were written and are read in the zone of the shop
when they are joined: a file of visits alone doesn't know where its shops are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extractors.model import ColumnType

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class ShopTable:
    """The columns of one table, in the order in which its template has them."""

    key: tuple[str, ...]
    required: tuple[str, ...]
    columns: Mapping[str, ColumnType]


SHOP_TABLES: Mapping[str, ShopTable] = {
    "stores": ShopTable(
        key=("brand", "store"),
        required=("brand", "store"),
        columns={
            "brand": "text",
            "store": "text",
            "store_name": "text",
            "address": "text",
            "city": "text",
            "catchment": "text",
            "time_zone": "text",
            **dict.fromkeys(WEEKDAYS, "text"),
        },
    ),
    "store_visits": ShopTable(
        key=("brand", "store", "entrance", "from_at", "hour"),
        required=("brand", "store", "from_at"),
        columns={
            "brand": "text",
            "store": "text",
            "entrance": "text",
            "entrance_role": "text",
            "from_at": "text",
            "hour": "text",
            "to_at": "text",
            "enters": "integer",
            "exits": "integer",
            "staff_enters": "integer",
            "staff_excluded": "boolean",
            "status": "text",
        },
    ),
    "receipts": ShopTable(
        key=("brand", "store", "till", "receipt_id"),
        required=("brand", "store", "receipt_id", "sold_at", "amount"),
        columns={
            "brand": "text",
            "store": "text",
            "till": "text",
            "receipt_id": "text",
            "kind": "text",
            "sold_at": "text",
            "amount": "decimal",
            "margin": "decimal",
            "currency": "text",
            "money_in": "text",
            "loyalty_card": "text",
            "email": "text",
            "phone": "text",
            "employee": "text",
            "promotion_code": "text",
            "self_reported_source": "text",
            "returned_receipt_id": "text",
        },
    ),
    "receipt_items": ShopTable(
        key=("brand", "store", "till", "receipt_id", "line"),
        required=("brand", "store", "receipt_id", "line"),
        columns={
            "brand": "text",
            "store": "text",
            "till": "text",
            "receipt_id": "text",
            "line": "integer",
            "product": "text",
            "quantity": "decimal",
            "amount": "decimal",
            "margin": "decimal",
        },
    ),
    "store_tools": ShopTable(
        key=("brand", "store", "promotion_code", "tracking_number", "campaign_name", "held_from"),
        required=("brand", "store", "channel"),
        columns={
            "brand": "text",
            "store": "text",
            "channel": "text",
            "platform": "text",
            "campaign_name": "text",
            "promotion_code": "text",
            "tracking_number": "text",
            "held_from": "timestamp",
            "held_to": "timestamp",
        },
    ),
}

SHOP_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("store_visits", "entrance_role"): ("outer", "inner", "window", "zone"),
    # ``doubtful`` is a counter that says of itself that it is not well: what it counted is a guess, or nothing.
    ("store_visits", "status"): ("ok", "doubtful", "imputed", "partial", "missing"),
    ("receipts", "kind"): ("sale", "return", "void", "other"),
    # Fiscal exports count in the smallest unit of the currency, tills in the currency itself.
    ("receipts", "money_in"): ("major", "minor"),
}
