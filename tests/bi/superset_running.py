"""A real Superset in a folder of its own: set up by our command, served, asked over HTTP and looked at in a browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.airflow_stack import ROOT, free_port

DRAWN = """
    const charts = [...document.querySelectorAll('.dashboard-component-chart-holder')];
    return charts.length > 0 && !document.querySelector('[data-test=loading-indicator], .loading')
        && charts.every(one => one.querySelector('.slice_container, .chart-container'))
"""
ADD_READER = """
import sys
from superset.app import create_app
with create_app().app_context():
    from superset import security_manager
    name, password, *roles = sys.argv[1:]
    found = [security_manager.find_role(role) for role in roles]
    assert all(found), roles
    assert security_manager.add_user(name, name, name, f'{name}@mail.example', found, password=password)
"""
PASSWORD = "Only-for-this-run-1"


@dataclass
class Superset:
    """The server, and the folder in which it keeps its things."""

    environment: Path
    home: Path
    warehouse: Path
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SUPERSET_HOME": str(self.home),
            "SUPERSET_CONFIG_PATH": str(ROOT / "bi" / "superset" / "superset_config.py"),
        }

    def run(self, *words: str) -> str:
        """A command of Superset's environment; what it printed."""
        done = subprocess.run(
            [self.environment / "bin" / "python", *words], cwd=ROOT, env=self.settings(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def bring_in(self) -> str:
        """Our one command."""
        return self.run("-m", "bi.superset", "--warehouse", str(self.warehouse))

    def add_reader(self, name: str, *roles: str) -> None:
        self.run("-c", ADD_READER, name, PASSWORD, *roles)

    @property
    def admin_password(self) -> str:
        return (self.home / "admin-password").read_text()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server, for a while, with the options of docker-compose.yml."""
        options = ["--workers", "1", "--threads", "8", "--timeout", "120", "--bind", f"127.0.0.1:{self.port}"]
        with (self.home / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [self.environment / "bin" / "gunicorn", *options, "superset.app:create_app()"],
                cwd=ROOT, env=self.settings(), stdout=log, stderr=log,
            )  # fmt: skip
            try:
                self._wait_until_healthy(server)
                yield
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(60)

    def _wait_until_healthy(self, server: subprocess.Popen[bytes]) -> None:
        latest = time.monotonic() + 300
        while time.monotonic() < latest:
            assert server.poll() is None, (self.home / "server.log").read_text()[-2000:]
            try:
                if requests.get(f"{self.address}/health", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.5)
        raise AssertionError("Superset did not become healthy within five minutes")

    def signed_in(self, name: str, password: str) -> Person:
        """Somebody who asks over HTTP."""
        session = requests.Session()
        said = {"username": name, "password": password, "provider": "db"}
        answer = session.post(f"{self.address}/api/v1/security/login", json=said, timeout=60)
        assert answer.ok, answer.text
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return Person(self.address, session)


@dataclass
class Person:
    """Somebody who signed in."""

    address: str
    session: requests.Session

    def get(self, path: str, **asked: Any) -> Any:
        answer = self.session.get(f"{self.address}/api/v1/{path}", params={"q": json.dumps(asked)}, timeout=60)
        assert answer.ok, answer.text
        return answer.json()["result"]

    def data(self, dataset: int, metrics: list[Any], **query: Any) -> requests.Response:
        """Ask as a chart does."""
        body = {
            "datasource": {"id": dataset, "type": "table"},
            "force": True,
            "queries": [{"metrics": metrics, "columns": [], "filters": [], "row_limit": 100, **query}],
        }
        return self.session.post(f"{self.address}/api/v1/chart/data", json=body, timeout=120)

    def number(self, dataset: int, metric: str, **query: Any) -> float | None:
        """One metric over all that the person sees."""
        answer = self.data(dataset, [metric], **query)
        assert answer.ok, answer.text
        found: float | None = answer.json()["result"][0]["data"][0][metric]
        return found


def sign_in(browser: Chrome, address: str, name: str, password: str) -> None:
    """Sign in as a person does."""
    browser.get(f"{address}/login/")
    WebDriverWait(browser, 120).until(lambda page: page.find_elements(By.CSS_SELECTOR, "#username, [name=username]"))
    browser.find_element(By.CSS_SELECTOR, "#username, [name=username]").send_keys(name)
    browser.find_element(By.CSS_SELECTOR, "#password, [name=password]").send_keys(password)
    browser.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    WebDriverWait(browser, 120).until(lambda page: "/login" not in page.current_url)


def open_dashboard(browser: Chrome, address: str, slug: str) -> None:
    """Open a dashboard, on a screen that is long enough for all of it, and wait until each chart is drawn."""
    tall = {"width": 1500, "height": 3600, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", tall)
    browser.get_log("performance")  # type: ignore[no-untyped-call]
    browser.get(f"{address}/superset/dashboard/leadgen-{slug}/")
    WebDriverWait(browser, 180).until(lambda page: page.execute_script(DRAWN))


def answers(browser: Chrome) -> list[tuple[Mapping[str, Any], int, Mapping[str, Any]]]:
    """What the page asked of charts since it was opened: the question, the status and the answer."""
    found = []
    for entry in browser.get_log("performance"):  # type: ignore[no-untyped-call]
        message = json.loads(entry["message"])["message"]
        if message["method"] != "Network.responseReceived" or "chart/data" not in message["params"]["response"]["url"]:
            continue
        asked = {"requestId": message["params"]["requestId"]}
        question = json.loads(browser.execute_cdp_cmd("Network.getRequestPostData", asked)["postData"])
        answer = json.loads(browser.execute_cdp_cmd("Network.getResponseBody", asked)["body"])
        found.append((question, message["params"]["response"]["status"], answer))
    return found
