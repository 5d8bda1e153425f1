"""Suggests who may be one person where no exact key says so: ``steps.probable_people``, with Splink on DuckDB.

Nothing is joined by it: the people of ``people`` are final. The weights are written here and not trained every night,
so that the same input gives the same suggestions; benchmarks/linkage.py holds them against a trained model.
"""

from __future__ import annotations

import csv
import logging
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from warehouse import settings
from warehouse.errors import FixRules
from warehouse.run import BuildRun, open_build

if TYPE_CHECKING:
    from splink import SettingsCreator

SUGGESTED = pa.schema(
    {
        "brand": pa.string(),
        "person_id": pa.string(),
        "probable_person_id": pa.string(),
        "probability": pa.float64(),
        "matched_by": pa.string(),
    }
)

# One row per person who inquired: his newest name, address, number, town and firm.
PEOPLE = """
    select
        screened.brand,
        coalesce(
            components.person_id, md5(screened.brand || '|inquiry:' || screened.inquiry_id)
        ) as unique_id,
        arg_max(names.name_key, screened.occurred_at) filter (where names.word_count > 1) as name,
        arg_max(screened.email_key, screened.occurred_at) filter (
            where email_hubs.identifier_value is null and not screened.is_email_role
        ) as email,
        arg_max(screened.phone_e164, screened.occurred_at) filter (where phone_hubs.identifier_value is null) as phone,
        arg_max(lower(trim(inquiries.city)), screened.occurred_at) as city,
        arg_max(lower(trim(inquiries.company)), screened.occurred_at) as company,
        min(screened.occurred_at)::date as first_date
    from intermediate.int_inquiries__screened as screened
    inner join shapes.inquiries__unioned as inquiries using (inquiry_id)
    left join intermediate.int_names__normalised as names on names.node_id = 'inquiry:' || screened.inquiry_id
    left join steps.person_components as components
        on screened.brand = components.brand and components.node_id = 'inquiry:' || screened.inquiry_id
    -- A reception's number and an office's address say nothing of who writes from it.
    left join intermediate.int_identifiers__hubs as email_hubs
        on email_hubs.identifier_type = 'email' and screened.brand = email_hubs.brand
        and screened.email_key = email_hubs.identifier_value
    left join intermediate.int_identifiers__hubs as phone_hubs
        on phone_hubs.identifier_type = 'phone' and screened.brand = phone_hubs.brand
        and screened.phone_e164 = phone_hubs.identifier_value
    where not screened.is_spam and not screened.is_employee
    group by all
    having name is not null
    order by unique_id
"""
KEYED = """
    select
        *, split_part(email, '@', 1) as mailbox,
        regexp_replace(split_part(email, '@', 1), '[^0-9]', '', 'g') as mail_digits,
        array_to_string(list_sort(string_split(phone, '')), '') as phone_digits,
        left(phone, length(phone) - 4) as phone_head, right(phone, 4) as phone_tail,
        date_trunc('week', first_date) as first_week
    from people
"""
SIMILAR = ("name", "email", "phone", "city", "company")


def suggest_people(run: BuildRun) -> dict[str, int]:
    """Write the pairs above the threshold; none where the suggestions are switched off."""
    chosen = read_settings()
    with open_build(run) as connection:
        connection.execute("create schema if not exists steps")
        pairs = SUGGESTED.empty_table()
        if chosen["probable_people"] == "on":
            people = connection.execute(PEOPLE).to_arrow_table()
            pairs = compare(people, float(chosen["probable_threshold"]))
        connection.register("pairs", pairs)
        connection.execute("create or replace table steps.probable_people as from pairs order by all")
        connection.unregister("pairs")
    return {"pairs": len(pairs)}


def read_settings() -> dict[str, str]:
    """The rule file ``identity_settings``; what it does not name is as shipped."""
    found = {"probable_people": "on", "probable_threshold": "0.95", "repeat_callers": "actual"}
    file = settings.rules_dir() / "identity_settings.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        found.update({row["setting"].lower(): row["value"].lower() for row in csv.DictReader(lines)})
    wanted = {"probable_people": ("on", "off"), "repeat_callers": ("first", "actual")}
    for name, words in wanted.items():
        if found[name] not in words:
            raise FixRules(f"{file.name}: {name} is {found[name]!r} and must be {' or '.join(words)}.")
    try:
        is_share = 0 < float(found["probable_threshold"]) <= 1
    except ValueError:
        is_share = False
    if not is_share:
        raise FixRules(
            f"{file.name}: probable_threshold is {found['probable_threshold']!r} and must be above 0 and at most 1."
        )
    return found


def compare(people: pa.Table, threshold: float) -> pa.Table:
    """Pairs of people of one brand who are probably one, with the probability and what is similar."""
    if len(people) < 2:
        return SUGGESTED.empty_table()
    logging.getLogger("splink").setLevel(logging.ERROR)
    # Loading it takes seconds, and a night without suggestions needs none of it.
    from splink import DuckDBAPI, Linker

    # A database of its own: Splink leaves tables behind.
    with duckdb.connect() as database:
        # The tables are small and adding in another order would move the last digit.
        database.execute("set threads = 1")
        database.register("people", people)
        database.execute(f"create table keyed as {KEYED}")
        api = DuckDBAPI(connection=database)
        linker = Linker(api.register("keyed"), model(len(people)), log_level=logging.ERROR)
        predicted = linker.inference.predict(threshold_match_probability=threshold).physical_name
        similar = ", ".join(f"case when gamma_{name} > 0 then 'similar_{name}' end" for name in SIMILAR)
        return (
            database.execute(
                f"""
            select
                brand_l as brand, least(unique_id_l, unique_id_r) as person_id,
                greatest(unique_id_l, unique_id_r) as probable_person_id,
                round(match_probability, 6) as probability, concat_ws(',', {similar}) as matched_by
            from "{predicted}"
            where brand_l = brand_r
            """
            )
            .to_arrow_table()
            .cast(SUGGESTED)
        )


def model(people_count: int) -> SettingsCreator:
    """What makes two people one, with the odds: m among pairs of one person, u among pairs of two."""
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        # One in twenty is taken to have left another half.
        probability_two_random_records_match=min(0.001, 0.1 / people_count),
        blocking_rules_to_generate_predictions=[
            block_on("brand", "mailbox"),
            block_on("brand", "name", "phone_digits"),
            block_on("brand", "name", "phone_head"),
            block_on("brand", "name", "phone_tail"),
            block_on("brand", "name", "company"),
            block_on("brand", "name", "city", "first_week"),
            block_on("brand", "phone"),
        ],
        comparisons=[
            _comparison(
                "name",
                [
                    ("name_l = name_r", 0.80, 0.004),
                    ("damerau_levenshtein(name_l, name_r) <= 1", 0.10, 0.0005),
                ],
                term_frequencies=True,
            ),
            _comparison(
                "email",
                [
                    ("email_l = email_r", 0.05, 0.0000001),
                    ("damerau_levenshtein(email_l, email_r) <= 2 and mailbox_l = mailbox_r", 0.40, 0.0000005),
                    ("mailbox_l = mailbox_r", 0.15, 0.00001),
                    # Two of one name choose other digits on purpose; they are no slip.
                    (
                        "damerau_levenshtein(email_l, email_r) <= 1 and length(mailbox_l) >= 5 "
                        "and mail_digits_l = mail_digits_r",
                        0.10,
                        0.00001,
                    ),
                ],
            ),
            _comparison(
                "phone",
                [
                    ("phone_l = phone_r", 0.05, 0.000001),
                    # Swapped digits are a slip of the hand, and so is one too few; another digit is the neighbour's.
                    (
                        "damerau_levenshtein(phone_l, phone_r) <= 1 "
                        "and (phone_digits_l = phone_digits_r or length(phone_l) <> length(phone_r))",
                        0.25,
                        0.0001,
                    ),
                    ("damerau_levenshtein(phone_l, phone_r) <= 1", 0.10, 0.01),
                ],
            ),
            _comparison("city", [("city_l = city_r", 0.90, 0.20)]),
            _comparison("company", [("company_l = company_r", 0.85, 0.02)], term_frequencies=True),
            _comparison(
                "first_date",
                [
                    ("abs(datediff('day', first_date_l, first_date_r)) <= 7", 0.50, 0.08),
                    ("abs(datediff('day', first_date_l, first_date_r)) <= 60", 0.35, 0.40),
                ],
            ),
        ],
        retain_intermediate_calculation_columns=False,
        additional_columns_to_retain=["brand"],
    )


def _comparison(
    column: str, levels: list[tuple[str, float, float]], *, term_frequencies: bool = False
) -> dict[str, Any]:
    """A comparison from its levels, the surest first: the condition, m and u. What is left is the level of no match."""
    found: list[dict[str, Any]] = [
        {
            "sql_condition": f"{column}_l is null or {column}_r is null",
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    for number, (condition, m, u) in enumerate(levels):
        level: dict[str, Any] = {
            "sql_condition": condition,
            "label_for_charts": condition,
            "m_probability": m,
            "u_probability": u,
        }
        if term_frequencies and number == 0:
            level["tf_adjustment_column"] = column
        found.append(level)
    found.append(
        {
            "sql_condition": "else",
            "label_for_charts": "differs",
            "m_probability": 1 - sum(m for _, m, _ in levels),
            "u_probability": 1 - sum(u for _, _, u in levels),
        }
    )
    return {"output_column_name": column, "comparison_levels": found, "comparison_description": column}
