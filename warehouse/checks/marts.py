"""What must hold of the marts before anybody sees them."""

from __future__ import annotations

from warehouse.checks.suite import Check, refuse_failed, run_checks
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun, open_build

# Without braces: Great Expectations takes those for its own.
E_MAIL = r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+[.][A-Za-z][A-Za-z]+"
PHONE = r"[+][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+"

ATTRIBUTED = (("marts.attributed_leads", "lead_id"), ("marts.attributed_sales", "sale_id"))


def checks(text_columns: dict[str, list[str]]) -> list[Check]:
    """The checks; ``text_columns`` are the text columns of each published table."""
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
    found += [
        Check(
            f"{table}_shows_no_contact",
            f"marts.{table}",
            "UnexpectedRowsExpectation",
            {
                "unexpected_rows_query": "select 1 from {batch} where "
                + " or ".join(
                    f"contains(\"{column}\", '@') and regexp_matches(\"{column}\", '{E_MAIL}') "
                    f"or starts_with(\"{column}\", '+') and regexp_full_match(\"{column}\", '{PHONE}')"
                    for column in columns
                )
            },
            f"The table {table} shows an e-mail address or a phone number",
        )
        for table, columns in text_columns.items()
        if columns
    ]
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
            "no_flag_is_above_the_share_that_blocks",
            "marts.identification_trend",
            "UnexpectedRowsExpectation",
            {
                "unexpected_rows_query": "select brand, dimension_value from {batch} where is_blocking and "
                "inquiry_date = (select max(inquiry_date) from {batch})"
            },
            "More inquiries of the last week have a flag than flag_definitions.csv allows for a publication",
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
        listed = database.execute(
            """
            select table_name, list(column_name order by column_name)
            from information_schema.columns
            where table_schema = 'marts' and data_type = 'VARCHAR' and column_name not like '%\\_masked' escape '\\'
                and column_name not like '%\\_hash' escape '\\'
            group by table_name order by table_name
            """
        ).fetchall()
    return refuse_failed("check_marts", run_checks(run, "marts", checks(dict(listed))))
