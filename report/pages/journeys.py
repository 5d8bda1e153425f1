"""The contacts before a lead."""

from __future__ import annotations

from report.charts import columns
from report.elements import Chart, Page, Story, Tiles, Words, metric, ranked

JOURNEYS = Page(
    "journeys",
    "Journeys",
    "Which contacts come before a lead, how many, and over how long?",
    ("brand", "period"),
    (
        Tiles("journeys", ("leads", "won", "won_share", "touches_per_lead")),
        Words("Leads of the last weeks may still be won: their share grows while their deals are worked on."),
        ranked(
            "Most frequent paths",
            "journeys",
            "path",
            ("leads", "won", "won_share"),
            1,
            top=15,
            is_wide=True,
            note="Contacts in the lookback window before the lead, in order; a channel twice running is written once.",
        ),
        Chart(
            "Contacts before the lead",
            "journeys",
            ("touches",),
            ("leads", "won_share"),
            columns("touches", metric("leads"), 1, (metric("won_share"),)),
            sort="touches",
        ),
        ranked(
            "Days from the first contact to the lead",
            "journeys",
            "lag",
            ("leads", "won_share"),
            2,
            sort="lag",
        ),
        Story("One journey, step by step", "story"),
    ),
)
