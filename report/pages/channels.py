"""Channels, their campaigns and ad groups: which earn their money."""

from __future__ import annotations

from report.charts import paired_bars_over_time
from report.elements import Chart, Page, Table, metric, ranked

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
        ranked(
            "Spend by channel",
            "performance",
            "channel",
            ("spend",),
            3,
            top=12,
        ),
        ranked(
            "CAC by channel",
            "performance",
            "channel",
            ("cac", "spend", "first_sale_credit"),
            3,
            top=12,
        ),
        ranked(
            "ROAS by channel",
            "performance",
            "channel",
            ("roas", "revenue", "spend"),
            1,
            top=12,
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
        ranked(
            "Revenue by channel",
            "performance",
            "channel",
            ("revenue",),
            2,
            top=12,
        ),
        ranked(
            "Leads by campaign",
            "performance",
            "campaign",
            ("lead_credit", "spend", "revenue"),
            1,
            top=12,
        ),
    ),
)
