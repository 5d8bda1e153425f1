"""A receiver on a real socket, and the recorded posts that are sent to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import uvicorn
import yaml

from extractors.model import Row, Source, Window
from extractors.receiver.app import create_app
from extractors.receiver.doors import open_doors
from extractors.receiver.spool import Spool
from extractors.receiver.spooled import read_day
from extractors.run import LandedTable, land_table
from extractors.settings import connection, load_accounts, spool_dir
from extractors.sources import SOURCES
from tests.extractors.sources.vendor import landed_rows

FIXTURES = Path(__file__).parents[1] / "sources" / "webhook" / "fixtures"
SECRET = "a-long-secret-of-the-sender"
PREVIOUS = "the-secret-before-that-one"

HOOKS: Mapping[str, Mapping[str, Any]] = {
    "tilda": {"sender": "tilda", "key_field": "api_key"},
    "gravity": {"sender": "gravity_forms", "forms": {"3": {"name": ["1.3", "1.6"], "email": "2", "phone": "3"}}},
    "wpforms": {"sender": "wpforms"},
    "elementor": {"sender": "elementor"},
    "jotform": {"sender": "jotform", "fields": {"self_reported_source": "howDid"}},
    "cf7": {"sender": "contact_form_7"},
    "google": {"sender": "google_lead_form"},
    "typeform": {"sender": "typeform", "forms": {"quote": {"product": "What needs doing?"}}},
    "meta": {"sender": "meta_leads"},
    "whatsapp": {"sender": "whatsapp"},
    "telegram": {"sender": "telegram"},
    "signed": {"sender": "signed"},
    "site": {"sender": "browser", "origins": ["https://www.dach.example"]},
    "slow": {"sender": "gravity_forms", "posts_per_second": 0.4},
    "forgotten": {"sender": "gravity_forms"},
}
PIXELS: Mapping[str, Mapping[str, Any]] = {
    "dach": {"origins": ["https://www.dach.example"]},
    "eigen": {"origins": ["https://www.eigen.example"], "consent": "assumed"},
}


@dataclass(frozen=True)
class Post:
    """A recorded post."""

    headers: dict[str, str]
    body: bytes


def recorded(name: str) -> Post:
    """Headers, an empty line, the body; the parts of a form are parted as on the wire."""
    head, _, body = (FIXTURES / f"{name}.http").read_text(encoding="utf-8").partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    is_in_parts = headers["Content-Type"].startswith("multipart/")
    return Post(headers, (body.replace("\n", "\r\n") if is_in_parts else body.rstrip("\n")).encode())


def write_accounts(folder: Path, hooks: Mapping[str, Any] = HOOKS, pixels: Mapping[str, Any] = PIXELS) -> None:
    """The configuration that lists these accounts."""
    accounts = [
        {"source": source, "account": name, "brand": "nordhaus", "connection": f"hook_{name}", "options": dict(options)}
        for source, listed in (("webhook", hooks), ("pixel", pixels))
        for name, options in listed.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accounts.yml").write_text(yaml.safe_dump({"accounts": accounts}), encoding="utf-8")


class Running:
    """A running receiver."""

    def __init__(self, url: str, spool: Spool) -> None:
        self.url = url
        self.spool = spool
        self._session = requests.Session()

    def post(self, path: str, post: Post, **headers: str) -> requests.Response:
        """Send a recorded post; ``x_leadgen_key="..."`` becomes a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.post(
            f"{self.url}{path}", data=post.body, headers={**post.headers, **named}, timeout=30, allow_redirects=False
        )

    def get(self, path: str, **named: Any) -> requests.Response:
        """Ask for an address."""
        return self._session.get(f"{self.url}{path}", timeout=30, **named)


@contextmanager
def receiving() -> Iterator[Running]:
    """A receiver with the accounts of the configuration folder, until the block ends."""
    spool = Spool(spool_dir())
    app = create_app(open_doors(SOURCES), spool)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listening, in_a_thread(server, listening):
        yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", spool)


@contextmanager
def in_a_thread(server: uvicorn.Server, listening: socket.socket) -> Iterator[None]:
    """The server, running until the block ends."""
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join(timeout=10)


def today() -> Window:
    """Today and yesterday in UTC, so that midnight may pass."""
    day = datetime.now(UTC).date()
    return Window(day - timedelta(days=1), day)


def spooled(source: Any, account: str) -> list[Any]:
    """What lies in the spool of the account."""
    return [one for day in today().days() for page in read_day(source, account, day) or () for one in page]


def land(source: Source, account: str, table: str) -> LandedTable:
    """Land today as a night's run does."""
    (listed,) = [one for one in load_accounts(SOURCES) if (one.source, one.account) == (source.name, account)]
    return land_table(source, listed, table, today(), connection(source, listed))


def landed(table: str, account: str) -> list[Row]:
    """Land today, and return what lies in the landing zone of the account."""
    source = SOURCES["pixel" if table == "hits" else "webhook"]
    land(source, account, table)
    return [row for row in landed_rows(source, table) if row["_account"] == account]
