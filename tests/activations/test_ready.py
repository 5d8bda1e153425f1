"""Whether an account can be told is known before the first sale: by one cheap question to the platform."""

from __future__ import annotations

import os
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from activations.__main__ import app
from activations.sending import ready
from tests.activations.conftest import Platform, configured
from tests.activations.publications import NOW
from tests.activations.test_every_destination import CASES, Case
from tests.sandbox.serving import Server

WRONG = {
    "google_ads": ("799999", "conversion action 799999"),
    "microsoft_ads": ("No goal", "there is no goal 'No goal'"),
    "yandex_metrica": ("SOLD", "an order is IN_PROGRESS or PAID, and not 'SOLD'"),
    "linkedin_ads": ("104099", "has the method INSIGHT_TAG"),
}
"""What is named wrongly in activations.yml, and the sentence about it."""
ASKED = [case for case in CASES if case.name != "tiktok_ads"]


def set_up(case: Case, server: Server, monkeypatch: pytest.MonkeyPatch, told_as: str | None = None) -> Platform:
    entry: dict[str, Any] = {
        "destination": case.name,
        "account": case.account,
        "brand": "nordhaus",
        "options": case.options,
        "tells": [{"milestone": "sale", "as": told_as or case.told_as, "value": "revenue"}],
    }
    return configured(monkeypatch, server, entry, case.path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_account_that_is_set_up_is_ready_and_is_told_nothing(
    case: Case, environment: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = set_up(case, environment, monkeypatch)

    assert ready(platform.told, NOW) == (None if case.name == "tiktok_ads" else [])
    assert (platform.posted(), platform.ledger()) == ([], "")


@pytest.mark.parametrize("case", [case for case in CASES if case.name in WRONG], ids=lambda case: case.name)
def test_what_is_named_wrongly_is_said(case: Case, environment: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told_as, said = WRONG[case.name]
    platform = set_up(case, environment, monkeypatch, told_as)

    [missing] = ready(platform.told, NOW) or []

    assert said in missing


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_a_credential_that_opens_nothing_is_said(
    case: Case, environment: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = set_up(case, environment, monkeypatch)
    environment.order("faults", source=case.name, kind="revoked", times=0)

    assert len(ready(platform.told, NOW) or []) == 1


def test_the_command_says_it_of_each_account_and_ends_with_a_fault(
    environment: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for case in CASES if case.name == "microsoft_ads")
    set_up(case, environment, monkeypatch)
    good = CliRunner().invoke(app, ["activations", "check"])
    set_up(case, environment, monkeypatch, "No goal")
    bad = CliRunner().invoke(app, ["activations", "check"])
    del os.environ[f"AIRFLOW_CONN_MICROSOFT_ADS_{case.account}"]
    closed = CliRunner().invoke(app, ["activations", "check"])
    requests.delete(f"{environment.url}/__sandbox__/faults", timeout=10)

    assert (good.exit_code, good.stdout) == (0, f"microsoft_ads account {case.account}: ready\n")
    assert bad.exit_code == 1
    assert "there is no goal" in bad.stdout
    assert closed.exit_code == 1
    assert "is not set" in closed.stdout
