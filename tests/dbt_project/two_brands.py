"""Writes a second brand beside each example of a model: the same rows again under another name.

Nothing ever joins across brands, nor across accounts of a source, yet most examples have one of each: a join that
forgot them passes. Names that vendors give (of records, campaigns, devices, clicks) stay as they are, since two
accounts may share them; our own ids are made of the brand and the account, so that they differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

OTHER = " of another"
SUFFIX = "__and_so_in_another_brand"
OWNERS = frozenset({"account", "brand"})
OWN_IDS = frozenset(
    {
        "contact_id", "conversion_id", "deal_id", "duplicate_of_inquiry_id", "first_inquiry_id", "first_sale_id",
        "first_touchpoint_id", "inquiry_id", "kept_visit_id", "lead_id", "lead_touchpoint_id", "old_person_id",
        "person_id", "probable_person_id", "receipt_id", "record_id", "returned_receipt_id", "sale_id", "touchpoint_id",
        "visit_id",
    }
)  # fmt: skip
"""Columns whose values no two brands share, where no vendor wrote them."""
NUMBERS = frozenset({"conversion_number"})
IN_TEXTS = "its ids stand inside other ids"
OF_NOBODY = "rows that show no brand make new ids, or none"
ONE_BRAND_ALONE = {
    "a_brand_nobody_lists_has_the_currency_of_most_of_its_rows_and_the_clock_of_utc": "a brand is called by its id",
    "a_call_between_two_forms_does_not_bring_them_together": OF_NOBODY,
    "a_colleague_is_known_however_the_address_or_the_number_is_written": "a colleague of no brand is every brand's",
    "a_customer_s_own_account_counts_and_of_two_managers_the_first_for_the_days_that_both_read": "accounts by number",
    "a_decision_about_what_no_record_of_its_brand_holds_is_known": IN_TEXTS,
    "a_guard_that_fires_leaves_one_row": IN_TEXTS,
    "a_lead_that_qualified_late_in_the_evening_is_of_that_day_at_home": IN_TEXTS,
    "a_month_keeps_its_numbers_once_and_prints_of_records_touches_and_rules": "rules are of no brand",
    "a_name_is_its_words_in_whatever_order_and_a_placeholder_is_none": IN_TEXTS,
    "a_number_that_two_accounts_use_on_one_day_for_two_campaigns_is_each_account_s_own": IN_TEXTS,
    "a_record_takes_off_at_one_place_and_adds_at_the_other": "its accounts stand under other names",
    "a_visit_has_the_surest_evidence_of_its_device_and_only_an_inquirys_own_touch_stands_beside_it": IN_TEXTS,
    "an_inquiry_is_of_the_painted_number_else_its_visit_else_its_own_tags_else_what_the_person_said": OF_NOBODY,
    "contacts_that_reach_nobody_and_sources_that_contradict_each_other_are_flagged_one_by_one": OF_NOBODY,
    "every_record_has_its_person_of_its_own_brand_and_who_is_tied_to_nobody_is_one": IN_TEXTS,
    "of_several_campaigns_the_platform_and_the_day_decide_or_nothing_does": OF_NOBODY,
    "on_a_device_of_many_a_visit_is_of_whoever_wrote_during_it_and_two_clocks_need_not_agree": IN_TEXTS,
    "the_newest_word_counts_and_silence_is_no_word": "a visit's own id stands in a table of the pixel",
    "the_same_form_twice_within_an_hour_is_one_and_a_call_is_another": OF_NOBODY,
    "two_addresses_in_one_field_are_both_of_the_record_in_its_own_brand_and_region": IN_TEXTS,
    "what_a_desk_said_to_be_two_people_names_both_nodes": IN_TEXTS,
    "what_a_record_names_ties_it_and_a_robot_s_form_ties_nobody": IN_TEXTS,
    "who_writes_at_a_messenger_is_known_by_the_account_there_also_without_a_number": IN_TEXTS,
}
"""Examples that cannot be of two brands, and why."""

Example = dict[str, Any]


def add_second_brands(project: Path) -> int:
    """Add those of the other brand to the examples of a copy of the project. Returns how many were added."""
    vendors = vendors_tables(project)
    added = 0
    for file, read in examples(project):
        others = [
            other
            for example in read["unit_tests"]
            if example["name"] not in ONE_BRAND_ALONE and (other := with_another_brand(example, vendors))
        ]
        read["unit_tests"] += others
        added += len(others)
        written = yaml.dump(read, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=1000)
        file.write_text(written, encoding="utf-8")
    return added


def examples(project: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every file of models that has examples, as it was read."""
    for file in sorted((project / "models").rglob("*.yml")):
        # Written in C, it reads four hundred files in half a second, and not in three.
        read = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        if read.get("unit_tests"):
            yield file, read


def vendors_tables(project: Path) -> frozenset[str]:
    """Models whose ids are those of a source: all before the canonical shapes are one table each."""
    found = (file.stem for folder in ("staging", "shapes") for file in (project / "models" / folder).rglob("*.sql"))
    return frozenset(name for name in found if not name.endswith("__unioned"))


def with_another_brand(example: Example, vendors: frozenset[str]) -> Example | None:
    """The example with every row that is of a brand there twice, or None where no row says of which it is."""
    shown = [*example["given"], example["expect"]]
    if any(one.get("format", "dict") != "dict" for one in shown) or not any(
        row.get(owner) is not None for one in example["given"] for row in one["rows"] for owner in OWNERS
    ):
        return None
    expected = example["expect"]["rows"]
    return {
        **example,
        "name": f"{example['name'][:120]}{SUFFIX}",
        "given": [
            {**one, "rows": [*one["rows"], *others_among(one["rows"], one["input"].split("'")[1] in vendors)]}
            for one in example["given"]
        ],
        "expect": {"rows": [*expected, *(of_another(row, example["model"] in vendors) for row in expected)]},
    }


def others_among(rows: list[dict[str, Any]], are_vendors: bool) -> list[dict[str, Any]]:
    """Those rows that are of a brand, or of something of one, as they would be of the other."""
    return [other for row in rows if (other := of_another(row, are_vendors)) != row]


def of_another(row: Mapping[str, Any], is_vendors: bool) -> dict[str, Any]:
    """A row as it would be of the other brand."""
    named = OWNERS if is_vendors else OWNERS | OWN_IDS
    other = dict(row)
    for name, value in row.items():
        if value is not None and name in named:
            other[name] = f"{value}{OTHER}"
        elif value is not None and name in NUMBERS:
            other[name] = value + 1_000_000
    return other
