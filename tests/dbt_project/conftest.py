"""The market of hand-made people, built once for all tests of this folder that ask for it."""

from __future__ import annotations

import pytest

from tests.dbt_project.conformance_people import add_conformance_set
from tests.dbt_project.credited_market import CreditedMarket
from tests.dbt_project.credited_people import add_inquiries, add_people, add_rules, add_spend
from tests.dbt_project.credited_shops import add_shops
from tests.dbt_project.golden_journeys import add_golden_journeys


@pytest.fixture(scope="session")
def credited(tmp_path_factory: pytest.TempPathFactory) -> CreditedMarket:
    """Everybody in one warehouse: what holds for one must not disturb another."""
    made = CreditedMarket(tmp_path_factory.mktemp("credited"))
    add_rules(made)
    add_people(made)
    add_spend(made)
    add_inquiries(made)
    add_shops(made)
    add_golden_journeys(made)
    add_conformance_set(made)
    made.build()
    return made
