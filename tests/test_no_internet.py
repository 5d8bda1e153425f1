"""The guard itself: a test that reached the internet would say so."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import ReachedTheInternet


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(ReachedTheInternet, match="looks up"):
        socket.create_connection(("example.com", 80))


def test_an_address_is_not_connected_to() -> None:
    with pytest.raises(ReachedTheInternet, match="connects"):
        socket.socket().connect(("192.0.2.1", 80))
