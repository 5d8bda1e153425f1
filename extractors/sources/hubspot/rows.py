"""Rows out of HubSpot's records: what is odd about one is said of it alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from extractors.fields import Fields, picked
from extractors.model import Row
from extractors.records import object_in, objects_in, value_in
from extractors.sources.hubspot.columns import CALL, LINE_ITEM
from extractors.sources.hubspot.objects import Record


def row_of(record: Record, fields: Fields) -> Row:
    """The object's properties; HubSpot writes an empty one as null or as empty text."""
    properties = {name: None if value == "" else value for name, value in object_in(record, "properties").items()}
    properties["hs_object_id"] = str(record["id"])
    return {**picked(properties, fields), "_payload": record}


def _cost(properties: Mapping[str, Any]) -> Any:
    """HubSpot knows the cost of one piece; the line costs that times its quantity."""
    unit, quantity = properties.get("hs_cost_of_goods_sold"), properties.get("quantity")
    if not unit or not quantity:
        return None
    try:
        return Decimal(unit) * Decimal(quantity)
    except (ArithmeticError, TypeError, ValueError):
        # No column takes it: the cost of one piece is not the line's.
        return f"{unit} times {quantity}"


def labels_of(tie: Mapping[str, Any]) -> str | None:
    """What the portal calls the tie: a contact may have several roles in one deal."""
    labels = {str(kind["label"]) for kind in objects_in(tie, "associationTypes") if kind.get("label")}
    return "; ".join(sorted(labels)) or None


def stages_entered(deal: Record, updated_at: Mapping[str, Any]) -> list[Row]:
    """Every stage that the deal has been in."""
    return [
        {
            "deal_id": str(deal["id"]),
            "stage_id": entry.get("value"),
            "entered_at": entry.get("timestamp"),
            "updated_at": updated_at.get(str(deal["id"])),
            "_payload": entry,
        }
        for entry in objects_in(object_in(deal, "propertiesWithHistory"), "dealstage")
    ]


def line_item(item: Record, deals: Mapping[str, str]) -> Row:
    """The product with its deal, and what all of its pieces cost."""
    row = row_of(item, LINE_ITEM)
    return {**row, "deal_id": deals.get(str(item["id"])), "cost_of_goods": _cost(item["properties"])}


def call_row(call: Record, contacts: Mapping[str, str]) -> Row:
    """The call with its contact."""
    return {**row_of(call, CALL), "contact_id": contacts.get(str(call["id"]))}


def stages_of(pipeline: Record) -> list[Row]:
    """The stages of a pipeline."""
    return [
        {
            "pipeline_id": pipeline["id"],
            "stage_id": stage.get("id"),
            "pipeline_label": pipeline.get("label"),
            "stage_label": stage.get("label"),
            "display_order": stage.get("displayOrder"),
            "is_closed": value_in(stage, "metadata", "isClosed"),
            "probability": value_in(stage, "metadata", "probability"),
            "_payload": stage,
        }
        for stage in objects_in(pipeline, "stages")
    ]
