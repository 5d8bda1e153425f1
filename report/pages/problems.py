"""The seven things that go wrong."""

from __future__ import annotations

from report.charts import sparkline
from report.elements import Page, Problems, metric

PROBLEMS = Page(
    "problems",
    "Seven problems",
    "What goes wrong, since when, and what does it cost?",
    ("brand",),
    (
        Problems(
            "problems",
            sparkline("month", metric("indicator_value"), "threshold"),
            {
                "no_whole_programme": "channels",
                "tools_used_badly": "channels",
                "results_not_analysed": "models",
                "inquiries_poorly_identified": "identification",
                "inquiries_handled_badly": "handling",
                "customers_not_worked_with": "customers",
                "assortment_does_not_fit": "assortment",
            },
        ),
    ),
)
