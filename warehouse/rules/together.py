"""Holds the rule files against each other: a word of a closed list must be one that another file knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from handwritten.lists import ALWAYS_CHANNELS, CHANNEL_FILES
from handwritten.words import did_you_mean, nearest, plain
from warehouse import settings
from warehouse.errors import FixRules
from warehouse.rules.table import RuleTable

Tables = Mapping[str, RuleTable]
SOURCE_KINDS = ("ai", "email", "search", "shopping", "social", "video")
REFERRER_KINDS = ("none", "other", *SOURCE_KINDS)
NEARLY = 0.85
ODD_TEXTS = ("", "0", "q8~z ü/x", "-._")
"""Whatever fits all of these fits everything."""


def check_together(own: Tables, shipped: Tables) -> None:
    """Refuse the first word that no other file knows, with the nearest right one.

    ``own`` are the tables of this build, ``shipped`` those that the project brings.
    """
    for check in (_channels, _platforms, _click_ids, _kinds, _sources, _channel_rules, _flags):
        check(own, shipped)


def _channels(own: Tables, shipped: Tables) -> None:
    """A channel of one's own is one; a word that is nearly another channel is a typing error."""
    usual = {*ALWAYS_CHANNELS, *(word for name in CHANNEL_FILES for word in _words(shipped, name, "channel"))}
    _refuse_nearly(own, ("channel_rules", "platform_channels", "tracker_channels"), "channel", usual)
    named = usual | {word for name in CHANNEL_FILES[:2] for word in _words(own, name, "channel")}
    for name in ("programme_channels", "self_reported_channels", "tracker_channels"):
        for line, word in own[name].values_of("channel"):
            if word not in named and own[name].file.parent != shipped[name].file.parent:
                _refuse(own[name], line, "channel", word, "a channel that channel_rules.csv names", named)


def _platforms(own: Tables, shipped: Tables) -> None:
    told = ("platform_channels", "source_platforms", "click_ids", "tracker_channels", "campaign_map")
    files = (*told, "claim_rules")
    known = {word for name in told for word in _words(shipped, name, "platform")}
    sources = {plain(row["source"]): row["platform"] for row in own["source_platforms"].named_rows()}
    _refuse_nearly(own, files, "platform", known, sources)


def _refuse_nearly(
    own: Tables, names: Iterable[str], column: str, known: set[str], meant: Mapping[str, str] | None = None
) -> None:
    for name in names:
        table = own.get(name)
        if table is None:
            continue
        for line, word in table.values_of(column):
            if word in known:
                continue
            right = (meant or {}).get(plain(word)) or nearest(word, known, cutoff=NEARLY)
            if right and right != word:
                _refuse(table, line, column, word, f"{right!r}, if that is meant", ())


def _click_ids(own: Tables, shipped: Tables) -> None:
    known = _words(own, "click_ids", "click_id_type")
    for line, pattern in own["channel_rules"].values_of("click_id"):
        for word in re.split(r"[|()]", pattern):
            if re.fullmatch(r"\w+", word) and word not in known:
                _refuse(own["channel_rules"], line, "click_id", word, "a click id of click_ids.csv", known)


def _kinds(own: Tables, shipped: Tables) -> None:
    for column, kinds in (("source_list", SOURCE_KINDS), ("referrer_kind", REFERRER_KINDS)):
        # What the project's own rules name is a kind too.
        known = sorted({*kinds, *_words(shipped, "channel_rules", column)})
        for line, word in own["channel_rules"].values_of(column):
            if word not in known:
                _refuse(own["channel_rules"], line, column, word, f"one of {', '.join(known)}", known)


def _sources(own: Tables, shipped: Tables) -> None:
    """The sources are those that have models of their own."""
    folder = settings.DBT_PROJECT / "models" / "staging"
    known = {one.name for one in folder.iterdir() if one.is_dir() and one.name != "rules"} if folder.is_dir() else set()
    for line, word in own["stage_map"].values_of("source") if known else ():
        if word not in known:
            _refuse(own["stage_map"], line, "source", word, "a source", known)


def _channel_rules(own: Tables, shipped: Tables) -> None:
    """A rule without a condition takes all that comes after it."""
    table = own["channel_rules"]
    conditions = [name for name in table.columns if name not in ("rule_order", "channel", "note")]
    orders = [int(row["rule_order"]) for row in table.named_rows()]
    for line, row in table.numbered_rows():
        if int(row["rule_order"]) < max(orders) and all(_takes_all(row[name]) for name in conditions):
            raise FixRules(
                f"{table.file}, line {line}: a rule without a condition takes every visit, and no rule after it is "
                "asked. Give it a condition, or the last rule_order."
            )


def _takes_all(value: str) -> bool:
    try:
        return not value or all(re.fullmatch(value, text, re.DOTALL) for text in ODD_TEXTS)
    except re.error:
        # What the database reads and Python does not.
        return False


def _flags(own: Tables, shipped: Tables) -> None:
    for name, column in (("flag_definitions", "flag"), ("identity_settings", "setting"), ("spam_patterns", "field")):
        known = _words(shipped, name, column)
        for line, word in own[name].values_of(column):
            if word.lower() not in known:
                _refuse(own[name], line, column, word, f"one of {', '.join(sorted(known))}", known)


def _words(tables: Tables, name: str, column: str) -> set[str]:
    table = tables.get(name)
    return {word for _, word in table.values_of(column)} if table and column in table.columns else set()


def _refuse(table: RuleTable, line: int, column: str, word: str, wanted: str, known: Iterable[str]) -> None:
    where = f"{table.file}, line {line}" if line else f"{table.file}"
    raise FixRules(f"{where}: {column} is {word!r} and must be {wanted}.{did_you_mean(word, known)}")


def misplaced(folder: Path, known: Iterable[str]) -> None:
    """Refuse a file that was meant to be a rule file and is read by nobody."""
    names = set(known)
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        suffix = file.suffix.lower()
        if not file.is_file() or file.name.startswith((".", "~$")) or suffix not in TABLE_LIKE:
            continue
        if file.stem in names and file.suffix == ".csv":
            continue
        stem = re.sub(r"[\s_-]*(\(\d+\)|copy|kopie|копия)$", "", file.stem.lower()).strip()
        meant = nearest(stem, names, cutoff=NEARLY) or SYNONYMS.get(plain(stem))
        if meant in names:
            cure = f"Call it {meant}.csv" if suffix == ".csv" else f"Save it as {meant}.csv"
            raise FixRules(f"{file} is read by nobody. {cure} if it is meant to replace that one.")


TABLE_LIKE = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".parquet")
SYNONYMS = {
    "staff": "employees", "team": "employees", "managers": "employees", "mitarbeiter": "employees", "marken": "brands",
    "channels": "channel_rules", "rules": "channel_rules", "stages": "stage_map", "hours": "working_hours",
    "campaigns": "campaign_map", "settings": "business_settings", "feiertage": "holidays",
    "overrides": "identity_overrides",
}  # fmt: skip
"""What people call these files."""
