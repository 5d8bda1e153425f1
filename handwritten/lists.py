"""Closed lists that rule files hold: yours in the configuration folder, else the ones that the project ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from handwritten.tables import Unreadable, lines_of

CHANNEL_FILES = (
    "channel_rules", "platform_channels", "programme_channels", "self_reported_channels", "tracker_channels",
)  # fmt: skip
ALWAYS_CHANNELS = ("Direct", "Offline", "Paid Other", "Referral", "Unassigned", "Word of Mouth")
"""Channels that the models name themselves, whatever the rule files say."""


def rule_rows(folders: Sequence[Path], name: str) -> list[Mapping[str, str]]:
    """The rows of a rule file out of the first folder that has it; none where it cannot be read."""
    for folder in folders:
        if (file := folder / f"{name}.csv").is_file():
            try:
                lines = lines_of(file)
            except Unreadable:
                return []
            header = [one.lower() for one in lines[0][1]] if lines else []
            return [dict(zip(header, cells, strict=False)) for _, cells in lines[1:]]
    return []


def channels(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """The channels that rows of ``CHANNEL_FILES`` name, and those that are always there."""
    return sorted({*ALWAYS_CHANNELS, *(row["channel"] for row in rows if row.get("channel"))})
