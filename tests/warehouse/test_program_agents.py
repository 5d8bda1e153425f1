"""Which browsers are programs: the list that others keep, as dbt asks for it."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.steps.dbt_functions import add_functions


@pytest.mark.parametrize(
    ("agent", "is_listed"),
    [
        ("GoogleOther", True),
        ("Mozilla/5.0 (compatible; heritrix/3.4.0 +https://archive.example)", True),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150 Safari/537.36",
            False,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350.0",
            False,
        ),
        ("Chrome Mobile", False),
        (None, False),
    ],
)
def test_the_package_knows_programs_and_no_browser_of_a_person(agent: str | None, is_listed: bool) -> None:
    with duckdb.connect() as connection:
        add_functions(connection)
        row = connection.execute("select agent_is_listed(?::varchar)", [agent]).fetchone()

    assert row == (is_listed,)
