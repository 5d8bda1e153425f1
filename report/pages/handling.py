"""How inquiries are answered, and what it costs when they are not."""

from __future__ import annotations

from report.charts import COLOURS, bars_over_time, grid, ranked_bars, stack_over_time
from report.elements import Chart, Page, Tiles, metric, ranked

HANDLINGS = ("answered in time", "answered late", "never answered", "waiting")
HANDLING_COLOURS = ("var(--grade-a)", "var(--grade-c)", "var(--grade-e)", COLOURS[4])

HANDLING = Page(
    "handling",
    "Handling",
    "Are inquiries answered, how fast, and what does it cost when they are not?",
    ("brand", "period"),
    (
        Tiles("lost", ("spend_lost", "expected_sales", "expected_revenue")),
        Tiles("calls", ("calls", "missed", "missed_share")),
        Chart(
            "Missed calls by hour and weekday",
            "calls",
            ("hour", "weekday"),
            ("missed", "calls", "missed_share"),
            grid(
                "hour", "weekday", metric("missed"), is_numbered=False, tips=(metric("calls"), metric("missed_share"))
            ),
            sort="weekday",
            is_wide=True,
            least_width=560,
            note="The hour and weekday in the brand's time zone.",
        ),
        Chart(
            "Speed of the answer, and sales",
            "response",
            ("bucket", "bucket_order"),
            ("sale_share", "leads", "sales", "qualified_share"),
            ranked_bars(
                "bucket", metric("sale_share"), 1, (metric("leads"), metric("sales"), metric("qualified_share"))
            ),
            sort="bucket_order",
            note="Sales of leads by how fast the first inquiry was answered; leads of whole months.",
        ),
        Chart(
            "How valid inquiries were handled, by week",
            "handling",
            ("week", "handling"),
            ("inquiries",),
            stack_over_time("week", "handling", metric("inquiries"), HANDLINGS, HANDLING_COLOURS),
            sort="week",
        ),
        ranked(
            "Revenue missed by channel",
            "lost",
            "channel",
            ("expected_revenue", "spend_lost", "expected_sales"),
            4,
            top=12,
            note="Sales that late and unanswered inquiries would have become at the rate of those answered in time.",
        ),
        Chart(
            "Spend lost by month",
            "lost",
            ("month",),
            ("spend_lost", "inquiries"),
            bars_over_time("month", metric("spend_lost"), 4),
            sort="month",
        ),
    ),
)
