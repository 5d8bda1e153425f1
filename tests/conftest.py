"""Rules for every test: nothing reaches the internet, none sees another's settings, and none depends on the clock."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

# How long drawn examples take says how busy the machine is, and nothing about what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

LOCAL_NAMES = {"", "localhost", "127.0.0.1", "::1", socket.gethostname()}

_connect, _look_up = socket.socket.connect, socket.getaddrinfo


class ReachedTheInternet(AssertionError):
    """A test opened a socket. Serve a recorded answer instead."""


def is_local(host: Any) -> bool:
    """Whether an address is this machine's own."""
    text = host.decode() if isinstance(host, bytes) else str(host or "")
    if text in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and not is_local(address[0]):
        raise ReachedTheInternet(f"a test connects to {address[0]}. Serve a recorded answer instead.")
    _connect(self, address)


def _guarded_look_up(host: Any, *arguments: Any, **named: Any) -> Any:
    # Refused too, or an offline machine reports a fault of its name server instead.
    if not is_local(host):
        raise ReachedTheInternet(f"a test looks up {host}. Serve a recorded answer instead.")
    return _look_up(host, *arguments, **named)


def pytest_configure(config: pytest.Config) -> None:
    """Guard the sockets from the first import of a test on."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = _guarded_look_up


LONGEST_FIRST = (
    "tests/story/",
    "tests/sandbox/test_identification",
    "tests/dbt_project/",
    "tests/test_compose",
    "tests/warehouse/test_p",
    "tests/warehouse/postgres/",
)
"""What builds a warehouse, starts Airflow, or takes long otherwise; begun first, the others fill the time beside it."""

ON_ONE_WAREHOUSE = re.compile(
    r"dbt_project/test_(conformance|credit\w*|marts\w*|questions|restatements|rules_change_marts)\.py"
)
"""The files whose tests look at the market of hand-made people."""

ON_ONE_NIGHT = re.compile(r"story/test_(one_night|all_sources)\.py")
"""The files whose tests look at one night's market; the one compares with what the other published."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST_FIRST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """A process takes whole files, and one process all those on the same built warehouse."""
    return WarehouseScheduling(config, log)


class WarehouseScheduling(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """Like a file at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return ON_ONE_NIGHT.sub("story/night", ON_ONE_WAREHOUSE.sub("dbt_project", super()._split_scope(nodeid)))


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(("AIRFLOW_CONN_", "LEADGEN_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    # What one test keeps secret is a word of another's messages.
    monkeypatch.setattr("extractors.redaction._known", set())
