"""What became of customers after their first sale."""

from __future__ import annotations

from report.charts import grid, lines, paired_bars
from report.elements import Chart, Page, Top, metric, ranked

CUSTOMERS = Page(
    "customers",
    "Customers",
    "Do customers come back, and when have they earned what they cost?",
    ("brand",),
    (
        Chart(
            "Customers who bought again, by month of the first sale and months since",
            "cohorts",
            ("age_months", "cohort_month"),
            ("repeat_share", "customers", "repeat_customers"),
            grid("age_months", "cohort_month", metric("repeat_share"), tips=(metric("customers"),)),
            sort="cohort_month",
        ),
        Chart(
            "Margin per customer with age",
            "cohorts",
            ("age_months", "cohort_month"),
            ("margin_per_customer", "customers"),
            lines("age_months", metric("margin_per_customer"), "cohort_month", "Months since the first sale"),
            sort="cohort_month",
        ),
        Chart(
            "Payback: what new customers cost, and the margin they have brought so far",
            "payback",
            ("channel",),
            ("cac_of_cohort", "margin_of_cohort", "spend", "customers"),
            paired_bars("channel", metric("cac_of_cohort"), metric("margin_of_cohort")),
            top=Top("spend", 8),
            sort="spend",
            note="The channels with most spend, over all months of first sale.",
        ),
        ranked(
            "Customers by segment",
            "segments",
            "segment",
            ("customers", "revenue", "margin"),
            1,
        ),
        Chart(
            "Recency and frequency",
            "segments",
            ("frequency_score", "recency_score"),
            ("customers", "revenue"),
            grid("frequency_score", "recency_score", metric("customers"), tips=(metric("revenue"),)),
            sort="recency_score",
            note="Fifths of the customers: down, how recently they bought; across, how often. 5 is best.",
        ),
    ),
)
