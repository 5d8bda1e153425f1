"""The JavaScript that draws: Vega, Vega-Lite and Vega-Embed in one text, bundled once for each version of them."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import altair
import vl_convert


def vega_lite_version() -> str:
    """The version that altair writes for, as the bundler names it: 6.4."""
    return ".".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])


def drawing_code(cache: Path) -> str:
    """Bundling takes seconds, so the text is kept in a folder under the versions that it is of."""
    kept = cache / f"vega-{version('vl-convert-python')}-{vega_lite_version()}.js"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text(
            vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vega_lite_version()), encoding="utf-8"
        )
        part.replace(kept)
    return kept.read_text(encoding="utf-8")
