"""Makes the pools that the DAGs name: ``python -m dags.setup_pools``. Run it as often as you like.

A pool that exists keeps the slots an operator gave it.
"""

from __future__ import annotations

from airflow.models.pool import Pool
from airflow.utils.session import create_session

from activations.destination_list import DESTINATIONS
from dags.schedule import BUILD_POOL, activation_pool
from extractors.errors import FixSettings
from extractors.settings import load_accounts
from extractors.sources import SOURCES


def wanted_pools() -> dict[str, tuple[int, str]]:
    """Name of each pool, its slots and what it is for."""
    try:
        listed = [account.source for account in load_accounts(SOURCES)]
    except FixSettings:
        listed = []  # accounts.yml may come after the pools; one slot each will do until then
    pools = {
        name: (
            max(1, listed.count(name)),
            f"Tables of {name} that may be read at the same time: one per account",
        )
        for name in SOURCES
    }
    for name in DESTINATIONS:
        pools[activation_pool(name)] = (1, f"The accounts of {name} are told one after the other")
    pools[BUILD_POOL] = (1, "DuckDB has one writer, so one phase of a build runs at a time")
    return pools


def setup_pools() -> list[str]:
    """Make the pools that are missing; return their names."""
    with create_session() as session:
        missing = [name for name in wanted_pools() if Pool.get_pool(name, session=session) is None]
        for name in missing:
            slots, description = wanted_pools()[name]
            Pool.create_or_update_pool(name, slots, description, include_deferred=False, session=session)
    return missing


if __name__ == "__main__":
    made = setup_pools()
    print("pools made: " + ", ".join(made) if made else "every pool is there")
