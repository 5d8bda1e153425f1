"""A real browser without a window, and a small site for it to visit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
SITE = Path(__file__).with_name("site")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # No name is looked up: the site and the receiver are on this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
# A visitor's browser does not say that it has no window; one that says so is counted as a program.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"


def refuse_without_chromium() -> None:
    """Fail with a sentence where there is no browser."""
    missing = [str(file) for file in (CHROMIUM, DRIVER) if not file.exists()]
    if missing:
        raise AssertionError(
            f"{' and '.join(missing)} not found. Install Debian's packages chromium and "
            "chromium-driver: tests/install-system-packages"
        )


@contextmanager
def browsing(profile: Path) -> Iterator[Chrome]:
    """A browser with a fresh profile."""
    refuse_without_chromium()
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-agent={AGENT}", f"--user-data-dir={profile}"):
        options.add_argument(flag)
    # The driver's path is given, so that none is looked for elsewhere.
    browser = Chrome(options=options, service=Service(executable_path=str(DRIVER)))
    try:
        browser.set_page_load_timeout(60)
        yield browser
    finally:
        browser.quit()


class Site:
    """The pages of tests/story/site; they name the receiver once its address is known."""

    def __init__(self) -> None:
        self.receiver = ""
        site = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.partition("?")[0].lstrip("/") or "index.html"
                file = SITE / name
                if file.parent != SITE or not file.is_file():
                    self.send_error(404)
                    return
                page = file.read_text(encoding="utf-8").replace("RECEIVER", site.receiver).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
