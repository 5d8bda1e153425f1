"""Take a picture of the report's first page for the README: python -m benchmarks.report_picture (after make demo)."""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1180, 1000


def main() -> None:
    """Open the report in a browser without a window, wait until it is drawn, and keep what is seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, default=ROOT / "data" / "demo" / "report" / "index.html")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "report.png")
    parser.add_argument("--page", default="overview?brand=nordhaus")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-proxy-server",
                f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}", "--virtual-time-budget=20000",
                f"--screenshot={asked.out.resolve()}", f"{asked.report.resolve().as_uri()}#{asked.page}",
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip
    print(f"{asked.out}: {asked.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
