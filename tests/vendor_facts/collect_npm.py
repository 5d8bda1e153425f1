"""Writes down what a vendor's client for JavaScript sends: addresses and parameters of what we read.

As ``collect_clients.py`` does for Python. Where the package lies unpacked (``npm pack pipedrive``, then ``tar xzf``):

    python tests/vendor_facts/collect_npm.py package

writes ``pipedrive.json`` anew. Nothing is run: the generated client is read as text.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
APIS = {
    "v1": ("deals", "users"),
    "v2": ("activities", "deal-products", "deals", "persons", "pipelines", "stages"),
}
METHOD = re.compile(r"const localVarPath = `(/[^`]*)`.*?method: '([A-Z]+)'(.*?)setSearchParams", re.DOTALL)


def pipedrive(package: Path) -> dict[str, Any]:
    """Method and address -> the parameters of its query; and the header that proves who asks."""
    methods: dict[str, list[str]] = {}
    headers: set[str] = set()
    for version, names in APIS.items():
        for name in names:
            text = (package / f"dist/versions/{version}/api/{name}-api.js").read_text(encoding="utf-8")
            for path, method, rest in METHOD.findall(text):
                if method == "GET":
                    found = re.findall(r"localVarQueryParameter\['([^']+)'\]", rest)
                    methods[f"{method} /api/{version}{path}"] = sorted(set(found))
                    headers |= {one.lower() for one in re.findall(r'setApiKeyToObject\)\(\w+, "([^"]+)"', rest)}
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return {"package": f"{told['name']} {told['version']} (npm)", "headers": sorted(headers), "methods": methods}


if __name__ == "__main__":
    facts = json.dumps(pipedrive(Path(sys.argv[1])), indent=1, ensure_ascii=False)
    (HERE / "pipedrive.json").write_text(facts + "\n", encoding="utf-8")
