"""What was spent, what came of it, and how that compares."""

from __future__ import annotations

from report.charts import bars_over_time, paired_bars
from report.elements import Chart, Page, Tiles, Top, metric, ranked


def weekly(name: str, colour: int = 1) -> Chart:
    """A number by week."""
    shown = metric(name)
    return Chart(
        f"{shown.label} by week", "performance", ("week",), (name,), bars_over_time("week", shown, colour), sort="week"
    )


OVERVIEW = Page(
    "overview",
    "Overview",
    "What did we spend, what came of it, and is it more or less than before?",
    ("brand", "period", "model", "basis"),
    (
        Tiles(
            "performance",
            (
                "spend",
                "valid_inquiry_count",
                "lead_credit",
                "sale_credit",
                "revenue",
                "cpl",
                "cac",
                "roas",
            ),
            {
                "spend": "spend_of_plan",
                "lead_credit": "leads_of_plan",
                "sale_credit": "sales_of_plan",
                "revenue": "revenue_of_plan",
            },
        ),
        weekly("spend", 3),
        weekly("lead_credit"),
        weekly("sale_credit", 6),
        weekly("revenue", 2),
        Chart(
            "Where money and results part",
            "performance",
            ("channel",),
            ("spend_share", "revenue_share", "spend", "revenue", "roas"),
            paired_bars("channel", metric("spend_share"), metric("revenue_share")),
            note="A channel whose lower bar is the shorter one takes more of the money than it brings of the revenue.",
            top=Top("revenue", 12),
            sort="revenue_share",
            is_wide=True,
        ),
        ranked(
            "CPL by channel",
            "performance",
            "channel",
            ("cpl", "spend", "valid_inquiry_count"),
            3,
            note="Spend by valid inquiries of the channel itself. Channels without spend are left out.",
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
    ),
)
