"""How well it is known who asks, and what to mend."""

from __future__ import annotations

from report.charts import stack_over_time
from report.elements import Chart, Page, Rows, Tiles, metric, ranked

GRADES = ("A", "B", "C", "D", "E")
GRADE_COLOURS = ("var(--grade-a)", "var(--grade-b)", "var(--grade-c)", "var(--grade-d)", "var(--grade-e)")


def of_places(title: str, dimension: str) -> Chart:
    """The forms, numbers or pages that most inquiries in doubt come from."""
    return ranked(
        title,
        "places",
        "place",
        ("doubtful", "inquiries", "doubtful_share"),
        4,
        where={"dimension": dimension},
        top=10,
    )


IDENTIFICATION = Page(
    "identification",
    "Identification",
    "How well do we know who asks, and what must be mended first?",
    ("brand", "period"),
    (
        Tiles("grades", ("inquiries", "poor", "poor_share")),
        Chart(
            "Grades by week",
            "grades",
            ("week", "grade"),
            ("inquiries",),
            stack_over_time("week", "grade", metric("inquiries"), GRADES, GRADE_COLOURS),
            sort="week",
            note="A is certain, E is nobody. D and E count as poorly identified.",
        ),
        ranked(
            "Poorly identified by kind",
            "grades",
            "kind",
            ("poor_share", "poor", "inquiries"),
            4,
        ),
        Rows(
            "What to mend first",
            "causes",
            {
                "place_number": "Rank|count",
                "flag": "Cause",
                "place": "Where",
                "inquiry_count": "Inquiries|count",
                "revenue_at_stake": "Revenue in the dark|money",
                "what_to_fix": "What to do",
                "who_can": "Who can",
            },
            "Nothing is to be mended.",
            "Over the last 90 days, the dearest first. An inquiry with two causes stands in two rows.",
        ),
        of_places("Worst forms", "form"),
        of_places("Worst pages", "page"),
        of_places("Worst numbers", "tracking_number"),
    ),
)
