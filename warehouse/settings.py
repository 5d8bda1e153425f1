"""Where things are: the only reader and writer of the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"


def home() -> Path:
    """The checkout that this code lies in; the current folder where it was installed without one."""
    return PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()


ODD = frozenset("*?[]{}'\"#%;$\\`:<>|")
"""What a pattern of files, a statement or an address gives a meaning to."""


def data_dir() -> Path:
    """The data folder: landing zone, builds, warehouse. Absolute, because dbt runs in its own folder."""
    return Path(os.environ.get("LEADGEN_DATA") or home() / "data").resolve()


def config_dir() -> Path:
    """The configuration folder: ``accounts.yml`` and the rule files."""
    return Path(os.environ.get("LEADGEN_CONFIG") or home() / "config").resolve()


def landing_dir() -> Path:
    """What the extractors landed."""
    return data_dir() / "landing"


def build_dir() -> Path:
    """The private databases of the builds. They hold contact details, so only we may enter."""
    return data_dir() / "build"


def pinned_landing_dir() -> Path:
    """The landed files as the build in progress takes them."""
    return build_dir() / "landing"


def rules_dir() -> Path:
    """The rule files as the build in progress takes them."""
    return build_dir() / "rules"


def generations_dir() -> Path:
    """The published generations, one folder each."""
    return data_dir() / "generations"


def snapshots_dir() -> Path:
    """What was published on each day, one file each."""
    return data_dir() / "snapshots"


def warehouse_link() -> Path:
    """The link that readers open."""
    return data_dir() / "warehouse.duckdb"


def private_link() -> Path:
    """The link to the contact details, for those who may see them."""
    return data_dir() / "warehouse_private.duckdb"


def parquet_dir() -> Path:
    """The published tables as Parquet, one folder per generation, and the link ``current``."""
    return data_dir() / "parquet"


def data_docs_dir() -> Path:
    """What was checked, as pages for the data steward."""
    return data_dir() / "data_docs"


def report_dir() -> Path:
    """The report for marketers."""
    return data_dir() / "report"


def logs_dir() -> Path:
    """What the tools wrote while they ran."""
    return data_dir() / "logs"


def has_hash_key() -> bool:
    """Whether e-mail addresses and phone numbers can be hashed for the published tables."""
    return bool(os.environ.get("LEADGEN_HASH_KEY"))


POSTGRES_CONNECTION = "AIRFLOW_CONN_LEADGEN_POSTGRES"
"""The name of the connection, as Airflow looks for it in the environment."""


def postgres_connection() -> str:
    """The Postgres to publish to, as Airflow writes connections; empty where there is none."""
    return os.environ.get(POSTGRES_CONNECTION, "").strip()


def follows_in_postgres() -> bool:
    """Whether what is published is published to Postgres too, each time."""
    return "postgres" in os.environ.get("LEADGEN_PUBLISH_TO", "").replace(",", " ").split()


def lineage() -> str:
    """Where the events of OpenLineage go: an http(s) address, or a file below the data folder; empty for nowhere."""
    where = os.environ.get("LEADGEN_LINEAGE", "").strip()
    return "" if where == "off" else where


def lineage_key() -> str:
    """What the receiver of these events knows us by, under the name that OpenLineage's own clients look for."""
    return os.environ.get("OPENLINEAGE_API_KEY", "").strip()


AIRFLOW_DATABASES = ("LEADGEN_AIRFLOW_DATABASE", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
"""Where Airflow keeps its runs. A task of Airflow's is not told the second, so the first says the same to it."""


def airflow_postgres() -> str:
    """The address of Airflow's own database as libpq takes it; empty where that is no Postgres."""
    for name in AIRFLOW_DATABASES:
        scheme, _, rest = os.environ.get(name, "").strip().partition("://")
        if scheme.partition("+")[0] in ("postgres", "postgresql"):
            return f"postgresql://{rest}"
    return ""


def airflow_database() -> str:
    """The address of Airflow's own database as Airflow takes it; empty where that is not known here."""
    if postgres := airflow_postgres():
        return postgres.replace("postgresql://", "postgresql+psycopg2://", 1)
    file = Path(os.environ.get("AIRFLOW_HOME") or data_dir() / "airflow").resolve() / "airflow.db"
    return f"sqlite:///{file}" if file.is_file() else ""


def airflow_logs_dir() -> Path:
    """Where Airflow keeps the logs of its tasks."""
    return Path(os.environ.get("AIRFLOW_HOME") or data_dir() / "airflow").resolve() / "logs"


def airflow_home() -> Path | None:
    """The folder in which Airflow keeps the logs of its tasks, where it lies outside of the data folder."""
    home_of_airflow = Path(os.environ.get("AIRFLOW_HOME") or data_dir()).resolve()
    is_elsewhere = home_of_airflow.is_dir() and not home_of_airflow.is_relative_to(data_dir())
    return home_of_airflow if is_elsewhere else None


def kill_at() -> str | None:
    """The step at which this process is to die, so that a test can see what a dead process leaves."""
    return os.environ.get("LEADGEN_KILL_AT") or None


def silence_telemetry() -> None:
    """Keep the tools that run inside this process from reporting home."""
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"


@contextmanager
def dbt_environment(database: Path) -> Iterator[None]:
    """What the dbt project reads, for as long as dbt runs; then the environment and the folder as before."""
    wanted = {
        "LEADGEN_DATA": str(data_dir()),
        "LEADGEN_LANDING": str(pinned_landing_dir()),
        "LEADGEN_CONFIG": str(config_dir()),
        "LEADGEN_BUILD_DB": str(database),
    }
    before = {name: os.environ.get(name) for name in wanted}
    folder = Path.cwd()
    silence_telemetry()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.chdir(folder)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
