"""What must hold of the marts before anybody sees them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from warehouse.checks.suite import Check, refuse_failed, run_checks
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun, open_build

MASK = "***"
E_MAIL = r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+[.][A-Za-z]{2,}"
PHONE = r"[+][0-9]{9,}"

ATTRIBUTED = (("marts.attributed_leads", "lead_id"), ("marts.attributed_sales", "sale_id"))


def checks(masked: Sequence[str] = ()) -> list[Check]:
    """The checks; ``masked`` are the columns in which a contact had to be masked, for the sentence."""
    found = [
        Check(
            f"credit_of_{key.removesuffix('_id')}s_is_a_share",
            table,
            "ExpectColumnValuesToBeBetween",
            {"column": "credit", "min_value": 0, "max_value": 1},
            "Credit is not a share between 0 and 1",
        )
        for table, key in ATTRIBUTED
    ]
    found += [
        Check(
            f"credit_of_each_{key.removesuffix('_id')}_sums_to_one",
            table,
            "UnexpectedRowsExpectation",
            {
                "unexpected_rows_query": f"select {key}, attribution_model from {{batch}} "
                "group by 1, 2 having abs(sum(credit) - 1) > 0.000000001"
            },
            "The credit of a conversion does not sum to 1",
        )
        for table, key in ATTRIBUTED
    ]
    found.append(
        Check(
            "no_published_text_is_a_contact",
            "checks.shown_contacts",
            "ExpectTableRowCountToEqual",
            {"value": 0},
            "An e-mail address or a phone number is shown although it was masked: the mart has a contact in its key",
        )
    )
    found.append(
        Check(
            "no_text_had_to_be_masked",
            "checks.masked_contacts",
            "ExpectTableRowCountToEqual",
            {"value": 0},
            f"An e-mail address or a phone number was written into, and is published as {MASK} in {', '.join(masked)}: "
            "take it out of the campaign, product or file that it stands in",
            "warning",
        )
    )
    found += [
        Check(
            "inquiries_have_a_grade",
            "marts.inquiries",
            "ExpectColumnValuesToBeInSet",
            {"column": "grade", "value_set": ["A", "B", "C", "D", "E"]},
            "An inquiry has no grade",
        ),
        Check(
            "most_inquiries_have_a_source",
            "marts.inquiries",
            "ExpectColumnValuesToNotBeInSet",
            {"column": "channel", "value_set": ["unattributed"], "mostly": 0.5},
            "More than half of the inquiries have no known source",
            "warning",
        ),
        Check(
            "no_flag_is_above_the_share_that_blocks_in_every_brand",
            "marts.identification_trend",
            "UnexpectedRowsExpectation",
            {
                "unexpected_rows_query": "select max(blocked_by) from (select brand, "
                "max(case when is_blocking then dimension_value end) as blocked_by from {batch} "
                "where inquiry_date = (select max(inquiry_date) from {batch}) group by brand) "
                "having count(*) = count(blocked_by) and count(*) > 0"
            },
            "More inquiries of the last week have a flag than flag_definitions.csv allows for a publication, in every "
            "brand",
        ),
        Check(
            "no_flag_is_above_the_share_that_blocks",
            "marts.identification_trend",
            "UnexpectedRowsExpectation",
            {
                "unexpected_rows_query": "select brand, dimension_value from {batch} where is_blocking and "
                "inquiry_date = (select max(inquiry_date) from {batch})"
            },
            "More inquiries of the last week have a flag than flag_definitions.csv allows: identification_trend says "
            "of which brand, whose numbers are not to be relied on",
            "warning",
        ),
        Check(
            "identification_has_not_become_worse",
            "marts.identification_trend",
            "UnexpectedRowsExpectation",
            {
                "unexpected_rows_query": "select brand, dimension, dimension_value from {batch} where is_jump and "
                "dimension in ('all', 'flag') and "
                "inquiry_date > (select max(inquiry_date) - interval 7 day from {batch})"
            },
            "Inquiries are identified worse than in the four weeks before: identification_trend says where",
            "warning",
        ),
        Check(
            "most_sources_are_fresh",
            "marts.reconciliation",
            "ExpectColumnValuesToBeInSet",
            {"column": "is_stale", "value_set": [False]},
            "A source is stale: the mart reconciliation says which",
            "warning",
        ),
    ]
    return found


def check(run: BuildRun) -> list[PipelineStep]:
    """Run the checks; a critical one that does not hold is ``CheckFailed``."""
    with open_build(run, read_only=False) as database:
        masked = mask_shown_contacts(database)
    return refuse_failed("check_marts", run_checks(run, "marts", checks(masked)))


def mask_shown_contacts(database: duckdb.DuckDBPyConnection) -> list[str]:
    """Mask each contact that a published text shows; returns the columns that did, as ``checks.masked_contacts`` has.

    One campaign that is called by an address must not keep everybody's numbers back, and must not be shown either.
    """
    masked = find_shown_contacts(database)
    database.execute("create or replace table checks.masked_contacts as from checks.shown_contacts")
    for schema, table, column in masked:
        database.execute(
            f"""
            update {schema}."{table}" set "{column}" = case
                when regexp_full_match("{column}", '{PHONE}') then '{MASK}'
                else regexp_replace("{column}", '{E_MAIL}', '{MASK}', 'g')
            end
            where regexp_matches("{column}", '{E_MAIL}') or regexp_full_match("{column}", '{PHONE}')
            """
        )
    if masked:
        find_shown_contacts(database)
    return [f"{table}.{column}" for _, table, column in masked]


def find_shown_contacts(database: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Write ``checks.shown_contacts``, a row for each published text column with a contact in it; returns those.

    Each with its schema and its table: what a view shows is looked for where it is stored, by the name of the view.
    One pass over each table; a check for each would be a page for each, and pages take longer than looking.
    """
    columns = database.execute(
        """
        select tables.schema_name, tables.table_name, columns.column_name
        from duckdb_tables() as tables
        inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
        where tables.database_name = current_database() and tables.schema_name in ('marts', 'stored')
            and columns.data_type = 'VARCHAR'
            and columns.column_name not like '%\\_masked' escape '\\'
            and columns.column_name not like '%\\_hash' escape '\\'
        order by all
        """
    ).fetchall()
    counted: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in columns:
        counted.setdefault((schema, table), []).append(
            f"""struct_pack(column_name := '{column}', row_count := count(*) filter (
                contains("{column}", '@') and regexp_matches("{column}", '{E_MAIL}')
                or starts_with("{column}", '+') and regexp_full_match("{column}", '{PHONE}')
            ))"""
        )
    unioned = " union all ".join(
        f"select '{schema}' as schema_name, '{table}' as table_name, unnest([{', '.join(counts)}]) as found "
        f'from {schema}."{table}"'
        for (schema, table), counts in counted.items()
    )
    database.execute(
        f"""
        create or replace table checks.shown_contacts as
        select schema_name, table_name, found.column_name, found.row_count from ({unioned}) where found.row_count > 0
        """
    )
    return database.execute(
        "select schema_name, table_name, column_name from checks.shown_contacts order by all"
    ).fetchall()
