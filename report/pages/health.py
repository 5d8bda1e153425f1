"""Whether everything is here, fresh and checked."""

from __future__ import annotations

from report.elements import Page, Rows, Words

HEALTH = Page(
    "health",
    "Data health",
    "Is everything here, is it fresh, and what was checked?",
    ("brand",),
    (
        Rows(
            "Sources and their newest day",
            "freshness",
            {
                "source": "Source",
                "account": "Account",
                "newest_day": "Newest day",
                "is_stale": "Stale",
                "landed": "Rows landed|count",
                "rejected": "Refused|count",
                "note": "Note",
            },
            "No source was read.",
        ),
        Rows(
            "Refused records",
            "rejects",
            {
                "source": "Source",
                "table_name": "Table",
                "file": "File",
                "line": "Line|count",
                "column_name": "Column",
                "reason": "Reason",
                "rows": "Rows|count",
                "newest_day": "Newest day",
            },
            "No record was refused.",
            "The records themselves are in the landing zone. `leadgen held` lists the days that were held back.",
        ),
        Rows(
            "Numbers of closed months that changed",
            "restated",
            {
                "month": "Month",
                "channel": "Channel",
                "metric": "Number",
                "value_before": "Before|decimal",
                "value_now": "Now|decimal",
                "difference": "Difference|decimal",
                "cause": "Cause",
            },
            "No number of a closed month has changed since the publication of an earlier day.",
        ),
        Rows(
            "What came in and is not published",
            "differences",
            {
                "source": "Source",
                "account": "Account",
                "quantity": "Quantity",
                "landed": "Landed|decimal",
                "published": "Published|decimal",
                "difference": "Difference|decimal",
                "note": "Why",
            },
            "Everything that came in is accounted for: no difference between what was landed and what is published.",
        ),
        Rows(
            "What ad platforms can be told",
            "tellable",
            {
                "told": "Platform and conversion",
                "conversions": "Conversions|count",
                "tellable": "Can be told|count",
                "tellable_share": "Share|percent",
                "tellable_value": "Value|money",
            },
            "No platform is told: activations.yml names none.",
            "Whether they were told says `leadgen activations status`.",
        ),
        Rows(
            "Why the others cannot be told, and what to mend",
            "untellable",
            {
                "rule": "Rule",
                "told": "Platform and conversion",
                "conversions": "Conversions|count",
                "share": "Share|percent",
                "what_to_mend": "What to do",
            },
            "Nothing is left out.",
        ),
        Rows(
            "Checks, those that found something first",
            "checks",
            {"phase": "When", "step": "Check", "outcome": "Outcome", "found": "Found|count"},
            "No check is told.",
            "What is for you to know stops nothing: inquiries that were flagged, say. The pages of "
            "`data_docs/` beside this report tell of each check and its rows.",
        ),
        Rows(
            "What was done before this was published",
            "checked",
            {
                "phase": "Phase",
                "kind": "Kind",
                "status": "Status",
                "steps": "Steps|count",
                "seconds": "Seconds|decimal",
            },
            "The steps of the build are not told.",
            "A check that fails stops the publication: what you see has passed them all.",
        ),
        Words(
            "A number that you do not believe: open the table behind its chart, then the query behind the table. "
            "`leadgen explain` tells of one sale, lead or inquiry who is behind it, how that is known and which "
            "contacts earned the credit; `leadgen trace` shows the landed records that a number was made of, such as "
            "`leadgen trace channel_days --column spend --where date=2026-06-01`."
        ),
    ),
)
