"""Tokens that change at each use: renewed once, stored before they are used, survived when they can be."""

from __future__ import annotations

import base64
import json
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.http.client import HttpClient
from extractors.http.oauth import ClientCredentials, RotatingOAuthRefresh
from extractors.http.tokens import TokenStore
from extractors.model import Client
from extractors.settings import tokens_dir
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor

ROOT = Path(__file__).parents[3]
GOOD = Reply(b'{"rows":[1]}')
ASK = """
import sys
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.client import HttpClient
from extractors.http.tokens import TokenStore
url, given = sys.argv[1:]
auth = RotatingOAuthRefresh(url + "/token", "client", "client-secret", given, TokenStore("vendor/1"))
print(HttpClient(url, name="vendor/1", auth=auth, sleep=lambda seconds: None).get("/x"))
"""


class Tokens:
    """A vendor's token endpoint: each refresh token is good once, and gives the next pair."""

    def __init__(self, lifetime: int = 86400) -> None:
        self.good = SECRET
        self.given = 0
        self.lifetime = lifetime

    def __call__(self, request: Request) -> Reply:
        fields = request.form or request.query
        if fields["refresh_token"] != self.good:
            return Reply(b'{"error":"invalid_grant"}', 400)
        self.given += 1
        self.good = f"refresh-token-{self.given}"
        body = {"access_token": f"access-token-{self.given}", "refresh_token": self.good, "expires_in": self.lifetime}
        return Reply(json.dumps(body).encode())


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that answers what the test tells it to."""
    running = Vendor()
    running.answers("GET /x", GOOD)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))


def auth_of(vendor: Vendor, given: str = SECRET) -> RotatingOAuthRefresh:
    return RotatingOAuthRefresh(f"{vendor.url}/token", "client", "client-secret", given, TokenStore("vendor/1"))


def client_of(vendor: Vendor, auth: RotatingOAuthRefresh | ClientCredentials) -> Client:
    return HttpClient(vendor.url, name="vendor/1", auth=auth, sleep=lambda seconds: None)


def stored() -> dict[str, Any]:
    [file] = tokens_dir().glob("*.json")
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def used(vendor: Vendor) -> list[str]:
    return [request.headers["authorization"] for request in vendor.asked("/x")]


def process(vendor: Vendor, given: str = SECRET) -> subprocess.Popen[str]:
    """A process of its own that asks the vendor one thing."""
    return subprocess.Popen(
        [sys.executable, "-c", ASK, vendor.url, given],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_new_token_is_stored_before_the_access_token_is_used(vendor: Vendor) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Reply:
        seen.append(stored()["refresh_token"])
        return GOOD

    vendor.answers("GET /y", answer)
    vendor.answers("POST /token", Tokens())

    client_of(vendor, auth_of(vendor)).get("/y")

    assert seen == ["refresh-token-1"]
    [file] = tokens_dir().glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(tokens_dir().stat().st_mode) == 0o700
    assert [one for one in tokens_dir().iterdir() if one.suffix == ".part"] == []


def test_the_next_process_goes_on_with_what_was_stored(vendor: Vendor) -> None:
    vendor.answers("POST /token", Tokens())

    client_of(vendor, auth_of(vendor)).get("/x")
    client_of(vendor, auth_of(vendor)).get("/x")

    assert len(vendor.asked("/token")) == 1
    assert used(vendor) == ["Bearer access-token-1"] * 2


def test_a_refused_access_token_is_renewed_with_the_stored_token(vendor: Vendor) -> None:
    vendor.answers("POST /token", Tokens())
    vendor.answers("GET /y", lambda asked: GOOD if asked.headers["authorization"].endswith("2") else Reply(b"{}", 401))

    assert client_of(vendor, auth_of(vendor)).get("/y") == {"rows": [1]}
    assert [request.form["refresh_token"] for request in vendor.asked("/token")] == [SECRET, "refresh-token-1"]


def test_two_processes_at_once_renew_once(vendor: Vendor) -> None:
    tokens, both_started = Tokens(), threading.Event()

    def slow(request: Request) -> Reply:
        both_started.wait(20)
        return tokens(request)

    vendor.answers("POST /token", slow)
    first, second = process(vendor), process(vendor)
    # Whoever comes second waits at the lock until the first has stored what it got.
    threading.Timer(3, both_started.set).start()
    answers = [one.communicate(timeout=60) for one in (first, second)]

    assert [(output.strip(), problem) for output, problem in answers] == [("{'rows': [1]}", "")] * 2
    assert len(vendor.asked("/token")) == 1
    assert used(vendor) == ["Bearer access-token-1"] * 2


def test_a_kill_between_fetch_and_store_is_survived_where_the_vendor_takes_the_old_token_again(vendor: Vendor) -> None:
    forgiving = Reply(b'{"access_token":"access-token-9","refresh_token":"refresh-token-9","expires_in":3600}')
    _kill_while_renewing(vendor, forgiving)

    client_of(vendor, auth_of(vendor)).get("/x")

    assert used(vendor) == ["Bearer access-token-9"]
    assert (stored()["refresh_token"], stored()["renewing_since"]) == ("refresh-token-9", None)


def test_a_kill_between_fetch_and_store_is_told_where_the_vendor_does_not(vendor: Vendor) -> None:
    _kill_while_renewing(vendor, Reply(b'{"title":"Token has been revoked"}', 400))

    with pytest.raises(FixSettings, match=r"vendor/1: .*revoked.*never arrived.*Give consent again") as dead:
        client_of(vendor, auth_of(vendor)).get("/x")

    assert SECRET not in str(dead.value)


def _kill_while_renewing(vendor: Vendor, afterwards: Reply) -> None:
    """A process is killed when the vendor has spent its token and before it could store the new one."""
    running: list[subprocess.Popen[str]] = []
    is_started = threading.Event()

    def kill(request: Request) -> Reply:
        is_started.wait(20)
        running[0].send_signal(signal.SIGKILL)
        running[0].wait(20)
        return Reply(b'{"access_token":"lost","refresh_token":"lost","expires_in":3600}')

    vendor.answers("POST /token", kill, afterwards)
    running.append(process(vendor))
    is_started.set()
    running[0].communicate(timeout=60)
    assert running[0].returncode == -signal.SIGKILL
    assert stored()["refresh_token"] == SECRET


def test_a_renewal_whose_answer_was_lost_is_not_sent_again(vendor: Vendor) -> None:
    vendor.answers("POST /token", Reply(b'{"access_token":"lost","refresh_token":"lost"}', is_cut=True))

    with pytest.raises(RetryLater, match="not asked for twice"):
        client_of(vendor, auth_of(vendor)).get("/x")

    assert len(vendor.asked("/token")) == 1
    assert stored()["renewing_since"] is not None


def test_a_lost_renewal_costs_nothing_while_the_access_token_is_still_good(vendor: Vendor) -> None:
    now = [1_000_000.0]
    vendor.answers("POST /token", Tokens(lifetime=3600), Reply(b"{}", 503))
    auth = auth_of(vendor)
    auth.clock = lambda: now[0]
    client = client_of(vendor, auth)

    for now[0] in (1_000_000.0, 1_003_400.0, 1_003_500.0):
        client.get("/x")

    # Asked once early, in vain; the two requests went out with the token that was still good.
    assert len(vendor.asked("/token")) == 2
    assert used(vendor) == ["Bearer access-token-1"] * 3


def test_a_new_consent_in_the_connection_begins_anew(vendor: Vendor) -> None:
    tokens = Tokens()
    vendor.answers("POST /token", tokens)
    client_of(vendor, auth_of(vendor)).get("/x")
    tokens.good = "new-consent"

    client_of(vendor, auth_of(vendor, given="new-consent")).get("/x")

    assert [request.form["refresh_token"] for request in vendor.asked("/token")] == [SECRET, "new-consent"]


def test_a_dead_token_needs_a_person_and_is_told_without_secrets(vendor: Vendor) -> None:
    vendor.answers("POST /token", Reply(b'{"error":"invalid_grant"}', 400))

    with pytest.raises(FixSettings, match=r"invalid_grant.*Give consent again.*connection") as dead:
        client_of(vendor, auth_of(vendor)).get("/x")

    assert "never arrived" not in str(dead.value)
    assert SECRET not in str(dead.value)
    assert stored()["renewing_since"] is None


def test_an_answer_in_another_shape_is_noticed_and_the_old_token_kept(vendor: Vendor) -> None:
    vendor.answers("POST /token", Reply(b'{"token":"x"}'))

    with pytest.raises(SourceChanged, match="no 'access_token'"):
        client_of(vendor, auth_of(vendor)).get("/x")

    assert stored()["refresh_token"] == SECRET


def test_a_file_that_is_no_longer_readable_names_itself_and_the_cure(vendor: Vendor) -> None:
    vendor.answers("POST /token", Tokens())
    client_of(vendor, auth_of(vendor)).get("/x")
    [file] = tokens_dir().glob("*.json")
    file.write_text("{")

    with pytest.raises(FixSettings, match=r"vendor_1\.json cannot be read.*remove that file"):
        client_of(vendor, auth_of(vendor)).get("/x")


def test_each_vendor_is_asked_in_its_own_way(vendor: Vendor) -> None:
    vendor.answers("GET /token", Tokens())
    in_query = auth_of(vendor)
    in_query.style, in_query.in_query = "query", "auth"
    client_of(vendor, in_query).get("/x")
    assert vendor.asked("/token")[0].query["client_secret"] == "client-secret"
    assert vendor.asked("/x")[0].query == {"auth": "access-token-1"}

    vendor.answers("POST /token", Reply(b'{"access_token":"a-1","refresh_token":"r-1"}'))
    for number, style in enumerate(("json", "form")):
        auth = auth_of(vendor, given=f"consent-{number}")
        auth.style, auth.is_basic = ("json", False) if style == "json" else ("form", True)
        client_of(vendor, auth).get("/x")
    as_json, as_form = vendor.asked("/token")[1:]
    assert as_json.json["client_secret"] == "client-secret"
    assert as_form.headers["authorization"] == f"Basic {base64.b64encode(b'client:client-secret').decode()}"
    assert "client_secret" not in as_form.form


def test_an_application_proves_itself_without_anybodys_consent(vendor: Vendor) -> None:
    vendor.answers("POST /token", Reply(b'{"access_token":"a-1"}'), Reply(b'{"error":"invalid_client"}', 400))
    client_of(vendor, ClientCredentials(f"{vendor.url}/token", "client", "client-secret")).get("/x")

    assert vendor.asked("/token")[0].form == {
        "grant_type": "client_credentials",
        "client_id": "client",
        "client_secret": "client-secret",
    }
    with pytest.raises(FixSettings, match=r"refused the client credentials.*invalid_client.*id and the secret"):
        client_of(vendor, ClientCredentials(f"{vendor.url}/token", "client", "client-secret")).get("/x")


def test_an_empty_answer_without_a_body_is_an_answer(vendor: Vendor) -> None:
    vendor.answers("POST /token", Tokens())
    vendor.answers("GET /none", Reply(status=204))

    assert client_of(vendor, auth_of(vendor)).get("/none") is None
