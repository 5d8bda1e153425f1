"""A vendor that repeats what it was sent, secrets included: of no source is one shown, kept or passed on."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from extractors import redaction
from extractors.errors import ExtractError, FixSettings
from extractors.model import Account, Connection, Source, Window
from extractors.redaction import LONGEST_QUOTE, short
from extractors.run import land_table
from extractors.settings import data_dir, tokens_dir
from extractors.sources import SOURCES
from tests.extractors.sources.vendor import Reply, Request, Vendor
from tests.faults.market import awake

DAY = Window(date(2026, 3, 10), date(2026, 3, 10))
# Nobody is asked with a secret: files, what was received here, and rates that are free to all.
WITHOUT_SECRETS = {"manual", "snowplow", "webhook", "pixel", "ecb", "cbr"}
ASKED = sorted(set(SOURCES) - WITHOUT_SECRETS)
OPTIONS: dict[str, Any] = {
    "project": "p",
    "customer_id": "9",
    "site_id": "1",
    "page_id": "7",
    "requests_per_second": 1000,
}
# These are always opened by an application, or in somebody's name.
WITH_LOGIN = {"google_ads", "ga4", "microsoft_ads", "salesforce", "bitrix24", "vk_ads"}
TOKENS = {"access_token": "planted-access-0", "refresh_token": "planted-refresh-0", "id": "1", "expires_in": 3600}
PLANTED = b"planted-"


class Parrot(Vendor):
    """Gives out tokens, and answers everything else with a status and with all that it was sent, or what it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = None
        super().__init__()

    def _answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if "token" in request.path:
            return Reply(json.dumps({**TOKENS, "instance_url": self.url}).encode())
        if self.body is not None:
            return Reply(json.dumps(self.body).encode(), self.status)
        sent = f"{request.path}?{request.query_text} {dict(request.headers)} {request.body.decode()}"
        said = {"message": sent, "code": sent, "error_description": sent}
        errors = {"errors": [said], "message": sent, "detail": sent, "error_type": sent, "text": sent}
        return Reply(json.dumps({"error": said, **errors}).encode(), self.status)


@pytest.fixture
def parrot() -> Iterator[Parrot]:
    running = Parrot()
    yield running
    running.close()


@pytest.fixture(scope="module")
def key() -> str:
    """The private key of a service account."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return made.private_bytes(encoding, kind, serialization.NoEncryption()).decode()


def planted(source: Source, parrot: Parrot, key: str, has_login: bool) -> Connection:
    """A connection whose every secret says that it is one."""
    fields = ["developer_token", "app_secret", *(["client_secret"] if has_login else [])]
    return Connection(
        parrot.url,
        login="reader" if has_login else "",
        password=key if source.name == "ga4" else "planted-password-0",
        extra={**{name: f"planted-{name}-0" for name in fields}, "token_url": f"{parrot.url}/token"},
    )


@pytest.mark.parametrize(
    ("name", "has_login"),
    [(name, False) for name in ASKED if name not in WITH_LOGIN - {"bitrix24"}] + [(name, True) for name in ASKED],
)
def test_a_secret_that_the_vendor_repeats_is_shown_nowhere(
    name: str,
    has_login: bool,
    parrot: Parrot,
    key: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    source = awake(SOURCES[name])
    options = {**OPTIONS, "forms": ["F0"]} if name == "typeform" else OPTIONS
    account = Account(name, "4400", "planted", brand="nordhaus", options=options)
    shown: list[str] = []

    with caplog.at_level(logging.DEBUG):
        for parrot.status in (200, 401, 500):
            for table in source.tables:
                try:
                    land_table(source, account, table.name, DAY, planted(source, parrot, key, has_login))
                except ExtractError as error:
                    shown.append(f"{error!s} {error!r} {error.__context__!s}")

    assert any(PLANTED in _said(request) for request in parrot.requests), "no secret was ever sent, so none was hidden"
    files = [file for file in data_dir().rglob("*") if file.is_file() and tokens_dir() not in file.parents]
    told = "".join([*shown, caplog.text, *capfd.readouterr()])
    words = b"".join(file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if file.exists())
    key_lines = [line for line in key.splitlines() if "PRIVATE" not in line]
    assert "planted-" not in told
    assert not [line for line in key_lines if line in told]
    assert PLANTED not in words
    assert [str(file) for file in files if PLANTED in file.read_bytes()] == []


# As each of them says that it refuses a request; the secret stands where a message is cut off.
LONG = "x" * 190 + "planted-password-0"
REFUSALS: dict[str, tuple[int, Any]] = {
    "calltouch": (400, {"message": LONG}),
    "comagic": (200, {"error": {"code": -32000, "message": LONG}}),
    "google_ads": (400, {"error": {"status": "", "message": LONG.replace("password", "developer_token")}}),
    "linkedin_ads": (400, {"message": LONG}),
    "matomo": (200, {"result": "error", "message": LONG}),
    "meta_ads": (400, {"error": {"code": 100, "message": LONG}}),
    "tiktok_ads": (200, {"code": 40002, "message": LONG}),
    "yandex_direct": (400, {"error": {"error_code": 8000, "error_detail": LONG}}),
    "yandex_metrica": (400, {"errors": [], "message": LONG}),
}


@pytest.mark.parametrize("contact", ["jane.doe+x@mail.example", "+49 170 5550199", "+14155550199"])
def test_people_of_whom_a_vendor_speaks_are_not_quoted(contact: str) -> None:
    said = short({"error": f"lead 120213456789 of {contact} has no field 'phone'", "code": 100})

    assert contact not in said
    assert "lead 120213456789 of *** has no field" in said
    assert contact[:7] not in short("x" * (LONGEST_QUOTE - 12 - len(contact)) + f" lead {contact}")


@pytest.mark.parametrize("name", REFUSALS)
def test_no_half_of_a_secret_is_shown_where_a_message_is_cut(
    name: str, parrot: Parrot, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    parrot.status, parrot.body = REFUSALS[name]
    source = awake(SOURCES[name])
    account = Account(name, "4400", "planted", brand="nordhaus", options=OPTIONS)

    with pytest.raises(FixSettings, match="xxx") as refused:
        land_table(source, account, source.tables[0].name, DAY, planted(source, parrot, key, name in WITH_LOGIN))

    assert "planted" not in str(refused.value)


def _said(request: Request) -> bytes:
    return f"{request.path} {request.query_text} {dict(request.headers)}".encode() + request.body


def test_a_secret_is_hidden_as_it_stands_in_an_address_too(parrot: Parrot, monkeypatch: pytest.MonkeyPatch) -> None:
    parrot.status = 403
    secret = "planted/+secret 0"
    account = Account("matomo", "4400", "planted", brand="nordhaus", options=OPTIONS)

    with pytest.raises(ExtractError) as refused:
        land_table(awake(SOURCES["matomo"]), account, "visits", DAY, Connection(parrot.url, password=secret))

    assert secret not in str(refused.value)
    assert quote(secret, safe="") not in str(refused.value)


def test_of_a_secret_that_contains_another_nothing_is_left() -> None:
    redaction.remember(["abcd", "abcd-secret", "secr"])

    assert redaction.redacted("token abcd-secret, key abcd") == "token ***, key ***"
