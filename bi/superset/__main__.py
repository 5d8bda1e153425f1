"""Set Superset up and bring in all of ours, or bring it up to date: python -m bi.superset (in Superset's environment).

`--write FOLDER` writes the bundle's files instead, to be read or imported elsewhere; that needs no Superset.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bi.superset.bundle import bundle


def main() -> int:
    """Write the bundle, or import it with the roles and rules of its brands."""
    parser = argparse.ArgumentParser(prog="python -m bi.superset", description=__doc__)
    parser.add_argument(
        "--warehouse",
        type=Path,
        default=Path(os.environ.get("LEADGEN_DATA", "data")) / "warehouse.duckdb",
        help="the published warehouse, where Superset's server finds it",
    )
    parser.add_argument("--write", type=Path, help="a folder to write the bundle's files into, instead")
    asked = parser.parse_args()
    # The link itself is named, not what it shows now: a later publication turns it.
    files = bundle(f"duckdb:///{asked.warehouse.absolute()}")
    if asked.write:
        for path, text in files.items():
            file = asked.write / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        print(f"{len(files)} files in {asked.write}")
        return 0
    if not asked.warehouse.exists():
        print(f"There is no {asked.warehouse}. Build one first: leadgen build --to DAY.", file=sys.stderr)
        return 1
    os.environ.setdefault("SUPERSET_CONFIG_PATH", str(Path(__file__).with_name("superset_config.py")))
    # What needs Superset is imported only where there is one.
    from bi.superset.importing import bring_in

    print(bring_in(files, asked.warehouse))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
