"""What is asked for, sold and refused."""

from __future__ import annotations

from report.charts import grid
from report.elements import Chart, Page, Rows, Table, metric, ranked

ASSORTMENT = Page(
    "assortment",
    "Assortment",
    "What is asked for, what do we sell, and what do we lose because of the offer?",
    ("brand", "period"),
    (
        ranked(
            "Margin by product",
            "products",
            "product",
            ("margin", "revenue", "sales"),
            2,
            top=12,
        ),
        Rows(
            "Classes by margin",
            "classes",
            {
                "product": "Product",
                "abc_class": "Class",
                "sale_count": "Sales|count",
                "margin": "Margin|money",
                "margin_share": "Share|percent",
                "cumulative_share": "With those before|percent",
            },
            "Nothing was sold.",
            "Over all days that are published.",
            is_wide=True,
        ),
        Chart(
            "Margin by channel and product",
            "products",
            ("product", "channel"),
            ("margin", "sales"),
            grid("product", "channel", metric("margin"), tips=(metric("sales"),)),
            sort="margin",
            is_wide=True,
        ),
        Table(
            "Asked for, sold and refused",
            "demand",
            ("product",),
            (
                "asked_count",
                "sold_count",
                "lost_count",
                "not_offered_count",
                "not_in_stock_count",
                "price_count",
                "revenue",
            ),
            "asked_count",
            note="Each in its own month.",
        ),
        Rows(
            "Sold together",
            "together",
            {
                "product": "Product",
                "attached_product": "With it",
                "sale_count": "Sales|count",
                "together_count": "Together|count",
                "attach_share": "Share|percent",
                "attached_margin": "Margin of it|money",
            },
            "No two products were sold together.",
            "Over all days that are published.",
        ),
    ),
)
