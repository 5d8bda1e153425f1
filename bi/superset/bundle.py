"""Everything that Superset imports, as the files of one bundle: the database, datasets, charts and dashboards."""

from __future__ import annotations

from typing import Any

import yaml

from bi.superset.dashboards import charts_of, dashboard, dashboards
from bi.superset.datasets import datasets, made_id

DATABASE = "Leadgen warehouse"
LOCKED = {"enable_external_access": "false", "lock_configuration": "true"}
"""Who writes SQL reads the warehouse and nothing else; nobody who only writes SQL can take that back."""


def database(address: str, memory: str = "2GB", threads: int = 2) -> dict[str, Any]:
    """The connection: read-only, closed to files, and without SQL Lab, which knows no brands."""
    config = {"memory_limit": memory, "threads": str(threads), **LOCKED}
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": address,
        "uuid": made_id("database", "warehouse"),
        "expose_in_sqllab": False,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "is_managed_externally": True,
        "extra": {
            "allows_virtual_table_explore": False,
            "engine_params": {"connect_args": {"read_only": True, "config": config}},
        },
        "version": "1.0.0",
    }


def bundle(address: str) -> dict[str, str]:
    """The files by their paths, as text."""
    told = dashboards()
    files = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/warehouse.yaml": database(address),
        **{f"datasets/warehouse/{name}.yaml": one for name, one in datasets().items()},
        **{f"charts/{one['uuid']}.yaml": one for each in told for one in charts_of(each)},
        **{f"dashboards/{one.slug}.yaml": dashboard(one) for one in told},
    }
    return {path: yaml.safe_dump(content, sort_keys=False, allow_unicode=True) for path, content in files.items()}
