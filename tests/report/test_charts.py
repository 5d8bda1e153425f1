"""Every chart of the report is one that Vega-Lite knows: looked at here, and not each time that a report is written."""

from __future__ import annotations

import pytest
from altair.vegalite.v6.schema.core import Root

from report.elements import Chart
from report.pages import PAGES

CHARTS = {f"{page.name}: {one.title}": one for page in PAGES for one in page.elements if isinstance(one, Chart)}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_follows_the_schema_of_vega_lite(name: str) -> None:
    Root.validate(CHARTS[name].spec)


def test_a_chart_that_does_not_is_found() -> None:
    chart = next(iter(CHARTS.values()))
    with pytest.raises(Exception, match="as high as can be"):
        Root.validate({**chart.spec, "height": "as high as can be"})
