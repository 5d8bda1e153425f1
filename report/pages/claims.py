"""Why each source claims another number than ours."""

from __future__ import annotations

from report.charts import waterfall
from report.elements import Chart, Each, Page, Words, metric

CLAIMS = Page(
    "claims",
    "Claims",
    "Why do Google, Meta, the call tracker and the CRM all say something else?",
    ("brand", "period"),
    (
        Words(
            "From what we count, cause by cause, to what each claims: months are whole ones, and leads and sales are"
            " those of last non direct by the day of the conversion. The records behind a cause: `select * from"
            " marts.claim_records`. What each cause means: `docs/claims.md`."
        ),
        Each(
            "claim",
            Chart(
                "From our number to the claim",
                "claims",
                ("step", "cause"),
                ("claim_conversions", "claim_value", "claim_records"),
                waterfall("cause", "step", metric("claim_conversions")),
                sort="step",
                is_wide=True,
            ),
        ),
    ),
)
