"""How far the attribution models lie apart."""

from __future__ import annotations

from report.charts import grid, ranges
from report.elements import Chart, Page, metric

MODELS = Page(
    "models",
    "Models",
    "How much does a channel's share depend on the attribution model?",
    ("brand", "model", "conversion_type"),
    (
        Chart(
            "Range of each channel over all models",
            "models",
            ("channel",),
            (
                "credit_share",
                "lowest_model_share",
                "highest_model_share",
                "interval_low_share",
                "interval_high_share",
            ),
            ranges(
                "channel",
                metric("lowest_model_share"),
                metric("credit_share"),
                metric("highest_model_share"),
                metric("interval_low_share"),
                metric("interval_high_share"),
            ),
            note=(
                "The dot is the chosen model. The thin line reaches from the model that gives the "
                "channel least to the one that "
                "gives it most; the thick one is what chance alone could move the chosen model."
            ),
            where={"model": "$model", "conversion_type": "$conversion_type"},
            sort="credit_share",
            is_wide=True,
        ),
        Chart(
            "Every model",
            "models",
            ("channel", "model"),
            ("credit_share",),
            grid("channel", "model", metric("credit_share"), angle=-40),
            where={"conversion_type": "$conversion_type", "model": "*"},
            sort="channel",
            note="Over all days that are published.",
            is_wide=True,
            least_width=860,
        ),
    ),
)
