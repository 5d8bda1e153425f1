"""Channels, their campaigns and ad groups: which earn their money."""

from __future__ import annotations

from report.charts import paired_bars_over_time, ranked_bars
from report.elements import Chart, Page, Table, Top, metric

CHANNELS = Page(
    "channels",
    "Channels and campaigns",
    "Which channel, campaign or ad group earns its money?",
    ("brand", "period", "model", "basis"),
    (
        Table(
            "Channels, their campaigns and ad groups",
            "performance",
            ("channel", "campaign"),
            (
                "spend",
                "valid_inquiry_count",
                "lead_credit",
                "sale_credit",
                "first_sale_credit",
                "revenue",
                "cpl",
                "cac",
                "roas",
            ),
            "spend",
            note=(
                "Inquiries stand under the channel of the inquiry itself, leads and sales under that of the model: a "
                "channel can have more leads than inquiries. Ad groups are told by month, so that a period counts the "
                "whole of each month that it touches."
            ),
            deeper={"cube": "ad_groups", "by": "ad_group"},
        ),
        Chart(
            "Spend by channel",
            "performance",
            ("channel",),
            ("spend",),
            ranked_bars("channel", metric("spend"), 3),
            top=Top("spend", 12),
            sort="spend",
        ),
        Chart(
            "CAC by channel",
            "performance",
            ("channel",),
            ("cac", "spend", "first_sale_credit"),
            ranked_bars("channel", metric("cac"), 3, (metric("spend"), metric("first_sale_credit"))),
            top=Top("cac", 12),
            sort="cac",
        ),
        Chart(
            "ROAS by channel",
            "performance",
            ("channel",),
            ("roas", "revenue", "spend"),
            ranked_bars("channel", metric("roas"), 1, (metric("revenue"), metric("spend"))),
            top=Top("roas", 12),
            sort="roas",
        ),
        Chart(
            "Young months: sales that have come, and those still to come",
            "maturity",
            ("month",),
            ("credit", "credit_to_come"),
            paired_bars_over_time("month", metric("credit"), metric("credit_to_come")),
            note=(
                "By the month of the touch. Before a young month's ROAS by the day of the touch is called bad, "
                "what is still to come belongs to it."
            ),
            where={"conversion_type": "sale"},
            sort="month",
        ),
        Chart(
            "Revenue by channel",
            "performance",
            ("channel",),
            ("revenue",),
            ranked_bars("channel", metric("revenue"), 2),
            top=Top("revenue", 12),
            sort="revenue",
        ),
        Chart(
            "Leads by campaign",
            "performance",
            ("campaign",),
            ("lead_credit", "spend", "revenue"),
            ranked_bars("campaign", metric("lead_credit"), 1, (metric("spend"), metric("revenue"))),
            top=Top("lead_credit", 12),
            sort="lead_credit",
        ),
    ),
)
