"""What was planned, and what came."""

from __future__ import annotations

from report.charts import paired_bars_over_time
from report.elements import Chart, Page, Table, Tiles, metric


def planned(title: str, actual: str, plan: str, ratio: str) -> Chart:
    """A number beside its plan, by month, of the channels that have a plan."""
    return Chart(
        title,
        "plan",
        ("month",),
        (plan, actual, ratio),
        paired_bars_over_time("month", metric(plan), metric(actual)),
        where={"is_planned": "yes"},
        sort="month",
    )


PLAN = Page(
    "plan",
    "Plan",
    "Are we where we planned to be?",
    ("brand", "period"),
    (
        Tiles(
            "plan", ("spend_of_plan", "leads_of_plan", "sales_of_plan", "revenue_of_plan"), where={"is_planned": "yes"}
        ),
        planned("Spend and its plan", "spend", "planned_spend", "spend_of_plan"),
        planned("Leads and their plan", "leads", "planned_leads", "leads_of_plan"),
        planned("Sales and their plan", "sales", "planned_sales", "sales_of_plan"),
        planned("Revenue and its plan", "revenue", "planned_revenue", "revenue_of_plan"),
        Table(
            "Channels with a plan",
            "plan",
            ("channel", "month"),
            (
                "planned_spend",
                "spend",
                "spend_of_plan",
                "planned_leads",
                "leads",
                "leads_of_plan",
                "planned_sales",
                "sales",
                "sales_of_plan",
                "planned_revenue",
                "revenue",
                "revenue_of_plan",
            ),
            "planned_spend",
            note="Actual numbers are those of last non direct by the day of the conversion.",
            where={"is_planned": "yes"},
        ),
    ),
)
